"""Where quotes begin and end."""

from __future__ import annotations

import time

import pytest

from declaim.studio.dialogue.marks import quotes_in


def found(text: str, carried: str = "") -> list[str]:
    return [text[quote.start : quote.end] for quote in quotes_in(text, carried)]


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("“Yes,” she said. “No.”", ["“Yes,”", "“No.”"]),
        ("他说：「她喊『救命』了。」", ["「她喊『救命』了。」"]),
        ("‘I don’t know,’ said Tom. ‘It’s the boys’ room.’", ["‘I don’t know,’", "‘It’s the boys’ room.’"]),
        (
            "'Very true,' said Ann; 'it's the dogs' bone.' He left.",
            ["'Very true,'", "'it's the dogs' bone.'"],
        ),
        ("« Bonjour », dit-il.", ["« Bonjour »"]),
        ('"Go on," he said. "I\'m listening."', ['"Go on,"', '"I\'m listening."']),
        ("It was 'Tis Pity, rock 'n' roll and the boys' room.", []),
        ("他说：“好。“她走了。", ["“好。", "“她走了。"]),
        ("The girls' shoes and the boys' coats.", []),
    ],
)
def test_quotes_are_found_with_their_marks(text: str, quotes: list[str]) -> None:
    assert found(text) == quotes


def test_a_quote_inside_another_is_part_of_it() -> None:
    assert found("“He said ‘go’ and I went.”") == ["“He said ‘go’ and I went.”"]


def test_what_is_not_closed_goes_to_the_end() -> None:
    (quote,) = quotes_in("“I was born in Ohio.")
    assert (quote.start, quote.end, quote.closed) == (0, 20, False)


def test_a_carried_quote_ends_where_its_mark_is() -> None:
    assert found("and then we left.” She sighed.", carried="“") == ["and then we left.”"]


@pytest.mark.parametrize("piece", ["“他走了，", "“”", "'em don't ", "「", '"He went, ', "' "])
def test_time_grows_with_length_only(piece: str) -> None:
    def seconds(times: int) -> float:
        begun = time.process_time()
        quotes_in(piece * times)
        return time.process_time() - begun

    few, many = (min(seconds(times) for _ in range(3)) for times in (4000, 40_000))
    assert many < 40 * max(few, 0.002)

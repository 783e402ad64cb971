"""Text as it is written: what can be spoken of it when, and what is never parted."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaim.text.gathering import MAX_GATHERED, Piece, TextGatherer


def pieces(written: list[str] | str, *, early: bool = False) -> list[str]:
    """What is handed out of parts that come one after the other."""
    gatherer = TextGatherer()
    found: list[Piece] = []
    for part in written:
        gatherer.write(part)
        while piece := gatherer.take(early=early and not found):
            found.append(piece)
    gatherer.finish()
    while piece := gatherer.take():
        found.append(piece)
    assert [piece.start for piece in found] == [
        sum(len(before.text) for before in found[:index]) for index in range(len(found))
    ]
    return [piece.text for piece in found]


def spoken_at_once(text: str, **how: bool) -> str | None:
    gatherer = TextGatherer()
    gatherer.write(text)
    piece = gatherer.take(**how)
    return piece and piece.text


@pytest.mark.parametrize(
    "parts",
    [
        ["It is 3.14 now. ", "Then 3. ", "So."],
        ["Dr. Smith left the U.S. Army. ", "He is here at 5 p.m. ", "Then go."],
        ["e.g. this one, no. 5, is it. ", "Yes! ", "Really?! ", "No."],
        ["See example.com/a.b?c=d. ", "Next one. ", "End"],
        ["https://a.b/c.d goes. ", "On."],
        ["今天天气真好。", "我们去 Central Park 散步吧！", "好吗？"],
        ["“走吧。我们走。”", "他说。", "好。"],
        ["价格是3.5元。", "比昨天多1,000.5元。"],
        ["[voice zm_yunxi]Hello. There.[/voice] Yes. ", "No."],
        ["Wait [pause 1.5s] now. ", "Go."],
        ["[重庆](/chong2 qing4/)很大。", "是吗？"],
        ["A **bold. Still bold.** one. ", "End."],
        ["Say `a. b` and. ", "End."],
        ["<speak>Hi. There.</speak>"],
        ["Look 👨‍👩‍👧! ", "Nice 👍🏽. ", "End"],
        ["1. First one. ", "Second. ", "3"],
    ],
)
def test_letter_by_letter_it_is_handed_out_in_sentences(parts: list[str]) -> None:
    assert pieces("".join(parts)) == parts


def test_a_chinese_sentence_does_not_wait_for_the_next_letter() -> None:
    assert spoken_at_once("今天天气真好。") == "今天天气真好。"
    assert spoken_at_once("他说：“今天天气真好。") is None
    assert spoken_at_once("It is 3.") is None
    assert spoken_at_once("See you.") is None
    assert spoken_at_once("See you. N") == "See you. "


def test_a_quotation_is_parted_only_for_those_who_wait_or_if_it_is_long() -> None:
    assert spoken_at_once("“走吧。我们") is None
    assert spoken_at_once("“走吧。我们", early=True) == "“走吧。"
    assert spoken_at_once("“" + "我们走吧" * 30 + "。我们") == "“" + "我们走吧" * 30 + "。"


def test_an_abbreviation_waits_for_the_whole_of_the_next_word() -> None:
    assert spoken_at_once("He left the U.S. A") is None
    assert spoken_at_once("He left the U.S. Army came") is None
    assert spoken_at_once("He left the U.S. All came") == "He left the U.S. "


def test_all_whole_sentences_come_together() -> None:
    assert spoken_at_once("One. Two. Thr") == "One. Two. "


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("今天天气真好，我", "今天天气真好，"),
        ("好，我们", None),
        ("Once upon a time, there", "Once upon a time, "),
        ("There are 1,000", None),
        ("At half past 14:30", None),
        ("共有一百，", "共有一百，"),
        ("共有1，", None),
        ("See [a, b", None),
    ],
)
def test_a_first_clause_is_spoken_early_if_it_is_long_enough(text: str, clause: str | None) -> None:
    assert spoken_at_once(text) is None
    assert spoken_at_once(text, early=True) == clause


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Hello there.", "Hello there."),
        ("It costs 3.", None),
        ("At 14:", None),
        ("This is Dr.", None),
        ("I was think", "I was "),
        ("I know, but", "I know, "),
        ("我们去北京大", "我们去北京"),
        ("See https://a.b/c", "See "),
        ("word", None),
        ("Go [pause", "Go "),
        ("Wait 😀", "Wait "),
    ],
)
def test_what_is_spoken_when_no_more_comes(text: str, spoken: str | None) -> None:
    assert spoken_at_once(text, idle=True) == spoken


def test_halves_of_an_emoji_are_joined() -> None:
    gatherer = TextGatherer()
    gatherer.write("Good \ud83d")
    gatherer.flush()
    assert gatherer.take() == Piece("Good ", 0, "sentence")
    gatherer.write("\ude00 morning")
    gatherer.flush()
    assert gatherer.take() == Piece("😀 morning", 5, "sentence")
    assert gatherer.length == 14


def test_paragraphs_are_told() -> None:
    gatherer = TextGatherer()
    gatherer.write("A heading\n\nIts text. More")
    piece = gatherer.take()
    assert piece == Piece("A heading\n\nIts text. ", 0, "sentence")
    gatherer = TextGatherer()
    gatherer.write("A heading\n\nIts")
    assert gatherer.take() == Piece("A heading\n\n", 0, "paragraph")


def test_text_without_an_end_is_handed_out_between_words() -> None:
    text = "word " * 200
    first = spoken_at_once(text)
    assert first
    assert first.endswith("word ")
    assert 300 < len(first) <= 800


def test_what_is_never_closed_is_handed_out_in_the_end() -> None:
    open_voice = "[voice zm_yunxi]" + "Hello. " * 1000
    assert spoken_at_once(open_voice[: MAX_GATHERED - 1]) is None
    assert spoken_at_once(open_voice) == open_voice[:MAX_GATHERED]


def test_a_document_of_ssml_is_one_piece_however_long() -> None:
    document = f"<speak>{'Hello. ' * 2000}</speak>"
    assert spoken_at_once(document[:-1]) is None
    assert spoken_at_once(document + "more") == document


def test_it_takes_little_time_whatever_the_text() -> None:
    for text in ("[a]. ", "x", "a.b@", "`", "[voice x]", "**a", "“。"):
        spoken_at_once("warm up. ")
        begun = time.perf_counter()
        spoken_at_once(text * 20_000)
        spoken_at_once(text * 20_000, idle=True, early=True)
        assert time.perf_counter() - begun < 1.0


WORDS = (
    "Hello there. Dr. 3.14 3. 14 。 ， 你好 天气 “ ” ( ) [ ] [/voice] ** ` https://a.b/c. "
    "U.S. e.g. ! ?! ... <b> 1. &amp;"
)
PARTS = st.sampled_from(
    [
        *WORDS.split(),
        " ",
        "\n",
        "\n\n",
        "[pause 1s]",
        "[voice a]",
        "\ud83d",
        "\ude00",
        "👨‍👩‍👧",
        "&amp;",
        "\\",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PARTS, max_size=60), st.booleans())
def test_nothing_is_lost_and_no_number_or_markup_is_parted(parts: list[str], early: bool) -> None:
    found = pieces(parts, early=early)
    whole = "".join(parts).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    assert "".join(found) == whole
    ends = {sum(map(len, found[: index + 1])) for index in range(len(found) - 1)}
    for unit in ("3.14", "[pause 1s]", "👨‍👩‍👧", "&amp;", "\ud83d\ude00"):
        at = whole.find(unit)
        while at >= 0:
            assert not ends & set(range(at + 1, at + len(unit)))
            at = whole.find(unit, at + 1)

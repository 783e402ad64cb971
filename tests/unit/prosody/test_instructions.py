"""Free-text instructions: how often people get what they ask for, and what each word of it does."""

import time
from collections import Counter

import instruction_cases
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaim.prosody.emotion import EMOTIONS
from declaim.prosody.instructions import _entries, interpret_instructions
from declaim.prosody.prosody import NEUTRAL, Prosody
from declaim.prosody.score import Score

CASES = [
    (half, language, text, expected)
    for half, cases in (
        ("tuned", instruction_cases.TUNED),
        ("held out", instruction_cases.HELD_OUT),
        ("later", instruction_cases.LATER),
    )
    for language, texts in cases.items()
    for text, expected in texts
]


def directions(score: Score) -> set[str]:
    """What a score sets, in the words of the cases."""
    found = set()
    for name in score.model_fields_set:
        value = getattr(score, name)
        if name == "emotion":
            weights = dict(zip(EMOTIONS, value.weights(), strict=True))
            found.add(max(EMOTIONS, key=weights.__getitem__) if any(weights.values()) else "neutral")
        else:
            own = getattr(NEUTRAL, name)
            found.add(f"{name}{'=' if value == pytest.approx(own) else '+' if value > own else '-'}")
    return found


def is_as_expected(score: Score, expected: str) -> bool:
    left = directions(score)
    for wanted in expected.split():
        names = wanted.rstrip("?").split("|")
        met = {one for one in left if one in names or (wanted.endswith("?") and one[:-1] in names)}
        if not met and not wanted.endswith("?"):
            return False
        left -= met
    return not left


def accuracy(half: str, language: str) -> float:
    cases = [case for case in CASES if case[:2] == (half, language)]
    return sum(is_as_expected(interpret_instructions(text), wanted) for *_, text, wanted in cases) / len(
        cases
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_most_people_get_what_they_ask_for(language: str) -> None:
    assert accuracy("tuned", language) >= 0.97
    assert accuracy("held out", language) >= 0.9
    assert accuracy("later", language) >= 0.8


@pytest.mark.parametrize(
    "texts",
    [
        ("speak a little faster", "speak faster", "speak very fast", "as fast as possible"),
        ("稍微快一点", "快", "非常快", "尽可能快"),
    ],
)
def test_degrees_of_rate(texts: tuple[str, ...]) -> None:
    rates = [interpret_instructions(text).rate for text in texts]
    assert rates == sorted(set(rates))
    assert 1 < rates[0] < rates[-1] <= 2


@pytest.mark.parametrize("texts", [("slightly sad", "sad", "very sad"), ("有点悲伤", "悲伤", "非常悲伤")])
def test_degrees_of_emotion(texts: tuple[str, ...]) -> None:
    weights = [interpret_instructions(text).emotion.sad for text in texts]
    assert weights == sorted(set(weights))
    assert 0 < weights[0] < weights[-1] <= 1


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        *(("1.5x", 1.5), ("speak 20% slower", 0.8), ("twice as fast", 2.0), ("half speed", 0.5)),
        *(("10x", 2.0), ("0.1x", 0.5), ("200% slower", 0.5), ("语速1.2倍速", 1.2), ("快30%", 1.3)),
    ],
)
def test_a_rate_in_numbers_within_the_limits(text: str, rate: float) -> None:
    assert interpret_instructions(text).rate == pytest.approx(rate)


def test_only_what_is_asked_for_is_set() -> None:
    assert interpret_instructions("slowly").model_fields_set == {"rate"}
    assert interpret_instructions("with a Scottish accent").model_fields_set == set()


def test_a_negation_ends_with_its_clause() -> None:
    assert directions(interpret_instructions("not sad but cheerful")) == {"happy"}
    assert directions(interpret_instructions("Don't shout, speak fast.")) == {"energy-", "pitch-", "rate+"}
    assert directions(interpret_instructions("不要大喊，要快")) == {"energy-", "pitch-", "rate+"}


def test_several_emotions_share_the_whole() -> None:
    emotion = interpret_instructions("extremely happy, extremely surprised and very scared").emotion
    assert sum(emotion.weights()) == pytest.approx(1)
    assert emotion.happy == pytest.approx(emotion.surprised)


def test_no_word_stands_in_two_rows() -> None:
    assert [word for word, count in Counter(word for word, _ in _entries()).items() if count > 1] == []


@settings(deadline=None)
@given(st.text(), st.lists(st.sampled_from([word.rstrip("*") for word, _ in _entries()]), max_size=30))
def test_any_text_gives_a_score_within_the_limits(text: str, words: list[str]) -> None:
    score = interpret_instructions(text + " " + ", very ".join(words) + "".join(words))
    for name, (low, high) in Prosody.LIMITS.items():
        assert low <= getattr(score, name) <= high
    assert sum(score.emotion.weights()) <= 1 + 1e-6


def test_it_takes_little_time_whatever_the_text() -> None:
    interpret_instructions("slow")
    for text in ("very ", "higher pitch ", "9", "不要", "a", "太"):
        begun = time.perf_counter()
        interpret_instructions(text * 100_000)
        assert time.perf_counter() - begun < 0.5

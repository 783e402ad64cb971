import pytest
from dashscope_sentences import sentence_of

from declaim.engines.dashscope.messages import TimedSentence, TimedWord
from declaim.engines.dashscope.script import script_of
from declaim.engines.dashscope.timeline import Timeline

TEXT = "今天天气很好，我们去公园。"


def timeline(text: str = TEXT) -> Timeline:
    return Timeline(script_of(sentence_of(text).clauses))


def evenly(text: str, begin: float = 0.0, each: float = 0.2) -> tuple[TimedWord, ...]:
    return tuple(TimedWord(letter, begin + i * each, begin + (i + 1) * each) for i, letter in enumerate(text))


def close(times: dict[int, tuple[float, float]]) -> dict[int, object]:
    return {index: pytest.approx(span) for index, span in times.items()}


def test_words_are_put_together_of_ideographs() -> None:
    line = timeline()
    line.note(TimedSentence(0, evenly("今天天气很好")), 0)
    assert line.words == close({0: (0, 0.4), 1: (0.4, 0.8), 2: (0.8, 1.2)})


def test_a_longer_word_of_theirs_is_shared() -> None:
    line = timeline()
    line.note(TimedSentence(0, (TimedWord("今天天气", 0.0, 1.0), TimedWord("很好，", 1.0, 1.5))), 0)
    assert line.words == close({0: (0, 0.5), 1: (0.5, 1.0), 2: (1.0, 1.5)})


def test_a_report_takes_the_place_of_the_one_before() -> None:
    line = timeline()
    line.note(TimedSentence(0, evenly("今天天气")), 0)
    line.note(TimedSentence(0, evenly("今天天气很好", each=0.25)), 0.3)
    assert line.words[1] == pytest.approx((0.5, 1.0))
    assert line.end == pytest.approx(1.5)


@pytest.mark.parametrize("counted_from", ["task", "sentence"])
def test_from_wherever_a_sentence_s_times_count(counted_from: str) -> None:
    line = timeline()
    line.note(TimedSentence(0, ()), 0.0)
    line.note(TimedSentence(0, evenly("今天天气很好")), 1.4)
    line.note(TimedSentence(1, ()), 1.4)
    begin = 1.4 if counted_from == "task" else 0.0
    line.note(TimedSentence(1, evenly("我们去公园", begin)), 2.4)
    assert line.words[3] == pytest.approx((1.4, 1.8))
    assert line.end == pytest.approx(2.4)


def test_what_is_written_otherwise_is_passed_over() -> None:
    line = timeline()
    line.note(TimedSentence(0, evenly("今天X气很好我们去")), 0)
    assert sorted(line.words) == [0, 1, 2, 3, 4]
    assert line.words[1] == pytest.approx((0.6, 0.8))


def test_marks_and_case_do_not_matter() -> None:
    line = timeline("Hello, World.")
    line.note(TimedSentence(0, (TimedWord("hello,", 0, 0.4), TimedWord(" WORLD.", 0.6, 1.0))), 0)
    assert line.words == close({0: (0, 0.4), 1: (0.6, 1.0)})


def test_nothing_reported() -> None:
    line = timeline()
    line.note(TimedSentence(0, ()), 0)
    assert (line.words, line.end) == ({}, 0)

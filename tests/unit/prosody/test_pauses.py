import pytest

from declaim.prosody.pauses import Pauses
from declaim.text.sentence import Clause, Sentence, Word

PAUSES = Pauses(sentence=0.4, paragraph=0.9)


def sentence(mark: str = ".", pause: float | None = None, *, paragraph: bool = False) -> Sentence:
    words = (Word((0, 1), "a", "a", "en"),)
    first = Clause(words, (0, 1), ",")
    return Sentence((first, Clause(words, (1, 2), mark, pause)), ends_paragraph=paragraph)


def pause(given: Sentence, *, is_last: bool = False) -> float | None:
    paused = PAUSES.write(given, is_last=is_last)
    assert paused.clauses[:-1] == given.clauses[:-1]
    return paused.clauses[-1].pause


@pytest.mark.parametrize("mark", [".", "!", "?", "…"])
def test_after_a_sentence(mark: str) -> None:
    assert pause(sentence(mark)) == 0.4


def test_after_a_paragraph() -> None:
    assert pause(sentence(paragraph=True)) == 0.9


@pytest.mark.parametrize("mark", ["", ",", ";", ":", "—"])
def test_less_where_a_sentence_only_seems_to_end(mark: str) -> None:
    given = pause(sentence(mark))
    assert given is not None
    assert 0 < given < 0.4


@pytest.mark.parametrize("paragraph", [False, True])
def test_little_after_the_last(paragraph: bool) -> None:
    given = pause(sentence(paragraph=paragraph), is_last=True)
    assert given is not None
    assert given < PAUSES.sentence
    assert Pauses(0, 0).write(sentence(), is_last=True).clauses[-1].pause == 0


@pytest.mark.parametrize("asked", [0.0, 0.05, 5.0])
@pytest.mark.parametrize("is_last", [False, True])
def test_what_markup_asks_for_stands(asked: float, is_last: bool) -> None:
    assert pause(sentence(pause=asked, paragraph=True), is_last=is_last) == asked

from dataclasses import replace

import pytest

from declaim.ablation.whole_text import joined
from declaim.prosody.score import Emphasis, Score
from declaim.text.clauses import MAX_CLAUSE_TOKENS
from declaim.text.sentence import Clause, Sentence, Word


def sentence(start: int, *clauses: str, voice: str | None = None) -> Sentence:
    """Of words of one letter, "ab," being two and a mark, one behind the other in the text."""
    made = []
    for clause in clauses:
        words = tuple(
            Word((start + i, start + i + 1), each, each, "en") for i, each in enumerate(clause[:-1])
        )
        made.append(Clause(words, (start, start + len(clause)), clause[-1], pause=0.5))
        start += len(clause)
    return Sentence(tuple(made), voice)


def said(sentences: list[Sentence], most: int) -> list[str]:
    """What each joined sentence's one clause says."""
    found = []
    for each, score in joined([(each, Score()) for each in sentences], most):
        (clause,) = each.clauses
        assert score == Score()
        assert (clause.pause, clause.hold) == (None, None)
        found.append(" ".join(word.phonemes for word in clause.words) + clause.punctuation)
    return found


def test_sentences_become_one_that_keeps_its_marks() -> None:
    assert said([sentence(0, "ab,", "c."), sentence(5, "de?")], 100) == ["a b, c. d e?"]


@pytest.mark.parametrize(
    ("most", "expected"),
    [(11, ["a b.", "c d.", "e f."]), (12, ["a b. c d.", "e f."]), (18, ["a b. c d. e f."])],
)
def test_as_long_as_may_be(most: int, expected: list[str]) -> None:
    """Each of these sentences is six long: two letters, a mark, and what may stand between them."""
    assert said([sentence(0, "ab."), sentence(3, "cd."), sentence(6, "ef.")], most) == expected


def test_a_sentence_that_is_longer_stays_alone() -> None:
    long = sentence(0, "a" * MAX_CLAUSE_TOKENS + ".")
    assert len(said([sentence(0, "a."), long, sentence(0, "a.")], 50)) == 3


def test_each_voice_by_itself() -> None:
    sentences = [sentence(0, "a.", voice="af_heart"), sentence(2, "b."), sentence(4, "c.")]
    found = [each for each, _ in joined([(each, Score()) for each in sentences], 100)]
    assert [each.voice for each in found] == ["af_heart", None]
    assert [each.span for each in found] == [(0, 2), (2, 6)]


def test_each_word_is_said_as_its_own_sentence_asks() -> None:
    stressed = Score(rate=0.8, emphasis=(Emphasis(word="b", strength=1.0, start=1),))
    (only,) = joined([(sentence(0, "ab."), stressed), (sentence(3, "c."), Score(pitch=2))], 100)
    a, b, c = only[0].clauses[0].words
    assert [word.prosody.rate for word in (a, b, c)] == [0.8, 0.8, 1.0]
    assert (a.prosody.pitch, c.prosody.pitch) == (0.0, 2.0)
    assert b.emphasis != a.emphasis


def test_silence_at_the_beginning_is_left_out() -> None:
    spoken = sentence(0, "a.")
    silent = replace(spoken, clauses=(Clause((), (0, 0), pause=2.0), *spoken.clauses))
    assert said([silent], 100) == ["a."]

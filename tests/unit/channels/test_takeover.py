"""What is left of a sentence behind a chunk."""

from dataclasses import replace

import pytest

from declaim.channels.takeover import MisplacedChunkError, divide
from declaim.engines.to_say import ToSay
from declaim.prosody.score import Score
from declaim.text.sentence import Clause, Sentence, Word
from declaim.text.short_start import with_short_start
from toy_channels import sentences_of, text_of, to_say

TEXT = text_of(1)  # "w000 w001, w002 w003, w004 w005. "


def words(said: ToSay | None) -> list[str]:
    return [word.spoken for word in said.words] if said else []


def test_pauses_go_with_their_clauses() -> None:
    said = replace(to_say(TEXT, pauses=[0.1, None, 0.3], rate=1.5), soon=True)
    covered, rest = divide(said, (0, 11))
    assert [clause.span for clause in covered] == [(0, 11)]
    assert rest
    assert rest.sentence.span == (11, 33)
    assert rest.score == Score(pauses=(None, 0.3), rate=1.5)
    assert rest.soon
    assert rest.voice == said.voice
    assert divide(rest, (11, 33))[1] is None


def test_several_clauses() -> None:
    covered, rest = divide(to_say(TEXT), (0, 22))
    assert len(covered) == 2
    assert words(rest) == ["w004", "w005"]


@pytest.mark.parametrize("end", [4, 5])
def test_a_chunk_may_end_inside_a_clause(end: int) -> None:
    said = to_say(TEXT, pauses=[0.1, 0.2, 0.3])
    covered, rest = divide(said, (0, end))
    assert [word.spoken for clause in covered for word in clause.words] == ["w000"]
    assert words(rest) == ["w001", "w002", "w003", "w004", "w005"]
    assert rest
    assert rest.sentence.clauses[0].span == (end, 11)
    assert rest.score.pauses == (0.1, 0.2, 0.3)


def test_a_chunk_of_one_clause_and_a_part() -> None:
    said = to_say(TEXT, pauses=[0.1, 0.2, 0.3])
    _, rest = divide(said, (0, 16))
    assert words(rest) == ["w003", "w004", "w005"]
    assert rest
    assert rest.score.pauses == (0.2, 0.3)


def test_a_sentence_that_began_short() -> None:
    sentence = sentences_of(text_of(1, clauses=1, words=40))[0]
    first = with_short_start(sentence).clauses[0]
    covered, rest = divide(ToSay(sentence, Score(), "zf_toy"), first.span)
    assert [*covered[0].words, *(word for word in rest.words)] == [*sentence.clauses[0].words] if rest else 0
    assert covered[0].words == first.words


@pytest.mark.parametrize("span", [(1, 11), (0, 2), (0, 7), (0, 34), (5, 0), (0, 0), (11, 22), (-1, 11)])
def test_spans_that_no_chunk_can_have(span: tuple[int, int]) -> None:
    with pytest.raises(MisplacedChunkError):
        divide(to_say(TEXT), span)


def test_a_number_that_takes_several_clauses() -> None:
    """Those behind the first have no characters of their own: they are lost by no cut, and said once."""
    digits = (Word((0, 60), "one", "wʌn", "en"), Word((0, 60), "two", "tu", "en"))
    clauses = (
        Clause(digits, (0, 60)), Clause(digits, (60, 60)), Clause(digits, (60, 60)),
        Clause((Word((61, 64), "end", "ɛnd", "en"),), (60, 65)),
    )  # fmt: skip
    said = ToSay(Sentence(clauses), Score(pauses=(1, 2, 3, 4)), "zf_toy")
    counts = []
    rest: ToSay | None = said
    for span in [(0, 60), (60, 60), (60, 60), (60, 65)]:
        assert rest
        covered, rest = divide(rest, span)
        counts.append(len(covered))
    assert counts == [1, 1, 1, 1]
    assert rest is None
    covered, rest = divide(said, (0, 60))
    assert rest
    assert rest.score.pauses == (2, 3, 4)
    assert len(divide(rest, (60, 65))[0]) == 3

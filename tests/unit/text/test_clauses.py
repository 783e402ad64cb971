"""Clauses: their marks, their lengths, their spans."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declaim.text.clauses import (
    MAX_CLAUSE_TOKENS,
    MAX_SENTENCE_TOKENS,
    ClauseBuilder,
    opening,
    punctuation,
    sentences_of,
    tokens,
)
from declaim.text.sentence import Clause, Word


@pytest.mark.parametrize(
    ("gap", "mark"),
    [
        ("", ""),
        (" ", ""),
        ("，", ","),
        ("、", ","),
        ("。", "."),
        ("？！", "?"),
        ("！”", "!"),
        ("……", "…"),
        ("...", "…"),
        ("。（", "."),
        (" - ", "—"),
        (" – ", "—"),
        ("-", ""),
        ("——", "—"),
        ("；", ";"),
        ("：“", ":"),
        (" (", ","),
        ("\n", ""),
        ("”", ""),
        ("'", ""),
    ],
)
def test_punctuation(gap: str, mark: str) -> None:
    assert punctuation(gap) == mark


@pytest.mark.parametrize(
    ("gap", "length"),
    [
        ("", 0),
        ('："', 1),
        ('。"', 0),
        ("，“", 1),
        ("。” ", 0),
        ('," "', 1),
        ('," ', 0),
        ('"', 0),
        (" (", 1),
        ("：“『", 2),
        ("“", 1),
        (" ", 0),
    ],
)
def test_opening(gap: str, length: int) -> None:
    assert opening(gap) == length


def test_opening_of_many_quotation_marks_is_quick() -> None:
    assert opening("“" * 200_000 + "。") == 0


def made(lengths: list[int]) -> list[Word]:
    """Words of so many phonemes, side by side."""
    return [Word((i, i + 1), "x", "a" * length, "en") for i, length in enumerate(lengths)]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=200))
def test_clauses_are_short_and_tile(lengths: list[int]) -> None:
    words = made(lengths)
    end = len(words) + 3
    clauses = list(ClauseBuilder(words, 0).close(end, "?", 0.5))
    assert [word for clause in clauses for word in clause.words] == words
    assert all(sum(map(tokens, clause.words)) <= MAX_CLAUSE_TOKENS for clause in clauses)
    assert clauses[0].span[0] == 0
    assert clauses[-1].span[1] == end
    assert all(left.span[1] == right.span[0] for left, right in pairwise(clauses))
    assert (clauses[-1].punctuation, clauses[-1].pause) == ("?", 0.5)
    assert all((clause.punctuation, clause.pause) == ("", None) for clause in clauses[:-1])
    for clause in clauses:
        assert all(clause.span[0] <= word.span[0] and word.span[1] <= clause.span[1] for word in clause.words)


def test_parts_are_of_about_the_same_length() -> None:
    clauses = list(ClauseBuilder(made([9] * 13), 0).close(13, "", None))
    assert [len(clause.words) for clause in clauses] == [7, 6]


def test_a_word_longer_than_a_clause_is_said_in_pieces() -> None:
    word = Word((0, 5), "x", "abcdefghij" * 40, "en")
    clauses = list(ClauseBuilder([word], 0).close(6, ".", None))
    pieces = [piece for clause in clauses for piece in clause.words]
    assert "".join(piece.phonemes for piece in pieces) == word.phonemes
    assert all(tokens(piece) <= MAX_CLAUSE_TOKENS for piece in pieces)
    assert clauses[0].span == (0, 5)
    assert clauses[-1].span[1] == 6


def test_what_is_written_as_one_is_said_in_one_clause() -> None:
    number = [Word((100, 110), "x", "a" * 9, "en")] * 12
    clauses = list(ClauseBuilder([*made([9] * 12), *number], 0).close(110, "", None))
    assert [clause.span for clause in clauses] == [(0, 100), (100, 110)]
    too_long = list(ClauseBuilder([*number, *number], 100).close(110, "", None))
    assert [(len(clause.words), clause.span) for clause in too_long] == [(12, (100, 110)), (12, (110, 110))]


@given(st.lists(st.lists(st.integers(1, 12), min_size=1, max_size=9), min_size=1, max_size=40))
def test_sentences_are_short_and_keep_all_clauses(lengths: list[list[int]]) -> None:
    clauses = [Clause(tuple(made(each)), (i, i + 1), ",") for i, each in enumerate(lengths)]
    sentences = list(sentences_of(clauses, "a", ends_paragraph=True))
    assert [clause for sentence in sentences for clause in sentence.clauses] == clauses
    for sentence in sentences:
        assert sum(sum(map(tokens, c.words)) + 2 for c in sentence.clauses) <= MAX_SENTENCE_TOKENS
        assert sentence.voice == "a"
    assert [sentence.ends_paragraph for sentence in sentences] == [False] * (len(sentences) - 1) + [True]

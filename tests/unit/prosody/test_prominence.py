import numpy as np
import pytest

from declaim.prosody.language_model.tokenizer import Token
from declaim.prosody.prominence import boundaries, emphasised, word_surprisals
from declaim.prosody.reading import Reading, reading_of
from declaim.text.sentence import Clause, Sentence, Word


def reading_in(*clauses: str) -> Reading:
    """English clauses; every word's place in the user's text is a hundred further on than in the reading."""
    made, at = [], 100
    for clause in clauses:
        words = []
        for spoken in clause.split():
            words.append(Word((at, at + len(spoken)), spoken, "a", "en"))
            at += len(spoken) + 1
        made.append(Clause(tuple(words), (words[0].span[0], at), ","))
    return reading_of(Sentence(tuple(made)))


def tokens_of(reading: Reading, *pieces: str) -> list[Token]:
    tokens, at = [], 0
    for number, piece in enumerate(pieces):
        assert reading.text.startswith(piece, at)
        tokens.append(Token(number, at, at + len(piece)))
        at += len(piece)
    return tokens


def surprisals(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_a_words_surprisal_is_that_of_all_its_tokens() -> None:
    reading = reading_in("The zebra sings", "well")
    tokens = tokens_of(reading, "The", " z", "eb", "ra", " sings", ",", " well", ",")
    sums = word_surprisals(reading, tokens, surprisals(1, 2, 3, 4, 5, 100, 6, 100))
    assert sums.tolist() == [1, 9, 5, 6]


def test_a_token_over_several_words_is_the_last_ones() -> None:
    reading = reading_in("a b c")
    assert word_surprisals(reading, [Token(0, 0, 3), Token(1, 3, 5)], surprisals(4, 2)).tolist() == [0, 4, 2]


def test_words_without_tokens_are_no_surprise() -> None:
    reading = reading_in("One two", "three")
    assert word_surprisals(reading, [], surprisals()).tolist() == [0, 0, 0]
    assert word_surprisals(reading, [Token(0, 0, 3)], surprisals(2)).tolist() == [2, 0, 0]


WORDS = "The zebra sings in our small garden"
EXPECTED = (1.0, 3.0, 3.0, 1.0, 1.0, 3.0, 3.0)


def test_what_stands_out_is_emphasised_at_its_place_in_the_text() -> None:
    (found,) = emphasised(reading_in(WORDS), surprisals(1, 15, 3, 1, 1, 3, 3))
    assert (found.word, found.start) == ("zebra", 104)
    assert 0.4 < found.strength <= 1


def test_more_surprise_is_more_strength() -> None:
    reading = reading_in(f"{WORDS} every single morning before breakfast")
    rest = [5.0] * 10
    strengths = [emphasised(reading, surprisals(1, high, *rest))[0].strength for high in (6.5, 7, 30)]
    assert 0.25 < strengths[0] < strengths[1] < strengths[2] <= 1


@pytest.mark.parametrize(
    "values",
    [EXPECTED, (0.0,) * 7, (1.0, 5.9, 0.1, 0.1, 0.1, 0.1, 0.1), (20.0, 3.0, 3.0, 20.0, 20.0, 3.0, 3.0)],
    ids=["even", "none", "little", "grammar"],
)
def test_nothing_stands_out(values: tuple[float, ...]) -> None:
    assert emphasised(reading_in(WORDS), surprisals(*values)) == ()


def test_a_few_words_have_no_emphasis() -> None:
    assert emphasised(reading_in("Zebras sing"), surprisals(30, 1)) == ()
    assert emphasised(Reading("", ()), surprisals()) == ()


def test_one_for_every_six_words_and_never_more_than_two() -> None:
    for count, most in ((7, 1), (12, 2), (40, 2)):
        reading = reading_in(" ".join(f"word{i}" for i in range(count)))
        values = np.ones(count, dtype=np.float32)
        values[1::4][:3] = 20
        found = emphasised(reading, values)
        assert len(found) == (most if count > 7 else 1)
        assert [each.start for each in found] == sorted(each.start or 0 for each in found)


def test_a_surprise_makes_the_boundary_before_it_firmer() -> None:
    reading = reading_in("Good friends", "zebras are here", "too")
    pauses = boundaries(reading, [",", ",", "."], surprisals(1, 1, 20, 1, 1, 1))
    assert pauses[1:] == (None, None)
    assert pauses[0] is not None
    assert 0.22 < pauses[0] <= 0.33


def test_heavier_marks_have_longer_pauses_and_others_none() -> None:
    reading = reading_in("Good friends", "zebras are here")
    values = surprisals(1, 1, 20, 1, 1)
    by_mark = {mark: boundaries(reading, [mark, "."], values)[0] for mark in (",", ";", "…", "", "?")}
    assert by_mark[""] is by_mark["?"] is None
    assert (by_mark[","] or 0) < (by_mark[";"] or 0) < (by_mark["…"] or 0) <= 0.6


def test_no_surprise_leaves_boundaries_to_the_voice() -> None:
    reading = reading_in("Good friends", "zebras are here")
    assert boundaries(reading, [",", "."], surprisals(3, 3, 3, 3, 3)) == (None, None)
    assert boundaries(reading_in("Good friends"), ["."], surprisals(1, 20)) == ()


def test_clauses_without_words_have_no_boundary_of_their_own() -> None:
    word = Word((0, 1), "a", "a", "en")
    clauses = (Clause((), (0, 0), pause=1.0), Clause((word,), (0, 1), ","), Clause((), (1, 2)))
    reading = reading_of(Sentence(clauses))
    assert boundaries(reading, ["", ",", ""], surprisals(9)) == (None, None, None)

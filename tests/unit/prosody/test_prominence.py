import numpy as np

from declaim.prosody.language_model.tokenizer import Token
from declaim.prosody.prominence import boundaries, emphasised, weighed, word_surprisals
from declaim.prosody.reading import Reading, reading_of
from declaim.prosody.score import Emphasis
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


def test_what_is_in_focus_is_emphasised_at_its_place_in_the_text() -> None:
    found = emphasised(reading_in(WORDS), {6: 0.3, 1: 0.61234})
    assert found == (
        Emphasis(word="zebra", strength=0.612, start=104),
        Emphasis(word="garden", strength=0.3, start=129),
    )


def test_a_written_stretch_is_emphasised_once_and_at_the_strongest() -> None:
    words = (Word((0, 4), "twenty", "a", "en"), Word((0, 4), "four", "a", "en"), Word((5, 6), "a", "a", "en"))
    reading = reading_of(Sentence((Clause(words, (0, 6), "."),)))
    assert emphasised(reading, {0: 0.4, 1: 0.8}) == (Emphasis(word="four", strength=0.8, start=0),)
    assert emphasised(reading, {0: 0.8, 1: 0.4}) == (Emphasis(word="twenty", strength=0.8, start=0),)


def strength_of(reading: Reading, values: np.ndarray, index: int = 1, strength: float = 0.4) -> float:
    (found,) = weighed(emphasised(reading, {index: strength}), reading, values)
    return found.strength


def test_more_surprise_is_more_strength() -> None:
    reading = reading_in(WORDS)
    strengths = [strength_of(reading, surprisals(3, x, 3, 3, 3, 3, 5)) for x in (1, 3, 4, 6)]
    assert strengths == sorted(set(strengths))
    assert 0.29 < strengths[0] < 0.4 < strengths[-1] <= 0.6


def test_even_surprise_leaves_the_strength() -> None:
    assert strength_of(reading_in(WORDS), surprisals(*[3] * 7)) == 0.4


def test_strengths_stay_in_range() -> None:
    reading = reading_in(WORDS)
    assert strength_of(reading, surprisals(1, 30, 1, 1, 1, 1, 1), strength=0.95) == 1
    assert strength_of(reading, surprisals(9, 0, 9, 9, 9, 9, 9), strength=0.25) == 0.2


def test_surprise_says_nothing_in_a_few_words_and_in_chinese() -> None:
    assert strength_of(reading_in("Zebras sing"), surprisals(1, 30)) == 0.4
    words = tuple(Word((i, i + 1), text, "a", "zh") for i, text in enumerate("斑马唱歌"))
    chinese = reading_of(Sentence((Clause(words, (0, 4), "."),)))
    assert strength_of(chinese, surprisals(1, 30, 1, 1)) == 0.4


def test_in_a_mixed_sentence_english_is_held_against_english() -> None:
    texts = ["我", "说", "the", "zebra", "sings", "了"]
    words = tuple(
        Word((i, i + 1), text, "a", "en" if text.isascii() else "zh") for i, text in enumerate(texts)
    )
    reading = reading_of(Sentence((Clause(words, (0, 6), "."),)))
    values = surprisals(90, 90, 1, 9, 1, 90)
    assert strength_of(reading, values, index=3) > 0.4
    assert strength_of(reading, values, index=0) == 0.4


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


def test_a_surprise_in_chinese_leaves_the_boundary_to_the_voice() -> None:
    words = tuple(Word((i, i + 1), text, "a", "zh") for i, text in enumerate("斑马唱歌"))
    clauses = (Clause(words[:2], (0, 2), ","), Clause(words[2:], (2, 4), "."))
    assert boundaries(reading_of(Sentence(clauses)), [",", "."], surprisals(1, 1, 20, 1)) == (None, None)


def test_no_surprise_leaves_boundaries_to_the_voice() -> None:
    reading = reading_in("Good friends", "zebras are here")
    assert boundaries(reading, [",", "."], surprisals(3, 3, 3, 3, 3)) == (None, None)
    assert boundaries(reading_in("Good friends"), ["."], surprisals(1, 20)) == ()


def test_clauses_without_words_have_no_boundary_of_their_own() -> None:
    word = Word((0, 1), "a", "a", "en")
    clauses = (Clause((), (0, 0), pause=1.0), Clause((word,), (0, 1), ","), Clause((), (1, 2)))
    reading = reading_of(Sentence(clauses))
    assert boundaries(reading, ["", ",", ""], surprisals(9)) == (None, None, None)

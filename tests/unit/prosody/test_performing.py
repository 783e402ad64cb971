from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declaim.prosody.expression import emphasis_effect
from declaim.prosody.performing import located, performed
from declaim.prosody.prosody import NEUTRAL, Prosody
from declaim.prosody.score import Emphasis, Score
from declaim.text.sentence import Clause, Sentence, Span, Word

TEXT = "The red door, not the RED one, in 2024."
YEAR = (34, 38)


def word(span: Span, prosody: Prosody = NEUTRAL, *, spoken: str = "", emphasis: Prosody = NEUTRAL) -> Word:
    return Word(span, spoken or TEXT[slice(*span)], "a", "en", prosody=prosody, emphasis=emphasis)


DOOR = Clause((word((0, 3)), word((4, 7)), word((8, 12))), (0, 14), ",")
ONE = Clause((word((14, 17)), word((18, 21)), word((22, 25)), word((26, 29))), (14, 31), ",")
IN = Clause(
    (word((31, 33)), *(word(YEAR, spoken=spoken) for spoken in ("twenty", "twenty", "four"))), (31, 39), "."
)
SENTENCE = Sentence((DOOR, ONE, IN), "af_heart", ends_paragraph=True)
LOUD = emphasis_effect(1.0)


def words(sentence: Sentence) -> list[Word]:
    return [word for clause in sentence.clauses for word in clause.words]


def emphasised(score: Score, sentence: Sentence = SENTENCE) -> list[int]:
    """The indices of the words that are not said as the others."""
    said = words(performed(sentence, score))
    assert {word.prosody for word in said} == {score.prosody}
    return [i for i, word in enumerate(said) if word.emphasis != NEUTRAL]


def at(start: int, strength: float = 1.0) -> Score:
    return Score(emphasis=(Emphasis(word="?", strength=strength, start=start),))


def places(*asked: str, text: str = TEXT, sentence: Sentence = SENTENCE) -> list[tuple[str, int | None]]:
    found = located(tuple(Emphasis(word=each) for each in asked), sentence, text)
    return [(each.word, each.start) for each in found]


def test_a_score_that_asks_for_nothing_leaves_the_sentence() -> None:
    assert performed(SENTENCE, Score()) == SENTENCE


def test_the_sentences_prosody_is_under_each_words_own() -> None:
    high = word((4, 7), Prosody(rate=0.5, pitch=3))
    sentence = replace(SENTENCE, clauses=(replace(DOOR, words=(DOOR.words[0], high)), ONE))
    said = words(performed(sentence, Score(rate=0.8, pitch=-1, energy=-2)))
    assert said[0].prosody == Prosody(rate=0.8, pitch=-1, energy=-2)
    assert said[1].prosody == Prosody(rate=0.5, pitch=2, energy=-2)  # 0.4 is below the slowest


@pytest.mark.parametrize("start", [4, 5, 6])
def test_emphasis_touches_its_word_only(start: int) -> None:
    score = Score(rate=1.1, emphasis=at(start).emphasis)
    assert emphasised(score) == [1]
    assert words(performed(SENTENCE, score))[1].emphasis == LOUD


@pytest.mark.parametrize("start", [7, 12, 13, 500])
def test_emphasis_between_words_or_elsewhere_is_on_none(start: int) -> None:
    assert emphasised(at(start)) == []


def test_emphasis_without_strength_is_not_heard() -> None:
    assert emphasised(at(4, 0.0)) == []


def test_a_number_is_emphasised_as_a_whole() -> None:
    assert emphasised(at(35)) == [8, 9, 10]


def test_emphasis_comes_on_top_of_markups() -> None:
    asked, own = Prosody(pitch=1), Prosody(energy=1)
    sentence = replace(SENTENCE, clauses=(replace(DOOR, words=(word((0, 3), asked, emphasis=own),)),))
    (said,) = words(performed(sentence, at(0)))
    assert (said.prosody, said.emphasis) == (asked, LOUD * own)


def test_the_first_such_word_is_found_as_it_is_written() -> None:
    assert places("red") == places("RED") == [("red", 4)]
    assert places("one") == [("one", 26)]
    assert places("2024") == [("2024", 34)]
    assert places("door, not") == [("door", 8), ("not", 14)]


@pytest.mark.parametrize("asked", ["blue", "twenty", "re", "oor", "n", ",", " ", "202", "(red)", "[a-z]+"])
def test_what_is_no_word_of_the_sentence_is_nowhere(asked: str) -> None:
    assert places(asked) == []


def test_chinese_is_found_however_it_is_cut_into_words() -> None:
    text = "我们去中央公园,公园很大"
    spans = [(0, 2), (2, 3), (3, 5), (5, 7), (8, 10), (10, 12)]
    sentence = Sentence((Clause(tuple(Word(s, "x", "x", "zh") for s in spans), (0, len(text))),))
    assert places("中央公园", text=text, sentence=sentence) == [("中央", 3), ("公园", 5)]
    assert places("公园", text=text, sentence=sentence) == [("公园", 5)]
    assert places("央", text=text, sentence=sentence) == [("中央", 3)]


def test_names_in_markup_are_no_words() -> None:
    text = "<speak><emphasis>Some</emphasis> emphasis</speak>"
    start = text.index(" emphasis") + 1
    spans = [(17, 21), (start, start + 8)]
    sentence = Sentence((Clause(tuple(Word(s, "x", "x", "en") for s in spans), (0, len(text))),))
    assert places("emphasis", text=text, sentence=sentence) == [("emphasis", start)]


def test_places_that_are_given_are_kept_in_their_sentence_only() -> None:
    second = Sentence((ONE, IN))
    mine, other = Emphasis(word="red", start=22), Emphasis(word="red", start=4)
    assert located((mine, other), second, TEXT) == (mine,)
    assert places("red", sentence=second) == [("RED", 22)]


def test_the_strength_is_kept_where_the_word_is_found() -> None:
    (found,) = located((Emphasis(word="door", strength=0.3),), SENTENCE, TEXT)
    assert found == Emphasis(word="door", strength=0.3, start=8)


@pytest.mark.parametrize("pause", [0.0, 0.1, 0.6])
def test_a_short_pause_inside_is_held_within_the_melody(pause: float) -> None:
    said = performed(SENTENCE, Score(pauses=(pause,)))
    assert said.clauses == (replace(DOOR, hold=pause), ONE, IN)


def test_a_long_pause_inside_is_a_cut() -> None:
    said = performed(SENTENCE, Score(pauses=(None, 0.7)))
    assert said.clauses == (DOOR, replace(ONE, pause=0.7), IN)


@pytest.mark.parametrize("pause", [0.0, 0.3, 5.0])
def test_a_pause_at_the_end_is_silence(pause: float) -> None:
    said = performed(SENTENCE, Score(pauses=(None, None, pause)))
    assert said.clauses == (DOOR, ONE, replace(IN, pause=pause))


@pytest.mark.parametrize("asked", [0.0, 0.05, 5.0])
@pytest.mark.parametrize("pause", [0.0, 0.3, 3.0])
def test_the_pause_that_markup_asks_for_stands(asked: float, pause: float) -> None:
    sentence = Sentence((replace(DOOR, pause=asked), replace(IN, pause=asked)))
    assert performed(sentence, Score(pauses=(pause, pause))) == sentence


def test_more_pauses_than_clauses_are_let_be() -> None:
    assert performed(SENTENCE, Score(pauses=(None,) * 3 + (0.5,) * 5)) == SENTENCE


prosodies = st.builds(Prosody, st.floats(0.5, 2), st.floats(-12, 12), st.floats(0, 2), st.floats(-20, 10))


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=5),
    st.lists(st.none() | st.floats(0, 60), max_size=7),
    st.lists(st.integers(0, 60), max_size=4),
    prosodies,
)
def test_no_word_is_lost(counts: list[int], pauses: list[float], starts: list[int], own: Prosody) -> None:
    clauses, at = [], 0
    for count in counts:
        said = tuple(Word((at + i, at + i + 1), "a", "a", "zh", prosody=own) for i in range(count))
        clauses.append(Clause(said, (at, at + count + 1), ","))
        at += count + 1
    sentence = Sentence(tuple(clauses), ends_paragraph=True)
    score = Score(
        rate=0.5,
        pitch=12,
        pauses=tuple(pauses),
        emphasis=tuple(Emphasis(word="a", strength=1, start=start) for start in starts),
    )
    result = performed(sentence, score)
    assert [replace(word, prosody=own, emphasis=NEUTRAL) for word in words(result)] == words(sentence)
    plain = [replace(clause, words=(), pause=None, hold=None) for clause in result.clauses]
    assert plain == [replace(clause, words=()) for clause in sentence.clauses]
    assert result.ends_paragraph
    assert not any(clause.hold is not None and clause.pause is not None for clause in result.clauses)

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaim.acoustic.tokens import tokenise
from declaim.text.clauses import tokens
from declaim.text.phonemes import VOCABULARY
from declaim.text.sentence import Clause, Language, Sentence, Word
from declaim.text.short_start import with_short_start

SYMBOLS = {symbol: number for number, symbol in enumerate(sorted(VOCABULARY))}
VOICED, VOICELESS = "mama", "pama"


def clause(
    *phonemes: str, at: int = 0, mark: str = ",", pause: float | None = None, language: Language = "en"
) -> Clause:
    """Words of two characters each, the second of them a space."""
    words = tuple(
        Word((at + 2 * i, at + 2 * i + 1), "w", sounds, language) for i, sounds in enumerate(phonemes)
    )
    return Clause(words, (at, at + 2 * len(words)), mark, pause)


def cut_before(*phonemes: str) -> int:
    """The index of the word before which a clause is cut."""
    first, _ = with_short_start(Sentence((clause(*phonemes),))).clauses
    return len(first.words)


def spelled(sentence: Sentence) -> str:
    names = {number: symbol for symbol, number in SYMBOLS.items()}
    return "".join(names[token] for token in tokenise(sentence, SYMBOLS).ids)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_model_reads_the_same_tokens_as_before(language: Language) -> None:
    first = clause(*[VOICED] * 20, language=language)
    sentence = Sentence((first, clause(*[VOICED] * 3, at=40, mark=".", language=language)))
    shortened = with_short_start(sentence)
    assert len(shortened.clauses) == 3
    assert spelled(shortened) == spelled(sentence)
    assert tokenise(shortened, SYMBOLS).words == tokenise(sentence, SYMBOLS).words


def test_words_and_spans_are_those_of_the_clause() -> None:
    sentence = Sentence((clause(*[VOICED] * 20), clause(VOICED, at=40, mark=".")), "af_heart", True)
    shortened = with_short_start(sentence)
    first, rest, last = shortened.clauses
    assert first.words + rest.words == sentence.clauses[0].words
    assert (first.span[0], rest.span[1]) == (0, 40)
    assert first.span[1] == rest.span[0] == rest.words[0].span[0]
    assert last == sentence.clauses[1]
    assert (shortened.voice, shortened.ends_paragraph) == ("af_heart", True)


def test_the_mark_and_the_pause_stay_at_the_end() -> None:
    first, rest = with_short_start(Sentence((clause(*[VOICED] * 20, mark="?", pause=0.7),))).clauses
    assert (first.punctuation, first.pause) == ("", None)
    assert (rest.punctuation, rest.pause) == ("?", 0.7)


def test_what_precedes_the_first_word_and_follows_the_last_stays_with_them() -> None:
    wide = replace(clause(*[VOICED] * 20, at=10), span=(0, 60))  # markup before, symbols behind
    first, rest = with_short_start(Sentence((wide,))).clauses
    assert (first.span[0], rest.span[1]) == (0, 60)


@pytest.mark.parametrize(
    "phonemes",
    [[VOICED], ["m" * 100], ["m" * 15] * 4, [VOICED] * 12, []],
    ids=["one word", "one long word", "64 phonemes", "60 phonemes", "no word"],
)
def test_a_first_clause_that_is_short_or_one_word_is_left_alone(phonemes: list[str]) -> None:
    sentence = Sentence((clause(*phonemes, pause=0.5), clause(*[VOICED] * 30, at=40, mark=".")))
    assert with_short_start(sentence) is sentence


def test_one_phoneme_more_is_cut() -> None:
    sentence = Sentence((clause("m" * 20, "m" * 20, "m" * 22),))  # 65 with the spaces
    assert len(with_short_start(sentence).clauses) == 2


def test_the_first_part_is_about_a_second_and_a_half() -> None:
    assert cut_before(*["mam"] * 20) == 9  # 36 phonemes
    assert cut_before(*["m" * 6] * 20) == 5


@pytest.mark.parametrize("onset", ["p", "t", "k", "f", "s", "x", "h", "ʂ", "ɕ", "ʃ", "θ", "ʦ", "ʨ", "ꭧ", "ʧ"])
@pytest.mark.parametrize("stress", ["", "ˈ", "ˌ"])
def test_a_voiceless_onset_nearby_is_preferred(onset: str, stress: str) -> None:
    quiet = f"{stress}{onset}am"[: 3 + len(stress)]
    sounds = ["mam"] * 20
    for index in (7, 12):  # 10 phonemes from the best place, on either side
        assert cut_before(*sounds[:index], quiet, *sounds[index + 1 :]) == index


def test_a_voiceless_onset_far_away_is_not() -> None:
    sounds = ["mam"] * 20
    for index in (6, 14):  # too few phonemes, and 18 from the best place
        assert cut_before(*sounds[:index], "pam", *sounds[index + 1 :]) == 9


def test_of_two_voiceless_onsets_the_nearer_counts() -> None:
    sounds = ["mam"] * 20
    sounds[7] = sounds[10] = "pam"
    assert cut_before(*sounds) == 10


def test_a_voiceless_onset_does_not_make_the_first_part_too_short() -> None:
    assert cut_before("m" * 25, VOICELESS, *[VOICED] * 20) == 1  # 26 phonemes
    assert cut_before("m" * 24, VOICELESS, *[VOICED] * 20) == 4  # 25 would be too few


def test_a_long_first_word_is_not_cut_within() -> None:
    assert cut_before("m" * 80, VOICED) == 1
    assert cut_before("m" * 3, "m" * 80) == 1  # there is no other place


def test_what_is_written_as_one_is_not_cut_within() -> None:
    """A long number is several words that share one span."""
    number = tuple(Word((4, 19), "w", VOICED, "en") for _ in range(20))
    before, after = Word((0, 3), "w", "ðə", "en"), Word((20, 26), "w", VOICED, "en")
    sentence = Sentence((Clause((before, *number, after), (0, 27), "."),))
    first, rest = with_short_start(sentence).clauses
    assert (len(first.words), len(rest.words)) == (21, 1)
    assert (first.span, rest.span) == ((0, 20), (20, 27))
    alone = Sentence((Clause(number, (0, 20), "."),))
    assert with_short_start(alone) is alone


@st.composite
def sentences(draw: st.DrawFn) -> Sentence:
    sizes = draw(st.lists(st.lists(st.integers(1, 14), max_size=20), min_size=1, max_size=3))
    onsets = draw(st.randoms(use_true_random=False))
    clauses: list[Clause] = []
    at = 0
    for sizes_of in sizes:
        made = clause(*(onsets.choice("mpsaˈ") + "a" * size for size in sizes_of), at=at)
        clauses.append(made)
        at = made.span[1]
    return Sentence(tuple(clauses))


@settings(max_examples=200, deadline=None)
@given(sentences())
def test_any_sentence_keeps_its_words_in_clauses_that_tile_it(sentence: Sentence) -> None:
    shortened = with_short_start(sentence)
    long = sum(map(tokens, sentence.clauses[0].words)) > 64 and len(sentence.clauses[0].words) > 1
    assert len(shortened.clauses) == len(sentence.clauses) + long
    assert shortened.span == sentence.span
    assert all(before.span[1] == after.span[0] for before, after in pairwise(shortened.clauses))
    assert [word for each in shortened.clauses for word in each.words] == [
        word for each in sentence.clauses for word in each.words
    ]
    if long:
        assert shortened.clauses[0].words
        assert shortened.clauses[1].words
        for each in shortened.clauses:
            assert all(each.span[0] <= word.span[0] < word.span[1] <= each.span[1] for word in each.words)


def test_the_hold_stays_at_the_end() -> None:
    held = replace(clause(*[VOICED] * 20), hold=0.3)
    first, rest, _ = with_short_start(Sentence((held, clause(VOICED, at=40, mark=".")))).clauses
    assert (first.hold, rest.hold) == (None, 0.3)

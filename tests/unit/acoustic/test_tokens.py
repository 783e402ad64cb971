from dataclasses import replace

import pytest

from declaim.acoustic.tokens import tokenise
from declaim.prosody.prosody import NEUTRAL, Prosody
from declaim.text.sentence import Clause, Language, Sentence, Word

SYMBOLS = {symbol: number for number, symbol in enumerate(" ,.!?;:—…abcdefnihw", start=1)}


def word(phonemes: str, language: Language = "en", prosody: Prosody = NEUTRAL) -> Word:
    return Word((0, 1), phonemes, phonemes, language, prosody=prosody)


def spelled(*clauses: Clause) -> str:
    names = {number: symbol for symbol, number in SYMBOLS.items()}
    return "".join(names[token] for token in tokenise(Sentence(clauses), SYMBOLS).ids)


def test_spaces_between_words_and_after_english_punctuation() -> None:
    first = Clause((word("ab"), word("c")), (0, 5), ",")
    assert spelled(first, Clause((word("d"), word("ef")), (5, 9), ".")) == "ab c, d ef."


def test_no_space_behind_chinese_punctuation() -> None:
    first = Clause((word("ni", "zh"), word("hw", "zh")), (0, 3), ",")
    assert spelled(first, Clause((word("a", "zh"),), (3, 5), "!")) == "ni hw,a!"


def test_a_space_where_english_follows_chinese_punctuation() -> None:
    assert spelled(Clause((word("ni", "zh"),), (0, 1), ","), Clause((word("a"),), (1, 2), ".")) == "ni, a."


def test_a_sentence_without_punctuation_is_closed() -> None:
    assert spelled(Clause((word("ab"),), (0, 2))) == "ab."


def test_a_clause_cut_for_its_length_closes_with_a_space_and_one_with_a_pause_with_a_comma() -> None:
    last = Clause((word("b", "zh"),), (1, 2), "?")
    assert spelled(Clause((word("a", "zh"),), (0, 1)), last) == "a b?"
    assert spelled(Clause((word("a", "zh"),), (0, 1), pause=0.5), last) == "a,b?"


def test_clauses_without_words_make_no_tokens() -> None:
    silence = Clause((), (0, 0), pause=1.0)
    sequence = tokenise(Sentence((silence, Clause((word("ab"),), (0, 2), "."))), SYMBOLS)
    assert len(sequence.ids) == 3
    assert sequence.clause_ends == [2]


def test_each_token_knows_its_word() -> None:
    sequence = tokenise(
        Sentence((Clause((word("ab"), word("c")), (0, 3), ","), Clause((word("d"),), (3, 4), "."))), SYMBOLS
    )
    assert sequence.words == [0, 0, -1, 1, -1, -1, 2, -1]  # a b _ c , _ d .
    assert sequence.clause_ends == [4, 7]
    assert len(sequence.ids) == len(sequence.words) == len(sequence.prosodies)


def test_symbols_that_the_model_does_not_know_make_no_token() -> None:
    sequence = tokenise(Sentence((Clause((word("aʘb"),), (0, 3), "."),)), SYMBOLS)
    assert sequence.words == [0, 0, -1]


def test_a_word_without_a_known_symbol_leaves_no_second_space() -> None:
    assert spelled(Clause((word("a"), word("ʘ"), word(""), word("b")), (0, 4), ".")) == "a b."
    sequence = tokenise(Sentence((Clause((word("a"), word("ʘ"), word("b")), (0, 3), "."),)), SYMBOLS)
    assert sequence.words == [0, -1, 2, -1]  # the next word keeps its own index


def test_each_token_has_its_words_prosody_a_space_the_next_ones_and_a_mark_the_one_befores() -> None:
    slow, high = Prosody(rate=0.8), Prosody(rate=0.5, pitch=3)
    words = (word("a", prosody=slow), word("bc", prosody=high))
    sentence = Sentence((Clause(words, (0, 3), ","), Clause((word("d", prosody=slow),), (3, 4), ".")))
    sequence = tokenise(sentence, SYMBOLS)  # a _ b c , _ d .
    assert sequence.prosodies == [slow, high, high, high, high, slow, slow, slow]


def test_silence_around_an_emphasised_word_is_not_stretched() -> None:
    stressed = replace(word("bc", prosody=Prosody(rate=0.9)), emphasis=Prosody(rate=0.8, pitch=2, energy=1))
    plain = word("a", prosody=Prosody(rate=0.9))
    sequence = tokenise(Sentence((Clause((plain, stressed), (0, 3), "."),)), SYMBOLS)  # a _ b c .
    assert [each.rate for each in sequence.prosodies] == pytest.approx([0.9, 0.9, 0.72, 0.72, 0.9])
    assert [each.pitch for each in sequence.prosodies] == [0, 2, 2, 2, 2]  # the melody has no step


def test_a_mark_is_held_as_long_as_its_clause_says_but_not_the_last() -> None:
    first = Clause((word("ab"), word("c")), (0, 3), ",", hold=0.3)
    sentence = Sentence((first, Clause((word("d"),), (3, 4), ".", hold=0.5)))
    sequence = tokenise(sentence, SYMBOLS)
    assert sequence.holds == {4: 0.3}
    assert sequence.ids[4] == SYMBOLS[","]
    assert tokenise(Sentence((replace(first, hold=None), sentence.clauses[1])), SYMBOLS).holds == {}


def test_a_clause_that_is_held_without_a_mark_closes_with_a_comma() -> None:
    last = Clause((word("b", "zh"),), (1, 2), "?")
    held = Clause((word("a", "zh"),), (0, 1), hold=0.3)
    assert spelled(held, last) == "a,b?"
    assert tokenise(Sentence((held, last)), SYMBOLS).holds == {1: 0.3}

from dataclasses import replace
from pathlib import Path

import pytest

from baker_symbols import spelled, symbols
from declaim.engines.choice import lacks
from declaim.engines.fastspeech.symbols import Symbols, approximated
from declaim.errors import ModelError
from declaim.prosody.prosody import Prosody
from declaim.text.pinyin import SYLLABLES
from declaim.text.sentence import Clause, Sentence, Word


def chinese(*pinyin: str, at: int = 0, prosody: Prosody | None = None) -> Word:
    word = Word((at, at + len(pinyin)), "字" * len(pinyin), "a", "zh", pinyin)
    return word if prosody is None else Word(word.span, word.spoken, "a", "zh", pinyin, prosody)


def english(phonemes: str) -> Word:
    return Word((0, 1), "word", phonemes, "en")


def written(*clauses: Clause) -> str:
    return spelled(symbols().write(clauses).ids)


def test_a_sentence_with_all_its_boundaries() -> None:
    first = Clause((chinese("jin1", "tian1"), chinese("hao3", at=2)), (0, 4), ",")
    second = Clause((chinese("zou3", at=4),), (4, 6), ".")
    assert written(first, second) == "sil j in1 #0 t ian1 #1 h ao3 #3 z ou3 sil eos"


def test_erhua_colours_the_syllable_before_it() -> None:
    assert written(Clause((chinese("hua1", "er5"),), (0, 2))) == "sil h ua1 er5 sil eos"
    assert written(Clause((chinese("nv3", "er2"),), (0, 2))) == "sil n v3 #0 ^ er2 sil eos"


def test_a_clause_without_a_mark_goes_on() -> None:
    first = Clause((chinese("wo3"),), (0, 1))
    second = Clause((chinese("men5"),), (1, 2), ".")
    assert written(first, second) == "sil ^ uo3 #1 m en5 sil eos"
    held = Clause((chinese("wo3"),), (0, 1), hold=0.3)
    sequence = symbols().write([held, second])
    assert spelled(sequence.ids) == "sil ^ uo3 #3 m en5 sil eos"
    assert sequence.holds == {3: 0.3}


def test_each_symbol_knows_its_word_and_clause() -> None:
    words = chinese("ni3", "hao3"), Word((2, 3), "", "", "zh"), chinese("ma5", at=3)
    sequence = symbols().write([Clause(words, (0, 4), "?")])
    assert sequence.words == [-1, 0, 0, 0, 0, 0, 0, 2, 2, -1, -1]
    assert sequence.clause_ends == [9]


def test_a_pause_is_performed_as_the_word_before_it() -> None:
    loud = Prosody(energy=3.0, rate=0.8)
    first = Clause((chinese("wo3", prosody=loud),), (0, 1), ",")
    sequence = symbols().write([first, Clause((chinese("lai2", at=1),), (1, 2), ".")])
    assert [p.energy for p in sequence.prosodies] == [3, 3, 3, 3, 0, 0, 0, 0]


def test_a_mark_inside_a_written_stretch_is_a_pause() -> None:
    said = Clause((english("ˈa,"), english("ˈi")), (0, 2), ".")
    assert written(said) == "sil ^ a1 #3 ^ i1 sil eos"


def test_every_syllable_of_pinyin_can_be_said() -> None:
    table = symbols()
    for pinyin in SYLLABLES:
        (said,) = table.syllables(chinese(f"{pinyin}4"))
        assert len(said) == 2


def test_what_is_not_chinese_is_approximated_and_said_to_be() -> None:
    table = symbols()
    assert table.syllables(english("hˈW")) == [("h", "ao1")]
    given = Word((4, 5), "好", "xau↓", "zh")  # the user's own phonemes
    assert table.syllables(given)
    foreign = replace(english("hˈW"), span=(1, 3))
    nothing = Word((3, 4), "…", "", "zh")
    sentence = Sentence((Clause((chinese("hao3"), foreign), (0, 3)), Clause((nothing, given, given), (3, 5))))
    assert approximated(sentence) == lacks("fastspeech", sentence) == ((1, 3), (4, 5))
    assert lacks("kokoro", sentence) == ()


def test_unvoiced_symbols_are_known() -> None:
    sequence = symbols().write([Clause((chinese("shi4", "ma5"),), (0, 2), ".")])
    assert spelled(sequence.ids) == "sil sh iii4 #0 m a5 sil eos"
    assert sequence.is_voiced == [False, False, True, True, True, True, True, True]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "baker_mapper.json"
    for content in ("[]", "{", '{"symbol_to_id": {}}', '{"symbol_to_id": {}, "pinyin_dict": {"a": ["b"]}}'):
        path.write_text(content)
        with pytest.raises(ModelError, match=r"baker_mapper\.json"):
            Symbols.load(path)

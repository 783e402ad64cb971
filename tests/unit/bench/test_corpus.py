import csv
import re

import pytest

from bench.quality.corpus import FOLDER, SETS, load
from bench.quality.metrics import count_errors
from bench.quality.normalise import HAN, language_of, tokens

LATIN = re.compile(r"[A-Za-z]")


@pytest.mark.parametrize("name", SETS)
def test_a_set_has_sixty_different_sentences_with_ids_of_their_own(name: str) -> None:
    sentences = load(name)
    assert len(sentences) >= 60
    assert len({sentence.text for sentence in sentences}) == len(sentences)
    assert len({sentence.id for sentence in sentences}) == len(sentences)


@pytest.mark.parametrize("name", SETS)
def test_every_line_has_four_columns_and_no_stray_space(name: str) -> None:
    with (FOLDER / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert rows[0] == ["id", "kind", "text", "spoken"]
    assert {len(row) for row in rows} == {4}
    assert [cell for row in rows for cell in row if cell != cell.strip()] == []


def test_the_scripts_are_those_of_the_set() -> None:
    assert [s.id for s in load("zh") if LATIN.search(s.text)] == []
    assert [s.id for s in load("en") if HAN.search(s.text)] == []
    assert [s.id for s in load("mixed") if not (LATIN.search(s.text) and HAN.search(s.text))] == []


@pytest.mark.parametrize("name", SETS)
def test_a_sentence_with_digits_says_how_they_are_read(name: str) -> None:
    with_digits = [s for s in load(name) if re.search(r"\d", s.text)]
    assert len(with_digits) >= 5
    assert [s.id for s in with_digits if not s.spoken or re.search(r"\d", "".join(s.spoken))] == []


@pytest.mark.parametrize("name", SETS)
def test_every_reference_is_a_perfect_answer(name: str) -> None:
    for sentence in load(name):
        language = language_of(sentence.text)
        for reference in sentence.references:
            assert tokens(reference, language)
            assert count_errors(sentence.references, reference, language).errors == 0


@pytest.mark.parametrize("name", SETS)
def test_a_set_has_short_and_long_sentences(name: str) -> None:
    lengths = [len(sentence.text) for sentence in load(name)]
    assert min(lengths) <= 15
    assert sum(length >= 70 for length in lengths) >= 3


def test_a_limit_spreads_over_the_kinds() -> None:
    assert len(load("zh", 10)) == 10
    assert len({sentence.kind for sentence in load("zh", 10)}) >= 7
    assert load("zh", 1000) == load("zh")

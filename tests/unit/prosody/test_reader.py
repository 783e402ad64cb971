import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from declaim.config import Config
from declaim.errors import ConfigError, DeclaimError, FetchError, ModelMissingError, StorageError
from declaim.models.store import ModelStore
from declaim.prosody.reader import NoReader, Reader, load_reader
from declaim.prosody.rules import RulesReader
from declaim.prosody.score import Score
from declaim.text.sentence import Clause, Sentence, Word

SENTENCE = Sentence((Clause((Word((0, 1), "a", "a", "en"),), (0, 2), "!"),))


def loaded(store: ModelStore, **settings: str) -> Reader:
    return load_reader(Config(**settings), store, threads=1)


def test_off_asks_for_nothing(tiny_store: ModelStore) -> None:
    reader = loaded(tiny_store, prosody="off")
    assert isinstance(reader, NoReader)
    assert list(reader.read([SENTENCE, SENTENCE], "a!")) == [(SENTENCE, Score())] * 2


def test_rules(tiny_store: ModelStore) -> None:
    assert isinstance(loaded(tiny_store, prosody="rules"), RulesReader)


@pytest.mark.parametrize("prosody", ["off", "rules"])
def test_sentences_are_read_as_they_are_taken(tiny_store: ModelStore, prosody: str) -> None:
    taken: list[int] = []

    def sentences() -> Iterator[Sentence]:
        for number in range(3):
            taken.append(number)
            yield SENTENCE

    read = loaded(tiny_store, prosody=prosody).read(sentences(), "a!")
    assert taken == []
    next(iter(read))
    assert taken == [0]


@pytest.mark.parametrize(
    "error",
    [
        FetchError("no network", hint="try later"),
        ModelMissingError("offline", hint="pull it"),
        StorageError("the disk is full"),
    ],
)
def test_without_a_model_the_rules_read_and_the_log_says_why(
    tiny_store: ModelStore,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: DeclaimError,
) -> None:
    def ensure(*_: object) -> Path:
        raise error

    monkeypatch.setattr(ModelStore, "ensure", ensure)
    with caplog.at_level(logging.WARNING, "declaim"):
        assert isinstance(loaded(tiny_store, prosody="llm"), RulesReader)
    (record,) = caplog.records
    assert str(error) in record.getMessage()
    assert error.hint in record.getMessage()


def test_other_errors_are_not_hidden(tiny_store: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ModelStore, "ensure", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        loaded(tiny_store, prosody="llm")


def test_there_is_no_other_reader() -> None:
    with pytest.raises(ConfigError, match="prosody"):
        Config(prosody="magic")

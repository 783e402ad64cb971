"""The embedded reader on the tiny models: what it finds, and what happens when they fail or are not there."""

import logging
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

import tiny_encoder
import tiny_llama
from declaim.config import Config
from declaim.errors import EngineError
from declaim.models.manifest import packaged_manifest
from declaim.models.store import ModelStore
from declaim.prosody.embedded import EmbeddedReader
from declaim.prosody.emotion_reader import EmotionReader
from declaim.prosody.encoder.classifier import EncoderClassifier
from declaim.prosody.language_model.classifier import StateClassifier
from declaim.prosody.language_model.model import LanguageModel, Passage
from declaim.prosody.reader import load_reader
from declaim.prosody.rules import RulesReader
from declaim.prosody.score import Score
from declaim.text.sentence import Clause, Sentence, Word

TEXT = ["the hen is in the inn.", "she sang then sat and ate!", "an inn in the sea."]


def sentences_of(texts: Iterable[str]) -> list[Sentence]:
    """English sentences of one clause, one behind the other."""
    sentences, at = [], 0
    for text in texts:
        words, start = [], at
        for word in text[:-1].split():
            words.append(Word((at, at + len(word)), word, word, "en"))
            at += len(word) + 1
        sentences.append(Sentence((Clause(tuple(words), (start, at + 1), text[-1]),)))
        at += 1
    return sentences


def scores(reader: EmbeddedReader | RulesReader, texts: list[str]) -> list[Score]:
    read = list(reader.read(sentences_of(texts), " ".join(texts)))
    assert [sentence for sentence, _ in read] == sentences_of(texts)
    return [score for _, score in read]


@pytest.fixture
def reader(emotion_reader: EmotionReader, model: LanguageModel) -> EmbeddedReader:
    return EmbeddedReader(emotion_reader, model)


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    """Without models, and without a network."""
    return ModelStore(tmp_path / "models", offline=True)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


def test_the_language_model_reads_no_chinese(
    reader: EmbeddedReader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shown = []
    read = Passage.read
    monkeypatch.setattr(Passage, "read", lambda self, text: (shown.append(text), read(self, text))[1])
    text = "它在海里。the hen is in the inn."
    chinese = Word((0, 4), "它在海里", "x", "zh")
    sentences = [Sentence((Clause((chinese,), (0, 5), "."),)), *sentences_of(["the hen is in the inn."])]
    found = [score for _, score in reader.read(sentences, text)]
    assert shown == ["the hen is in the inn."]
    assert sum(found[0].emotion.weights()) == pytest.approx(1)
    assert warnings(caplog) == []


def test_rules_with_emotion_on_top(reader: EmbeddedReader) -> None:
    found, ruled = scores(reader, TEXT), scores(RulesReader(), TEXT)
    for score, rule in zip(found, ruled, strict=True):
        assert sum(score.emotion.weights()) == pytest.approx(1)
        assert (score.rate, score.pitch, score.energy) == (rule.rate, rule.pitch, rule.energy)
    assert found[0].emotion != found[2].emotion


def test_the_rules_say_which_words_are_emphasised_and_the_model_how_strongly(reader: EmbeddedReader) -> None:
    texts = ["the hen is in the old inn.", "she sang in the inn then sat and ate a pea."]
    found, ruled = scores(reader, texts), scores(RulesReader(), texts)
    for score, rule in zip(found, ruled, strict=True):
        assert [each.start for each in score.emphasis] == [each.start for each in rule.emphasis] != []
    strengths = [[each.strength for score in of for each in score.emphasis] for of in (found, ruled)]
    assert strengths[0] != strengths[1]


def test_the_sentences_before_count(reader: EmbeddedReader) -> None:
    alone, behind = scores(reader, TEXT[2:]), scores(reader, TEXT)
    assert alone[0].emotion != behind[2].emotion


def test_the_whole_passage_counts(reader: EmbeddedReader) -> None:
    """The encoder is shown two sentences; the language model remembers the first, too."""
    told, untold = scores(reader, [TEXT[0], *TEXT]), scores(reader, [TEXT[1], *TEXT])
    assert told[-1].emotion != untold[-1].emotion


def test_one_text_does_not_remember_another(reader: EmbeddedReader) -> None:
    assert scores(reader, TEXT) == scores(reader, TEXT)


def test_a_model_that_fails_in_the_middle(
    reader: EmbeddedReader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    read, calls = Passage.read, []

    def failing(passage: Passage, text: str) -> object:
        calls.append(text)
        if len(calls) in {2, 4}:
            raise EngineError("language-model.onnx failed: no memory")
        return read(passage, text)

    monkeypatch.setattr(Passage, "read", failing)
    found, ruled = scores(reader, TEXT * 2), scores(RulesReader(), TEXT * 2)
    assert [score == rule for score, rule in zip(found, ruled, strict=True)] == [
        False,
        True,
        False,
        True,
        False,
        False,
    ]
    assert len(warnings(caplog)) == 1
    assert "no memory" in warnings(caplog)[0]


@pytest.mark.parametrize("error", [EngineError("sentence-encoder.onnx failed"), RuntimeError("of a library")])
def test_an_encoder_that_fails(
    reader: EmbeddedReader,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    def failing(*_: object) -> None:
        raise error

    monkeypatch.setattr(EncoderClassifier, "__call__", failing)
    assert scores(reader, TEXT) == scores(RulesReader(), TEXT)
    assert len(warnings(caplog)) == 1


def test_a_sentence_of_5000_tokens_is_left_to_the_rules_at_once(
    reader: EmbeddedReader, model: LanguageModel, caplog: pytest.LogCaptureFixture
) -> None:
    endless = "xyz " * 5000 + "."
    assert len(model.tokenize(endless)) > 5000
    texts = [TEXT[0], endless, TEXT[1]]
    parsed, ruled = sentences_of(texts), scores(RulesReader(), texts)
    started = time.perf_counter()
    found = [score for _, score in reader.read(parsed, " ".join(texts))]
    assert time.perf_counter() - started < 1
    assert found[1] == ruled[1]
    assert found[2] != ruled[2]
    assert len(warnings(caplog)) == 1


def test_a_sentence_without_words_is_no_trouble(
    reader: EmbeddedReader, caplog: pytest.LogCaptureFixture
) -> None:
    silent = Sentence((Clause((), (0, 1), "."),))
    assert list(reader.read([silent], ".")) == list(RulesReader().read([silent], "."))
    assert warnings(caplog) == []


def test_sentences_are_read_one_by_one(reader: EmbeddedReader) -> None:
    """The first is spoken while the text of the next is not even parsed."""
    parsed = []

    def source() -> Iterable[Sentence]:
        for sentence in sentences_of(TEXT):
            parsed.append(sentence)
            yield sentence

    next(reader.read(source(), " ".join(TEXT)))
    assert len(parsed) == 1


def test_two_threads_share_a_reader(reader: EmbeddedReader) -> None:
    texts = [TEXT * 8, TEXT[::-1] * 8]
    alone = [scores(reader, each) for each in texts]
    together: list[list[Score]] = [[], []]

    def read(index: int) -> None:
        together[index] = scores(reader, texts[index])

    threads = [threading.Thread(target=read, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_no_model_and_no_network(store: ModelStore, caplog: pytest.LogCaptureFixture) -> None:
    reader = load_reader(Config(prosody="llm"), store, threads=1)
    assert isinstance(reader, RulesReader)
    assert len(warnings(caplog)) == 1
    assert "declaim models pull" in warnings(caplog)[0]


@pytest.fixture
def tiny_reader_store(tmp_path: Path, states: StateClassifier, monkeypatch: pytest.MonkeyPatch) -> ModelStore:
    """A store that has the tiny models under the names of the real ones."""
    local = tmp_path / "local"
    places = {
        "multilingual-e5-small": ("e5-small-q4.bin", tiny_encoder.write),
        "smollm2": ("SmolLM2-135M-Instruct.Q4_1.gguf", tiny_llama.write),
    }
    for artifact, (name, write) in places.items():
        (local / artifact).mkdir(parents=True)
        write(local / artifact / name)
    monkeypatch.setattr(ModelStore, "ensure", lambda _, name, *__: local / name)
    monkeypatch.setattr("declaim.prosody.encoder.classifier.packaged_head", tiny_encoder.head)
    monkeypatch.setattr(StateClassifier, "packaged", lambda: states)
    return ModelStore(tmp_path / "models", offline=True, manifest=packaged_manifest())


def test_load_from_the_store(tiny_reader_store: ModelStore) -> None:
    reader = load_reader(Config(prosody="llm"), tiny_reader_store, threads=1)
    assert isinstance(reader, EmbeddedReader)
    first = scores(reader, TEXT)
    assert (
        scores(load_reader(Config(prosody="llm"), tiny_reader_store, threads=1), TEXT) == first
    )  # from the graphs made then


def test_without_english_the_language_model_is_not_opened(
    tiny_reader_store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[LanguageModel] = []
    opens = LanguageModel.open
    monkeypatch.setattr(LanguageModel, "open", lambda model: [opened.append(model), opens(model)])
    config = Config(prosody="llm")
    whole = load_reader(config, tiny_reader_store, threads=1)
    assert len(opened) == 1
    spared = load_reader(config, tiny_reader_store, threads=1, languages={"zh"})
    assert len(opened) == 1
    assert scores(spared, TEXT) == scores(whole, TEXT)  # opened after all


def test_a_language_model_of_the_users_own_is_not_asked_for_the_emotion(
    tiny_reader_store: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StateClassifier, "__call__", lambda *_: pytest.fail("its states are unknown"))
    own = tiny_llama.write(tmp_path / "own.gguf", tokenizer="llama")
    reader = load_reader(Config(prosody="llm", language_model=own), tiny_reader_store, threads=1)
    assert isinstance(reader, EmbeddedReader)
    assert sum(scores(reader, TEXT)[0].emotion.weights()) == pytest.approx(1)


def test_a_model_that_cannot_be_used(
    tiny_reader_store: ModelStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = tiny_llama.write(tmp_path / "other.gguf", general__architecture="qwen3")
    reader = load_reader(Config(prosody="llm", language_model=other), tiny_reader_store, threads=1)
    assert isinstance(reader, RulesReader)
    assert "qwen3" in warnings(caplog)[0]
    assert "SmolLM2" in warnings(caplog)[0]

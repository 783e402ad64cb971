"""The language model's graph and cache, on the tiny model, against one in plain numpy."""

import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import tiny_llama
from declaim.errors import EngineError
from declaim.prosody.language_model import model as model_module
from declaim.prosody.language_model.cache import SINKS, Cache
from declaim.prosody.language_model.model import Evaluation, LanguageModel, Passage
from llama_reference import LlamaReference

SENTENCES = ["The hen is in the inn.", "She sang, then sat... and ate.", "你好，the sea!", "in an inn."]
QUANTISED = 0.4
"""Nats (root mean square) by which 8 bits may move the tiny model's surprisals. Its weights are wild: they
span more than ten nats, and an error in positions or heads moves them by two to five."""


def distance(some: np.ndarray, others: np.ndarray) -> float:
    return float(np.sqrt(np.mean((some - others) ** 2)))


@pytest.fixture(scope="module")
def reference(gguf_path: Path) -> LlamaReference:
    return LlamaReference(gguf_path)


def ids_of(model: LanguageModel, text: str) -> list[int]:
    return [token.id for token in model.tokenize(text)]


def count_runs(model: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Every run from now on: its tokens, and those in the cache before it."""
    runs, evaluate = [], model.evaluate

    def counted(inputs: list[int], cache: Cache) -> Evaluation:
        runs.append((len(inputs), cache.length))
        return evaluate(inputs, cache)

    monkeypatch.setattr(model, "evaluate", counted)
    return runs


@pytest.mark.parametrize("text", [*SENTENCES, " ".join(SENTENCES)])
def test_surprisals_are_those_of_the_architecture(
    model: LanguageModel, reference: LlamaReference, text: str
) -> None:
    tokens, surprisals = Passage(model).read(text)
    expected = reference.surprisals([token.id for token in tokens])
    assert distance(surprisals, expected) < QUANTISED


def test_a_wrong_architecture_would_be_far_off(
    model: LanguageModel, reference: LlamaReference, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = ids_of(model, " ".join(SENTENCES))
    right = reference.surprisals(ids)
    stretched = reference.surprisals(ids, [2 * position for position in range(len(ids))])
    monkeypatch.setattr(reference, "_rotated", lambda x, _: x)
    unplaced = reference.surprisals(ids)
    assert min(distance(right, stretched), distance(right, unplaced)) > 5 * QUANTISED


def test_an_output_matrix_of_its_own(build_model: Callable[..., LanguageModel], tmp_path: Path) -> None:
    untied = build_model(tied=False)
    tokens, surprisals = Passage(untied).read(SENTENCES[0])
    expected = LlamaReference(tmp_path / "tiny.gguf").surprisals([token.id for token in tokens])
    assert distance(surprisals, expected) < QUANTISED


def test_sentence_by_sentence_is_as_at_once(model: LanguageModel) -> None:
    passage = Passage(model)
    parts = [passage.read(sentence) for sentence in SENTENCES]
    tokens, surprisals = Passage(model).read(" ".join(SENTENCES))
    assert [token.id for part, _ in parts for token in part] == [token.id for token in tokens]
    np.testing.assert_allclose(np.concatenate([part for _, part in parts]), surprisals, atol=0.03)


def test_every_token_is_evaluated_once(model: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = count_runs(model, monkeypatch)
    passage = Passage(model)
    tokens = sum(len(passage.read(sentence)[0]) for sentence in SENTENCES)
    assert passage.evaluated == sum(length for length, _ in runs) == 1 + tokens  # with the model's first
    assert all(before == done + length for (length, done), (_, before) in pairwise(runs))


def expected_state(model: LanguageModel, reference: LlamaReference, before: str, text: str) -> np.ndarray:
    """By the architecture, of a text behind another: the mean of its own tokens, and the last."""
    ids = [model.shape.first_token, *ids_of(model, f"{before} {text}" if before else text)]
    own = len(model.tokenize(text, continues=bool(before)))
    states = reference.states(ids, list(range(len(ids))), layers=1)[-own:]
    return np.concatenate([states.mean(axis=0), states[-1]])


@pytest.mark.parametrize("before", ["", SENTENCES[1], " ".join(SENTENCES)])
def test_the_state_is_that_of_the_sentence_in_its_passage(
    model: LanguageModel, reference: LlamaReference, before: str
) -> None:
    passage = Passage(model)
    if before:
        passage.read(before)
    passage.read(SENTENCES[0])
    expected = expected_state(model, reference, before, SENTENCES[0])
    assert distance(passage.state, expected) < 0.05 * float(expected.std())


def test_other_states_would_be_far_off(model: LanguageModel, reference: LlamaReference) -> None:
    right = expected_state(model, reference, SENTENCES[1], SENTENCES[0])
    alone = expected_state(model, reference, "", SENTENCES[0])
    assert distance(right, alone) > 0.25 * float(right.std())


def test_the_state_of_a_long_sentence_is_of_all_its_pieces(
    model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, pieces = Passage(model), Passage(model)
    text = "the hen sat in the inn, " * 12
    whole.read(text)
    monkeypatch.setattr(model_module, "_AT_ONCE", 16)
    pieces.read(text)
    assert distance(whole.state, pieces.state) < 0.05 * float(whole.state.std())


def test_nothing_to_read(model: LanguageModel) -> None:
    passage = Passage(model)
    tokens, surprisals = passage.read("")
    assert (tokens, len(surprisals), passage.evaluated) == ([], 0, 0)


def test_after_a_slide_the_keys_are_those_of_earlier_positions(model: LanguageModel) -> None:
    """In the first layer a key depends on its token and its position alone: there a slide is exact."""
    ids = ids_of(model, " ".join(SENTENCES))
    keep = 12
    slid, fresh = Cache(model.shape, 128), Cache(model.shape, 128)
    model.evaluate(ids, slid)
    slid.slide(keep)
    kept = ids[:SINKS] + ids[-keep:]
    model.evaluate(kept, fresh)
    assert slid.length == fresh.length == SINKS + keep
    for name in ("keys.0", "values.0"):
        held = [cache.values[name].numpy()[:, :, : cache.length] for cache in (slid, fresh)]
        np.testing.assert_allclose(*held, atol=1e-5)
    deeper = [cache.values["values.1"].numpy()[:, :, : cache.length] for cache in (slid, fresh)]
    np.testing.assert_allclose(deeper[0][:, :, :SINKS], deeper[1][:, :, :SINKS], atol=1e-5)
    assert np.abs(deeper[0] - deeper[1]).max() > 0.01  # what was forgotten had been read by what stays


def test_with_one_layer_reading_on_after_a_slide_is_reading_what_was_kept(
    build_model: Callable[..., LanguageModel],
) -> None:
    shallow = build_model(llama__block_count=1)
    ids = ids_of(shallow, " ".join(SENTENCES))
    before, after = ids[:-10], ids[-10:]
    slid, fresh = Cache(shallow.shape, 128), Cache(shallow.shape, 128)
    shallow.evaluate(before, slid)
    slid.slide(8)
    kept = before[:SINKS] + before[-8:]
    shallow.evaluate(kept, fresh)
    on_both = [shallow.evaluate(after, cache).log_probabilities for cache in (slid, fresh)]
    np.testing.assert_allclose(*on_both, atol=0.02)


def test_a_slide_keeps_distances(model: LanguageModel) -> None:
    """Turning all keys by the same angle changes no score between tokens that are both turned."""
    ids = ids_of(model, " ".join(SENTENCES))
    cache = Cache(model.shape, 128)
    model.evaluate(ids, cache)
    before = cache.values["keys.1"].numpy()[0, 0, -1 - 10 + len(ids) : len(ids)].copy()
    cache.slide(10)
    after = cache.values["keys.1"].numpy()[0, 0, SINKS : cache.length]
    np.testing.assert_allclose(np.linalg.norm(after, axis=1), np.linalg.norm(before[1:], axis=1), rtol=1e-5)


def test_a_slide_that_need_not_be_is_none(model: LanguageModel) -> None:
    ids = ids_of(model, SENTENCES[0])
    cache = Cache(model.shape, 128)
    model.evaluate(ids, cache)
    held = cache.values["keys.1"].numpy().copy()
    cache.slide(len(ids) - SINKS)
    assert cache.length == len(ids)
    np.testing.assert_array_equal(cache.values["keys.1"].numpy(), held)


@pytest.mark.parametrize("sentence", [SENTENCES[0], "the hen " * 30, "h" * 500])
def test_the_limit_is_never_passed(
    model: LanguageModel, monkeypatch: pytest.MonkeyPatch, sentence: str
) -> None:
    monkeypatch.setattr(model_module, "CACHE_LIMIT", 96)
    runs = count_runs(model, monkeypatch)
    passage = Passage(model)
    for _ in range(40):
        tokens, surprisals = passage.read(sentence)
        assert len(tokens) == len(surprisals)
        assert np.isfinite(surprisals).all()
        assert (surprisals > 0).all()
    assert max(length + before for length, before in runs) <= 96
    assert min(before for _, before in runs[len(runs) // 2 :]) >= 48  # only the older half goes


def test_a_model_with_little_context_slides_before_it_ends(
    build_model: Callable[..., LanguageModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    small = build_model(llama__context_length=64)
    runs = count_runs(small, monkeypatch)
    assert np.isfinite(Passage(small).read("the hen " * 60)[1]).all()
    assert max(length + before for length, before in runs) <= 64


def test_a_long_sentence_is_read_in_pieces_with_the_same_result(
    model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "the hen sat in the inn, " * 12
    whole = Passage(model).read(text)[1]
    monkeypatch.setattr(model_module, "_AT_ONCE", 16)
    runs = count_runs(model, monkeypatch)
    np.testing.assert_allclose(Passage(model).read(text)[1], whole, atol=0.03)
    assert max(length for length, _ in runs) == 1 + 16


def test_two_threads_read_two_passages_with_one_model(model: LanguageModel) -> None:
    texts = [SENTENCES * 10, SENTENCES[::-1] * 10]
    alone = [read_all(model, sentences) for sentences in texts]
    together: list[np.ndarray | None] = [None, None]

    def read(index: int) -> None:
        together[index] = read_all(model, texts[index])

    threads = [threading.Thread(target=read, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)


def read_all(model: LanguageModel, sentences: list[str]) -> np.ndarray:
    passage = Passage(model)
    return np.concatenate([passage.read(sentence)[1] for sentence in sentences])


def test_after_a_failure_the_passage_reads_on(model: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    passage, untroubled = Passage(model), Passage(model)
    for each in (passage, untroubled):
        each.read(SENTENCES[0])
    with monkeypatch.context() as patch:
        patch.setattr(model, "evaluate", lambda *_: (_ for _ in ()).throw(EngineError("it failed")))
        with pytest.raises(EngineError):
            passage.read(SENTENCES[1])
    results = [each.read(SENTENCES[2])[1] for each in (passage, untroubled)]
    np.testing.assert_array_equal(*results)


def test_what_the_tiny_model_is() -> None:
    assert tiny_llama.HEADS > tiny_llama.KV_HEADS > 1  # so that groups of heads are told apart

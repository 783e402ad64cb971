import numpy as np
import pytest

from declaim.ablation import without_cache
from declaim.ablation.without_cache import PassageWithoutCache
from declaim.prosody.language_model.model import LanguageModel, Passage

TEXTS = ["the hen is in the inn.", "she sang then sat and ate!", "an inn in the sea."]


def test_it_finds_what_a_passage_with_a_cache_finds(model: LanguageModel) -> None:
    remembering, forgetting = Passage(model), PassageWithoutCache(model)
    for text in TEXTS:
        (tokens, expected), (again, surprisals) = remembering.read(text), forgetting.read(text)
        assert again == tokens
        np.testing.assert_allclose(surprisals, expected, atol=1e-4)
        np.testing.assert_allclose(forgetting.state, remembering.state, atol=1e-4)


def test_it_computes_everything_again(model: LanguageModel) -> None:
    lengths = [1 + len(model.tokenize(TEXTS[0], continues=False))]  # a token parts documents
    lengths += [len(model.tokenize(text, continues=True)) for text in TEXTS[1:]]
    passage = PassageWithoutCache(model)
    for text in TEXTS:
        passage.read(text)
    assert passage.evaluated == 3 * lengths[0] + 2 * lengths[1] + lengths[2]


def test_it_reads_no_more_than_a_cache_would_hold(
    model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    lengths = [len(model.tokenize(text, continues=True)) for text in TEXTS]
    monkeypatch.setattr(without_cache, "CACHE_LIMIT", lengths[1] + lengths[2] + 1)
    passage = PassageWithoutCache(model)
    for text in TEXTS[:2]:
        passage.read(text)
    before = passage.evaluated
    passage.read(TEXTS[2])
    assert passage.evaluated - before == pytest.approx(lengths[1] + lengths[2] + 1, abs=1)
    monkeypatch.setattr(without_cache, "CACHE_LIMIT", lengths[2])
    before = passage.evaluated
    passage.read(TEXTS[2])
    assert passage.evaluated - before == pytest.approx(lengths[2] + 1, abs=1)

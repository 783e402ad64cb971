"""The experts on emotion, and what is made of their opinions."""

from dataclasses import replace

import numpy as np
import pytest

import tiny_llama
from declaim.errors import EngineError
from declaim.prosody.emotion import EMOTIONS
from declaim.prosody.emotion_reader import SHARPNESS, EmotionReader, joined, log_softmax
from declaim.prosody.encoder.classifier import EncoderClassifier
from declaim.prosody.language_model.classifier import StateClassifier
from declaim.prosody.ngrams import NgramClassifier

STATE = np.random.default_rng(2).normal(size=2 * tiny_llama.WIDTH).astype(np.float32)


def test_emotions_are_probabilities(emotion_reader: EmotionReader) -> None:
    for sentence in ("she sang.", "", "他们。", "?" * 5000):
        weights = emotion_reader(sentence, "the hen", STATE).weights()
        assert sum(weights) == pytest.approx(1)
        assert min(weights) > 0


def test_they_are_the_product_of_what_the_experts_say(
    emotion_reader: EmotionReader,
    encoder: EncoderClassifier,
    wordings: NgramClassifier,
    states: StateClassifier,
) -> None:
    said = [encoder("she sang.", "the hen"), wordings("she sang."), states(STATE)]
    product = np.prod([np.exp(each) / np.exp(each).sum() for each in said], axis=0) ** (SHARPNESS / 3)
    weights = emotion_reader("she sang.", "the hen", STATE).weights()
    np.testing.assert_allclose(weights, product / product.sum(), rtol=1e-4)


@pytest.mark.parametrize(
    ("sentence", "context", "state"),
    [("she sat.", "the hen", STATE), ("she sang.", "an inn", STATE), ("she sang.", "the hen", -STATE)],
)
def test_every_expert_counts(
    emotion_reader: EmotionReader, sentence: str, context: str, state: np.ndarray
) -> None:
    said = emotion_reader("she sang.", "the hen", STATE).weights()
    assert np.abs(np.subtract(emotion_reader(sentence, context, state).weights(), said)).max() > 0.005


def test_words_of_the_context_are_not_taken_for_the_sentences_own(emotion_reader: EmotionReader) -> None:
    own, others = (emotion_reader.opinions("the hen.", context, STATE)[1] for context in ("", "she sat."))
    np.testing.assert_array_equal(own, others)


def test_without_a_language_model_that_is_known(
    encoder: EncoderClassifier, wordings: NgramClassifier
) -> None:
    two = EmotionReader(encoder, wordings, None)
    assert two.opinions("she sang.", "", np.zeros(3, np.float32)).shape == (2, len(EMOTIONS))
    assert sum(two("she sang.", "", np.zeros(3, np.float32)).weights()) == pytest.approx(1)


def test_experts_who_agree_are_surer_than_one_and_those_who_do_not_are_less_sure() -> None:
    sure = log_softmax(np.array([2.0, 0, 0, 0, 0, 0, 0, 0]))
    other = np.roll(sure, 1)
    alone = np.exp(sure).max()
    assert joined(np.array([sure, sure, sure])).max() > alone
    assert joined(np.array([sure, other, np.roll(sure, 2)])).max() < alone


def test_an_expert_that_gives_no_number_is_an_engine_error(
    encoder: EncoderClassifier, wordings: NgramClassifier, states: StateClassifier
) -> None:
    broken = replace(states, bias=np.full(8, np.nan, np.float32))
    with pytest.raises(EngineError, match="no number"):
        EmotionReader(encoder, wordings, broken)("the hen", "", STATE)


def test_the_packaged_states_fit_the_language_model() -> None:
    packaged = StateClassifier.packaged()
    assert packaged.weights.shape == (2 * 576, len(EMOTIONS))
    assert packaged.bias.shape == (len(EMOTIONS),)

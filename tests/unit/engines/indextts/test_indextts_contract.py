"""Our engine and the package it takes its layout from give the same on the same generated graphs.

What the package gives is in ``reference.npz``, which ``reference_package.py`` records.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import reference_package
from numpy.typing import NDArray

from declaim.engines.indextts.acoustic import AcousticModel, Spoken
from declaim.engines.indextts.decoder import Decoder
from declaim.engines.indextts.engine import _bigvgan
from declaim.engines.indextts.features import semantic_features, style_features
from declaim.engines.indextts.layout import ModelFolder
from declaim.engines.indextts.recording import read_recording
from declaim.engines.indextts.sampling import Sampling
from declaim.engines.indextts.settings import IndexTTSSettings
from declaim.engines.indextts.tokeniser import LANGUAGE_NUMBERS, PINYIN, Tokeniser
from declaim.engines.indextts.voice import Analyser, Voice


@pytest.fixture(scope="module")
def expected() -> dict[str, NDArray[Any]]:
    with np.load(reference_package.RECORDED) as arrays:
        return dict(arrays)


@pytest.fixture(scope="module")
def acoustic(tiny_folder: ModelFolder) -> AcousticModel:
    settings = IndexTTSSettings(steps=reference_package.STEPS, guidance=reference_package.GUIDANCE)
    return AcousticModel.load(tiny_folder, settings, 1)


@pytest.fixture(scope="module")
def voice(tiny_folder: ModelFolder, acoustic: AcousticModel, reference: Path) -> Voice:
    return Analyser(tiny_folder, acoustic.regulator, 1)(reference.read_bytes(), reference)


def test_the_recording_and_what_is_heard_of_it(expected: dict[str, NDArray[Any]], reference: Path) -> None:
    at_16k = read_recording(reference.read_bytes(), reference).at_16k
    np.testing.assert_allclose(at_16k, expected["at_16k"], atol=1e-5)
    features, mask = semantic_features(at_16k, padding=1)
    np.testing.assert_allclose(features, expected["features"], atol=1e-3)
    np.testing.assert_array_equal(mask, expected["mask"])
    np.testing.assert_allclose(style_features(at_16k), expected["fbank"], atol=2e-3)


@pytest.mark.parametrize(("name", "step"), [("style", 1), ("emotion", 1), ("mel", 1), ("prompt", 16)])
def test_the_voice(expected: dict[str, NDArray[Any]], voice: Voice, name: str, step: int) -> None:
    np.testing.assert_allclose(getattr(voice, name)[..., ::step], expected[name], atol=1e-3)


def test_the_tokens_of_texts(expected: dict[str, NDArray[Any]], tiny_folder: ModelFolder) -> None:
    tokenise = Tokeniser(tiny_folder.vocabulary)
    for number, (text, language) in enumerate(reference_package.TEXTS.items()):
        ours = text.replace("<行|hang2>", f"{PINYIN}HANG2{PINYIN}")
        assert tokenise(ours, language) == expected[f"tokens.{number}"].tolist()  # type: ignore[arg-type]


@pytest.mark.parametrize("name", reference_package.SAMPLINGS)
@pytest.mark.parametrize("seed", reference_package.SEEDS)
def test_the_codes_of_a_text(
    expected: dict[str, NDArray[Any]], tiny_folder: ModelFolder, name: str, seed: int
) -> None:
    chosen = reference_package.SAMPLINGS[name]
    sampling = Sampling(temperature=0) if "greedy" in chosen else Sampling(**chosen)
    condition = np.zeros((1, 3, 1280), dtype=np.float32)
    condition[:, 0] = expected["condition"]
    codes = Decoder.load(tiny_folder, 1).codes(
        expected["tokens.0"].tolist(), condition, 1, sampling=sampling, seed=seed, limit=100
    )
    assert codes.tolist() == expected[f"codes.{name}.{seed}"].tolist()


def test_the_mel_and_the_samples_of_a_text(
    expected: dict[str, NDArray[Any]], tiny_folder: ModelFolder, acoustic: AcousticModel, voice: Voice
) -> None:
    tokens = Tokeniser(tiny_folder.vocabulary)(reference_package.SPOKEN, "zh")
    spoken = Spoken(tokens, LANGUAGE_NUMBERS["zh"], reference_package.DURATION)
    chance = np.random.default_rng(reference_package.SPEECH_SEED)
    mel = acoustic(spoken, voice, voice.emotion, chance)
    np.testing.assert_allclose(mel, expected["spoken_mel"], atol=1e-3)
    samples = _bigvgan(tiny_folder, 1)(mel)
    np.testing.assert_allclose(samples, expected["spoken"] / 32767, atol=1e-3)


def test_what_is_recorded_is_what_the_package_gives(
    expected: dict[str, NDArray[Any]], tiny_folder: ModelFolder, reference: Path
) -> None:
    pytest.importorskip("index_tts_2_5_onnx", reason="the package is not installed; what it gave is recorded")
    found = reference_package.record(tiny_folder.path, reference)
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        tolerance = 1 if value.dtype == np.int16 else 1e-4
        np.testing.assert_allclose(found[name], value, atol=tolerance, err_msg=name)

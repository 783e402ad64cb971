"""Kokoro's vocoder in our own kernels, with the real weights, against the same in floats."""

import gc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
from measured import RATE, level
from numpy.typing import NDArray

from declaim.acoustic.frames import SAMPLES_PER_FRAME, Frames
from declaim.acoustic.tokens import tokenise
from declaim.engines.kokoro import _MODEL_FILE, KokoroEngine
from declaim.engines.kokoro_files import GENERATOR_FILE
from declaim.engines.kokoro_loading import graphs, load_vocoder
from declaim.errors import EngineError
from declaim.models.interrupt import Interrupt, RunInterrupted
from declaim.models.store import ModelStore
from declaim.text.frontend import TextFrontend
from declaim.vocoder.integer.generator import Generator
from declaim.vocoder.integer.tensors import load_tensors
from declaim.vocoder.istftnet import KernelVocoder, Vocoder
from declaim.vocoder.kernels.library import load_kernels, supported
from declaim.vocoder.mel_filters import mel_filters

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not supported(), reason="this processor has no AVX-512 VNNI"),
]

CLAUSES = {
    "zf_xiaoxiao": "今天天气真好,我们一起去公园散步吧。",
    "zm_yunyang": "这个问题没有你想的那么简单。",
    "af_heart": "The weather is lovely today, so we are going for a walk.",
    "am_michael": "Nobody knew what the old man had seen that night.",
}
"""By voice. All of them have channels with negative gains; the test of it says so."""
_MOST_MEL_DB = 2.2
"""Of single clauses; they have 0.7 to 1.7. With other phases of the source in silence it is 3 to 4."""

Spoken = tuple[Frames, NDArray[np.float32]]


@pytest.fixture(scope="module")
def store() -> ModelStore:
    return ModelStore()


@pytest.fixture(scope="module")
def folder(store: ModelStore) -> Path:
    return graphs(store, store.ensure("kokoro") / _MODEL_FILE, "kernels")


@pytest.fixture(scope="module")
def vocoder(folder: Path) -> Vocoder:
    return load_vocoder(folder, "kernels", 2)


@pytest.fixture(scope="module")
def engine(store: ModelStore) -> KokoroEngine:
    return KokoroEngine.load(store, threads=2, vocoder="float")


@pytest.fixture(scope="module")
def predicted(engine: KokoroEngine) -> Callable[[str], Spoken]:
    """A voice's clause as frames, and its style."""

    def predict(voice: str) -> Spoken:
        (sentence,) = TextFrontend().read(CLAUSES[voice])
        tokens = tokenise(sentence, engine._vocabulary)
        style = engine._voices.style(voice, len(tokens.ids))
        return engine._frames(tokens, style), style

    return predict


def log_mel(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """(frames, 80) in dB, of windows of 1024 samples every 256."""
    frames = np.lib.stride_tricks.sliding_window_view(samples.astype(np.float64), 1024)[::256]
    power = np.abs(np.fft.rfft(frames * np.hanning(1024))) ** 2
    return 10 * np.log10(power @ mel_filters(RATE, 1024, 80, 0, 8000).T.astype(np.float64) + 1e-9)


def distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Mean distance of log-mel spectra in dB, where speech is loud."""
    spectra = log_mel(one), log_mel(other)
    loudness = spectra[1].mean(axis=1)
    loud = loudness > loudness.max() - 30
    return float(np.abs(spectra[0] - spectra[1])[loud].mean())


@pytest.mark.parametrize("voice", CLAUSES)
def test_it_says_what_floats_say(
    vocoder: Vocoder, engine: KokoroEngine, predicted: Callable[[str], Spoken], voice: str
) -> None:
    frames, style = predicted(voice)
    made, exact = (speak(frames, style, 0, len(frames)) for speak in (vocoder, engine._vocoder))
    assert made.shape == exact.shape == (len(frames) * SAMPLES_PER_FRAME,)
    assert np.isfinite(made).all()
    assert abs(level(made) - level(exact)) < 0.5
    assert distance(made, exact) < _MOST_MEL_DB


def test_the_voices_turn_some_channels_around(folder: Path, predicted: Callable[[str], Spoken]) -> None:
    """Gains below zero swap minima and maxima, from which ranges are computed."""
    tensors = load_tensors(folder / GENERATOR_FILE)
    _, style = predicted("zf_xiaoxiao")
    modulation = style[0, :128] @ tensors["style.weights"] + tensors["style.bias"]
    assert (modulation < -1).any()


def test_threads_change_nothing_and_neither_does_time(
    folder: Path, predicted: Callable[[str], Spoken]
) -> None:
    frames, style = predicted("af_heart")
    tensors = load_tensors(folder / GENERATOR_FILE)
    rng = np.random.default_rng(0)
    rows = 2 * len(frames)
    source = rng.normal(0, 1, (1, 22, 60 * rows + 1)).astype(np.float32)
    features = rng.normal(0, 0.5, (1, 512, rows)).astype(np.float32)
    results = []
    for threads in (1, 2, 3):
        generator = Generator(tensors, load_kernels(), threads)
        results += [generator(source, features, style[:, :128]) for _ in range(2)]
    assert results[0].shape == source.shape
    assert len({result.tobytes() for result in results}) == 1


@pytest.mark.parametrize("voice", CLAUSES)
def test_silence_that_is_not_computed_counts_all_the_same(
    monkeypatch: pytest.MonkeyPatch, vocoder: Vocoder, predicted: Callable[[str], Spoken], voice: str
) -> None:
    """Left out of the normalisation as well, it would make speech softer, by 0.6 to 1.9 dB."""
    frames, style = predicted(voice)
    made = vocoder(frames, style, 0, len(frames))
    monkeypatch.setattr(KernelVocoder, "_SILENCE", len(frames))
    whole = vocoder(frames, style, 0, len(frames))
    assert not made[:600].any() or not made[-600:].any()
    assert abs(level(made) - level(whole)) < 0.5


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7])
def test_a_few_frames(
    vocoder: Vocoder, engine: KokoroEngine, predicted: Callable[[str], Spoken], count: int
) -> None:
    """A sentence has three at least: a boundary, a phoneme, a boundary."""
    frames, style = predicted("zf_xiaoxiao")
    start = len(frames) // 2
    made, exact = (speak(frames, style, start, start + count) for speak in (vocoder, engine._vocoder))
    assert made.shape == exact.shape == (count * SAMPLES_PER_FRAME,)
    assert np.isfinite(made).all()
    assert abs(level(made) - level(exact)) < 3


def test_no_frames_are_an_error_and_no_crash(vocoder: Vocoder, predicted: Callable[[str], Spoken]) -> None:
    frames, style = predicted("zf_xiaoxiao")
    with pytest.raises(EngineError):
        vocoder(frames, style, 5, 5)


@pytest.mark.parametrize(("rows", "source"), [(0, 1), (4, 240), (4, 242), (4, 1), (4, 0)])
def test_parts_that_do_not_go_together(folder: Path, rows: int, source: int) -> None:
    generator = Generator(load_tensors(folder / GENERATOR_FILE), load_kernels(), 2)
    with pytest.raises(EngineError, match="do not go with"):
        generator(
            np.zeros((1, 22, source), np.float32),
            np.zeros((1, 512, rows), np.float32),
            np.zeros((1, 128), np.float32),
        )


def test_twenty_seconds_take_a_bounded_amount_of_memory(
    vocoder: Vocoder, predicted: Callable[[str], Spoken]
) -> None:
    frames, style = predicted("zf_xiaoxiao")
    times = -(-800 // len(frames))
    long = Frames(
        np.tile(frames.durations, times),
        np.tile(frames.features, (1, 1, times)),
        np.tile(frames.f0, times),
        np.tile(frames.energy, times),
    )
    process = psutil.Process()
    vocoder(frames, style, 0, len(frames))
    gc.collect()
    before = process.memory_info().rss
    made = vocoder(long, style, 0, 800)
    gc.collect()
    assert made.shape == (800 * SAMPLES_PER_FRAME,)
    assert np.isfinite(made).all()
    assert isinstance(vocoder, KernelVocoder)
    assert not vocoder._generator._workspace._buffers
    assert process.memory_info().rss - before < 300e6


def test_an_interrupt_ends_it_and_the_next_run_is_as_any(
    vocoder: Vocoder, predicted: Callable[[str], Spoken], monkeypatch: pytest.MonkeyPatch
) -> None:
    frames, style = predicted("am_michael")
    expected = vocoder(frames, style, 0, 40)
    switch = Interrupt()
    monkeypatch.setattr("declaim.models.interrupt.installed", lambda: switch)
    switch.set()
    with pytest.raises(RunInterrupted):
        vocoder(frames, style, 0, 40)
    switch.clear()
    assert vocoder(frames, style, 0, 40).tobytes() == expected.tobytes()

"""DNSMOS: predicted mean opinion scores, P.808 (overall) and P.835 (speech, background, overall).

The models are the ones that the ``speechmos`` wheel carries. Its own code is not imported, because it
pulls in librosa, numba and requests for one mel spectrogram; the scores here agree with it to 1e-6.

Sources: Reddy et al., "DNSMOS P.835" (ICASSP 2022, arXiv:2110.01763) for the models, windows and polynomials;
Slaney, "Auditory Toolbox" (1998) for the mel scale.
"""

from __future__ import annotations

import importlib.util
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

SAMPLE_RATE = 16_000
WINDOW_SECONDS = 9.01
WINDOW = int(WINDOW_SECONDS * SAMPLE_RATE)
"""Samples that the models take at once; longer audio is scored every second and averaged."""
FFT = 321
HOP = 160
MELS = 120
OVERALL_POLYNOMIAL = (-0.06766283, 1.11546468, 0.04602535)
"""Raw P.835 overall score → the crowd's scale, highest power first."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scores:
    """Both on the scale of 1 (bad) to 5 (excellent)."""

    p808: float
    overall: float


class Dnsmos:
    """Both models, loaded once."""

    def __init__(self, threads: int) -> None:
        folder = _models_folder()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._p808 = onnxruntime.InferenceSession(str(folder / "model_v8.onnx"), options)
        self._p835 = onnxruntime.InferenceSession(str(folder / "sig_bak_ovr.onnx"), options)

    def score(self, samples: Floats) -> Scores:
        """Score mono audio at 16 kHz; audio under nine seconds is repeated, as the reference code does.

        Raises:
            ValueError: there is no sample.
        """
        if not len(samples):
            raise ValueError("no audio to score")
        samples = np.clip(samples, -1, 1)
        while len(samples) < WINDOW:
            samples = np.concatenate([samples, samples])
        hops = int(len(samples) // SAMPLE_RATE - WINDOW_SECONDS) + 1
        starts = range(0, hops * SAMPLE_RATE, SAMPLE_RATE)
        scores = [self._score_window(samples[start : start + WINDOW]) for start in starts]
        p808, overall = np.mean(scores, axis=0)
        return Scores(float(p808), float(overall))

    def _score_window(self, window: Floats) -> tuple[float, float]:
        p808 = np.asarray(self._p808.run(None, {"input_1": log_mel(window[:-HOP])[None]})[0])
        raw = np.asarray(self._p835.run(None, {"input_1": window[None]})[0])
        return float(p808[0, 0]), float(np.polyval(np.array(OVERALL_POLYNOMIAL), raw[0, 2]))


def log_mel(samples: Floats) -> Floats:
    """Return (frames, 120) log-mel power relative to its maximum, 80 dB deep, scaled to [-1, 1]."""
    padded = np.pad(samples, FFT // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT)[::HOP]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FFT) / FFT)
    power = np.abs(np.fft.rfft(frames * hann)) ** 2 @ mel_filters().T
    decibels = 10 * np.log10(np.maximum(power, 1e-10))
    decibels -= decibels.max()
    scaled: Floats = ((np.maximum(decibels, -80) + 40) / 40).astype(np.float32)
    return scaled


@cache
def mel_filters() -> npt.NDArray[np.float64]:
    """Return (120, 161) triangles of equal area on Slaney's mel scale, 0 to 8 kHz."""
    edges = _mel_to_hertz(np.linspace(0, _hertz_to_mel(SAMPLE_RATE / 2), MELS + 2))[:, None]
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    bins = np.fft.rfftfreq(FFT, 1 / SAMPLE_RATE)
    triangles = np.minimum((bins - left) / (centre - left), (right - bins) / (right - centre))
    filters: npt.NDArray[np.float64] = np.maximum(triangles, 0) * 2 / (right - left)
    return filters


def _hertz_to_mel(hertz: float) -> float:
    return 15 + 27 * math.log(hertz / 1000) / math.log(6.4)  # linear below 1 kHz; only asked for above


def _mel_to_hertz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    linear = mel * (200 / 3)
    logarithmic = 1000 * np.exp((mel - 15) * np.log(6.4) / 27)
    return np.where(mel < 15, linear, logarithmic)


def _models_folder() -> Path:
    spec = importlib.util.find_spec("speechmos")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("DNSMOS needs the speechmos wheel: pip install -r requirements/bench.txt")
    return Path(spec.submodule_search_locations[0]) / "dnsmos_models"

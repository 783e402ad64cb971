"""A recording of a voice, at the two sample rates that the models hear it at."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import av
import av.error
import numpy as np
import soxr
from numpy.lib.stride_tricks import sliding_window_view

from declaim.engines.indextts.features import BANK_RATE, MEL_RATE
from declaim.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LONGEST: Final = 15
"""Seconds that are heard of a recording."""
_MARGIN: Final = 1
"""Seconds that are decoded beyond, so that the end of what is heard is filtered like the rest."""
_CROSSINGS: Final = 6
_ROLLOFF: Final = 0.99


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """Mono, full scale = 1, at most 15 seconds."""

    at_22k: NDArray[np.float32]
    """For the mel spectrogram."""
    at_16k: NDArray[np.float32]
    """For the filter banks."""


def read_recording(content: bytes, path: Path) -> Recording:
    """Decode a recording of any kind that FFmpeg knows.

    Args:
        content: of the file.
        path: its name, for errors.

    Raises:
        ConfigError: it is no audio, silent, or shorter than a second.
    """
    samples, rate = _decoded(content, path)
    if len(samples) < rate:
        raise ConfigError(f"the recording {path} is shorter than a second", hint="Use 3 to 15 seconds.")
    if not np.any(samples):
        raise ConfigError(f"the recording {path} is silent", hint="Use 3 to 15 seconds of clear speech.")
    at_22k = soxr.resample(samples, rate, MEL_RATE, quality="HQ").astype(np.float32)
    at_16k = resample(at_22k, MEL_RATE, BANK_RATE)
    return Recording(at_22k[: LONGEST * MEL_RATE], at_16k[: LONGEST * BANK_RATE])


def _decoded(content: bytes, path: Path) -> tuple[NDArray[np.float32], int]:
    """The mean of a file's channels (n,), no more than is heard of it, and its sample rate."""
    pieces: list[NDArray[np.float32]] = []
    try:
        with av.open(io.BytesIO(content), "r") as container:
            rate = container.streams.audio[0].rate
            to_floats = av.AudioResampler(format="fltp")
            wanted = (LONGEST + _MARGIN) * rate
            for decoded in container.decode(audio=0):
                pieces += [frame.to_ndarray().mean(axis=0) for frame in to_floats.resample(decoded)]
                wanted -= decoded.samples
                if wanted <= 0:
                    break
    except (av.error.FFmpegError, IndexError) as error:
        raise ConfigError(f"the recording {path} cannot be decoded: {error}") from error
    return np.concatenate([np.zeros(0, np.float32), *pieces]), rate


def resample(samples: NDArray[np.float32], old: int, new: int) -> NDArray[np.float32]:
    """The samples at another rate, by a sinc of six zero crossings on either side under a Hann window.

    Its gentle slope below the Nyquist frequency is in all that w2v-BERT and CAM++ were shown (it is what
    torchaudio does by default), and the highest bands of a filter bank tell it from a steeper one.
    (J. O. Smith, "Digital audio resampling", 2002.)

    Args:
        samples: (n,) at rate ``old``.
        old: Hz.
        new: Hz.
    """
    common = math.gcd(old, new)
    old, new = old // common, new // common
    cutoff = min(old, new) * _ROLLOFF
    reach = math.ceil(_CROSSINGS * old / cutoff)
    offsets = np.arange(-reach, reach + old) / old
    crossings = (offsets - np.arange(new)[:, None] / new) * cutoff
    crossings = np.clip(crossings, -_CROSSINGS, _CROSSINGS)
    window = np.cos(np.pi / 2 * crossings / _CROSSINGS) ** 2
    kernels = (np.sinc(crossings) * window * cutoff / old).astype(np.float32)
    padded = np.pad(samples, (reach, reach + old))
    windows = sliding_window_view(padded, kernels.shape[1])[::old]
    length = math.ceil(len(samples) * new / old)
    resampled: NDArray[np.float32] = (windows @ kernels.T).reshape(-1)[:length]
    return resampled

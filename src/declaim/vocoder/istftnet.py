"""Kokoro's vocoder, an iSTFTNet: frames → samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from declaim.acoustic.frames import SAMPLES_PER_FRAME, SPEECH_ENERGY
from declaim.vocoder.integer.generator import ROWS_A_FRAME, SPECTRA_A_ROW
from declaim.vocoder.integer.signal import SILENT_ROWS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from declaim.acoustic.frames import Frames
    from declaim.models.session import Session
    from declaim.vocoder.integer.generator import Generator


class Vocoder(Protocol):
    """Turns any stretch of a sentence's frames into samples."""

    def __call__(
        self, frames: Frames, style: NDArray[np.float32], start: int, end: int
    ) -> NDArray[np.float32]:
        """Vocode ``frames[start:end]``: (600 (end − start),) samples at 24 kHz.

        Args:
            frames: the sentence.
            style: (1, 256), as for the acoustic model.
            start: first frame.
            end: one past the last frame.
        """
        ...


class GraphVocoder:
    """All of it in ONNX Runtime."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __call__(
        self, frames: Frames, style: NDArray[np.float32], start: int, end: int
    ) -> NDArray[np.float32]:
        """Vocode ``frames[start:end]``."""
        (samples,) = self._session.run(["audio"], style=style, **_inputs(frames, start, end))
        return np.asarray(samples, dtype=np.float32).ravel()


class KernelVocoder:
    """The generator, which is nearly all of it, in our own kernels, between two graphs in ONNX Runtime.

    Args:
        source: features, f0, energy, style → the harmonic source's spectrum and the generator's input.
        generator: → the spectrum of speech.
        spectrum: → audio.
    """

    _STYLE = 128
    """Values of a style that are the vocoder's; the others are for the acoustic model."""
    _SILENCE = SILENT_ROWS // ROWS_A_FRAME
    """Frames computed of the silence at either end. Of the rest samples are zeros; by the normalisation it is
    counted (docs/vocoder.md says what either is worth)."""

    def __init__(self, source: Session, generator: Generator, spectrum: Session) -> None:
        self._source = source
        self._generator = generator
        self._spectrum = spectrum

    def __call__(
        self, frames: Frames, style: NDArray[np.float32], start: int, end: int
    ) -> NDArray[np.float32]:
        """Vocode ``frames[start:end]``."""
        source, rows = self._source.run(["source", "rows"], style=style, **_inputs(frames, start, end))
        before, after = self._absent(frames.loudness()[start:end])
        first, last = ROWS_A_FRAME * before, ROWS_A_FRAME * (end - start - after)
        spectrum = self._generator(
            source[:, :, SPECTRA_A_ROW * first : SPECTRA_A_ROW * last + 1],
            rows[:, :, first:last],
            style[:, : self._STYLE],
            (ROWS_A_FRAME * before, ROWS_A_FRAME * after),
        )
        (samples,) = self._spectrum.run(["audio"], spectrum=spectrum)
        silence = SAMPLES_PER_FRAME * before, SAMPLES_PER_FRAME * after
        return np.pad(np.asarray(samples, dtype=np.float32).ravel(), silence)

    def _absent(self, loudness: NDArray[np.float32]) -> tuple[int, int]:
        """Frames at both ends that need not be computed; none where nothing is heard."""
        heard = np.flatnonzero(loudness > SPEECH_ENERGY)
        if not len(heard):
            return 0, 0
        before, after = int(heard[0]), len(loudness) - 1 - int(heard[-1])
        return max(0, before - self._SILENCE), max(0, after - self._SILENCE)


def _inputs(frames: Frames, start: int, end: int) -> dict[str, NDArray[np.float32]]:
    return {
        "features": np.ascontiguousarray(frames.features[:, :, start:end]),
        "f0": frames.f0[None, None, 2 * start : 2 * end],
        "energy": frames.energy[None, None, 2 * start : 2 * end],
    }

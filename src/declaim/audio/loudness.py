"""Loudness of speech by ITU-R BS.1770, and the gain that brings it to a target."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

import av
import av.error
import av.filter
import numpy as np
from numpy.typing import NDArray

from declaim.errors import OptionError

DEFAULT_LOUDNESS: Final = -16.0
"""LUFS; what Apple's audio requirements for podcasts ask for, within 1 dB."""

LOWEST_TARGET: Final = -40.0
HIGHEST_TARGET: Final = -6.0

MAX_BOOST: Final = 12.0
"""dB. Something much quieter than speech is meant to be quiet, or is only noise: it stays so."""

MAX_LIMITING: Final = 6.0
"""dB by which the highest peak may pass the ceiling, so that the limiter is not heard."""

_ABSOLUTE_GATE: Final = -70.0


_LAYOUTS: Final = {1: "mono", 2: "stereo"}


class LoudnessMeter:
    """Integrated loudness of a stream: ITU-R BS.1770-4, measured by libavfilter's ``ebur128``.

    One channel counts as one channel: a full-scale 997 Hz sine reads -3.01 LUFS, and a mono file at -16 LUFS
    played on two loudspeakers is as loud as a stereo file at -13. The powers of two channels are added: the
    same signal on both reads 3 dB more than on one.

    Args:
        sample_rate: in Hz.
        channels: 1 or 2.
    """

    def __init__(self, sample_rate: int, *, channels: int = 1) -> None:
        self._sample_rate = sample_rate
        self._layout = _LAYOUTS[channels]
        self._taken = 0
        self._integrated = -math.inf
        self._peak = 0.0
        self._graph = av.filter.Graph()
        self._graph.threads = 1
        source = self._graph.add_abuffer(
            sample_rate=sample_rate, format="flt", layout=self._layout, time_base=Fraction(1, sample_rate)
        )
        meter = self._graph.add("ebur128", "metadata=1:framelog=quiet")
        self._graph.link_nodes(source, meter, self._graph.add("abuffersink")).configure()

    def add(self, samples: NDArray[np.float32]) -> None:
        """Take finite samples of shape (n,), or of two channels (2, n), full scale = 1."""
        if not samples.size:
            return
        self._peak = max(self._peak, float(np.abs(samples).max()))
        interleaved = np.ascontiguousarray(samples.T).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(interleaved, format="flt", layout=self._layout)
        frame.sample_rate = self._sample_rate
        frame.time_base = Fraction(1, self._sample_rate)
        frame.pts = self._taken
        self._taken += samples.shape[-1]
        self._graph.push(frame)
        self._read()

    @property
    def integrated(self) -> float | None:
        """Gated loudness so far in LUFS; None when nothing passed the gate at -70, or before 0.4 s."""
        return self._integrated if self._integrated > _ABSOLUTE_GATE else None

    @property
    def peak(self) -> float:
        """Highest absolute sample so far, full scale = 1."""
        return self._peak

    def _read(self) -> None:
        """Empty the filter: it gives the value so far with every 100 ms that is complete."""
        while True:
            try:
                frame = self._graph.pull()
            except av.error.BlockingIOError:
                return
            self._integrated = float(frame.metadata["lavfi.r128.I"])


def check_target(target: float) -> float:
    """``target`` in LUFS, if it is one that speech can be brought to.

    Raises:
        OptionError: it is not between -40 and -6.
    """
    if not LOWEST_TARGET <= target <= HIGHEST_TARGET:
        raise OptionError(f"loudness {target:g} LUFS is not between {LOWEST_TARGET:g} and {HIGHEST_TARGET:g}")
    return target


def gain_to(target: float, meter: LoudnessMeter, ceiling: float, *, boost: float = MAX_BOOST) -> float:
    """The factor that brings what ``meter`` heard to ``target``, as far as it may go.

    Args:
        target: in LUFS.
        meter: after all of the audio.
        ceiling: where the limiter will hold the peaks, in dB relative to full scale.
        boost: dB by which it is turned up at most.

    Returns:
        A factor that is 1 for what cannot be measured and raises nothing by more than ``boost``, nor the
        highest peak by more than `MAX_LIMITING` above ``ceiling``.
    """
    if meter.integrated is None:
        return 1.0
    headroom = ceiling - 20 * math.log10(meter.peak)
    gain = min(target - meter.integrated, boost, headroom + MAX_LIMITING)
    return float(10 ** (gain / 20))

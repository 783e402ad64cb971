"""The generator of Kokoro's iSTFTNet: AdaIN, Snake and convolutions from 80 to 4,800 rows a second.

The network is HiFi-GAN's (Kong et al., NeurIPS 2020) with a harmonic source beside it and an inverse STFT
behind it (Kaneko et al., iSTFTNet, ICASSP 2022), Snake for an activation and styles through AdaIN (Li et al.,
StyleTTS 2, NeurIPS 2023). All is laid out with channels last, so that upsampling by S is a convolution to S
times the channels.

Only what each convolution reads is quantised. What it writes stays in floats, so the sums along the residual
connections lose nothing, and the range of its next reader is known exactly from minima and maxima.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from declaim.errors import EngineError
from declaim.vocoder.integer.activation import LeakyMean, Plain, Snake
from declaim.vocoder.integer.convolution import unpack
from declaim.vocoder.integer.products import product
from declaim.vocoder.integer.signal import Absent, Signal, gathered
from declaim.vocoder.integer.steps import Job, Steps, padded_rows
from declaim.vocoder.integer.threads import Team
from declaim.vocoder.integer.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from declaim.vocoder.integer.activation import Activation
    from declaim.vocoder.integer.convolution import Convolution
    from declaim.vocoder.integer.steps import Chain
    from declaim.vocoder.kernels.library import Kernels

    _Targets: TypeAlias = tuple[NDArray[np.float32], NDArray[np.float32]]

SOURCES = ("noise_res.0", "noise_res.1")
BRANCHES = (
    ("resblocks.2", "resblocks.1", "resblocks.0"),
    ("resblocks.5", "resblocks.4", "resblocks.3"),
)
"""Residual blocks of each stage, with 11, 7 and 3 taps; their mean goes on."""
DILATIONS = (1, 3, 5)
"""Of the first convolution of each pair in a residual block; the second has none."""
UPSAMPLING = ((10, 5), (6, 3))
"""Of each stage: by how much, and the padding of the transposed convolution."""
ROWS_A_FRAME = 2
"""Rows of features that a frame of the acoustic model becomes."""
SPECTRA_A_ROW = prod(factor for factor, _ in UPSAMPLING)
SPECTRUM = 22
"""Channels of the output: magnitudes (their logarithms) and phases of 11 bins."""

_SLOPE, _LAST_SLOPE = 0.1, 0.01
_SOURCE_STEP = 6, 3
"""Stride and padding of the convolution that brings the source to the rate of the first stage."""


@dataclass(frozen=True, slots=True)
class _Run:
    """What all layers of a run share."""

    modulation: NDArray[np.float64]
    """What the style is mapped to: two values for each channel of each activation."""
    absent: Absent


@dataclass(frozen=True, slots=True)
class _Layer:
    """AdaIN, Snake, convolution."""

    style: slice
    """Where its values stand in what the style is mapped to."""
    alpha: NDArray[np.float64]
    convolution: Convolution

    def job(
        self,
        signal: Signal,
        target: NDArray[np.float32],
        run: _Run,
        residual: NDArray[np.float32] | None = None,
    ) -> Job:
        """What is to be done."""
        snake = Snake(signal, run.modulation[self.style], self.alpha, run.absent)
        return Job(snake, self.convolution, target, signal.rows, self.convolution.halo, residual)


class Generator:
    """Rows of features and a harmonic source → the spectrum of speech.

    Args:
        tensors: as :func:`declaim.engines.kokoro_generator.take_out_generator` stored them.
        kernels: the machine's.
        threads: cores to use.
    """

    def __init__(self, tensors: Mapping[str, NDArray[Any]], kernels: Kernels, threads: int) -> None:
        self._style_weights, self._style_bias = tensors["style.weights"], tensors["style.bias"]
        names = [*SOURCES, *BRANCHES[0], *BRANCHES[1]]
        places = _style_places(tensors, names)
        self._layers = {name: _block(tensors, name, places) for name in names}
        self._sources = [unpack(tensors, f"noise_convs.{stage}") for stage in range(2)]
        self._ups = [[unpack(tensors, f"ups.{stage}.{half}") for half in range(2)] for stage in range(2)]
        self._last = [unpack(tensors, f"conv_post.{part}") for part in ("high", "low")]
        self._workspace = Workspace()
        self._steps = Steps(kernels, Team(threads))
        self._turn = Lock()

    def __call__(
        self,
        source: NDArray[np.float32],
        features: NDArray[np.float32],
        style: NDArray[np.float32],
        absent: tuple[int, int] = (0, 0),
    ) -> NDArray[np.float32]:
        """Compute the spectrum: (1, 22, 60 T + 1). Threads take turns, as each run uses all cores.

        Args:
            source: (1, 22, 60 T + 1), magnitudes and phases of the harmonic source.
            features: (1, 512, T), 80 a second, activated.
            style: (1, 128).
            absent: rows of silence that were left out before and after these; see
                :class:`~declaim.vocoder.integer.signal.Absent`.

        Raises:
            EngineError: there are no rows, or not as many of the source as belong to the features.
            RunInterrupted: the thread's interrupt was set.
        """
        rows = features.shape[2]
        if not rows or source.shape[2] != SPECTRA_A_ROW * rows + 1:
            # Kernels would read and write where nothing is.
            raise EngineError(f"{rows} rows of features do not go with {source.shape[2]} of the source")
        modulation = (product(style[0], self._style_weights) + self._style_bias).astype(np.float64)
        with self._turn:
            try:
                return self._run(source[0].T, features[0].T, _Run(modulation, Absent(rows, *absent)))
            finally:
                self._workspace.trim()

    def _run(
        self, source: NDArray[np.float32], features: NDArray[np.float32], run: _Run
    ) -> NDArray[np.float32]:
        noise = self._noise(source, UPSAMPLING[0][0] * len(features), run)
        signal = self._upsampled(0, Plain(features), noise[0])
        branches = self._blocks_of(BRANCHES[0], signal, run)
        signal = self._reflected(1, LeakyMean(branches, _SLOPE), noise[1])
        branches = self._blocks_of(BRANCHES[1], signal, run)
        return self._spectrum(LeakyMean(branches, _LAST_SLOPE))

    def _noise(self, source: NDArray[np.float32], rows: int, run: _Run) -> Sequence[Signal]:
        """The source as each stage adds it."""
        read = Plain(source)
        chains = []
        for stage, (count, stride, before) in enumerate(((rows, *_SOURCE_STEP), (len(source), 1, 0))):
            convolution = self._sources[stage]
            # Where residual blocks write later, when it is not needed any more.
            target = self._array(f"outer {stage}", count, convolution.channels)
            job = Job(read, convolution, target, count, before, stride=stride)
            targets = self._targets(f"inner {stage}", f"noise {stage}", target)
            chains.append(self._source(job, SOURCES[stage], targets, run))
        # The longer one first.
        return self._steps.run_chains(*chains[::-1])[::-1]

    def _source(self, job: Job, name: str, targets: _Targets, run: _Run) -> Chain:
        signal = yield job
        return (yield from self._block(name, signal, targets, run))

    def _upsampled(self, stage: int, read: Activation, noise: Signal, shift: int = 0) -> Signal:
        """Upsample, and add the source to it: in the source's place, and ``shift`` rows down."""
        factor, channels = UPSAMPLING[stage][0], noise.values.shape[1]
        room = noise.values[shift : shift + factor * padded_rows(read.rows)].reshape(-1, factor * channels)
        jobs = []
        for half, convolution in enumerate(self._ups[stage]):
            columns = room[:, half * convolution.channels :][:, : convolution.channels]
            jobs.append(Job(read, convolution, columns, read.rows, before=1 - half, residual=columns))
        halves = [signal.statistics for signal in self._steps.run(*jobs)]
        phases = np.concatenate(halves, axis=1).reshape(4, factor, channels)
        return Signal(noise.values, shift + factor * read.rows, gathered(phases.swapaxes(0, 1)))

    def _reflected(self, stage: int, read: Activation, noise: Signal) -> Signal:
        """Upsample, with one row more before the first: the one behind it, reflected."""
        reflected = -noise.values[2]
        signal = self._upsampled(stage, read, noise, shift=1)
        reflected += signal.values[2]
        first = signal.values[0]
        first += reflected
        of_first = np.stack([first, first**2, first, first])
        return replace(signal, statistics=gathered(np.stack([signal.statistics, of_first])))

    def _blocks_of(self, names: Sequence[str], signal: Signal, run: _Run) -> list[Signal]:
        """Residual blocks side by side."""
        targets = [
            self._targets(f"inner {number}", f"outer {number}", signal.values) for number in range(len(names))
        ]
        return self._steps.run_chains(
            *(self._block(name, signal, target, run) for name, target in zip(names, targets, strict=True))
        )

    def _block(self, name: str, signal: Signal, targets: _Targets, run: _Run) -> Chain:
        """A residual block: pairs of layers, after each of which its input is added."""
        inner, outer = targets
        for first, second in self._layers[name]:
            middle = yield first.job(signal, inner, run)
            signal = yield second.job(middle, outer, run, signal.values)
        return signal

    def _targets(self, inner: str, outer: str, like: NDArray[np.float32]) -> _Targets:
        """Where a block's first and second layers write."""
        first, second = (self._workspace.array(name, like.shape, np.float32) for name in (inner, outer))
        return first, second

    def _array(self, name: str, rows: int, channels: int) -> NDArray[np.float32]:
        """Room for rows in whole tiles, and for those by which upsampled tiles reach beyond them."""
        more = padded_rows(1) * UPSAMPLING[0][0]
        return self._workspace.array(name, (padded_rows(rows) + more, channels), np.float32)

    def _spectrum(self, read: Activation) -> NDArray[np.float32]:
        """The last convolution, with 15-bit weights in two halves: what it errs by is heard as noise."""
        high, low = self._last
        target = self._array("spectrum", read.rows, high.channels)
        self._steps.run(Job(read, high, target, read.rows, high.halo))
        self._steps.run(Job(read, low, target, read.rows, low.halo, residual=target))
        return np.ascontiguousarray(target[: read.rows, :SPECTRUM].T)[None]


def _block(
    tensors: Mapping[str, NDArray[Any]], name: str, places: Iterator[slice]
) -> list[tuple[_Layer, _Layer]]:
    """The pairs of a residual block."""
    return [
        (
            _layer(tensors, f"{name}.{pair}.first", next(places), dilation),
            _layer(tensors, f"{name}.{pair}.second", next(places), 1),
        )
        for pair, dilation in enumerate(DILATIONS)
    ]


def _layer(tensors: Mapping[str, NDArray[Any]], name: str, place: slice, dilation: int) -> _Layer:
    alpha = tensors[f"{name}.alpha"].astype(np.float64)
    two_steps = name.startswith(BRANCHES[1])  # elsewhere one step size is not heard
    return _Layer(place, alpha, unpack(tensors, name, dilation, two_steps=two_steps))


def _style_places(tensors: Mapping[str, NDArray[Any]], names: list[str]) -> Iterator[slice]:
    """Two values by channel for each activation, in the order of the blocks."""
    start = 0
    for name in names:
        for pair in range(len(DILATIONS)):
            for place in ("first", "second"):
                end = start + 2 * len(tensors[f"{name}.{pair}.{place}.alpha"])
                yield slice(start, end)
                start = end

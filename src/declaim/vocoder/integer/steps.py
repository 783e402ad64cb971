"""The generator's steps on all threads: activate, quantise and convolve stretches of rows."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from declaim.vocoder.integer.products import product
from declaim.vocoder.integer.signal import Signal, gathered
from declaim.vocoder.kernels.arguments import ConvolutionArguments, SharedWork, Table
from declaim.vocoder.kernels.convolution import ROWS
from declaim.vocoder.kernels.sharing import PART

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from declaim.vocoder.integer.activation import Activation
    from declaim.vocoder.integer.convolution import Convolution
    from declaim.vocoder.integer.threads import Team
    from declaim.vocoder.kernels.library import Kernels

_PARTS = 8
"""That a convolution is cut into, however many threads there are, so that sums come out the same."""


@dataclass(frozen=True, slots=True)
class Job:
    """One convolution of one signal.

    Input row ``stride · t − before + tap · dilation`` makes output row t; rows that are not there are zeros.
    """

    activation: Activation
    convolution: Convolution
    target: NDArray[np.float32]
    """(rows, and up to a tile more; channels), a view of columns perhaps."""
    rows: int
    """Of the output."""
    before: int
    residual: NDArray[np.float32] | None = None
    """Added; of the target's shape, and may be the target."""
    stride: int = 1


Chain: TypeAlias = Generator[Job, Signal, Signal]
"""Jobs, each of which needs what came of the one before."""


class Steps:
    """Runs steps on kernels.

    Args:
        kernels: the machine's.
        team: threads.
    """

    def __init__(self, kernels: Kernels, team: Team) -> None:
        self._kernels = kernels
        self._team = team

    def run(self, *jobs: Job) -> list[Signal]:
        """Do several jobs at once, none of which may write what another reads.

        Put those that take long first: threads that are done early find short ones then.

        Raises:
            RunInterrupted: the thread's interrupt was set.
        """
        return self.run_chains(*map(_alone, jobs))

    def run_chains(self, *chains: Chain) -> list[Signal]:
        """Do several sequences of jobs side by side, none of which may write what another reads.

        Args:
            chains: each yields a job, is sent what came out, and so on; and returns what is to be given back.

        Raises:
            RunInterrupted: the thread's interrupt was set.
        """
        return self._team.run([self._steps_of(chain) for chain in chains])

    def _steps_of(self, chain: Chain) -> Generator[Iterable[Callable[[], None]], None, Signal]:
        try:
            job = next(chain)
            while True:
                running = _Running(job, self._kernels)
                yield running.parts(self._team.size)
                job = chain.send(running.signal())
        except StopIteration as end:
            signal: Signal = end.value
            return signal


def _alone(job: Job) -> Chain:
    return (yield job)


class _Running:
    """A job in parts, each of which quantises the rows that it needs into memory of its own.

    Neighbours quantise a few rows twice. In return no thread waits for another between the two halves of a
    step, and the integers are still in the cache when they are read.

    What kernels are called with is laid out for all parts at once, and each thread is sent to work through
    them with a single call.
    """

    def __init__(self, job: Job, kernels: Kernels) -> None:
        self._job = job
        self._kernels = kernels
        convolution = job.convolution
        reach = (convolution.taps - 1) * convolution.dilation + 1
        self._layout = _layout(job.rows, job.activation.rows, job.stride, job.before, reach)
        self._quantisation = job.activation.quantisation(convolution)
        count = len(self._layout.starts)
        self._statistics = np.empty((count, 4, convolution.channels), np.float32)
        kind = np.int16 if convolution.signed else np.uint8
        self._read = np.empty((self._layout.offsets[-1], convolution.inputs), kind)
        parts = np.zeros((count, PART), np.int64)
        self._kept = parts, self._activate(parts), self._convolve(parts)
        self._work = SharedWork(count=count, parts=parts.ctypes.data)

    def parts(self, threads: int) -> list[Callable[[], None]]:
        """For each thread, what it is to do; one that comes late finds nothing left."""
        return [partial(self._kernels.work, self._work)] * min(threads, self._work.count)

    def signal(self) -> Signal:
        """What came out, when all parts are done."""
        return Signal(self._job.target, self._job.rows, gathered(self._statistics))

    def _activate(self, parts: NDArray[np.int64]) -> object:
        """Lay out how the rows that each part reads are quantised; returns what must stay."""
        layout = self._layout
        for nothing in layout.nothing:
            self._read[nothing] = self._quantisation.zeros
        written = self._job.activation.written(self._quantisation, is_signed=self._job.convolution.signed)
        if isinstance(written, np.ndarray):
            for start, low, high in zip(layout.filled, layout.low, layout.high, strict=True):
                self._read[start : start + high - low] = written[low:high]
            return None
        row = self._read.strides[0]
        table = Table(written.arguments, len(parts))
        for source in ("x", "x2", "x3") if written.arguments.x2 else ("x",):
            table.add(source, layout.low * written.arguments.x_row)
        table.add("out", self._read.ctypes.data + layout.filled * row)
        table.add("out_row", row)
        table.add("rows", layout.high - layout.low)
        parts[:, 0], parts[:, 1] = self._kernels.address(written.name), table.addresses
        return table, written

    def _convolve(self, parts: NDArray[np.int64]) -> object:
        """Lay out how each part is convolved; returns what must stay."""
        job, convolution, quantisation = self._job, self._job.convolution, self._quantisation
        layout, row = self._layout, self._read.strides[0]
        weights = convolution.weights_for(quantisation.steps)
        scale = convolution.weight_scales * np.float32(quantisation.scale)
        zeros = product(quantisation.steps * quantisation.zeros, convolution.weight_sums)
        bias = convolution.bias - scale * zeros
        arguments = ConvolutionArguments(
            x=self._read.ctypes.data,
            x_row=row * job.stride,
            x_tap=row * convolution.dilation,
            taps=convolution.taps,
            groups=convolution.groups,
            w=weights.ctypes.data,
            scale=scale.ctypes.data,
            bias=bias.ctypes.data,
            residual=0 if job.residual is None else job.residual.ctypes.data,
            out=job.target.ctypes.data,
            out_row=job.target.strides[0],
            blocks=len(convolution.weights),
            stats=self._statistics.ctypes.data,
            stats_row=4 * convolution.channels,
        )
        table = Table(arguments, len(parts))
        table.add("x", layout.offsets[:-1] * row)
        table.add("out", layout.starts * job.target.strides[0])
        if job.residual is not None:
            table.add("residual", layout.starts * job.residual.strides[0])
        table.add("rows", layout.padded)
        table.add("last", layout.lengths)
        table.add("stats", layout.numbers * self._statistics.strides[0])
        parts[:, 2] = self._kernels.address("convolve_s16" if convolution.signed else "convolve_u8")
        parts[:, 3] = table.addresses
        return table, weights, scale, bias


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which rows each part of a job reads and writes, (parts,) unless something else is said."""

    numbers: NDArray[np.int64]
    starts: NDArray[np.int64]
    """The first output row."""
    lengths: NDArray[np.int64]
    padded: NDArray[np.int64]
    """Lengths in whole tiles."""
    low: NDArray[np.int64]
    """The first input row that is read, of those that are there,"""
    high: NDArray[np.int64]
    """and one past the last."""
    offsets: NDArray[np.int64]
    """(parts + 1,): where the rows that it reads begin among those of all parts."""
    filled: NDArray[np.int64]
    """Where the first of those that are there stands."""
    nothing: tuple[slice, ...]
    """Places of rows that are not there."""


@lru_cache(maxsize=128)
def _layout(rows: int, read_rows: int, stride: int, before: int, reach: int) -> _Layout:
    """The layout of a job; the layers of a branch have it in common.

    Args:
        rows: of the output.
        read_rows: of the input.
        stride: as in :class:`Job`.
        before: as in :class:`Job`.
        reach: input rows that an output row is made of, from the first to the last.
    """
    starts, ends = np.array(_stretches(rows)).T
    lengths = ends - starts
    padded = lengths + -lengths % ROWS
    firsts = starts * stride - before
    counts = (padded - 1) * stride + reach
    offsets = np.concatenate([[0], np.cumsum(counts)])
    low, high = np.maximum(0, firsts), np.minimum(read_rows, firsts + counts)
    filled = offsets[:-1] + low - firsts
    missing = zip(offsets[:-1], filled, filled + high - low, offsets[1:], strict=True)
    around = (slice(*ends) for start, first, last, end in missing for ends in ((start, first), (last, end)))
    return _Layout(
        np.arange(len(starts)),
        starts,
        lengths,
        padded,
        low,
        high,
        offsets,
        filled,
        tuple(place for place in around if place.start < place.stop),
    )


def padded_rows(rows: int) -> int:
    """Rows that an array must have room for so that ``rows`` can be computed in whole tiles."""
    return rows + -rows % ROWS


def _stretches(rows: int) -> list[tuple[int, int]]:
    """Stretches of rows, whole tiles all but the last."""
    size = padded_rows(-(-rows // _PARTS))
    return [(start, min(start + size, rows)) for start in range(0, rows, size)]

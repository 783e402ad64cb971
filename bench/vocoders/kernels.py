"""Our own kernels: what Declaim runs on processors with AVX-512 VNNI."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.engines import Samples
from bench.vocoders.graphs import Graphs
from declaim.acoustic.frames import Frames
from declaim.engines.kokoro_loading import load_vocoder
from declaim.vocoder.istftnet import Vocoder

Floats = NDArray[np.float32]


class OwnKernels:
    """The vocoder with its generator in the package's kernels."""

    name = "kernels"

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._vocoder: Vocoder | None = None

    def prepare(self, graphs: Graphs) -> None:
        """Take the generator out of the graph."""
        self._folder = graphs.parts()

    def load(self, threads: int) -> None:
        """Load weights and the graphs on either side."""
        assert self._folder
        self._vocoder = load_vocoder(self._folder, "kernels", threads)

    def run(self, features: Floats, f0: Floats, energy: Floats, style: Floats) -> Samples:
        """Vocode a clause."""
        assert self._vocoder
        frames = Frames(np.ones(0, np.int64), features, f0[0, 0], energy[0, 0])
        return self._vocoder(frames, style, 0, features.shape[2])

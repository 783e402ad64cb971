"""What a row of the table asks of a vocoder."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bench.engines import Samples
from bench.vocoders.graphs import Graphs

Floats = NDArray[np.float32]


class Row(Protocol):
    """A way to run the vocoder."""

    @property
    def name(self) -> str:
        """What it is, in the table and on the command line."""

    def prepare(self, graphs: Graphs) -> None:
        """Make what is loaded later; not timed. A fresh process calls it again and finds it made."""

    def load(self, threads: int) -> None:
        """Load the runtime and the model."""

    def run(self, features: Floats, f0: Floats, energy: Floats, style: Floats) -> Samples:
        """Vocode (1, 512, T), (1, 1, 2T), (1, 1, 2T), (1, 256): (600 T,) samples at 24 kHz."""

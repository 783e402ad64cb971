"""The vocoder in ONNX Runtime."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.engines import Samples
from bench.vocoders.graphs import Base, Graphs, Rewrite
from bench.vocoders.row import Floats
from declaim.models.session import Session


@dataclass
class OnnxRuntime:
    """One graph, in a session as the package makes it."""

    name: str
    base: Base
    rewrites: tuple[Rewrite, ...] = ()
    _path: Path = field(init=False)
    _session: Session = field(init=False)

    def prepare(self, graphs: Graphs) -> None:
        """Write the graph."""
        self._path = graphs.path(self.base, self.rewrites)

    def load(self, threads: int) -> None:
        """Make the session."""
        self._session = Session(self._path, threads)

    def run(self, features: Floats, f0: Floats, energy: Floats, style: Floats) -> Samples:
        """Vocode."""
        (samples,) = self._session.run(["audio"], features=features, f0=f0, energy=energy, style=style)
        return np.asarray(samples, np.float32).ravel()

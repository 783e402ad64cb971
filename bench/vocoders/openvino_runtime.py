"""The vocoder in OpenVINO, which is not among this project's requirements (bench/README.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bench.engines import Samples
from bench.vocoders.graphs import Base, Graphs, Rewrite
from bench.vocoders.row import Floats
from declaim.models.session import Session

_HARMONICS = "/decoder/decoder/generator/Concat_3_output_0"
_SPECTRUM = "/decoder/decoder/generator/conv_post/Conv_output_0"


class Request:
    """A compiled model and the one request that runs on it."""

    def __init__(self, path: Path, threads: int, precision: str) -> None:
        import openvino  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 - rows are listed without it

        hints = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": threads,
            "INFERENCE_PRECISION_HINT": precision,
        }
        self._request: Any = openvino.Core().compile_model(path, "CPU", hints).create_infer_request()
        self._inputs = {name for port in self._request.model_inputs for name in port.get_names()}

    def __call__(self, arrays: dict[str, Floats]) -> Floats:
        """Compute its only output from those arrays that it has inputs for."""
        (result,) = self._request.infer({name: arrays[name] for name in self._inputs}).values()
        return np.asarray(result, np.float32)


@dataclass
class OpenVino:
    """The whole graph."""

    name: str
    base: Base
    _path: Path = field(init=False)
    _request: Request = field(init=False)

    def prepare(self, graphs: Graphs) -> None:
        """Write the graph."""
        self._path = graphs.path(self.base)

    def load(self, threads: int) -> None:
        """Compile it."""
        self._request = Request(self._path, threads, "f32")

    def run(self, features: Floats, f0: Floats, energy: Floats, style: Floats) -> Samples:
        """Vocode."""
        return self._request({"features": features, "f0": f0, "energy": energy, "style": style}).ravel()


@dataclass
class OpenVinoBody:
    """Rewritten graphs between the source's spectrum, from ONNX Runtime, and that of the speech.

    OpenVINO's short Fourier transform rounds otherwise, which changes phases, and the voice with them
    (docs/alternatives.md). And the source adds up the phases of a whole clause, and the end takes the
    exponential and the sine of a spectrum: neither can be done in bfloat16, and both are soon computed.
    """

    name: str
    base: Base
    rewrites: tuple[Rewrite, ...] = ()
    precision: str = "f32"
    _paths: tuple[Path, Path, Path] = field(init=False)
    _source: Session = field(init=False)
    _body: Request = field(init=False)
    _end: Request = field(init=False)

    def prepare(self, graphs: Graphs) -> None:
        """Write the graph's three parts."""
        whole = graphs.path(self.base, self.rewrites)
        self._paths = (
            graphs.part(whole, "source", ["f0"], [_HARMONICS]),
            graphs.part(whole, "body", ["features", "f0", "energy", "style", _HARMONICS], [_SPECTRUM]),
            graphs.part(whole, "end", [_SPECTRUM], ["audio"]),
        )

    def load(self, threads: int) -> None:
        """Compile them."""
        source, body, end = self._paths
        self._source = Session(source, threads)
        self._body = Request(body, threads, self.precision)
        self._end = Request(end, threads, "f32")

    def run(self, features: Floats, f0: Floats, energy: Floats, style: Floats) -> Samples:
        """Vocode."""
        (harmonics,) = self._source.run([_HARMONICS], f0=f0)
        arrays = {"features": features, "f0": f0, "energy": energy, "style": style, _HARMONICS: harmonics}
        return self._end({_SPECTRUM: self._body(arrays)}).ravel()

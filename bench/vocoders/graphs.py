"""The vocoder's graphs that runtimes are given, each made once and kept in a folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import onnx
from onnx import helper
from onnx.utils import Extractor

from bench.vocoders.clauses import Clause, clauses
from declaim.engines.kokoro_files import VOCODER_FILE
from declaim.engines.kokoro_graph import cut
from declaim.engines.kokoro_int8 import Ranges, measured_ranges
from declaim.models.session import Session
from declaim.models.store import ModelStore
from training.vocoder_ranges.measure import TAIL, watch

Base: TypeAlias = Literal["floats", "mixed", "integers", "published"]
"""Which convolutions are in integers: none; those of the package's recipe; all that the published file has
in integers, with ranges of the very clauses that are timed (good for speed only); as it has them itself."""

Rewrite: TypeAlias = Callable[[onnx.ModelProto], onnx.ModelProto]

_QUANTISED = re.compile(r".*/Conv_quant")
_PUBLISHED_SEAMS = {
    "/encoder/MatMul_1_output_0": "features",
    "/encoder/F0_proj/Conv_output_0": "f0",
    "/encoder/N_proj/Conv_output_0": "energy",
}


class Graphs:
    """Makes graphs, and the clauses to try them on.

    Args:
        folder: an existing one, where they are kept; what is there already is used.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._store = ModelStore()

    def path(self, base: Base, rewrites: Sequence[Rewrite] = ()) -> Path:
        """Return the file of a base graph, rewritten by these in turn."""
        if not rewrites:
            return self._base(base)
        name = "+".join([base, *(rewrite.__name__ for rewrite in rewrites)])
        return self._made(f"{name}.onnx", lambda path: _rewrite(self._base(base), rewrites, path))

    def part(self, whole: Path, name: str, inputs: Sequence[str], outputs: Sequence[str]) -> Path:
        """Return the file of what lies between these tensors in a graph that was made here."""
        file = f"{whole.stem}-{name}.onnx"
        return self._made(file, lambda path: _extract(whole, path, inputs, outputs))

    def parts(self) -> Path:
        """Return the folder of what our own kernels need."""
        folder = self._folder / "kernels"
        if not folder.exists():
            folder.mkdir()
            cut(self._store.ensure("kokoro") / "kokoro.int8.onnx", folder, "kernels")
        return folder

    def clauses(self) -> list[Clause]:
        """Return the clauses that are vocoded."""
        return clauses(self._store, self._base("floats").parent)

    def _base(self, base: Base) -> Path:
        source = self._store.ensure("kokoro") / "kokoro.int8.onnx"
        if base == "published":
            return self._made("published.onnx", lambda path: _published(source, path))
        folder = self._folder / base
        if not folder.exists():
            ranges = {"floats": lambda: None, "mixed": measured_ranges, "integers": self._all_ranges}[base]()
            folder.mkdir()
            cut(source, folder, "float" if ranges is None else "int8", ranges)
            (folder / VOCODER_FILE).rename(folder / f"{base}.onnx")
        return folder / f"{base}.onnx"

    def _made(self, file: str, make: Callable[[Path], None]) -> Path:
        path = self._folder / file
        if not path.exists():
            make(path)
        return path

    def _all_ranges(self) -> Ranges:
        """The package's, and for the other convolutions those seen in the clauses."""
        known = measured_ranges()
        floats = self.path("floats")
        nodes = onnx.load(floats).graph.node
        ends = {
            node.name: (node.input[0], node.output[0])
            for node in nodes
            if _QUANTISED.fullmatch(node.name) and node.name not in known
        }
        copy = self._folder / "watched.onnx"
        copy.write_bytes(floats.read_bytes())
        watched = watch(copy, ends)
        seen = _ranges(Session(copy, 2), watched, self.clauses())
        return known | {name: (*seen[data], *seen[result]) for name, (data, result) in ends.items()}


def _ranges(session: Session, names: list[str], heard: Sequence[Clause]) -> dict[str, tuple[float, float]]:
    """Lowest and highest value of the tensors, without the outermost of each clause."""
    seen: dict[str, tuple[float, float]] = {}
    for clause in heard:
        arrays = clause.arrays()
        values = dict(zip(names, session.run(names, **arrays), strict=True)) | arrays
        for name, value in values.items():
            low, high = (float(end) for end in np.quantile(value, [TAIL, 1 - TAIL]))
            lowest, highest = seen.get(name, (low, high))
            seen[name] = min(lowest, low), max(highest, high)
    return seen


def _published(source: Path, path: Path) -> None:
    """Cut the vocoder out of the published graph, and leave it as it is."""
    model = onnx.load(source)
    for node in model.graph.node:
        node.input[:] = [_PUBLISHED_SEAMS.get(name, name) for name in node.input]
        node.output[:] = [_PUBLISHED_SEAMS.get(name, name) for name in node.output]
    _declare(model, _PUBLISHED_SEAMS.values())
    onnx.save(Extractor(model).extract_model([*_PUBLISHED_SEAMS.values(), "style"], ["audio"]), path)


def _rewrite(source: Path, rewrites: Sequence[Rewrite], path: Path) -> None:
    model = onnx.load(source)
    for rewrite in rewrites:
        model = rewrite(model)
    onnx.save(model, path)


def _extract(source: Path, path: Path, inputs: Sequence[str], outputs: Sequence[str]) -> None:
    model = onnx.load(source)
    _declare(model, [*inputs, *outputs])
    onnx.save(Extractor(model).extract_model(list(inputs), list(outputs)), path)


def _declare(model: onnx.ModelProto, names: Iterable[str]) -> None:
    """Say of tensors that they are floats with three axes, as those of this vocoder that it is cut at are."""
    graph = model.graph
    ends = {value.name for values in (graph.input, graph.output) for value in values}
    inner = [name for name in names if name not in ends]
    others = [
        value for value in graph.value_info if value.name not in inner
    ]  # some are there without a shape
    kind = onnx.TensorProto.FLOAT
    del graph.value_info[:]
    graph.value_info.extend(others)
    graph.value_info.extend(helper.make_tensor_value_info(name, kind, [1, None, None]) for name in inner)

"""Replacing patterns of nodes in an ONNX graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper


@dataclass
class View:
    """Who makes each tensor of a graph, and its constants."""

    makers: dict[str, onnx.NodeProto]
    constants: dict[str, onnx.TensorProto]
    added: dict[str, NDArray[np.generic]] = field(default_factory=dict)
    """Constants that replacements brought."""

    @classmethod
    def of(cls, graph: onnx.GraphProto) -> View:
        """Look at a graph."""
        makers = {name: node for node in graph.node for name in node.output}
        return cls(makers, {tensor.name: tensor for tensor in graph.initializer})

    def maker(self, name: str, *kinds: str) -> onnx.NodeProto | None:
        """Return the node that makes a tensor, if it is of one of these kinds."""
        node = self.makers.get(name)
        return node if node is not None and node.op_type in kinds else None

    def constant(self, name: str) -> NDArray[Any] | None:
        """Return a constant's value, if it is one."""
        return numpy_helper.to_array(self.constants[name]) if name in self.constants else None

    def add(self, name: str, value: object, kind: type[np.generic] = np.float32) -> str:
        """Add a constant, and return its name."""
        self.added[name] = np.asarray(value, dtype=kind)
        return name


Replace = Callable[[View, onnx.NodeProto], Sequence[onnx.NodeProto] | None]
"""What to put in the place of a node that ends a pattern; None: it ends none."""


def replaced(model: onnx.ModelProto, replace: Replace) -> onnx.ModelProto:
    """Copy a model with its patterns replaced, and without the nodes and constants that nothing needs now."""
    made = onnx.ModelProto()
    made.CopyFrom(model)
    view = View.of(model.graph)
    nodes: list[onnx.NodeProto] = []
    for node in model.graph.node:
        replacement = replace(view, node)
        nodes += [node] if replacement is None else replacement
    nodes = _needed(nodes, [output.name for output in model.graph.output])
    used = {name for node in nodes for name in node.input}
    constants = [tensor for tensor in model.graph.initializer if tensor.name in used - view.added.keys()]
    constants += [numpy_helper.from_array(value, name) for name, value in view.added.items() if name in used]
    del made.graph.node[:], made.graph.initializer[:]
    made.graph.node.extend(nodes)
    made.graph.initializer.extend(constants)
    return made


def sides(view: View, node: onnx.NodeProto, *kinds: str) -> tuple[onnx.NodeProto, str] | None:
    """Of a node with two inputs, the one that is made by such a node, and the name of the other."""
    for name, other in (node.input, reversed(node.input)):
        if (maker := view.maker(name, *kinds)) is not None:
            return maker, other
    return None


def _needed(nodes: Sequence[onnx.NodeProto], outputs: Sequence[str]) -> list[onnx.NodeProto]:
    """Those that the outputs depend on, in their order."""
    names, kept = set(outputs), []
    for node in reversed(nodes):
        if names.intersection(node.output):
            names.update(node.input)
            kept.append(node)
    return kept[::-1]

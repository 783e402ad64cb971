"""Snake with a polynomial in the place of the sine, for runtimes that fuse additions and products only.

Ziyin, Hartwig and Ueda, "Neural networks fail to learn periodic functions and how to fix it", NeurIPS 2020:
``x + sin²(αx) / α``. The square of a sine has half its period and is even: with ``r = αx/π − round(αx/π)``,
which lies between −½ and ½, ``sin²(αx) = sin²(πr)``, and that is nearly a polynomial in ``r²``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from bench.vocoders.rewrites.replacing import View, replaced, sides

TERMS = 5
"""Of the polynomial: it is at most 1.6e-6 from ``sin²``. Four come within 8e-5, six within 2e-8."""


def polynomial_snake(model: onnx.ModelProto) -> onnx.ModelProto:
    """Compute every Snake without ``Sin``; other sines, with arguments of thousands, are left."""
    return replaced(model, _polynomial)


def coefficients(terms: int = TERMS) -> NDArray[np.float64]:
    """(terms,): ``c`` with ``sin²(π√u) ≈ u (c[0] + c[1] u + …)``, exact at Chebyshev's nodes in [0, ¼]."""
    nodes = np.polynomial.chebyshev.chebpts1(terms) / 8 + 1 / 8
    values = np.sin(np.pi * np.sqrt(nodes)) ** 2 / nodes
    return np.linalg.solve(np.vander(nodes, increasing=True), values).astype(np.float64)


def _polynomial(view: View, node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
    if node.op_type != "Add" or (found := sides(view, node, "Mul")) is None:
        return None
    scaling, source = found
    if (found := sides(view, scaling, "Pow")) is None:
        return None
    power, inverse = found
    sine = view.maker(power.input[0], "Sin")
    exponent = view.constant(power.input[1])
    if sine is None or exponent is None or exponent.item() != 2:
        return None
    product = view.maker(sine.input[0], "Mul")
    if product is None or source not in product.input:
        return None
    alpha = view.constant(next(name for name in product.input if name != source))
    return None if alpha is None else _nodes(view, node, source, alpha, inverse)


def _nodes(
    view: View, node: onnx.NodeProto, source: str, alpha: NDArray[Any], inverse: str
) -> list[onnx.NodeProto]:
    name = node.output[0]
    nodes: list[onnx.NodeProto] = []

    def step(kind: str, inputs: list[str], made: str) -> str:
        nodes.append(helper.make_node(kind, inputs, [made], name=f"{node.name}/{len(nodes)}"))
        return made

    cycles = step("Mul", [source, view.add(f"{name}/frequency", alpha / np.pi)], f"{name}/cycles")
    whole = step("Round", [cycles], f"{name}/whole")
    part = step("Sub", [cycles, whole], f"{name}/part")
    square = step("Mul", [part, part], f"{name}/square")
    first, *others = [view.add(f"snake/c{power}", c) for power, c in enumerate(coefficients())][::-1]
    value = step("Mul", [square, first], f"{name}/p0")
    for power, constant in enumerate(others, start=1):
        value = step("Add", [value, constant], f"{name}/s{power}")
        value = step("Mul", [value, square], f"{name}/p{power}")
    scaled = step("Mul", [value, inverse], f"{name}/scaled")
    step("Add", [source, scaled], name)
    return nodes

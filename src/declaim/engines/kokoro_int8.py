"""Kokoro's vocoder in 8-bit integers, where that cannot be heard.

The published weights are integers already; it is their dynamic quantisation that is slow. Here convolutions
keep those integers exactly and get fixed ranges for what goes in and out of them, measured beforehand over
many voices and sentences (``training/vocoder_ranges``), so that ONNX Runtime runs them as ``QLinearConv``.
Those that are heard when they are quantised stay in floats (docs/vocoder.md has the numbers).
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
from onnx import helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Mapping

    import onnx
    from numpy.typing import NDArray

Ranges = dict[str, tuple[float, float, float, float]]
"""By convolution: lowest and highest input, lowest and highest output."""

_LEVELS = 255


def measured_ranges() -> Ranges:
    """The ranges that come with this package."""
    text = files("declaim.engines").joinpath("data/vocoder_ranges.json").read_text(encoding="utf-8")
    ranges: Ranges = {name: tuple(values) for name, values in json.loads(text).items()}
    return ranges


def quantise(
    graph: onnx.GraphProto, ranges: Ranges, weight_scales: Mapping[str, NDArray[np.float32]]
) -> None:
    """Compute the convolutions that have ranges in integers.

    Args:
        graph: the vocoder in floats.
        ranges: of each convolution that is to be quantised.
        weight_scales: by weight, the scale of the integers that it was made of.
    """
    constants = {tensor.name: tensor for tensor in graph.initializer}
    nodes: list[onnx.NodeProto] = []
    added: dict[str, NDArray[np.generic]] = {}
    for node in graph.node:
        if node.name not in ranges:
            nodes.append(node)
            continue
        data, weight, *biases = node.input
        low_in, high_in, low_out, high_out = ranges[node.name]
        scale_in = _add_range(added, f"{node.name}/in", low_in, high_in)
        _add_range(added, f"{node.name}/out", low_out, high_out)
        scale = np.float32(weight_scales[weight].item())
        _add_whole(added, constants[weight], scale, np.int8)
        for bias in biases:
            _add_whole(added, constants[bias], scale_in * scale, np.int32)
        nodes += _in_integers(node, data, [weight, *biases])
    del graph.node[:]
    graph.node.extend(nodes)
    used = {name for node in nodes for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    graph.initializer.extend(
        numpy_helper.from_array(np.asarray(value), name) for name, value in added.items()
    )


def _add_range(added: dict[str, NDArray[np.generic]], name: str, low: float, high: float) -> np.float32:
    """Add scale and zero point of an 8-bit range, which always has a zero; the scale."""
    low, high = min(low, 0.0), max(high, 0.0)
    scale = np.float32((high - low) / _LEVELS)
    added[f"{name}/scale"] = np.asarray(scale)
    added[f"{name}/zero"] = np.asarray(np.clip(round(-low / scale), 0, _LEVELS), dtype=np.uint8)
    return scale


def _add_whole(
    added: dict[str, NDArray[np.generic]], tensor: onnx.TensorProto, scale: np.float32, kind: type[np.integer]
) -> None:
    """Add a constant in integers, and their scale; a weight's own integers come back exactly."""
    added[f"{tensor.name}/whole"] = np.rint(numpy_helper.to_array(tensor) / scale).astype(kind)
    added[f"{tensor.name}/scale"] = np.asarray(scale)


def _in_integers(node: onnx.NodeProto, data: str, constants: list[str]) -> list[onnx.NodeProto]:
    """The convolution between quantisers and dequantisers: the pattern that ONNX Runtime fuses."""
    name, output = node.name, node.output[0]
    floats = [f"{constant}/float" for constant in constants]
    conv = helper.make_node("Conv", [f"{name}/x", *floats], [f"{name}/y"], name=name)
    conv.attribute.extend(node.attribute)
    return [
        *_through_8_bits(data, f"{name}/x", f"{name}/in"),
        *(
            helper.make_node("DequantizeLinear", [f"{constant}/whole", f"{constant}/scale"], [made])
            for constant, made in zip(constants, floats, strict=True)
        ),
        conv,
        *_through_8_bits(f"{name}/y", output, f"{name}/out"),
    ]


def _through_8_bits(source: str, target: str, range_name: str) -> list[onnx.NodeProto]:
    parameters = [f"{range_name}/scale", f"{range_name}/zero"]
    return [
        helper.make_node("QuantizeLinear", [source, *parameters], [f"{target}/uint8"]),
        helper.make_node("DequantizeLinear", [f"{target}/uint8", *parameters], [target]),
    ]

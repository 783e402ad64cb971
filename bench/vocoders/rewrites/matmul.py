"""Quantised convolutions as products of matrices that give floats at once: ``MatMulIntegerToFloat``.

ONNX Runtime has no convolution of integers that gives floats, but its own domain has such a product, and a
convolution of one dimension is a product with each frame's neighbours side by side.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper

from bench.vocoders.rewrites.integers import quantised_convolution
from bench.vocoders.rewrites.replacing import View, replaced


def integer_products(model: onnx.ModelProto) -> onnx.ModelProto:
    """Compute quantised convolutions of stride 1 as such products; ``com.microsoft`` must be imported."""
    return replaced(model, _product)


def _product(view: View, node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
    quantiser = view.maker(node.input[0], "QuantizeLinear") if node.op_type == "DequantizeLinear" else None
    if quantiser is None or (convolution := quantised_convolution(view, quantiser)) is None:
        return None
    settings = {attribute.name: helper.get_attribute_value(attribute) for attribute in convolution.attribute}
    if settings.get("strides", [1]) != [1] or settings.get("group", 1) != 1:
        return None
    data, weight, *biases = (view.makers[name] for name in convolution.input)
    kernel = view.constant(weight.input[0])
    if kernel is None:
        return None
    name = node.output[0]
    neighbours, nodes = _neighbours(view, name, data, kernel.shape[2], settings)
    matrix = view.add(f"{name}/matrix", kernel.transpose(2, 1, 0).reshape(-1, len(kernel)), np.int8)
    zero = view.add("product/zero", 0, np.int8)
    inputs = [neighbours, matrix, data.input[1], weight.input[1], data.input[2], zero]
    inputs += [_float_bias(view, name, bias) for bias in biases]
    product = helper.make_node("MatMulIntegerToFloat", inputs, [f"{name}/frames"], domain="com.microsoft")
    return [*nodes, product, helper.make_node("Transpose", [f"{name}/frames"], [name], perm=[0, 2, 1])]


def _neighbours(
    view: View, name: str, data: onnx.NodeProto, taps: int, settings: dict[str, list[int]]
) -> tuple[str, list[onnx.NodeProto]]:
    """(1, T, taps · channels): what each frame's outputs are made of."""
    left, right = settings.get("pads", [0, 0])
    (dilation,) = settings.get("dilations", [1])
    reach = dilation * (taps - 1)
    pads = view.add(f"{name}/pads", [0, left, 0, 0, right, 0], np.int64)
    axis = view.add("product/axis", [1], np.int64)
    nodes = [
        helper.make_node("Transpose", [data.input[0]], [f"{name}/rows"], perm=[0, 2, 1]),
        helper.make_node("Pad", [f"{name}/rows", pads, data.input[2]], [f"{name}/padded"]),
    ]
    shifted = [f"{name}/tap{tap}" for tap in range(taps)]
    for tap, made in enumerate(shifted):
        start = view.add(f"product/from{tap * dilation}", [tap * dilation], np.int64)
        behind = tap * dilation - reach
        end = view.add(f"product/to{behind}", [behind or np.iinfo(np.int64).max], np.int64)
        nodes.append(helper.make_node("Slice", [f"{name}/padded", start, end, axis], [made]))
    if taps == 1:
        return shifted[0], nodes
    nodes.append(helper.make_node("Concat", shifted, [f"{name}/neighbours"], axis=2))
    return f"{name}/neighbours", nodes


def _float_bias(view: View, name: str, bias: onnx.NodeProto) -> str:
    whole, scale = (view.constant(constant) for constant in bias.input[:2])
    assert whole is not None
    assert scale is not None
    return view.add(f"{name}/bias", whole * scale)

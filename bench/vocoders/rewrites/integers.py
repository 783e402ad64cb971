"""Other ways to write a quantised convolution than between quantisers and dequantisers (QDQ)."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper, numpy_helper

from bench.vocoders.rewrites.replacing import View, replaced


def qlinear(model: onnx.ModelProto) -> onnx.ModelProto:
    """Each as one ``QLinearConv``, which runtimes otherwise make of QDQ while they load."""
    return replaced(model, _qlinear)


def float_outputs(model: onnx.ModelProto) -> onnx.ModelProto:
    """Outputs are not rounded to 8 bits: sums of products become floats at once, where a runtime can."""
    return replaced(model, _without_levels)


def signed(model: onnx.ModelProto) -> onnx.ModelProto:
    """Activations from −128 to 127 instead of 0 to 255: the same levels under other names."""
    made = onnx.ModelProto()
    made.CopyFrom(model)
    zeros = {node.input[2] for node in model.graph.node if node.op_type == "QuantizeLinear"}
    for tensor in made.graph.initializer:
        if tensor.name in zeros:
            value = numpy_helper.to_array(tensor).astype(np.int16) - 128
            tensor.CopyFrom(numpy_helper.from_array(value.astype(np.int8), tensor.name))
    return made


def quantised_convolution(view: View, quantiser: onnx.NodeProto) -> onnx.NodeProto | None:
    """The quantised convolution whose output this node quantises."""
    if quantiser.op_type != "QuantizeLinear" or (node := view.maker(quantiser.input[0], "Conv")) is None:
        return None
    return node if view.maker(node.input[1], "DequantizeLinear") is not None else None


def _qlinear(view: View, node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
    if (convolution := quantised_convolution(view, node)) is None:
        return None
    data, weight, *biases = (view.makers[name] for name in convolution.input)
    zero = view.add(f"{weight.input[0]}/zero", 0, np.int8)
    inputs = [*data.input, *weight.input, zero, *node.input[1:], *(bias.input[0] for bias in biases)]
    made = helper.make_node("QLinearConv", inputs, node.output, name=convolution.name)
    made.attribute.extend(convolution.attribute)
    return [made]


def _without_levels(view: View, node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
    quantiser = view.maker(node.input[0], "QuantizeLinear") if node.op_type == "DequantizeLinear" else None
    if quantiser is None or (convolution := quantised_convolution(view, quantiser)) is None:
        return None
    made = onnx.NodeProto()
    made.CopyFrom(convolution)
    made.output[0] = node.output[0]
    return [made]

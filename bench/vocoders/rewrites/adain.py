"""AdaIN as one ``InstanceNormalization``, instead of mean, variance, root and division written out.

Huang and Belongie, "Arbitrary style transfer in real-time with adaptive instance normalization", ICCV 2017:
``gain(style) · (x − mean) / √(variance + ε) + bias(style)``, mean and variance over time.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper

from bench.vocoders.rewrites.replacing import View, replaced, sides


def instance_norm(model: onnx.ModelProto) -> onnx.ModelProto:
    """Normalise by the operator that the standard has for it; the batch must be 1."""
    return replaced(model, _one_operator)


def _one_operator(view: View, node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
    if node.op_type != "Add":
        return None
    for scaled, bias in (node.input, reversed(node.input)):
        scaling = view.maker(scaled, "Mul")
        if scaling is None or (found := sides(view, scaling, "Div")) is None:
            continue
        division, gain = found
        if (normalised := _normalised(view, division)) is not None:
            return _normalisation(view, node, normalised, gain, bias)
    return None


def _normalised(view: View, division: onnx.NodeProto) -> tuple[str, float] | None:
    """What a division by the deviation normalises, and ε; None if it is another division."""
    centred, deviation = (
        view.maker(name, kind) for name, kind in zip(division.input, ("Sub", "Sqrt"), strict=True)
    )
    if centred is None or deviation is None or view.maker(centred.input[1], "ReduceMean") is None:
        return None
    stabilised = view.maker(deviation.input[0], "Add")
    if stabilised is None or (found := sides(view, stabilised, "ReduceMean")) is None:
        return None
    variance, epsilon = found
    square = view.maker(variance.input[0], "Mul", "Pow")
    value = view.constant(epsilon)
    if square is None or square.input[0] != centred.output[0] or value is None:
        return None
    return centred.input[0], float(value.item())


def _normalisation(
    view: View, node: onnx.NodeProto, normalised: tuple[str, float], gain: str, bias: str
) -> list[onnx.NodeProto]:
    source, epsilon = normalised
    output = node.output[0]
    flat = view.add("adain/flat", [-1], np.int64)
    return [
        helper.make_node("Reshape", [gain, flat], [f"{output}/gain"], name=f"{node.name}/gain"),
        helper.make_node("Reshape", [bias, flat], [f"{output}/bias"], name=f"{node.name}/bias"),
        helper.make_node(
            "InstanceNormalization",
            [source, f"{output}/gain", f"{output}/bias"],
            [output],
            name=node.name,
            epsilon=epsilon,
        ),
    ]

"""Each rewrite of the vocoder's graph computes what the graph computed before."""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from bench.vocoders.rewrites.adain import instance_norm
from bench.vocoders.rewrites.integers import float_outputs, qlinear, signed
from bench.vocoders.rewrites.matmul import integer_products
from bench.vocoders.rewrites.snake import coefficients, polynomial_snake

CHANNELS, FRAMES = 6, 50
RANDOM = np.random.default_rng(5)


def normal(*shape: int) -> np.ndarray:
    return RANDOM.normal(size=shape).astype(np.float32)


def model(
    nodes: list[onnx.NodeProto], inputs: dict[str, tuple[int, ...]], **constants: Any
) -> onnx.ModelProto:
    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    domains = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=domains, ir_version=9)


def run(made: onnx.ModelProto, **inputs: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])
    (result,) = session.run(["y"], inputs)
    return np.asarray(result)


def kinds(made: onnx.ModelProto) -> set[str]:
    return {node.op_type for node in made.graph.node}


def snake() -> onnx.ModelProto:
    alpha = RANDOM.uniform(0.3, 3, size=(1, CHANNELS, 1)).astype(np.float32)
    nodes = [
        helper.make_node("Mul", ["alpha", "x"], ["a"]),
        helper.make_node("Sin", ["a"], ["s"]),
        helper.make_node("Pow", ["s", "two"], ["p"]),
        helper.make_node("Mul", ["inverse", "p"], ["m"]),
        helper.make_node("Add", ["x", "m"], ["y"], name="snake"),
    ]
    two = np.float32(2)
    return model(nodes, {"x": (1, CHANNELS, FRAMES)}, alpha=alpha, inverse=1 / alpha, two=two)


def adain() -> onnx.ModelProto:
    nodes = [
        helper.make_node("Add", ["gain", "one"], ["gain1"]),
        helper.make_node("ReduceMean", ["x", "axis"], ["mean"]),
        helper.make_node("Sub", ["x", "mean"], ["c"]),
        helper.make_node("Mul", ["c", "c"], ["square"]),
        helper.make_node("ReduceMean", ["square", "axis"], ["variance"]),
        helper.make_node("Add", ["variance", "epsilon"], ["v"]),
        helper.make_node("Sqrt", ["v"], ["d"]),
        helper.make_node("Div", ["c", "d"], ["n"]),
        helper.make_node("Mul", ["gain1", "n"], ["g"]),
        helper.make_node("Add", ["g", "bias"], ["y"], name="adain"),
    ]
    inputs = {"x": (1, CHANNELS, FRAMES), "gain": (1, CHANNELS, 1), "bias": (1, CHANNELS, 1)}
    return model(nodes, inputs, one=np.float32(1), epsilon=np.float32(1e-5), axis=np.array([2]))


def convolution(taps: int = 5, dilation: int = 3, zero: int = 77) -> onnx.ModelProto:
    """A quantised one, written as the package writes it."""
    pad = dilation * (taps - 1) // 2
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "in_scale", "in_zero"], ["x8"]),
        helper.make_node("DequantizeLinear", ["x8", "in_scale", "in_zero"], ["xf"]),
        helper.make_node("DequantizeLinear", ["w8", "w_scale"], ["w"]),
        helper.make_node("DequantizeLinear", ["b32", "b_scale"], ["b"]),
        helper.make_node("Conv", ["xf", "w", "b"], ["z"], name="conv", pads=[pad, pad], dilations=[dilation]),
        helper.make_node("QuantizeLinear", ["z", "out_scale", "out_zero"], ["z8"]),
        helper.make_node("DequantizeLinear", ["z8", "out_scale", "out_zero"], ["y"]),
    ]
    return model(
        nodes,
        {"x": (1, CHANNELS, FRAMES)},
        in_scale=np.float32(0.03),
        in_zero=np.uint8(zero),
        w8=RANDOM.integers(-127, 128, size=(4, CHANNELS, taps)).astype(np.int8),
        w_scale=np.float32(0.01),
        b32=RANDOM.integers(-900, 900, size=4).astype(np.int32),
        b_scale=np.float32(0.03 * 0.01),
        out_scale=np.float32(0.2),
        out_zero=np.uint8(128),
    )


def test_polynomial_snake() -> None:
    before = snake()
    after = polynomial_snake(before)
    assert "Sin" not in kinds(after)
    x = 20 * normal(1, CHANNELS, FRAMES)
    np.testing.assert_allclose(run(after, x=x), run(before, x=x), atol=1e-4)


@pytest.mark.parametrize(("terms", "error"), [(4, 8.1e-5), (5, 1.6e-6), (6, 2.2e-8)])
def test_the_polynomial_is_as_close_as_it_is_said_to_be(terms: int, error: float) -> None:
    r = np.linspace(-0.5, 0.5, 2001)
    polynomial = r**2 * np.polynomial.polynomial.polyval(r**2, coefficients(terms))
    assert error / 1.1 < np.abs(polynomial - np.sin(np.pi * r) ** 2).max() < error


def test_a_sine_that_is_not_snake_is_left() -> None:
    before = snake()
    before.graph.initializer[2].CopyFrom(numpy_helper.from_array(np.float32(3), "two"))
    assert polynomial_snake(before).graph == before.graph


def test_instance_norm() -> None:
    before = adain()
    after = instance_norm(before)
    assert kinds(after) == {"Add", "Reshape", "InstanceNormalization"}
    inputs = {
        "x": 5 + 3 * normal(1, CHANNELS, FRAMES),
        "gain": normal(1, CHANNELS, 1),
        "bias": normal(1, CHANNELS, 1),
    }
    np.testing.assert_allclose(run(after, **inputs), run(before, **inputs), atol=1e-4)


def test_qlinear_convolutions_give_the_same_integers() -> None:
    before = convolution()
    after = qlinear(before)
    assert kinds(after) == {"QuantizeLinear", "QLinearConv", "DequantizeLinear"}
    x = normal(1, CHANNELS, FRAMES)
    np.testing.assert_array_equal(run(after, x=x), run(before, x=x))


def test_signed_levels_are_the_same_levels() -> None:
    before = convolution()
    after = qlinear(signed(before))
    levels = {node.input[2] for node in after.graph.node if node.op_type == "QuantizeLinear"}
    assert {t.data_type for t in after.graph.initializer if t.name in levels} == {TensorProto.INT8}
    x = normal(1, CHANNELS, FRAMES)
    np.testing.assert_allclose(run(after, x=x), run(before, x=x), atol=1e-4)


@pytest.mark.parametrize("rewrite", [float_outputs, integer_products])
@pytest.mark.parametrize(("taps", "dilation"), [(5, 3), (3, 1), (1, 1)])
def test_outputs_that_stay_floats_are_the_sums_themselves(
    rewrite: Callable[[onnx.ModelProto], onnx.ModelProto], taps: int, dilation: int
) -> None:
    before = convolution(taps, dilation)
    x = normal(1, CHANNELS, FRAMES)
    after = run(rewrite(before), x=x)
    step = 0.2
    assert 0 < np.abs(after - run(before, x=x)).max() <= step / 2 + 1e-4
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in before.graph.initializer}
    levels = np.clip(np.rint(x / np.float32(0.03)) + 77, 0, 255) - 77
    np.testing.assert_allclose(after, summed(levels * 0.03, constants, dilation), atol=1e-4)


def summed(x: np.ndarray, constants: dict[str, np.ndarray], dilation: int) -> np.ndarray:
    """The convolution as its formula has it."""
    weight = constants["w8"] * 0.01
    taps = weight.shape[2]
    padded = np.pad(x, ((0, 0), (0, 0), (dilation * (taps - 1) // 2,) * 2))
    shifted = [padded[0, :, tap * dilation : tap * dilation + x.shape[2]] for tap in range(taps)]
    total = sum(weight[:, :, tap] @ row for tap, row in enumerate(shifted))
    return np.asarray(total + constants["b32"][:, None] * 0.03 * 0.01)[None]


def test_products_are_an_operator_of_the_runtime() -> None:
    assert "MatMulIntegerToFloat" in kinds(integer_products(convolution()))

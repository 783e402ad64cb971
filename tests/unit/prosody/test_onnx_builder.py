from pathlib import Path

import numpy as np

from declaim.models.session import Session
from declaim.prosody.onnx_builder import GraphBuilder


def test_a_matrix_in_8_bits_beside_the_graph(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    matrix = random.normal(size=(96, 128)).astype(np.float32)
    bias = random.normal(size=96).astype(np.float32)
    graph = GraphBuilder(tmp_path / "linear.onnx")
    graph.linear(graph.input("x", [1, "S", 128]), matrix, "y", bias)
    graph.output("y", [1, "S", 96])
    graph.save()
    x = random.normal(size=(1, 7, 128)).astype(np.float32)
    (y,) = Session(tmp_path / "linear.onnx", 1).run(["y"], x=x)
    expected = x @ matrix.T + bias
    assert np.abs(y - expected).max() < 0.02 * np.abs(expected).max()
    assert (tmp_path / "linear.data").stat().st_size >= matrix.size
    assert (tmp_path / "linear.onnx").stat().st_size < matrix.size


def test_constants_large_and_small_keep_their_values(tmp_path: Path) -> None:
    large, odd = np.arange(3000, dtype=np.float32), np.arange(1027, dtype=np.int64)
    graph = GraphBuilder(tmp_path / "constants.onnx")
    graph.input("x", [1])
    for name, value in {"odd": odd, "large": large, "small": np.float32([2.5])}.items():
        graph.constant(name, value)
    graph.node("Cast", ["odd"], "odd_float", to=1)
    for name in ("odd_float", "large", "small"):
        graph.node("Mul", [name, "x"], f"{name}_out")
        graph.output(f"{name}_out", ["N"])
    graph.save()
    names = ["odd_float_out", "large_out", "small_out"]
    results = Session(tmp_path / "constants.onnx", 1).run(names, x=np.float32([1]))
    for result, value in zip(results, (odd, large, [2.5]), strict=True):
        np.testing.assert_array_equal(result, value)

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from onnxruntime.capi.onnxruntime_inference_collection import OrtValue

from declaim.errors import EngineError, ModelError
from declaim.models.session import Session


@pytest.fixture
def adder(tmp_path: Path) -> Path:
    path = tmp_path / "adder.onnx"
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [2]) for name in "abc"]
    graph = helper.make_graph([helper.make_node("Add", ["a", "b"], ["c"])], "adder", values[:2], values[2:])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9), path)
    return path


def pair(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_named_inputs_and_outputs(adder: Path) -> None:
    (result,) = Session(adder, 1).run(["c"], a=pair(1, 2), b=pair(3, 4))
    assert result.tolist() == [4, 6]


def test_a_missing_file_is_a_model_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.onnx") as caught:
        Session(tmp_path / "none.onnx", 1)
    assert "declaim doctor" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"not a model", b"\0" * 1000])
def test_a_damaged_file_is_a_model_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "damaged.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"damaged\.onnx"):
        Session(path, 1)


@pytest.mark.parametrize("inputs", [{}, {"a": pair(1, 2)}, {"a": pair(1, 2), "b": pair(1)}])
def test_a_failed_run_is_an_engine_error(adder: Path, inputs: dict[str, np.ndarray]) -> None:
    with pytest.raises(EngineError, match=r"adder\.onnx failed"):
        Session(adder, 1).run(["c"], **inputs)


@pytest.fixture
def counter(tmp_path: Path) -> Path:
    """A graph with a state: it adds a step to its sum, and gives twice the sum."""
    path = tmp_path / "counter.onnx"
    values = {name: helper.make_tensor_value_info(name, TensorProto.FLOAT, [2]) for name in
              ("step", "sum", "new_sum", "twice")}  # fmt: skip
    nodes = [
        helper.make_node("Add", ["sum", "step"], ["new_sum"]),
        helper.make_node("Add", ["new_sum"] * 2, ["twice"]),
    ]
    graph = helper.make_graph(
        nodes, "counter", [values["step"], values["sum"]], [values["new_sum"], values["twice"]]
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9), path)
    return path


def test_a_state_is_overwritten_where_it_lies(counter: Path) -> None:
    session, state = Session(counter, 1), pair(0, 10)
    held = {"sum": OrtValue.ortvalue_from_numpy(state)}
    for expected in ([2, 22], [4, 24]):
        (twice,) = session.run_in_place(["twice"], {"step": pair(1, 1)}, held)
        assert twice.tolist() == expected
    assert state.tolist() == [2, 12]


def test_a_failed_run_in_place_is_an_engine_error(counter: Path) -> None:
    held = {"sum": OrtValue.ortvalue_from_numpy(pair(0, 0))}
    with pytest.raises(EngineError, match=r"counter\.onnx failed"):
        Session(counter, 1).run_in_place(["twice"], {"step": pair(1)}, held)
    with pytest.raises(EngineError, match=r"counter\.onnx failed"):
        Session(counter, 1).run_in_place(["twice"], {"step": pair(1, 1)}, {"other": held["sum"]})

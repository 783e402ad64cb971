"""ONNX Runtime's wheels report to their makers unless they are told not to."""

import os
import subprocess
import sys
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

RUN = """
import sys
import declaim
from pathlib import Path
from declaim.models.session import Session
Session(Path(sys.argv[1]), 1)
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy")
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "g", [x], [y])
    path = tmp_path / "model.onnx"
    onnx.save(helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)]), path)
    return path


def run(model: Path, home: Path, **environment: str) -> list[Path]:
    """The files that a run leaves in a home of its own."""
    home.mkdir()
    quiet = {"CI", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "XDG_CACHE_HOME"}
    given = {name: value for name, value in os.environ.items() if name not in quiet}
    subprocess.run(
        [sys.executable, "-c", RUN, model], env=given | {"HOME": str(home)} | environment, check=True
    )
    return [path for path in home.rglob("*") if path.is_file()]


def test_nothing_is_noted_for_anybody_else(model: Path, tmp_path: Path) -> None:
    assert run(model, tmp_path / "home") == []


def test_whoever_sets_the_variable_decides(tmp_path: Path) -> None:
    code = "import declaim, os; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    environment = os.environ | {"ORT_DISABLE_TELEMETRY": "0", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "0\n"

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from declaim.errors import ModelError
from declaim.vocoder.integer.tensors import load_tensors, save_tensors


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some.safetensors"


def write(path: Path, header: Any, data: bytes = bytes(64)) -> None:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def entry(**changes: Any) -> dict[str, Any]:
    return {"x": {"dtype": "F32", "shape": [2, 8], "data_offsets": [0, 64], **changes}}


def test_what_is_saved_is_loaded(path: Path) -> None:
    rng = np.random.default_rng(0)
    saved = {
        "floats": rng.normal(size=(3, 5)).astype(np.float32),
        "short": rng.integers(-(2**15), 2**15, (7, 1, 2)).astype(np.int16),
        "bytes": rng.integers(-128, 128, 13).astype(np.int8),
        "turned": np.arange(6, dtype=np.float32).reshape(2, 3).T,
        "one": np.array([5], np.float32),
    }
    save_tensors(path, saved)
    loaded = load_tensors(path)
    assert list(loaded) == list(saved)
    for name, tensor in saved.items():
        assert loaded[name].dtype == tensor.dtype
        np.testing.assert_array_equal(loaded[name], tensor)
        assert loaded[name].ctypes.data % 64 == 0  # whole cache lines
        assert not loaded[name].flags.writeable


def test_the_file_is_what_the_format_says(path: Path) -> None:
    save_tensors(path, {"x": np.arange(3, dtype=np.int16), "y": np.ones(2, np.float32)})
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    assert header["x"] == {"dtype": "I16", "shape": [3], "data_offsets": [0, 6]}
    begin, end = header["y"]["data_offsets"]
    np.testing.assert_array_equal(np.frombuffer(data[start + begin : start + end], "<f4"), 1)


def test_a_missing_file(path: Path) -> None:
    with pytest.raises(ModelError, match=r"some\.safetensors"):
        load_tensors(path)


@pytest.mark.parametrize("kept", [0, 1, 7, 8, 9, 60, 64, 127, 150])
def test_a_file_that_ends_too_early(path: Path, kept: int) -> None:
    save_tensors(path, {"x": np.ones((2, 8), np.float32), "y": np.ones(16, np.float32)})
    whole = path.read_bytes()
    path.write_bytes(whole[:kept] if kept < 150 else whole[:-1])
    with pytest.raises(ModelError, match=r"some\.safetensors") as caught:
        load_tensors(path)
    assert str(path.parent) in caught.value.hint


@pytest.mark.parametrize("length", [2**64 - 1, 2**63, 2**40, 10_000, 1])
def test_a_header_of_absurd_length(path: Path, length: int) -> None:
    save_tensors(path, {"x": np.ones(16, np.float32)})
    path.write_bytes(length.to_bytes(8, "little") + path.read_bytes()[8:])
    with pytest.raises(ModelError):
        load_tensors(path)


@pytest.mark.parametrize(
    "header",
    [
        b"", b"[]x", b"\xff\xfe\xfd", b"1", b"null", b'"text"', b"[1, 2]", b'{"x": 1}', b'{"x": []}',
        b"[" * 100_000,
        entry(dtype="F64"), entry(dtype=["F32"]), entry(more=1),
        entry(shape=[2, 9]), entry(shape=[2, 7]), entry(shape=[-1]), entry(shape=[-2, -8]),
        entry(shape=[2.0, 8.0]), entry(shape="ab"), entry(shape=2),
        entry(data_offsets=[0]), entry(data_offsets=[64, 128]), entry(data_offsets=[-64, 0]),
        entry(data_offsets=[64, 0]), entry(data_offsets=[0, 32]), entry(data_offsets=["0", "64"]),
        entry(data_offsets=[2**70, 2**70 + 64]), entry(data_offsets=None),
    ],
)  # fmt: skip
def test_a_damaged_header(path: Path, header: Any) -> None:
    write(path, header)
    with pytest.raises(ModelError, match=r"some\.safetensors"):
        load_tensors(path)

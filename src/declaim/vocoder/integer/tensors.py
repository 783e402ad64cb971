"""Named arrays in one file that is mapped into memory, so that processes share it.

The format is that of safetensors (https://github.com/huggingface/safetensors, section "Format"): eight bytes
with the length of a JSON header, the header with each tensor's type, shape and place, then the tensors.
"""

from __future__ import annotations

import json
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from declaim.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

_TYPES = {"F32": np.float32, "I16": np.int16, "I8": np.int8}
_NAMES = {np.dtype(kind): name for name, kind in _TYPES.items()}
_ALIGNMENT = 64
"""Bytes: a cache line, which is also the widest vector."""


def save_tensors(path: Path, tensors: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays of 32-bit floats, 16-bit or 8-bit integers."""
    header: dict[str, dict[str, Any]] = {}
    end = 0
    for name, tensor in tensors.items():
        start, end = end, end + tensor.nbytes
        header[name] = {"dtype": _NAMES[tensor.dtype], "shape": tensor.shape, "data_offsets": (start, end)}
        end += -end % _ALIGNMENT
    text = json.dumps(header).encode()
    text += b" " * (-(8 + len(text)) % _ALIGNMENT)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for tensor in tensors.values():
            file.write(np.ascontiguousarray(tensor).tobytes())
            file.write(bytes(-tensor.nbytes % _ALIGNMENT))


def load_tensors(path: Path) -> dict[str, NDArray[Any]]:
    """Map the arrays of a file, which are not to be written to.

    Raises:
        ModelError: the file is missing or damaged.
    """
    try:
        data = np.memmap(path, dtype=np.uint8, mode="r")
        start = 8 + int.from_bytes(data[:8].tobytes(), "little")
        header = dict(json.loads(data[8:start].tobytes()))
        return {name: _tensor(data[start:], **entry) for name, entry in header.items()}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelError(
            f"{path} cannot be loaded: {error}", hint=f"Delete {path.parent}: it is made anew."
        ) from error


def _tensor(
    data: NDArray[np.uint8], dtype: str, shape: list[int], data_offsets: tuple[int, int]
) -> NDArray[Any]:
    start, end = data_offsets
    kind, size = np.dtype(_TYPES[dtype]), prod(shape)
    # Kernels read what the shape says, without looking whether it is there.
    if not 0 <= start <= end <= len(data) or min(shape, default=0) < 0 or end - start != size * kind.itemsize:
        raise ValueError(f"a tensor of {shape} cannot lie from {start} to {end}")
    return data[start:end].view(np.ndarray).view(kind).reshape(shape)

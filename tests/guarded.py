"""Arrays behind which memory cannot be touched: whoever reads or writes one byte too far ends the process."""

import ctypes
import mmap
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

_PAGE = mmap.PAGESIZE
_NO_ACCESS = 0
_kept: list[mmap.mmap] = []
"""Never unmapped, so that no other memory comes to lie there."""


def guarded(values: NDArray[Any]) -> NDArray[Any]:
    """A copy that ends where a page without access begins."""
    copy = guarded_room(values.shape, values.dtype)
    copy[...] = values
    return copy


def guarded_room(shape: tuple[int, ...], kind: DTypeLike) -> NDArray[Any]:
    """Room of that kind, filled with bytes of 0xA5, with a page without access behind it."""
    size = int(np.prod(shape)) * np.dtype(kind).itemsize
    pages = -(-size // _PAGE) * _PAGE
    memory = mmap.mmap(-1, pages + _PAGE)
    whole = np.frombuffer(memory, np.uint8)
    whole[:pages] = 0xA5
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    protect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    assert protect(whole.ctypes.data + pages, _PAGE, _NO_ACCESS) == 0
    _kept.append(memory)
    return whole[pages - size : pages].view(kind).reshape(shape)

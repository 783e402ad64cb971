"""Arrays that end where memory ends, so that a kernel that goes too far is noticed at once."""

import ctypes
import mmap
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

Fence = Callable[[NDArray[Any]], NDArray[Any]]


@pytest.fixture
def fence() -> Fence:
    """Copies an array to right before a page that can be neither read nor written."""
    return _fenced


def _fenced(values: NDArray[Any]) -> NDArray[Any]:
    size = values.nbytes + -values.nbytes % mmap.PAGESIZE
    memory = mmap.mmap(-1, size + mmap.PAGESIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANON)
    whole = np.frombuffer(memory, np.uint8)
    protect = ctypes.CDLL(None).mprotect
    protect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    assert protect(whole.ctypes.data + size, mmap.PAGESIZE, 0) == 0
    copy = whole[size - values.nbytes : size].view(values.dtype).reshape(values.shape)
    copy[...] = values
    return copy

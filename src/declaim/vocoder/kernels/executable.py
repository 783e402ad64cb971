"""Memory that holds code.

It is written first and made executable then, never both at once: hardened systems allow nothing else.
"""

from __future__ import annotations

import ctypes
import mmap
import sys
from typing import Any

from declaim.errors import EngineError


class ExecutableMemory:
    """A copy of machine code that can be run, for as long as this object or one of its functions lives.

    Args:
        code: position-independent machine code of this processor.

    Raises:
        EngineError: the system allows no code that is made at run time.
    """

    def __init__(self, code: bytes) -> None:
        try:
            self._memory, self.address = _mapped(code)
        except OSError as error:
            raise EngineError(f"this system does not run code made at run time: {error}") from error

    def function(self, offset: int) -> Any:  # noqa: ANN401 - a C function of one pointer has no better type
        """The function that begins ``offset`` bytes into the code; it takes one pointer."""
        prototype = ctypes.CFUNCTYPE(None, ctypes.c_void_p)  # calls let other threads run meanwhile
        function: Any = prototype(self.address + offset)
        function.memory = self._memory
        return function


if sys.platform == "win32":

    def _mapped(code: bytes) -> tuple[object, int]:
        """By VirtualAlloc and VirtualProtect; written after their documentation, not run.

        The memory stays with the process: its few kernels are wanted until it ends.
        """
        commit_and_reserve, read_write, execute_read = 0x3000, 0x04, 0x20
        kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
        allocate, protect, flush = (
            getattr(kernel32, name) for name in ("VirtualAlloc", "VirtualProtect", "FlushInstructionCache")
        )
        pointer, size, number = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_uint32
        kernel32.GetCurrentProcess.restype = allocate.restype = pointer
        allocate.argtypes = (pointer, size, number, number)
        protect.argtypes = (pointer, size, number, pointer)
        flush.argtypes = (pointer, pointer, size)
        address = allocate(None, len(code), commit_and_reserve, read_write)
        if not address:
            raise ctypes.WinError(ctypes.get_last_error())
        ctypes.memmove(address, code, len(code))
        before = number()
        if not protect(address, len(code), execute_read, ctypes.byref(before)):
            raise ctypes.WinError(ctypes.get_last_error())
        flush(kernel32.GetCurrentProcess(), address, len(code))
        return kernel32, address

else:

    def _mapped(code: bytes) -> tuple[object, int]:
        # Private: memory that processes share is a file to the system, which may forbid running files' pages.
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANON
        memory = mmap.mmap(-1, len(code), flags=flags, prot=mmap.PROT_READ | mmap.PROT_WRITE)
        memory.write(code)
        address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        protect = ctypes.CDLL(None, use_errno=True).mprotect
        protect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        if protect(address, len(code), mmap.PROT_READ | mmap.PROT_EXEC):
            raise OSError(ctypes.get_errno(), "mprotect failed")
        return memory, address

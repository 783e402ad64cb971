"""Each part is done once, whoever takes it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from declaim.vocoder.kernels.arguments import ActivationArguments, SharedWork, Table
from declaim.vocoder.kernels.assembler import Address, Assembler, Reg
from declaim.vocoder.kernels.calling import kernel
from declaim.vocoder.kernels.executable import ExecutableMemory
from declaim.vocoder.kernels.library import load_kernels, supported
from declaim.vocoder.kernels.sharing import PART

pytestmark = pytest.mark.skipif(not supported(), reason="no AVX-512 VNNI")


def adder(amount: int) -> ExecutableMemory:
    """A kernel that adds to the number that it is given, and spoils what kernels may spoil."""
    a = Assembler()
    with kernel(a):
        a.mov(Reg.RAX, amount)
        a.exchange_add(Address(Reg.RBP), Reg.RAX)
        for register in set(Reg) - {Reg.RSP}:
            a.mov(register, 0xDEAD0000 + register)
    return ExecutableMemory(a.assembled())


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 7, 1000])
def test_each_part_is_done_once(threads: int, count: int) -> None:
    first, second = adder(1), adder(1000)
    numbers = np.zeros(count, np.int64)
    parts = np.zeros((count, PART), np.int64)
    parts[:, 0] = np.where(np.arange(count) % 3, first.address, 0)
    parts[:, 1] = parts[:, 3] = numbers.ctypes.data + 8 * np.arange(count)
    parts[:, 2] = second.address
    work = SharedWork(count=count, parts=parts.ctypes.data)
    with ThreadPoolExecutor(threads) as pool:
        for each in [pool.submit(load_kernels().work, work) for _ in range(threads)]:
            each.result()
    np.testing.assert_array_equal(numbers, np.where(np.arange(count) % 3, 1001, 1000))
    load_kernels().work(work)  # who comes late finds nothing
    assert numbers.sum() == np.where(np.arange(count) % 3, 1001, 1000).sum()


def test_a_table_of_arguments() -> None:
    arguments = ActivationArguments(x=100, x_row=8, rows=3, slope=0.25, polynomial=(1, 2, 3, 4, 5, 6))
    table = Table(arguments, 3)
    table.add("x", np.array([0, 10, -20]))
    table.add("out_row", 64)
    made: list[Any] = [ActivationArguments.from_address(int(address)) for address in table.addresses]
    assert [(each.x, each.x_row, each.rows, each.out_row) for each in made] == [
        (100, 8, 3, 64),
        (110, 8, 3, 64),
        (80, 8, 3, 64),
    ]
    assert [(each.slope, list(each.polynomial)) for each in made] == [(0.25, [1, 2, 3, 4, 5, 6])] * 3

"""One set of kernels a process, that threads may share."""

import threading
import time

import numpy as np
import pytest

from declaim.vocoder.kernels.arguments import ActivationArguments
from declaim.vocoder.kernels.library import Kernels, load_kernels, supported

pytestmark = pytest.mark.skipif(not supported(), reason="no AVX-512 VNNI")


def test_kernels_are_made_once() -> None:
    assert load_kernels() is load_kernels()


def test_assembling_takes_little() -> None:
    # 5 ms on a free core; time of this process only, as others may be busy.
    times = []
    for _ in range(3):
        start = time.process_time()
        Kernels()
        times.append(time.process_time() - start)
    assert min(times) < 0.05


def test_other_threads_run_meanwhile() -> None:
    kernels = load_kernels()
    x, out = np.zeros(16, np.float32), np.zeros(16, np.int16)
    # Strides of zero: the same row, for about a quarter of a second.
    long_one = ActivationArguments(
        **dict.fromkeys(("x", "x2", "x3", "quantisation", "zeros"), x.ctypes.data),
        out=out.ctypes.data,
        rows=100_000_000,
        channels=16,
    )
    thread = threading.Thread(target=kernels.leaky_mean_s16, args=(long_one,))
    thread.start()
    turns = 0
    while thread.is_alive():
        time.sleep(0.001)
        turns += 1
    assert turns > 10

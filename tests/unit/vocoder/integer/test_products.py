"""Products of a vector and a matrix."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from declaim.vocoder.integer.products import product

_CPU_TIME_OF_OTHERS = """
from pathlib import Path
import os, time, numpy as np
from declaim.vocoder.integer.products import product

def ticks():
    found = 0
    for task in Path("/proc/self/task").iterdir():
        if int(task.name) != os.getpid():
            user, system = (task / "stat").read_text().rpartition(")")[2].split()[11:13]
            found += int(user) + int(system)
    return found

vector, matrix = np.ones(128, np.float32), np.ones((128, 18_000), np.float32)
before = -1
while before != (before := ticks()):  # they are busy for a while when they begin
    time.sleep(0.1)
for _ in range(200):
    product(vector, matrix)
print(ticks() - before)
"""


def test_is_what_the_operator_gives() -> None:
    random = np.random.default_rng(7)
    vector = random.normal(size=130).astype(np.float32)
    matrix = random.normal(size=(130, 70)).astype(np.float32)
    np.testing.assert_allclose(product(vector, matrix), vector @ matrix, rtol=1e-4, atol=1e-4)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted as Linux shows them")
def test_wakes_no_other_thread() -> None:
    # NumPy's operator does, and they are busy for more than a tenth of a second then.
    code = subprocess.run([sys.executable, "-c", _CPU_TIME_OF_OTHERS], capture_output=True, check=True)
    assert int(code.stdout) <= 1

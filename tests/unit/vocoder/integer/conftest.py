"""The machine's kernels, for tests that run them."""

import pytest

from declaim.vocoder.kernels.library import Kernels, load_kernels, supported


@pytest.fixture
def kernels() -> Kernels:
    if not supported():
        pytest.skip("this processor has no AVX-512 VNNI")
    return load_kernels()

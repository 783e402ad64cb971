"""One Chinese phonemizer for all tests: it takes half a second to load."""

import pytest

from declaim.text.chinese import ChinesePhonemizer


@pytest.fixture(scope="session")
def phonemizer() -> ChinesePhonemizer:
    return ChinesePhonemizer()

"""What Whisper base hears in Mandarin speech."""

from typing import Any

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from declaim.models.store import ModelStore
from declaim.text.traditional import to_simplified

RATE = 24_000


def heard(samples: NDArray[np.float32]) -> str:
    """The Simplified characters, without punctuation."""
    padded = np.pad(soxr.resample(samples, RATE, 16_000), 6400)
    segments, _ = whisper_base().transcribe(padded, language="zh", initial_prompt="以下是普通话的句子。")
    return letters("".join(segment.text for segment in segments))


def letters(text: str) -> str:
    """What of a text is to be heard: no marks, no spaces."""
    return "".join(letter for letter in to_simplified(text) if letter.isalnum())


def whisper_base() -> Any:
    """The recogniser; the test is skipped where its package is not."""
    faster_whisper = pytest.importorskip("faster_whisper", reason="a development dependency")
    folder = ModelStore().ensure("whisper-base")
    return faster_whisper.WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=2)

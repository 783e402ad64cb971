"""Speech back to text with Whisper base, the judge of intelligibility."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel

from declaim.models.store import ModelStore

SAMPLE_RATE = 16_000
"""Hz, Whisper's input."""

BEAM_SIZE = 5
PROMPTS = {
    "zh": "以下是普通话的句子。",
    "en": None,
    "mixed": "以下是普通话和 English 混合的句子。",
}
"""Simplified characters in the prompt make Whisper write Simplified ones; one with an English word in it
makes it write English words as such instead of translating them or spelling them by sound."""
LANGUAGES = {"zh": "zh", "en": "en", "mixed": "zh"}


class Recogniser:
    """Whisper base in CTranslate2, one sentence at a time, the same for every engine."""

    def __init__(self, threads: int) -> None:
        # int8: a third of the time of float32 on two cores
        folder = str(ModelStore().ensure("whisper-base"))
        self._model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=threads)

    def transcribe(self, samples: npt.NDArray[np.float32], set_name: str) -> str:
        """Return what is heard in ``samples`` (mono, 16 kHz), with the settings of a sentence set."""
        segments, _ = self._model.transcribe(
            samples,
            language=LANGUAGES[set_name],
            initial_prompt=PROMPTS[set_name],
            beam_size=BEAM_SIZE,
            temperature=0.0,  # no sampled retries: the same audio always gives the same text
            condition_on_previous_text=False,
            without_timestamps=True,
        )
        return "".join(segment.text for segment in segments).strip()

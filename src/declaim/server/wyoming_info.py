"""What the service tells Wyoming's clients of itself. Needs the extra ``wyoming``."""

from __future__ import annotations

from typing import Final

from wyoming.info import Attribution, Info, TtsProgram, TtsVoice

import declaim
from declaim.engines.voices import VOICES

_CHINESE, _ENGLISH = "zh-CN", "en-US"


def _voice(name: str) -> TtsVoice:
    """A voice under both languages that are spoken here, its own first if it is one of them."""
    voice = VOICES[name]
    english = voice.language if voice.language.startswith("en-") else _ENGLISH
    return TtsVoice(
        name=name,
        attribution=Attribution("hexgrad", "https://github.com/hexgrad/kokoro"),
        installed=True,
        description=f"{name.partition('_')[2].capitalize()} ({voice.language_name}, {voice.gender})",
        version=None,
        languages=[_CHINESE, english] if voice.language == "zh" else [english, _CHINESE],
    )


INFO: Final = Info(
    tts=[
        TtsProgram(
            name="declaim",
            attribution=Attribution("Declaim", ""),
            installed=True,
            description="Reads Chinese and English aloud",
            version=declaim.__version__,
            voices=[_voice(name) for name in VOICES],
            supports_synthesize_streaming=True,
        )
    ]
)

"""Declaim reads text aloud: Chinese, English and both in one sentence.

>>> import declaim
>>> synthesizer = declaim.Synthesizer()
>>> synthesizer.save("今天天气真好,我们去 Central Park 散步吧。", "hello.wav")
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

# ONNX Runtime's wheels report each session to their makers, since 1.29 on Linux and macOS as well, unless
# this is set before the library is loaded. Whoever wants that sets it to 0.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    from declaim.audio.chunk import AudioChunk
    from declaim.config import Config
    from declaim.errors import DeclaimError
    from declaim.prosody.emotion import Emotion
    from declaim.prosody.score import Emphasis, Score
    from declaim.synthesizer import Synthesizer

__version__ = "0.1.0"

_HOMES = {
    "AudioChunk": "declaim.audio.chunk",
    "Config": "declaim.config",
    "DeclaimError": "declaim.errors",
    "Emotion": "declaim.prosody.emotion",
    "Emphasis": "declaim.prosody.score",
    "Score": "declaim.prosody.score",
    "Synthesizer": "declaim.synthesizer",
}

__all__ = [
    "AudioChunk",
    "Config",
    "DeclaimError",
    "Emotion",
    "Emphasis",
    "Score",
    "Synthesizer",
    "__version__",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Import a public name when it is first used: ``import declaim`` itself takes milliseconds (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

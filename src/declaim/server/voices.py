"""The voices that clients ask for: Declaim's own, blends of them, and OpenAI's names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from declaim.config import Config
from declaim.engines.voices import parse_blend
from declaim.manner import DEFAULT_VOICES, main_language
from declaim.text.sentence import Language

OPENAI_VOICES: Final[Mapping[str, Mapping[Language, str]]] = MappingProxyType(
    {
        "alloy": {"en": "af_alloy", "zh": "zf_xiaoxiao"},
        "ash": {"en": "am_fenrir", "zh": "zm_yunxi"},
        "ballad": {"en": "bm_george", "zh": "zm_yunyang"},
        "coral": {"en": "af_bella", "zh": "zf_xiaoyi"},
        "echo": {"en": "am_echo", "zh": "zm_yunxi"},
        "fable": {"en": "bm_fable", "zh": "zm_yunxia"},
        "onyx": {"en": "am_onyx", "zh": "zm_yunjian"},
        "nova": {"en": "af_nova", "zh": "zf_xiaobei"},
        "sage": {"en": "af_sarah", "zh": "zf_xiaobei"},
        "shimmer": {"en": "af_kore", "zh": "zf_xiaoyi"},
        "verse": {"en": "am_puck", "zh": "zm_yunxia"},
        "marin": {"en": "af_heart", "zh": "zf_xiaoxiao"},
        "cedar": {"en": "am_michael", "zh": "zm_yunyang"},
    }
)
"""By the language of the text. A voice of the same name where Kokoro has one; always one of the same gender;
for marin and cedar, which OpenAI names as its best, the best of Kokoro's; never one that is hard to
understand."""


def voice_for(name: str | None, text: str, language: Language | None, config: Config) -> str:
    """The voice, or blend, that a request is spoken with, in one spelling for all that sound the same.

    Args:
        name: what the client asks for; None leaves it to the configuration, and that to the language.
        text: what is to be spoken.
        language: what the client says that its language is; None to find out.
        config: for the voice that is asked for when the client asks for none.

    Raises:
        UnknownVoiceError: no such voice.
    """
    spoken = language or main_language(text)
    if name is None:
        return spelled(config.voice or DEFAULT_VOICES[spoken])
    return spelled(OPENAI_VOICES[name][spoken] if name in OPENAI_VOICES else name)


def spelled(voice: str) -> str:
    """A voice or blend with its weights as shares of 1: ASCII only, safe for headers and keys.

    Raises:
        UnknownVoiceError: no such voice.
    """
    weights = parse_blend(voice)
    if len(weights) == 1:
        return next(iter(weights))
    return "+".join(f"{name}*{weight:.4f}" for name, weight in sorted(weights.items()))

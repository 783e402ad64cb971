"""Kokoro's voices: their names, languages and genders, and how to blend them."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from declaim.errors import ModelError, UnknownVoiceError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_LANGUAGES = {
    "a": ("en-US", "American English"),
    "b": ("en-GB", "British English"),
    "e": ("es", "Spanish"),
    "f": ("fr", "French"),
    "h": ("hi", "Hindi"),
    "i": ("it", "Italian"),
    "j": ("ja", "Japanese"),
    "p": ("pt-BR", "Brazilian Portuguese"),
    "z": ("zh", "Mandarin Chinese"),
}
_GENDERS = {"f": "female", "m": "male"}

_NAMES = [
    "af_alloy",
    "af_aoede",
    "af_bella",
    "af_heart",
    "af_jessica",
    "af_kore",
    "af_nicole",
    "af_nova",
    "af_river",
    "af_sarah",
    "af_sky",
    "am_adam",
    "am_echo",
    "am_eric",
    "am_fenrir",
    "am_liam",
    "am_michael",
    "am_onyx",
    "am_puck",
    "am_santa",
    "bf_alice",
    "bf_emma",
    "bf_isabella",
    "bf_lily",
    "bm_daniel",
    "bm_fable",
    "bm_george",
    "bm_lewis",
    "ef_dora",
    "em_alex",
    "em_santa",
    "ff_siwis",
    "hf_alpha",
    "hf_beta",
    "hm_omega",
    "hm_psi",
    "if_sara",
    "im_nicola",
    "jf_alpha",
    "jf_gongitsune",
    "jf_nezumi",
    "jf_tebukuro",
    "jm_kumo",
    "pf_dora",
    "pm_alex",
    "pm_santa",
    "zf_xiaobei",
    "zf_xiaoni",
    "zf_xiaoxiao",
    "zf_xiaoyi",
    "zm_yunjian",
    "zm_yunxi",
    "zm_yunxia",
    "zm_yunyang",
]

_PART = re.compile(r"(?P<name>[a-z]{2}_[a-z]+)(?:\*(?P<weight>\d*\.?\d+))?")

STYLE_ROWS, STYLE_WIDTH = 510, 256


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice and what it was trained to speak; every voice can say both Chinese and English."""

    name: str
    language: str
    """BCP 47 tag of its native language."""
    language_name: str
    gender: str


VOICES: dict[str, Voice] = {
    name: Voice(name, *_LANGUAGES[name[0]], _GENDERS[name[1]])  # the first two letters say both
    for name in _NAMES
}

UNCLEAR_VOICES = frozenset({"zf_xiaoni"})
"""Voices that are never suggested, because they are hard to understand: of this Whisper base hears 46 % of
the characters wrong (15 sentences of ``bench.quality``; of kokoro-onnx 47 % in eight), of the other Chinese
ones 5 to 11 %."""


def parse_blend(text: str) -> dict[str, float]:
    """Read ``zf_xiaoxiao`` or ``zf_xiaoxiao*0.7+zf_xiaoyi*0.3`` as weights by voice name, which sum to 1.

    A part without a weight counts as 1; weights are relative, so ``a+b`` is half of each.

    Raises:
        UnknownVoiceError: no such voice, or the text is neither a name nor a blend.
    """
    weights: dict[str, float] = {}
    for part in text.replace(" ", "").split("+"):
        match = _PART.fullmatch(part)
        if not match or match["name"] not in VOICES:
            raise _unknown(part)
        weights[match["name"]] = weights.get(match["name"], 0.0) + float(match["weight"] or 1)
    total = sum(weights.values())
    if not (math.isfinite(total) and total > 0):
        raise UnknownVoiceError(f"the weights of {text[:60]!r} must be finite, and one of them above 0")
    return {name: weight / total for name, weight in weights.items()}


def _unknown(part: str) -> UnknownVoiceError:
    shown = part[:60]
    close = difflib.get_close_matches(shown.lower(), VOICES, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}? " if close else ""
    return UnknownVoiceError(f"there is no voice {shown!r}", hint=f"{hint}`declaim voices` lists them all")


class VoiceBank:
    """The style vectors of the voices in a folder of ``NAME.bin`` files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.styles = lru_cache(maxsize=64)(self._styles)

    def style(self, voice: str, tokens: int) -> NDArray[np.float32]:
        """(1, 256): the style of a voice or blend for a sentence of so many tokens (1 to 510).

        Raises:
            UnknownVoiceError: see :func:`parse_blend`.
            ModelError: the voice's file is missing or damaged.
        """
        row: NDArray[np.float32] = self.styles(voice)[tokens - 1]
        return row[None]

    def _styles(self, voice: str) -> NDArray[np.float32]:
        """(510, 256): a style for each number of tokens."""
        table = np.zeros((STYLE_ROWS, STYLE_WIDTH), dtype=np.float32)
        for name, weight in parse_blend(voice).items():
            table += np.float32(weight) * self._read(name)
        return table

    def _read(self, name: str) -> NDArray[np.float32]:
        path = self._folder / f"{name}.bin"
        try:
            return np.fromfile(path, dtype="<f4").reshape(STYLE_ROWS, STYLE_WIDTH)
        except (OSError, ValueError) as error:
            raise ModelError(
                f"the voice file {path.name} cannot be read: {error}", hint="run `declaim models verify`"
            ) from error

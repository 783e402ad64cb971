"""Who speaks for which of our voices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from declaim.engines.dashscope.settings import DashScopeConfig
from declaim.engines.voices import VOICES, parse_blend
from declaim.errors import ConfigError

_DEFAULTS = {"f": "sambert-zhijia-v1", "m": "sambert-zhixiang-v1"}
"""A woman and a man of 48 kHz who speak both Chinese and English, and tell the times of words."""

_SAMBERT = "sambert-"
_SAMBERT_48K = frozenset(
    f"sambert-{name}-v1"
    for name in ("zhinan", "zhiqi", "zhichu", "zhide", "zhijia", "zhiru", "zhiqian", "zhixiang", "zhiwei")
)
"""All others have 16 kHz, by the service's own list of models."""
_ENGLISH_ONLY = frozenset(
    f"sambert-{name}-v1" for name in ("beth", "betty", "cally", "cindy", "eva", "donna", "brian")
)
_COSYVOICE_RATE = 24_000

_PRICED = 10_000
"""Characters that a price is for."""
_LIST_PRICES: Mapping[str, float] = {
    _SAMBERT: 1.0,
    "cosyvoice-v1": 2.0,
    "cosyvoice-v2": 2.0,
    "cosyvoice-v3-flash": 1.0,
    "cosyvoice-v3-plus": 2.0,
}
"""Yuan for 10,000 characters in the region Beijing, as Alibaba's documentation had it in 2026."""


@dataclass(frozen=True, slots=True)
class CloudVoice:
    """A model of DashScope and, unless the model is the voice, a voice of it."""

    model: str
    voice: str = ""

    @property
    def is_duplex(self) -> bool:
        """Whether the text comes after the task has begun."""
        return not self.model.startswith(_SAMBERT)

    @property
    def sample_rate(self) -> int:
        """Hz, the voice's own."""
        if self.is_duplex:
            return _COSYVOICE_RATE
        return 48_000 if self.model in _SAMBERT_48K else 16_000

    @property
    def speaks_chinese(self) -> bool:
        """Whether Chinese is not beyond it; English is beyond none."""
        return self.model not in _ENGLISH_ONLY

    def price(self, settings: DashScopeConfig) -> float:
        """Of 10,000 characters.

        Raises:
            ConfigError: it is neither configured nor on the list.
        """
        if settings.price is not None:
            return settings.price
        known = max((name for name in _LIST_PRICES if self.model.startswith(name)), key=len, default=None)
        if known is None:
            raise ConfigError(f"the price of {self.model} is not known", hint="set `price` beside `voices`")
        return _LIST_PRICES[known]

    def characters(self, text: str) -> int:
        """Of a text, as the service charges for them.

        Sambert counts each letter, ideograph, mark and space as one, CosyVoice an ideograph as two.
        """
        return len(text) + (sum(map(is_han, text)) if self.is_duplex else 0)

    def cost(self, text: str, settings: DashScopeConfig) -> float:
        """Of a text, in the currency of its price."""
        return self.characters(text) * self.price(settings) / _PRICED


class CloudVoices:
    """Finds the one who speaks for a voice of ours.

    Raises:
        ConfigError: what the configuration names cannot be a voice, or has no price.
    """

    def __init__(self, settings: DashScopeConfig) -> None:
        for name in settings.voices:
            if name not in VOICES and name not in _prefixes():
                raise ConfigError(f"there is no voice {name!r} that DashScope could speak for")
        chosen = _DEFAULTS | dict(settings.voices)
        self._voices = {name: _read(written) for name, written in chosen.items()}
        for voice in self._voices.values():
            voice.price(settings)

    def of(self, name: str) -> CloudVoice:
        """Who speaks for a voice, or for a blend's strongest part.

        Raises:
            UnknownVoiceError: there is no such voice.
        """
        blend = parse_blend(name)
        main = max(blend, key=lambda part: blend[part])
        return next(self._voices[key] for key in (main, main[:2], main[1]) if key in self._voices)


def is_han(character: str) -> bool:
    """Whether a character is an ideograph, of Chinese, Japanese or Korean."""
    code = ord(character)
    return any(low <= code <= high for low, high in _HAN)


_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))


def _prefixes() -> set[str]:
    return {name[:2] for name in VOICES} | {name[1] for name in VOICES}


def _read(written: str) -> CloudVoice:
    model, _, voice = written.partition("/")
    made = CloudVoice(model, voice)
    if not model or made.is_duplex != bool(voice):
        raise ConfigError(
            f"{written!r} is no voice of DashScope",
            hint="write sambert-zhiru-v1, or cosyvoice-v3-flash/longanyang",
        )
    return made

"""What the elements of SSML and their attributes ask for, in the units of :class:`Prosody`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar

from declaim.prosody.expression import emphasis_effect
from declaim.prosody.prosody import Prosody
from declaim.text.markup import Style, parse_duration
from declaim.text.say_as import TYPES

_T = TypeVar("_T")

_BREAK_STRENGTHS = {"none": 0.0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.7, "x-strong": 1.2}
_RATES = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "default": 1.0, "fast": 1.25, "x-fast": 1.6}
_PITCHES = {"x-low": -6.0, "low": -3.0, "medium": 0.0, "default": 0.0, "high": 3.0, "x-high": 6.0}
_RANGES = {"x-low": 0.3, "low": 0.6, "medium": 1.0, "default": 1.0, "high": 1.4, "x-high": 1.8}
_VOLUMES = {
    "silent": -20.0,
    "x-soft": -12.0,
    "soft": -6.0,
    "medium": 0.0,
    "default": 0.0,
    "loud": 4.0,
    "x-loud": 8.0,
}
_EMPHASES = {
    "strong": emphasis_effect(1.0),
    "moderate": emphasis_effect(0.6),
    "none": Prosody(),
    "reduced": Prosody(rate=1.1, pitch=-0.5, pitch_range=0.8, energy=-2),
}

_SAY_AS = {name: name for name in sorted(TYPES)}
_PLAIN = {"speak", "p", "s", "lang", "w", "token", "break", "mark", "meta"}

_PERCENT = re.compile(r"[+-]?\d+(?:\.\d+)?%")
_SEMITONES = re.compile(r"[+-]?\d+(?:\.\d+)?st")
_DECIBELS = re.compile(r"[+-]?\d+(?:\.\d+)?dB", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")


def element_style(name: str, attributes: dict[str, str], outer: Style) -> Style:
    """The style inside an element.

    Raises:
        ValueError: the element or one of its values is not supported.
        DeclaimError: a value is out of range.
    """
    if name in _PLAIN:
        return replace(outer)
    if name not in _STYLES:
        raise ValueError("this element is not supported")
    return _STYLES[name](attributes, outer)


def _emphasis_style(attributes: dict[str, str], outer: Style) -> Style:
    level = _choice(_EMPHASES, attributes.get("level", "moderate"))
    return replace(outer, emphasis=outer.emphasis * level)


def _phoneme_style(attributes: dict[str, str], outer: Style) -> Style:
    if attributes.get("alphabet", "ipa") not in {"ipa", "pinyin", "x-pinyin"}:
        raise ValueError("alphabet must be ipa or pinyin")
    _required(attributes, "ph")
    return replace(outer)


def _say_as_style(attributes: dict[str, str], outer: Style) -> Style:
    return replace(outer, interpret_as=_choice(_SAY_AS, _required(attributes, "interpret-as")))


def _sub_style(attributes: dict[str, str], outer: Style) -> Style:
    _required(attributes, "alias")
    return replace(outer)


_STYLES: dict[str, Callable[[dict[str, str], Style], Style]] = {
    "prosody": lambda attributes, outer: replace(outer, prosody=outer.prosody * _prosody(attributes)),
    "voice": lambda attributes, outer: replace(outer, voice=_required(attributes, "name")),
    "emphasis": _emphasis_style,
    "phoneme": _phoneme_style,
    "say-as": _say_as_style,
    "sub": _sub_style,
}


def _required(attributes: dict[str, str], name: str) -> str:
    if not (value := attributes.get(name, "").strip()):
        raise ValueError(f"it needs {name}=…")
    return value


def _choice(table: Mapping[str, _T], value: str) -> _T:
    if value not in table:
        raise ValueError(f"{value!r} is not one of {', '.join(table)}")
    return table[value]


def _prosody(attributes: dict[str, str]) -> Prosody:
    readers: dict[str, tuple[str, Callable[[str], float]]] = {
        "rate": ("rate", partial(_ratio, labels=_RATES)),
        "pitch": ("pitch", _semitones),
        "range": ("pitch_range", partial(_ratio, labels=_RANGES)),
        "volume": ("energy", _decibels),
    }
    if unknown := attributes.keys() - readers.keys():
        raise ValueError(f"{', '.join(sorted(unknown))}: only rate, pitch, range and volume are supported")
    return Prosody(
        **{readers[name][0]: readers[name][1](value.strip()) for name, value in attributes.items()}
    )


def _ratio(value: str, labels: dict[str, float]) -> float:
    """A label, a number, ``120%`` (of the default) or ``+20%`` (more than it)."""
    if value in labels:
        return labels[value]
    if _NUMBER.fullmatch(value):
        return float(value)
    if _PERCENT.fullmatch(value):
        share = float(value[:-1]) / 100
        return 1 + share if value[0] in "+-" else share
    raise ValueError(f"{value!r} is not a label, a number or a percentage")


def _semitones(value: str) -> float:
    if value in _PITCHES:
        return _PITCHES[value]
    if _SEMITONES.fullmatch(value):
        return float(value[:-2])
    if _PERCENT.fullmatch(value):
        return 12 * math.log2(max(_ratio(value, {}), 1e-3))
    raise ValueError(f"{value!r} is not a label, semitones (+2st) or a percentage (+10%)")


def _decibels(value: str) -> float:
    if value in _VOLUMES:
        return _VOLUMES[value]
    if _DECIBELS.fullmatch(value):
        return float(value[:-2])
    raise ValueError(f"{value!r} is not a label or decibels (+6dB)")


def break_seconds(attributes: dict[str, str]) -> float:
    """How long a ``break`` is.

    Raises:
        ValueError: neither a duration nor a strength.
    """
    if "time" in attributes:
        return parse_duration(attributes["time"].strip())
    return _choice(_BREAK_STRENGTHS, attributes.get("strength", "medium"))

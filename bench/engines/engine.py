"""What a bench asks of an engine, and how one is named on the command line."""

from __future__ import annotations

import importlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Samples: TypeAlias = npt.NDArray[np.float32]
"""Mono, 1-D, in [-1, 1], at ``SAMPLE_RATE``."""

SAMPLE_RATE = 24_000
"""Hz; what Kokoro's vocoder gives, so the rate of every engine here."""

MODULES = {
    "declaim": "bench.engines.declaim_engine",
    "fastspeech": "bench.engines.fastspeech_engine",
    "kokoro-onnx": "bench.engines.kokoro_onnx_engine",
}


class Engine(Protocol):
    """Something that turns a text into sound, piece by piece as it is made."""

    def stream(self, text: str, voice: str) -> Iterator[Samples]:
        """Yield the speech of ``text`` in order; each piece as soon as the engine has it."""
        ...


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """An engine and its settings, as written on the command line: ``declaim:rate=0.9,pitch=-2``."""

    label: str
    name: str
    settings: dict[str, float | str] = field(default_factory=dict)

    @classmethod
    def parse(cls, label: str) -> EngineSpec:
        """Read ``NAME`` or ``NAME:KEY=VALUE,…``; a value that is a number becomes one.

        Raises:
            ValueError: the engine is unknown, or a setting has no ``=``.
        """
        return cls(label, *read_label(label, MODULES))


def read_label(label: str, known: Collection[str]) -> tuple[str, dict[str, float | str]]:
    """Read ``NAME`` or ``NAME:KEY=VALUE,…``: the name and its settings; a value that is a number becomes one.

    Raises:
        ValueError: the name is not known, or a setting has no ``=``.
    """
    name, _, rest = label.partition(":")
    if name not in known:
        raise ValueError(f"unknown engine {name!r}; known: {', '.join(known)}")
    pairs = [item.partition("=") for item in rest.split(",") if item]
    if wrong := [key for key, equals, _ in pairs if not equals]:
        raise ValueError(f"{label}: write settings as KEY=VALUE, not {wrong[0]!r}")
    return name, {key.strip(): _value(value.strip()) for key, _, value in pairs}


def create(spec: EngineSpec, threads: int) -> Engine:
    """Load the engine with ``threads`` threads for its models; only its own libraries are imported."""
    module = importlib.import_module(MODULES[spec.name])
    engine: Engine = module.load(threads, **spec.settings)
    return engine


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text

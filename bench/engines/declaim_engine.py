"""Declaim itself, through its public API."""

from __future__ import annotations

from collections.abc import Iterator

import declaim
from bench.engines.engine import SAMPLE_RATE, Engine, Samples

SPEAK_SETTINGS = frozenset({"rate", "pitch", "pitch_range", "energy", "soon"})
"""Settings of ``Synthesizer.speak`` (``soon=0``: as files are made); ``vocoder`` is Kokoro's, every other a
field of ``Config``."""


class DeclaimEngine:
    """``declaim.Synthesizer`` as an `Engine`."""

    def __init__(self, synthesizer: declaim.Synthesizer, speak: dict[str, float]) -> None:
        self._synthesizer = synthesizer
        self._speak = speak

    def stream(self, text: str, voice: str) -> Iterator[Samples]:
        """Yield the chunks of ``Synthesizer.speak``."""
        for chunk in self._synthesizer.speak(text, voice=voice, **self._speak):
            if chunk.sample_rate != SAMPLE_RATE:
                raise ValueError(f"declaim gave {chunk.sample_rate} Hz; the benches compare at {SAMPLE_RATE}")
            yield chunk.samples


def load(threads: int, **settings: float | str) -> Engine:
    """Make a synthesizer; those of ``speak`` go there, the rest to ``Config``."""
    speak = {key: float(value) for key, value in settings.items() if key in SPEAK_SETTINGS}
    config = {key: value for key, value in settings.items() if key not in {*SPEAK_SETTINGS, "vocoder"}}
    engines = {"kokoro": {"vocoder": settings["vocoder"]}} if "vocoder" in settings else {}
    return DeclaimEngine(
        declaim.Synthesizer(declaim.Config(threads=threads, engines=engines, **config)), speak
    )

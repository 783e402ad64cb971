"""Declaim itself, through its public API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

import declaim


class DeclaimSpeaker:
    """``declaim.Synthesizer`` as a `Speaker`."""

    def __init__(self, synthesizer: declaim.Synthesizer) -> None:
        self._synthesizer = synthesizer
        self.sample_rate = synthesizer.sample_rate

    def speak(
        self, text: str, voice: str, language: str, *, stream: bool
    ) -> Iterator[npt.NDArray[np.float32]]:
        """Yield chunks; a file's are longer, and its first is not made short."""
        del language  # it sees for itself
        for chunk in self._synthesizer.speak(text, voice=voice, soon=stream):
            yield chunk.samples


def load(files: Mapping[str, str], threads: int, **settings: float | str) -> DeclaimSpeaker:
    """Make a synthesizer; ``settings`` are fields of ``Config``. It finds its own files."""
    del files
    return DeclaimSpeaker(declaim.Synthesizer(declaim.Config(threads=threads, **settings)))

"""The texts that are spoken where no other is given."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from declaim.ablation.configurations import EngineName


def passage(engine: EngineName) -> str:
    """Thirteen sentences, for Kokoro in both languages by turns, for FastSpeech2 in Mandarin.

    There is an English word in nearly every sentence: the language model is not shown any other.
    """
    return files("declaim.ablation").joinpath(f"data/{engine}.txt").read_text(encoding="utf-8")

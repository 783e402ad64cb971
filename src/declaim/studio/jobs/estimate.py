"""What a book will take, in time and money, before anything of it is spoken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from declaim.config import Config

REAL_TIME_FACTOR: Final = 0.35
"""Seconds of work for one of speech on two idle cores with AVX-512 VNNI, roughly: the job itself measures."""
_SAMBERT_PRICE: Final = 1.0
"""Yuan for 10,000 characters, Sambert's list price; a Chinese character counts twice."""


def prices(texts: Iterable[str], config: Config) -> dict[str, float]:
    """What each of the configuration's channels would cost if it spoke all of the texts; most cost nothing.

    Returns:
        By channel, in the currency of ``engines.sambert.price``, which is yuan unless that is set.
    """
    price = config.engines.sambert.price
    paid = sum(map(_billed, texts)) / 10_000 * (_SAMBERT_PRICE if price is None else price)
    return {name: paid if name == "sambert" else 0.0 for name in config.channels}


def _billed(text: str) -> int:
    """Characters as DashScope counts them: a Chinese one is two."""
    return sum(2 if "㐀" <= letter <= "鿿" else 1 for letter in text)

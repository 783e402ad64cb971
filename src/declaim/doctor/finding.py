"""What one check found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    subject: str
    """What was checked: ``numpy``, ``cores``, ``cache``."""
    level: Level
    """``problem``: speech does not work until it is mended. ``warning``: it works, with something less."""
    detail: str
    """What is the case or what is wrong, in one sentence."""
    mend: str = ""
    """The one command that mends it; empty when there is nothing to mend."""

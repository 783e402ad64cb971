"""How a fetch tells how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

ProgressCallback: TypeAlias = Callable[[str, int, int], None]
"""Called with the artifact's name, the bytes arrived and the bytes in all; both restart with each source."""

"""Libraries of the system that are older than what a package was built with."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

_MISSING = re.compile(
    r"(?P<path>/[^\s:'\"]+): version [`']?(?P<symbol>(?P<family>GLIBC|GLIBCXX|CXXABI)_[\d.]+)'? not found"
)
"""What the dynamic linker says (glibc, elf/dl-version.c)."""


@dataclass(frozen=True, slots=True)
class OldLibrary:
    """A library that lacks a version of its symbols."""

    path: str
    symbol: str
    """Such as ``GLIBCXX_3.4.29``."""
    mend: str
    """The one command that mends it; empty where no command does."""

    @property
    def complaint(self) -> str:
        """What is wrong, to be put before the linker's own words."""
        if self.symbol.startswith("GLIBC_"):
            return f"this system is too old for it ({self.symbol} is missing)"
        return f"the C++ library {self.path} is too old for it ({self.symbol} is missing)"


def old_library(output: str) -> OldLibrary | None:
    """The library that the dynamic linker found too old, from what it printed; None if it found none."""
    match = _MISSING.search(output)
    if match is None:
        return None
    mend = _newer_system() if match["family"] == "GLIBC" else _newer_cxx(match["path"])
    return OldLibrary(match["path"], match["symbol"], mend)


def _newer_system() -> str:
    return "docker run -it python:3.12-slim bash"  # glibc is not to be replaced by itself


def _newer_cxx(path: str) -> str:
    """A folder of other libraries is in the way, an environment brought an old one, or the system is old."""
    folders = [folder for folder in os.environ.get("LD_LIBRARY_PATH", "").split(":") if folder]
    if any(Path(path).is_relative_to(folder) for folder in folders):
        return "unset LD_LIBRARY_PATH"
    if (Path(sys.prefix) / "conda-meta").is_dir():
        return "conda install -c conda-forge 'libstdcxx-ng>=12'"
    return "apt-get update && apt-get install -y libstdc++6"

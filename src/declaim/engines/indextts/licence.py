"""The licence of the weights: its terms are told, and must have been accepted, before they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from declaim.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

TERMS = """\
The weights of IndexTTS-2.5 are under the bilibili Model Use License, not under the licence of Declaim. In
short, and without replacing its text:
- Whoever has more than 100 million monthly users, or more than RMB 1 billion of yearly revenue, needs a
  separate licence from bilibili.
- The weights, and what they speak, may not be used to improve other commercial models.
- Whoever passes the weights on, changed or not, passes on the licence and its disclaimer with them.
- Use the voice of a person only if that person agrees."""
"""In our own words."""


def require_acceptance(folder: Path, *, accepted: bool) -> None:
    """Go on only if the user has said that he accepts the licence.

    Raises:
        ConfigError: he has not; the message tells the terms and where the licence is.
    """
    if accepted:
        return
    raise ConfigError(
        f"the licence of the weights in {folder} has not been accepted.\n{TERMS}\n{_where(folder)}",
        hint="If you accept it, set engines.indextts.accept_licence = true.",
    )


def _where(folder: Path) -> str:
    files = sorted(path for path in folder.iterdir() if path.is_file() and "licen" in path.name.lower())
    if files:
        return f"The licence itself: {', '.join(map(str, files))}"
    return "The folder has no licence file: read the one published with the model, IndexTeam/IndexTTS-2.5."

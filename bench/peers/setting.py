"""What every part of the bench needs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.peers.results import Results
from bench.peers.roster import Peer


@dataclass(frozen=True, slots=True)
class Setting:
    """Who takes part, with what, and where results go."""

    peers: Sequence[Peer]
    files: dict[str, str]
    """Weights and voices, as `bench.peers.files.prepare` gives them."""
    results: Results
    json: Path
    """Where they are kept."""

    def say(self, progress: str) -> None:
        """Tell how far it is."""
        print(progress, file=sys.stderr, flush=True)

    def keep(self) -> None:
        """Write what there is so far: what is broken off can be shown, and put together with the rest."""
        self.results.write(self.json)

    def fail(self, label: str, doing: str, error: Exception) -> None:
        """Note that a peer could not do something, which the report tells."""
        self.results.failures.append(f"{label}, {doing}: {error}")
        self.say(self.results.failures[-1])

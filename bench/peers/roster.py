"""Who takes part."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from bench.engines.engine import read_label
from bench.peers.environments import environment

Mode: TypeAlias = Literal["stream", "whole"]
"""As it is listened to, or as a file is made."""

DECLAIM, BASELINE = "declaim", "kokoro-onnx"


@dataclass(frozen=True, slots=True)
class Kind:
    """An engine."""

    modes: tuple[Mode, ...] = ("stream",)
    """Those that differ."""
    languages: tuple[str, ...] = ("zh", "en")


KINDS = {
    DECLAIM: Kind(("stream", "whole")),
    BASELINE: Kind(("stream", "whole")),
    "fastkokoro": Kind(("stream", "whole")),
    "sherpa-onnx": Kind(),
    "piper": Kind(languages=("en",)),
}


@dataclass(frozen=True, slots=True)
class Peer:
    """An engine with its settings, as written on the command line: ``declaim:prosody=rules``."""

    label: str
    name: str
    settings: dict[str, float | str] = field(default_factory=dict, hash=False)

    @classmethod
    def parse(cls, label: str) -> Peer:
        """Read ``NAME`` or ``NAME:KEY=VALUE,…``.

        Raises:
            ValueError: the peer is unknown, or a setting has no ``=``.
        """
        return cls(label, *read_label(label, KINDS))

    @property
    def kind(self) -> Kind:
        """What it can do."""
        return KINDS[self.name]

    @property
    def module(self) -> str:
        """Where its speaker is."""
        return f"bench.peers.speakers.{self.name.replace('-', '_')}_speaker"

    @property
    def own(self) -> bool:
        """Whether it lives in this process's environment: Declaim does, as this tree has it."""
        return self.name == DECLAIM

    def python(self) -> Path:
        """Return the interpreter of its environment, which is made if need be."""
        return Path(sys.executable) if self.own else environment(self.name)

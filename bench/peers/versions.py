"""Which releases were compared, as their requirements pin them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from bench.peers.roster import Peer

_REQUIREMENTS = Path(__file__).parent / "requirements"
_DISTRIBUTIONS = {"piper": "piper-tts"}
"""Where it is not the peer's own name."""


def versions(peers: Sequence[Peer]) -> dict[str, str]:
    """Return each peer's version, and that of Declaim's ONNX Runtime."""
    found = {peer.name: version("declaim") if peer.own else pinned(peer.name) for peer in peers}
    return {**found, "onnxruntime": version("onnxruntime")}


def pinned(name: str) -> str:
    """Return the version that a peer's requirements name."""
    text = (_REQUIREMENTS / f"{name}.txt").read_text()
    distribution = re.escape(_DISTRIBUTIONS.get(name, name))
    found = re.search(rf"^{distribution}(?:\[\w+\])?==(\S+)", text, re.MULTILINE)
    assert found, f"{name}.txt does not pin {name}"
    return found[1]

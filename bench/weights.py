"""Where the benches find model weights."""

from __future__ import annotations

import os
from pathlib import Path

WEIGHTS_VARIABLE = "BENCH_WEIGHTS"
"""Names a folder that holds one folder an artifact, unpacked; without it the model store fetches them."""


def weights(artifact: str) -> Path:
    """Return the folder of an artifact: ``kokoro``, ``kokoro-voices`` or ``whisper-base``.

    Raises:
        FileNotFoundError: ``BENCH_WEIGHTS`` is set and has no such folder.
        declaim.errors.ModelError: the model store cannot fetch it.
    """
    if root := os.environ.get(WEIGHTS_VARIABLE):
        folder = Path(root) / artifact
        if not folder.is_dir():
            raise FileNotFoundError(f"{WEIGHTS_VARIABLE}={root} has no folder {artifact!r}")
        return folder
    from declaim.models.store import ModelStore  # noqa: PLC0415  # the peer's runs need no declaim

    return ModelStore().ensure(artifact)

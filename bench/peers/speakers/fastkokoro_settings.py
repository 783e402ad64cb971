"""fastkokoro's settings, for the engine and for its own service. Imports nothing of it."""

from __future__ import annotations

from collections.abc import Mapping


def variables(files: Mapping[str, str], threads: int) -> dict[str, str]:
    """Return the environment variables for it: only files and threads are not its own choice."""
    return {
        "FASTKOKORO_MODEL_PATH": files["model"],
        "FASTKOKORO_VOICES_PATH": files["voices"],
        "FASTKOKORO_CACHE_DIR": files["fastkokoro_cache"],
        "FASTKOKORO_ONNX_INTRA_OP_NUM_THREADS": str(threads),
    }

"""A service around kokoro-onnx, as one would write it: ``python -m bench.peers.kokoro_service PORT``.

One model. ``create_stream`` computes in asyncio's thread pool, so requests run side by side as far as the
cores go, and a client hears the first batch while the second is made. The environment variables ``MODEL``,
``VOICES`` and ``THREADS`` say what to load.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from bench.engines.kokoro_onnx_engine import opened

_FULL_SCALE = 32_767
app = FastAPI()
engine = opened(Path(os.environ["MODEL"]), Path(os.environ["VOICES"]), int(os.environ["THREADS"]))


class Speech(BaseModel):
    """The fields of OpenAI's request that it heeds; it answers in PCM."""

    input: str
    voice: str


@app.get("/readyz")
def ready() -> dict[str, str]:
    """Answer, once the model is loaded."""
    return {"status": "ready"}


@app.post("/v1/audio/speech")
async def speech(request: Speech) -> StreamingResponse:
    """Speak, batch by batch."""
    return StreamingResponse(_pcm(request.input, request.voice), media_type="audio/pcm")


async def _pcm(text: str, voice: str) -> AsyncIterator[bytes]:
    async for samples, _ in engine.stream_async(text, voice):
        yield (np.clip(samples, -1, 1) * _FULL_SCALE).astype("<i2").tobytes()


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")

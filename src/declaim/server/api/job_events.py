"""A job's progress as server-sent events."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any, Final

from declaim.server.api.events import MEDIA_TYPE
from declaim.studio.jobs.job import ENDED, Job

__all__ = ["EVENTS", "MEDIA_TYPE", "job_events"]

_HEARTBEAT: Final = 15.0
"""Seconds of silence after which a comment is sent, so that nothing between takes the connection for dead."""
_LOOK: Final = 0.5
"""Seconds after which a stream in which nothing happens looks whether the service is about to end."""
EVENTS: Final[dict[str, Any]] = {
    "description": "Events `job.state`, `job.sentence` and `job.batch`, each with the progress of the whole.",
    "content": {
        MEDIA_TYPE: {
            "example": 'data: {"type": "job.sentence", "id": "0123456789abcdef", "state": "running", '
            '"chapter": 2, "text": "Good morning.", "share": 0.12, "sentences": 340, "seconds": 1802.5, '
            '"real_time_factor": 0.31, "seconds_left": 4100.0}\n\n'
        }
    },
}


async def job_events(job: Job, is_over: Callable[[], bool]) -> AsyncGenerator[bytes]:
    """Events until the job has ended; the first says how it is now. Of a draft there are no others.

    They end, too, when the service is about to, which would wait for them, and when the job is another
    process's. Whoever listens asks again.
    """
    with job.listening() as waiting:
        yield _event({"type": "job.state", **job.told()})
        sent = time.monotonic()
        while job.note.state not in {"draft", *ENDED} or not waiting.empty():
            if is_over():
                return
            try:
                async with asyncio.timeout(_LOOK):
                    event = await waiting.get()
            except TimeoutError:
                if time.monotonic() - sent < _HEARTBEAT:
                    continue
                yield b": still here\n\n"
            else:
                yield _event(event)
            sent = time.monotonic()


def _event(content: Mapping[str, Any]) -> bytes:
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n".encode()

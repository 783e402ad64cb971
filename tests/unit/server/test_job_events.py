"""Streams of a job's events, around a job that does nothing."""

import asyncio
import contextlib
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from declaim.server.api import job_events as module
from declaim.server.api.job_events import job_events
from declaim.studio.jobs.job import Job


class QuietJob:
    """Runs, and tells what a test puts into its queue."""

    def __init__(self) -> None:
        self.note = SimpleNamespace(state="running")
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def told(self) -> dict[str, Any]:
        return {"state": self.note.state}

    @contextlib.contextmanager
    def listening(self) -> Iterator[asyncio.Queue[dict[str, Any]]]:
        yield self.events


@pytest.fixture(autouse=True)
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LOOK", 0.005)


async def read(job: QuietJob, *, draining: asyncio.Event) -> list[bytes]:
    return [block async for block in job_events(cast("Job", job), draining.is_set)]


def test_a_stream_ends_when_the_service_is_about_to() -> None:
    async def scenario() -> list[bytes]:
        job, draining = QuietJob(), asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, draining.set)
        async with asyncio.timeout(10):
            return await read(job, draining=draining)

    (only,) = asyncio.run(scenario())
    assert json.loads(only.removeprefix(b"data: ")) == {"type": "job.state", "state": "running"}


def test_silence_is_broken_by_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_HEARTBEAT", 0.02)

    async def scenario() -> list[bytes]:
        stream = job_events(cast("Job", QuietJob()), lambda: False)
        async with asyncio.timeout(10):
            return [await anext(stream) for _ in range(3)]

    assert asyncio.run(scenario())[1:] == [b": still here\n\n"] * 2


def test_what_is_told_before_the_end_is_sent() -> None:
    async def scenario() -> list[bytes]:
        job, draining = QuietJob(), asyncio.Event()
        job.events.put_nowait({"type": "job.sentence"})
        job.note.state = "done"
        async with asyncio.timeout(10):
            return await read(job, draining=draining)

    assert [b"job.state" in block for block in asyncio.run(scenario())] == [True, False]

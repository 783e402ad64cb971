"""A stream behind a real server on a free port, and a client that keeps what it is told."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import uvicorn
from numpy.typing import NDArray
from websockets.asyncio.client import ClientConnection, connect

from declaim.config import Config
from declaim.server.api.stream import stream_router
from declaim.server.api.stream_connection import StreamLimits
from declaim.server.app import create_app
from declaim.server.settings import ServerConfig
from fake_service import FakeService


class Listener:
    """A client of the stream."""

    def __init__(self, websocket: ClientConnection) -> None:
        self.websocket = websocket
        self.events: list[dict[str, Any]] = []
        """All but the first, which says that the connection is ready."""
        self.audio: dict[str, bytearray] = defaultdict(bytearray)

    async def say(self, kind: str, **fields: Any) -> None:
        await self.websocket.send(json.dumps({"type": kind, **fields}))

    async def hear(self) -> dict[str, Any]:
        """The next event, with the audio that follows it kept."""
        event: dict[str, Any] = json.loads(await asyncio.wait_for(self.websocket.recv(), 10))
        self.events.append(event)
        if event["type"] == "audio" and "audio" not in event:
            data = await asyncio.wait_for(self.websocket.recv(), 10)
            assert isinstance(data, bytes)
            assert len(data) == event["bytes"]
            self.audio[event["utterance_id"]] += data
        return event

    async def hear_until(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Hear events until one is of this type and has these fields."""
        while True:
            event = await self.hear()
            if event["type"] == kind and fields.items() <= event.items():
                return event

    def of(self, kind: str, name: str | None = None) -> list[dict[str, Any]]:
        """The events of a type that were heard, of one utterance or all."""
        events = [event for event in self.events if event["type"] == kind]
        return [event for event in events if name is None or event["utterance_id"] == name]

    def words(self, name: str) -> list[dict[str, Any]]:
        return [word for event in self.of("timestamps", name) for word in event["words"]]

    def samples(self, name: str) -> NDArray[np.int16]:
        return np.frombuffer(self.audio[name], "<i2")


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that no event tells of."""
    while not condition():  # noqa: ASYNC110 - what is waited for is other people's
        await asyncio.sleep(0.005)


@asynccontextmanager
async def stream_address(
    service: FakeService, *, limits: StreamLimits | None = None, settings: ServerConfig | None = None
) -> AsyncIterator[str]:
    """Serve in this event loop."""
    app = create_app(Config(), service, settings or ServerConfig(), routers=[stream_router(limits)])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        yield f"ws://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/v1/audio/stream"
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def listening(address: str, **options: Any) -> AsyncIterator[Listener]:
    """A client that has been told that the connection is ready."""
    async with connect(address, proxy=None, compression=None, close_timeout=0.2, **options) as websocket:
        listener = Listener(websocket)
        ready = json.loads(await websocket.recv())
        assert ready["type"] == "ready"
        yield listener


@asynccontextmanager
async def conversation(
    service: FakeService, *, limits: StreamLimits | None = None, settings: ServerConfig | None = None
) -> AsyncIterator[Listener]:
    """A server and a client of it."""
    async with (
        stream_address(service, limits=limits, settings=settings) as address,
        listening(address) as one,
    ):
        yield one

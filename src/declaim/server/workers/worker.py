"""A worker process as the service holds it: started, asked for one item at a time, and killed if need be."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
from collections.abc import Callable
from typing import Any, Self

from declaim.errors import EngineError
from declaim.server.workers.messages import Answer, Broken, Close, Open, Ready, Step
from declaim.server.workers.process import LoadStage, work
from declaim.server.workers.wire import packed, receive_async

_PROCESSES = multiprocessing.get_context("spawn")
"""Not forked: the service has threads, whose locks a copy would inherit in any state."""
_READ_AHEAD = 1 << 20
"""Bytes."""


class WorkerLostError(EngineError):
    """The worker died, or had to be killed, before it answered."""


class Worker:
    """One process. Only one step may be under way at a time."""

    def __init__(self, process: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:  # noqa: ANN401
        self._process = process
        self._writer = writer
        self._answers: asyncio.Queue[Any] = asyncio.Queue()
        self._known: set[int] = set()
        self._listening = asyncio.create_task(self._listen(reader))
        self.memory = 0
        """Resident bytes, when it last told."""

    @classmethod
    async def start(cls, load: LoadStage, *, name: str) -> Self:
        """Start a process; it loads its models meanwhile, which :meth:`ready` waits for."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)  # noqa: FBT003 - its only argument
        process = _PROCESSES.Process(target=work, args=(theirs, load), name=name, daemon=True)
        try:
            await asyncio.to_thread(process.start)
            reader, writer = await asyncio.open_connection(sock=ours, limit=_READ_AHEAD)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return cls(process, reader, writer)

    @property
    def pid(self) -> int:
        """Of the process."""
        return int(self._process.pid)

    @property
    def is_gone(self) -> bool:
        """Whether nothing more will come from it."""
        return self._listening.done()

    def when_gone(self, call: Callable[[], None]) -> None:
        """Have a function called once it is gone."""
        self._listening.add_done_callback(lambda _: call())

    async def ready(self) -> None:
        """Wait until its models are loaded.

        Raises:
            WorkerLostError: it died.
            DeclaimError: what it said was wrong.
        """
        message = await self._next()
        if isinstance(message, Broken):
            raise message.error
        assert isinstance(message, Ready)
        self.memory = message.memory

    async def step(self, task: int, payload: Any, skip: int) -> Answer:  # noqa: ANN401 - the stage's own
        """The next item of a task, which is opened with its payload if the worker does not know it.

        Raises:
            WorkerLostError: it died.
        """
        self._send(Step(task) if task in self._known else Open(task, payload, skip))
        self._known.add(task)
        answer = await self._next()
        assert isinstance(answer, Answer)
        self.memory = answer.memory
        return answer

    def forget(self, task: int) -> None:
        """Close a task. A step of it that is under way is answered at once."""
        if task in self._known:
            self._known.discard(task)
            self._send(Close(task))

    async def kill(self) -> None:
        """End the process, whatever it is doing, and wait until it has gone."""
        self._process.kill()
        self._listening.cancel()
        self._writer.close()
        await asyncio.to_thread(self._process.join)
        self._process.close()

    def _send(self, message: object) -> None:
        """Hand a message to the event loop, which keeps what a stopped process does not take."""
        if not self._writer.is_closing():
            self._writer.writelines(packed(message))

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                self._answers.put_nowait(await receive_async(reader))
        except (EOFError, OSError):
            self._answers.put_nowait(None)

    async def _next(self) -> Any:  # noqa: ANN401
        message = await self._answers.get()
        if message is None:
            self._answers.put_nowait(None)
            raise WorkerLostError("a worker process died")
        return message

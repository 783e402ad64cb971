"""An engine of this process as a channel: its steps run on a thread, which can be left behind."""

from __future__ import annotations

import asyncio
import contextvars
import queue
import threading
from collections.abc import AsyncGenerator, Callable
from functools import partial
from typing import Literal, TypeAlias

from declaim.audio.chunk import AudioChunk
from declaim.channels.channel import ChannelDownError
from declaim.engines.engine import Engine
from declaim.engines.to_say import ToSay
from declaim.models.interrupt import Interrupt, RunInterrupted
from declaim.text.sentence import Sentence, Span

_Wish: TypeAlias = Literal["next", "leave"]

_GRACE = 0.5
"""Seconds in which a step that was given up should end. A model stops between two of its operators, within
milliseconds."""


class ThreadChannel:
    """Speaks with an engine that several threads may share.

    A step that is given up is interrupted. While one goes on nevertheless the channel is down: what does not
    stop is stuck, and another thread would soon be stuck as well.

    Args:
        name: as in the list of channels.
        engine: whose chunks have 24 kHz.
    """

    is_cloud = False

    def __init__(self, name: str, engine: Engine) -> None:
        self.name = name
        self._engine = engine
        self._left: set[_Run] = set()
        """Runs that may not have ended."""

    def lacks(self, sentence: Sentence) -> tuple[Span, ...]:
        """Written stretches that the engine would approximate."""
        return self._engine.lacks(sentence)

    def cost(self, said: ToSay) -> float:  # noqa: ARG002 - the same for all
        """Nothing."""
        return 0.0

    async def speak(self, said: ToSay, started: Callable[[], None]) -> AsyncGenerator[AudioChunk]:
        """Speak a sentence; see :class:`~declaim.channels.channel.Channel`."""
        for left in list(self._left):
            if not await left.ends_soon():
                raise ChannelDownError("it is still stuck in a sentence that was given up")
            self._left.discard(left)
        run = _Run(self._engine, said)
        try:
            started()
            while (chunk := await run.next()) is not None:
                yield chunk
                started()
        finally:
            run.leave()
            self._left.add(run)


class _Run:
    """A sentence on a thread of its own, which makes a chunk when one is wanted."""

    def __init__(self, engine: Engine, said: ToSay) -> None:
        self._engine = engine
        self._said = said
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[AudioChunk | None] = self._loop.create_future()
        self._wanted: queue.SimpleQueue[_Wish] = queue.SimpleQueue()
        self._interrupt = Interrupt()
        self._ended = threading.Event()
        context = contextvars.copy_context()  # a stopwatch may be in it
        threading.Thread(target=context.run, args=(self._work,), daemon=True, name="engine").start()

    async def next(self) -> AudioChunk | None:
        """The next chunk; None at the end."""
        self._answer = self._loop.create_future()
        self._wanted.put("next")
        return await self._answer

    def leave(self) -> None:
        """End it, and the model's run that is going on."""
        self._interrupt.set()
        self._wanted.put("leave")

    async def ends_soon(self) -> bool:
        """Whether the thread, which has been left, is at its end or comes to it at once."""
        return self._ended.is_set() or await asyncio.to_thread(self._ended.wait, _GRACE)

    def _work(self) -> None:
        self._interrupt.install()
        said = self._said
        try:
            chunks = self._engine.speak(said.sentence, said.score, said.voice, soon=said.soon)
            while self._wanted.get() == "next":
                self._post(partial(_give, next(chunks, None)))
        except RunInterrupted:
            pass  # whoever has left waits for nothing
        except Exception as error:  # noqa: BLE001 - it is raised where the chunk is waited for
            self._post(partial(_raise, error))
        finally:
            self._ended.set()

    def _post(self, reply: Callable[[asyncio.Future[AudioChunk | None]], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(lambda: reply(self._answer))
        except RuntimeError:  # the loop is closed: nobody waits
            self._wanted.put("leave")


def _give(chunk: AudioChunk | None, answer: asyncio.Future[AudioChunk | None]) -> None:
    if not answer.done():
        answer.set_result(chunk)


def _raise(error: Exception, answer: asyncio.Future[AudioChunk | None]) -> None:
    if not answer.done():
        answer.set_exception(error)

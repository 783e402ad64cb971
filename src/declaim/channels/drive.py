"""Driving a channel from outside: one chunk at a time, with deadlines, and never held up by it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from declaim.audio.chunk import AudioChunk
from declaim.channels.channel import Channel
from declaim.channels.standing import Standing
from declaim.engines.to_say import ToSay

_GRACE = 0.05
"""Seconds that a channel which is left may take to tidy up before the next one begins. Local ones need a
millisecond; a connection that is slow to close is not waited for."""


class LateError(Exception):
    """A deadline passed while the channel was at work."""


class BusyError(Exception):
    """Patience ended before the channel was at work."""


class Drive:
    """A channel's work on one sentence, in a task of its own.

    So it can be left, however long it takes to be cancelled, and whatever it does between two chunks (a
    timeout, a connection) happens in one and the same task.

    Args:
        channel: who speaks.
        standing: has its places, and keeps the task.
        said: what to speak.
    """

    def __init__(self, channel: Channel, standing: Standing, said: ToSay) -> None:
        self._channel = channel
        self._standing = standing
        self._said = said
        self._task: asyncio.Task[None] | None = None
        self._wanted = asyncio.Event()
        self._answer: asyncio.Future[AudioChunk | None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = 0.0
        self._began: float | None = None
        """When work on the chunk that is waited for began, in the loop's time."""
        self._is_left = False
        self.has_started = False
        """Whether the channel has begun to work."""
        self.worked = 0.0
        """Seconds of work on all chunks so far."""

    async def next(self, deadline: float, patience: float | None) -> AudioChunk | None:
        """The next chunk; None at the end.

        Args:
            deadline: seconds of work.
            patience: seconds before it. None: any number.

        Raises:
            LateError, BusyError: either has passed.
            Exception: the channel's own.
        """
        answer: asyncio.Future[AudioChunk | None] = asyncio.get_running_loop().create_future()
        self._answer, self._began, self._deadline = answer, None, deadline
        if patience is not None:
            self._arm(patience, BusyError)
        if self._task is None:
            self._task = asyncio.create_task(self._work(), name=f"channel {self._standing.name}")
            self._standing.tasks.add(self._task)
            self._task.add_done_callback(self._standing.tasks.discard)
        self._wanted.set()
        try:
            return await answer
        finally:
            self._answer = None
            self._disarm()
            self.worked += self._elapsed()

    async def leave(self) -> None:
        """Want nothing more of it."""
        self._is_left = True
        if self._task and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=_GRACE)

    async def _work(self) -> None:
        """Ask the channel for one chunk after the other, each when it is wanted."""
        try:
            async with (
                self._standing.places.place(),
                aclosing(self._channel.speak(self._said, self._started)) as chunks,
            ):
                async for chunk in chunks:
                    if self._is_left:  # it has taken its cancellation for something else
                        break
                    self._wanted.clear()
                    self._reply(chunk)
                    await self._wanted.wait()
        except Exception as error:  # noqa: BLE001 - it is for whoever waits
            self._fail(error)
        else:
            self._reply(None)

    def _started(self) -> None:
        """Work on the chunk begins; if that is lost and begun anew, its time runs on."""
        self.has_started = True
        if self._answer and self._began is None:
            self._began = asyncio.get_running_loop().time()
            self._arm(self._deadline, LateError)

    def _elapsed(self) -> float:
        """Seconds for which the chunk has been worked on."""
        return 0.0 if self._began is None else asyncio.get_running_loop().time() - self._began

    def _arm(self, seconds: float, error: type[Exception]) -> None:
        self._disarm()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._fail, error(f"{seconds:g} s"))

    def _disarm(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _reply(self, chunk: AudioChunk | None) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_result(chunk)

    def _fail(self, error: Exception) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(error)

"""Inside an engine's process: sentences are said one at a time, on a thread that can be interrupted."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from declaim.audio.chunk import AudioChunk
from declaim.cluster.messages import Answer, Begun, Failed, Made
from declaim.cluster.turns import Turns
from declaim.engines.to_say import ToSay
from declaim.errors import EngineError
from declaim.models.interrupt import Interrupt, RunInterrupted
from declaim.server.workers.process import LoadStage, portable
from declaim.stopwatch import Stopwatch

_GRACE: Final = 0.5
"""Seconds in which a step that was given up should end: a model stops between two of its operators."""


class SpeakingEngine:
    """An engine behind an event loop.

    Several sentences may be in at once. One is worked on, and the next one is already here when it ends.

    Args:
        load: loads the models; called here, before anything is said.

    Raises:
        DeclaimError: they cannot be loaded.
    """

    def __init__(self, load: LoadStage) -> None:
        self._stage = load()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="engine")
        self._turns = Turns()
        self._given_up: threading.Event | None = None
        """Set when the step that was given up last has ended."""

    @property
    def is_stuck(self) -> bool:
        """Whether a step that was given up goes on nevertheless: the process is of no use any more."""
        return self._given_up is not None and not self._given_up.is_set()

    async def speak(self, said: ToSay, skip: int, *, is_patient: bool = False) -> AsyncGenerator[Answer]:
        """Say a sentence. Closing the iterator, or cancelling the task that waits on it, ends the work.

        Args:
            said: the sentence.
            skip: chunks that were had from another process, and are not wanted again.
            is_patient: nobody listens: it makes way for others, also between two of its chunks.
        """
        async with self._turns.turn(is_patient=is_patient) as turn:
            if self.is_stuck:
                yield Failed(EngineError("the engine is stuck in a sentence that was given up"))
                return
            yield Begun()
            run = _Run(self._stage(said, skip))
            while True:
                answer = await self._step(run)
                if answer is None:
                    return
                yield answer
                if isinstance(answer, Failed):
                    return
                await turn.make_way()

    async def _step(self, run: _Run) -> Answer | None:
        """The next answer; None at the end."""
        step = asyncio.get_running_loop().run_in_executor(self._thread, run.step)
        try:
            return await asyncio.shield(step)
        except asyncio.CancelledError:
            # Cancelling reaches this coroutine, and not the thread: that has to look at a switch.
            run.interrupt.set()
            self._given_up = run.ended
            await asyncio.wait({step}, timeout=_GRACE)
            raise


class _Run:
    """One sentence on the engine's thread."""

    def __init__(self, chunks: Iterator[AudioChunk]) -> None:
        self.interrupt = Interrupt()
        self.ended = threading.Event()
        """Set while no step is under way."""
        self._chunks = chunks

    def step(self) -> Answer | None:
        self.ended.clear()
        try:
            return self._answer()
        except RunInterrupted:
            return None  # whoever has left waits for nothing
        finally:
            self.ended.set()

    def _answer(self) -> Answer | None:
        self.interrupt.install()
        stopwatch = Stopwatch()
        stopwatch.install()
        began = time.perf_counter()
        try:
            chunk = next(self._chunks, None)
        except Exception as error:  # noqa: BLE001 - the service decides what it means
            return Failed(portable(error))
        if chunk is None:
            return None
        return Made(chunk, time.perf_counter() - began, stopwatch.take())

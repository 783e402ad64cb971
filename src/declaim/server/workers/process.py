"""Inside a worker process: tasks are opened, stepped through and closed, one step at a time."""

from __future__ import annotations

import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from socket import socket
from typing import Any, TypeAlias

import psutil

from declaim.errors import DeclaimError, EngineError
from declaim.models.interrupt import Interrupt, RunInterrupted
from declaim.server.workers.messages import Answer, Broken, Close, Open, Ready, Step
from declaim.server.workers.wire import receive, send
from declaim.stopwatch import Stopwatch

Stage: TypeAlias = Callable[[Any, int], Iterator[Any]]
"""Takes a task's payload and a number of first items to skip, gives its items."""

_NICENESS = 5
"""Workers leave the processor to the service, which has little to do and is waited for by everybody."""

LoadStage: TypeAlias = Callable[[], Stage]
"""Loads the models. A module's own function, or a ``partial`` of one, so that a new process finds it."""


def work(connection: socket, load: LoadStage) -> None:
    """Be a worker until the connection ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the service ends us
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    try:
        stage = load()
    except Exception as error:  # noqa: BLE001 - whatever it was, the service must know
        send(connection, Broken(portable(error)))
        return
    _Worker(connection, stage).run()


class _Worker:
    def __init__(self, connection: socket, stage: Stage) -> None:
        self._connection = connection
        self._stage = stage
        self._tasks: dict[int, Iterator[Any]] = {}
        self._inbox: queue.SimpleQueue[Open | Step | Close] = queue.SimpleQueue()
        self._interrupt = Interrupt()
        self._stopwatch = Stopwatch()
        self._guard = threading.Lock()
        self._current: int | None = None
        self._closed: set[int] = set()
        """Tasks whose end has been heard of, and not yet been carried out."""
        self._own = psutil.Process()

    def run(self) -> None:
        """Answer messages one after the other."""
        self._interrupt.install()
        self._stopwatch.install()
        threading.Thread(target=self._listen, daemon=True).start()
        send(self._connection, Ready(self._memory()))
        while True:
            message = self._inbox.get()
            if isinstance(message, Close):
                self._tasks.pop(message.task, None)
                with self._guard:
                    self._closed.discard(message.task)
            else:
                began = time.perf_counter()
                answer = self._answer(message)
                seconds = time.perf_counter() - began
                stages = self._stopwatch.take()
                send(self._connection, replace(answer, seconds=seconds, stages=stages, memory=self._memory()))

    def _listen(self) -> None:
        """Hear the service while a model runs: it may want to end that run."""
        try:
            while True:
                message = receive(self._connection)
                if isinstance(message, Close):
                    self._stop(message.task)
                self._inbox.put(message)
        except (EOFError, OSError):
            os._exit(0)  # nobody listens any more; a model that runs would keep an ordinary exit waiting

    def _stop(self, task: int) -> None:
        with self._guard:
            self._closed.add(task)
            if self._current == task:
                self._interrupt.set()

    def _answer(self, message: Open | Step) -> Answer:
        task = message.task
        with self._guard:
            self._current = task
            if task in self._closed:
                return Answer(task, is_end=True)
        try:
            if isinstance(message, Open):
                self._tasks[task] = self._stage(message.payload, message.skip)
            return Answer(task, next(self._tasks[task]))
        except StopIteration:
            ended = Answer(task, is_end=True)
        except RunInterrupted:
            ended = Answer(task, is_end=True)
        except Exception as error:  # noqa: BLE001 - the service decides what it means
            ended = Answer(task, error=portable(error))
        finally:
            with self._guard:
                self._current = None
                self._interrupt.clear()
        self._tasks.pop(task, None)
        return ended

    def _memory(self) -> int:
        return int(self._own.memory_info().rss)


def portable(error: Exception) -> DeclaimError:
    """The error as it can be sent: one of ours as it is, any other by its name and message."""
    if isinstance(error, DeclaimError):
        error.__cause__ = error.__context__ = None
        return error.with_traceback(None)
    return EngineError(f"{type(error).__name__}: {error}")

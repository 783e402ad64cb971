"""DashScope's protocol: a task in, audio and times out, or an error that says what happened."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator, Awaitable
from typing import TypeVar

from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from declaim.engines.dashscope.connections import Connections
from declaim.engines.dashscope.errors import DashScopeError, DroppedError, shown, task_failed
from declaim.engines.dashscope.messages import (
    Event,
    Task,
    TimedSentence,
    continue_task,
    finish_task,
    read_event,
    run_task,
)
from declaim.engines.dashscope.patience import Patience
from declaim.engines.dashscope.settings import DashScopeConfig

Item = TypeVar("Item")


class DashScopeClient:
    """Runs tasks, each on a connection of its own; belongs to one event loop."""

    def __init__(self, settings: DashScopeConfig, key: SecretStr) -> None:
        self._settings = settings
        self._key = key
        self._connections = Connections(settings, key)

    async def say(self, task: Task) -> AsyncGenerator[bytes | TimedSentence]:
        """Audio as it comes, in signed 16-bit little-endian samples, between what is known of its words.

        The end of the iterator means that the service has said that the task is finished. Closing or
        cancelling it drops the connection at once.

        Raises:
            DashScopeError: the task failed, or did not come to its end.
        """
        patience = Patience(self._settings)
        task_id = uuid.uuid4().hex
        connection = await self._begin(task, task_id, patience)
        is_finished = False
        try:
            if task.voice.is_duplex:
                await _done(connection.send(continue_task(task.text, task_id)), patience)
                await _done(connection.send(finish_task(task_id)), patience)
            while not is_finished:
                came = await self._receive(connection, task_id, patience)
                if isinstance(came, bytes):
                    patience.heard()
                    yield came
                elif came.sentence is not None:
                    yield came.sentence
                is_finished = isinstance(came, Event) and came.name == "task-finished"
        finally:
            if is_finished:
                self._connections.give_back(connection)
            else:
                connection.transport.abort()

    async def close(self) -> None:
        """Close the connections that wait for further tasks."""
        await self._connections.close()

    async def _begin(self, task: Task, task_id: str, patience: Patience) -> ClientConnection:
        """A connection on which the service has begun the task."""
        while True:
            connection, is_used = await self._connections.take(patience)
            has_begun = False
            try:
                patience.asked()
                await _done(connection.send(run_task(task, task_id)), patience)
                has_begun = await self._has_started(connection, task_id, patience)
            except DroppedError:
                if not is_used:
                    raise
                # It was closed while it was kept, which says nothing of the service.
            finally:
                if not has_begun:
                    connection.transport.abort()
            if has_begun:
                return connection

    async def _has_started(self, connection: ClientConnection, task_id: str, patience: Patience) -> bool:
        while True:
            came = await self._receive(connection, task_id, patience)
            if not isinstance(came, Event) or came.name == "task-finished":
                raise DashScopeError("it did not begin the task that it was given")
            if came.name == "task-started":
                return True

    async def _receive(self, connection: ClientConnection, task_id: str, patience: Patience) -> bytes | Event:
        """The next audio, or the next event if it is not the task's failure."""
        frame = b""
        while not frame:  # an empty one is no audio
            came = await _done(connection.recv(), patience)
            if isinstance(came, str):
                return self._checked(read_event(came), task_id)
            frame = came
        return frame

    def _checked(self, event: Event, task_id: str) -> Event:
        if event.task_id and event.task_id != task_id:
            raise DashScopeError("it answered a task that it was not given")
        if event.name == "task-failed":
            secret = self._key.get_secret_value()
            raise task_failed(shown(event.error_code, secret), shown(event.error_message, secret))
        return event


async def _done(operation: Awaitable[Item], patience: Patience) -> Item:
    """What an operation on a connection gives.

    Raises:
        DroppedError: the connection has ended.
        DashScopeError: it takes too long.
    """
    try:
        return await patience.wait(operation)
    except ConnectionClosed as error:
        close = error.rcvd or error.sent
        how = f"closed ({close.code})" if close else "dropped"
    except OSError:
        how = "dropped"
    # Out here, or its context would hold what the service wrote when it closed.
    raise DroppedError(f"the connection was {how} before the sentence was complete", code="dropped")

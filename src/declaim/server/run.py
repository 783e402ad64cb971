"""Running the service: a socket, Uvicorn, the workers behind it, and an orderly end."""

from __future__ import annotations

import asyncio
import logging
import math
import os
import socket
import time
from collections.abc import Callable, Coroutine
from contextlib import closing, suppress
from types import FrameType
from typing import Any, Final, Protocol

import uvicorn
from starlette.types import ASGIApp

from declaim.config import Config
from declaim.errors import AddressError, ConfigError
from declaim.server.security import api_keys, check_exposure
from declaim.server.service import SpeechService
from declaim.server.slow_heads import BoundedHttp

_LOG = logging.getLogger(__name__)

_CONNECTIONS: Final = 1000
"""At once; beyond that Uvicorn answers 503. Below the 1024 open files that most systems allow a process."""
_LAST_BYTES: Final = 5
"""Seconds for answers to be read to their end, at least, when all of them are made."""
_INTERRUPTED: Final = 128
"""Added to a signal's number: the exit code of a process that it has ended."""


class RunningService(SpeechService, Protocol):
    """A service that has to be started and ended."""

    async def start(self) -> None:
        """Start the workers; they may load their models after that."""
        ...

    async def ready(self) -> None:
        """Wait until requests can be spoken."""
        ...

    async def drain(self, patience: float) -> bool:
        """Refuse what comes, and wait for what is running, at most so many seconds; whether all has ended."""
        ...

    async def close(self) -> None:
        """Stop the workers, whatever they do."""
        ...


MakeService = Callable[[], RunningService]
MakeApp = Callable[[Config, RunningService], ASGIApp]
Wyoming = Callable[[SpeechService, str, int], Coroutine[Any, Any, None]]


def run(
    config: Config,
    make_service: MakeService,
    make_app: MakeApp,
    *,
    fetch: Callable[[], None],
    wyoming: tuple[Wyoming, int] | None = None,
    announce: Callable[[str], None],
) -> int:
    """Serve until a signal ends it.

    Args:
        config: its ``server`` says how.
        make_service: called in the event loop.
        make_app: the application in front of the service.
        fetch: brings what the service needs, before it is made; the port is taken by then.
        wyoming: what serves Wyoming, and its port.
        announce: told, in a sentence, where the service listens and when it is ready.

    Returns:
        The exit code: 0 after SIGTERM or Ctrl-C, 128 and the signal's number if a second one cut it short.

    Raises:
        ConfigError: the address cannot be used or would be open to others.
        DeclaimError: the service could not be started.
    """
    settings = config.server
    check_exposure(settings, api_keys(settings), wyoming=wyoming is not None)
    with closing(bound(settings.host, settings.port)) as listening:
        fetch()
        serving = _Serving(config, listening, announce)
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(serving.until_ended(make_service, make_app, wyoming))


class _Serving:
    """One run of the service."""

    def __init__(self, config: Config, listening: socket.socket, announce: Callable[[str], None]) -> None:
        self._config = config
        self._listening = listening
        self._announce = announce

    async def until_ended(
        self, make_service: MakeService, make_app: MakeApp, wyoming: tuple[Wyoming, int] | None
    ) -> int:
        service = make_service()
        server = _Server(self._uvicorn_config(make_app(self._config, service)))
        serving = asyncio.create_task(server.serve(sockets=[self._listening]))
        others = [asyncio.create_task(self._get_ready(service, server))]
        if wyoming is not None:
            others.append(asyncio.create_task(wyoming[0](service, self._config.server.host, wyoming[1])))
        try:
            await self._first_end(server, serving, others)
            await self._drain(service, server)
        finally:
            server.should_exit = True
            await asyncio.wait([serving])
            await _cancelled(*others)
            await service.close()
        serving.result()
        return _INTERRUPTED + server.signals[-1] if server.is_cut_short else 0

    async def _get_ready(self, service: RunningService, server: _Server) -> None:
        await server.listening.wait()
        self._announce(f"Listening on {_url_of(self._listening)}")
        await service.start()
        await service.ready()
        self._announce("Ready")

    async def _first_end(
        self, server: _Server, serving: asyncio.Task[None], others: list[asyncio.Task[None]]
    ) -> None:
        """Wait for a signal. What fails before ends the service with its error."""
        signalled = asyncio.create_task(server.signalled.wait())
        waiting: set[asyncio.Task[Any]] = {signalled, serving, *others}
        try:
            while not (signalled.done() or serving.done()):
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            await _cancelled(signalled)

    async def _drain(self, service: RunningService, server: _Server) -> None:
        """Let what is running end, unless a second signal comes first."""
        patience = self._config.server.drain_timeout
        deadline = time.monotonic() + patience
        _LOG.info("draining, for at most %g seconds; a second signal quits now", patience)
        draining = asyncio.create_task(service.drain(patience))
        cut_short = asyncio.create_task(server.cut_short.wait())
        try:
            await asyncio.wait({draining, cut_short}, return_when=asyncio.FIRST_COMPLETED)
            if draining.done() and draining.result():
                # What is made may have yet to be sent: Uvicorn waits for that.
                left = math.ceil(deadline - time.monotonic())
                server.config.timeout_graceful_shutdown = max(_LAST_BYTES, left)
            elif draining.done():
                _LOG.warning("what had not ended after %g seconds is cut short", patience)
                server.abort_connections()
        finally:
            await _cancelled(draining, cut_short)

    def _uvicorn_config(self, app: ASGIApp) -> uvicorn.Config:
        return uvicorn.Config(
            app,
            http=BoundedHttp,
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=_CONNECTIONS,
            timeout_graceful_shutdown=_LAST_BYTES,
            ws_max_size=self._config.server.max_body,
        )


class _Server(uvicorn.Server):
    """Uvicorn, which leaves it to others what a signal means."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self.signals: list[int] = []
        self.signalled = asyncio.Event()
        self.cut_short = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    @property
    def is_cut_short(self) -> bool:
        """Whether a second signal has come."""
        return len(self.signals) > 1

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        await super().startup(sockets)
        self.listening.set()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as Uvicorn calls it
        """Note a signal; the second one ends everything now."""
        self.signals.append(sig)
        self._loop.call_soon_threadsafe(self.signalled.set)
        if self.is_cut_short:
            self._loop.call_soon_threadsafe(self._cut_short)

    def abort_connections(self) -> None:
        """Close all of them now. Whoever works for one takes it that the client has left, and ends."""
        for connection in list(self.server_state.connections):
            connection.transport.abort()

    def _cut_short(self) -> None:
        self.cut_short.set()
        self.abort_connections()


def bound(host: str, port: int) -> socket.socket:
    """A socket that is bound, so that a port in use is told before models are loaded."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        # asyncio turns Nagle's algorithm off, which would hold last blocks back by 40 ms, only where a
        # socket says that its protocol is TCP.
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ConfigError(f"{host} is no address of this machine: {error.strerror}") from error
    try:
        if os.name == "posix":  # elsewhere it would let two services have one port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        listening.close()
        raise AddressError(
            f"port {port} of {host} cannot be served: {error.strerror}", hint="choose another one with --port"
        ) from error
    return listening


def _url_of(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's, where there is one."""
    with suppress(ImportError):
        import uvloop  # noqa: PLC0415 - not on Windows

        return uvloop.new_event_loop
    return None


async def _cancelled(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

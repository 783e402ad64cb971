"""WebSockets to DashScope, kept for the next sentence."""

from __future__ import annotations

import asyncio
import logging
from urllib.parse import urlsplit

from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.http11 import Response
from websockets.protocol import State

from declaim.engines.dashscope.errors import DashScopeError, code_in, refused, shown
from declaim.engines.dashscope.patience import Patience
from declaim.engines.dashscope.settings import LOOPBACK, DashScopeConfig

_KEPT_FOR = 50.0
"""Seconds. The service closes a connection on which nothing has begun for 60 seconds."""
_MOST_KEPT = 4
_CLOSE_TIMEOUT = 1.0
"""Seconds for the other side's part of the closing handshake."""
_LONGEST_FRAME = 4_000_000
"""Bytes: 40 seconds of audio, where a frame usually has a fraction of one."""
_MOST_FRAMES = 1_000
"""That wait to be taken, before the service is made to wait. A sentence has far less."""

_SILENT = logging.Logger("websockets.client")  # noqa: LOG001 - one that no configuration finds and enables
_SILENT.disabled = True
"""At DEBUG the library logs every header that it sends, and with them the key; and every frame, with the
text."""


class _Connect(connect):
    """Follows no redirect: the key is for the endpoint that was configured, and for no other."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class Connections:
    """Connections with a key, for one event loop."""

    def __init__(self, settings: DashScopeConfig, key: SecretStr) -> None:
        self._settings = settings
        self._key = key
        self._kept: list[tuple[float, ClientConnection]] = []

    async def take(self, patience: Patience) -> tuple[ClientConnection, bool]:
        """A connection on which no task runs, and whether it was used before.

        Raises:
            DashScopeError: there is none to be had.
        """
        now = asyncio.get_running_loop().time()
        while self._kept:
            since, connection = self._kept.pop()
            if now - since < _KEPT_FOR and connection.state is State.OPEN:
                return connection, True
            connection.transport.abort()
        patience.connecting()
        return await patience.wait(self._connect()), False

    def give_back(self, connection: ClientConnection) -> None:
        """Keep a connection whose task has ended well."""
        self._kept.append((asyncio.get_running_loop().time(), connection))
        if len(self._kept) > _MOST_KEPT:
            self._kept.pop(0)[1].transport.abort()

    async def close(self) -> None:
        """Close those that are kept."""
        kept, self._kept = self._kept, []
        await asyncio.gather(*(connection.close() for _, connection in kept))

    async def _connect(self) -> ClientConnection:
        settings = self._settings
        headers = {"Authorization": f"Bearer {self._key.get_secret_value()}"}
        if settings.workspace is not None:
            headers["X-DashScope-WorkSpace"] = settings.workspace
        try:
            return await _Connect(
                settings.endpoint,
                additional_headers=headers,
                user_agent_header="declaim",
                # The environment's proxy is for other machines.
                proxy=None if urlsplit(settings.endpoint).hostname in LOOPBACK else True,
                open_timeout=None,  # patience has one
                close_timeout=_CLOSE_TIMEOUT,
                max_size=_LONGEST_FRAME,
                max_queue=_MOST_FRAMES,
                compression=None,  # of audio it costs time and gains nothing
                logger=_SILENT,
            )
        except InvalidStatus as error:
            problem = self._refused(error.response)
        except (WebSocketException, OSError, EOFError, ValueError) as error:
            problem = _unreachable(error)
        except ImportError:
            problem = DashScopeError(
                "a SOCKS proxy is configured",
                fault="lasting",
                hint="pip install python-socks, or name an HTTP proxy",
            )
        raise problem  # out here, or its context would hold what the service or the proxy's address says

    def _refused(self, response: Response) -> DashScopeError:
        code = shown(code_in(response.body or b""), self._key.get_secret_value())
        return refused(response.status_code, response.headers.get("Retry-After", ""), code)


def _unreachable(error: Exception) -> DashScopeError:
    """Named by its kind and, of an operating system's error, its words: others quote a proxy's password."""
    words = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
    return DashScopeError(f"it cannot be reached ({type(error).__name__}{words})")

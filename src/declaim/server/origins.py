"""Without a key, web pages that this machine's user looks at must not speak with the service."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from declaim.errors import ForbiddenError
from declaim.server.problems import problem_response


class OriginMiddleware:
    """Refuses what a browser sends for pages of others to a service that only loopback guards.

    A page can let its own host name point to 127.0.0.1 (DNS rebinding): then the request's host is that
    name. And it can post to, or open a WebSocket on, another origin: then the request says from where.

    Args:
        app: what is behind it.
        host: the name that the service is bound to.
        origins: other origins whose pages may use it.
    """

    def __init__(self, app: ASGIApp, host: str, origins: Collection[str] = ()) -> None:
        self._app = app
        self._host = host
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        refusal = None if scope["type"] == "lifespan" else self._refusal(Headers(scope=scope))
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await problem_response(refusal, scope)(scope, receive, send)

    def _refusal(self, headers: Headers) -> ForbiddenError | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        if host and not self._is_own(_name_of(f"//{host}")):
            return ForbiddenError(
                "without an API key, only names of this machine are served", hint=_HOW.format("host name")
            )
        if origin and origin not in self._origins and "*" not in self._origins and not _is_same(origin, host):
            return ForbiddenError(
                "without an API key, pages of other origins are not served", hint=_HOW.format("origin")
            )
        return None

    def _is_own(self, name: str) -> bool:
        if name in {"localhost", self._host.lower()}:
            return True
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return False


_HOW: Final = "Set an API key, or `server.insecure` if something else checks the {}."


def _is_same(origin: str, host: str) -> bool:
    try:
        return urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False


def _name_of(address: str) -> str:
    """The host name in an address, without port and brackets."""
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""

"""Who may use the service: API keys, and how far it may be reached without any."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
import socket
from collections.abc import Collection, Iterable
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from declaim.errors import AuthenticationError, ConfigError
from declaim.server.problems import problem_response
from declaim.server.settings import ServerConfig

KEYS_VARIABLE: Final = "DECLAIM_API_KEYS"
OPEN_PATHS: Final = frozenset({"/", "/healthz", "/readyz"})
"""What needs no key: the page that asks for one, and what a load balancer asks."""
_SUBPROTOCOL: Final = "openai-insecure-api-key."
"""How OpenAI's clients hand a key to a WebSocket in a browser, where no header can be set."""
_SHORTEST: Final = 8


def api_keys(settings: ServerConfig) -> tuple[str, ...]:
    """The keys that open the service, from the configuration and the environment.

    Raises:
        ConfigError: one is too short, or could not be sent in a header.
    """
    written = [key.get_secret_value() for key in settings.api_keys]
    written += os.environ.get(KEYS_VARIABLE, "").split(",") if os.environ.get(KEYS_VARIABLE) else []
    keys = tuple(key.strip() for key in written)
    if any(len(key) < _SHORTEST or not (key.isascii() and key.isprintable()) or " " in key for key in keys):
        raise ConfigError(
            f"an API key is shorter than {_SHORTEST} characters, or has others than ASCII's visible ones",
            hint="make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    return keys


def check_exposure(settings: ServerConfig, keys: Collection[str], *, wyoming: bool = False) -> None:
    """Refuse to serve other machines without a key, unless told to.

    Raises:
        ConfigError: says what to do.
    """
    if settings.insecure or is_loopback(settings.host):
        return
    if not keys:
        raise ConfigError(
            f"{settings.host} can be reached from other machines, and no API key is set",
            hint=f"set {KEYS_VARIABLE}, serve 127.0.0.1, or say --insecure if something else guards it",
        )
    if wyoming:
        raise ConfigError(
            f"Wyoming knows no keys, and {settings.host} can be reached from other machines",
            hint="serve 127.0.0.1, leave --wyoming out, or say --insecure if something else guards it",
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can connect to an address, or to all addresses that a name has."""
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host or "0.0.0.0", None)}  # noqa: S104 - asked, not bound
    except (OSError, UnicodeError):
        return False  # binding will say what is wrong
    return all(ipaddress.ip_address(str(address).partition("%")[0]).is_loopback for address in found)


class AuthenticationMiddleware:
    """Lets only those in who have a key, and puts who they are into ``scope["state"]["client"]``.

    Args:
        app: what is behind it.
        keys: any of them opens it; with none, everybody is let in and known by address.
        open_paths: paths that need no key.
        open_prefixes: beginnings of such paths: folders of files that are no secret.
    """

    def __init__(
        self,
        app: ASGIApp,
        keys: Iterable[str],
        open_paths: Collection[str] = OPEN_PATHS,
        open_prefixes: tuple[str, ...] = (),
    ) -> None:
        self._app = app
        self._clients = [(_digest(key.encode()), client_of_key(key)) for key in keys]
        self._open_paths = open_paths
        self._open_prefixes = open_prefixes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        client = self._client(scope) if self._clients else client_of_address(scope)
        if client is None and not self._is_open(scope["path"]):
            error = AuthenticationError(
                "an API key is needed", hint="Send the header `Authorization: Bearer KEY`."
            )
            await problem_response(error, scope)(scope, receive, send)
            return
        scope.setdefault("state", {})["client"] = client or client_of_address(scope)
        await self._app(scope, receive, send)

    def _client(self, scope: Scope) -> str | None:
        """Whose key was sent. All keys are compared, each in constant time: by digests of equal length."""
        client = None
        for given in map(_digest, _given_keys(Headers(scope=scope))):
            for digest, owner in self._clients:
                if hmac.compare_digest(given, digest):
                    client = owner
        return client

    def _is_open(self, path: str) -> bool:
        return path in self._open_paths or path.startswith(self._open_prefixes)


def client_of_key(key: str) -> str:
    """Whom a key stands for, in logs and for shares: a short digest, from which it cannot be had back."""
    return f"key-{_digest(b'declaim client ' + key.encode()).hex()[:12]}"


def client_of_address(scope: Scope) -> str:
    """Whom a connection stands for; all addresses of an IPv6 network of 64 bits, the least anybody has."""
    host = (scope.get("client") or ("",))[0]
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host or "unknown"
    if address.version == 4 or address.is_loopback:  # noqa: PLR2004 - the protocol's version
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))


def _given_keys(headers: Headers) -> Iterable[bytes]:
    """The keys that a request brings, at most one of each kind."""
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        yield credentials.strip().encode("latin-1")
    if "x-api-key" in headers:
        yield headers["x-api-key"].strip().encode("latin-1")
    for protocol in headers.get("sec-websocket-protocol", "").split(","):
        if protocol.strip().startswith(_SUBPROTOCOL):
            yield protocol.strip().removeprefix(_SUBPROTOCOL).encode("latin-1")
            return


def _digest(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()

"""What stands behind the routes, and how a route gets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias, cast

from fastapi import Depends, Request

from declaim.config import Config
from declaim.server.delivery import SpeechSource
from declaim.server.service import SpeechService
from declaim.server.settings import ServerConfig


@dataclass(frozen=True, slots=True)
class Backend:
    """The service and how it is configured."""

    service: SpeechService
    speech: SpeechSource
    """The encoded speech of a request: from the service, or from a cache before it."""
    config: Config
    settings: ServerConfig


async def _backend_of(request: Request) -> Backend:
    return cast("Backend", request.app.state.backend)


TheBackend: TypeAlias = Annotated[Backend, Depends(_backend_of)]


def client_of(request: Request) -> str:
    """Who asks: the ``client`` that authentication left in the request's state, else the address."""
    known = getattr(request.state, "client", None)
    if isinstance(known, str):
        return known
    return request.client.host if request.client else ""

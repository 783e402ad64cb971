"""What every request passes before a route sees it, from the outside in."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from declaim.server.body_limit import BodyLimitMiddleware
from declaim.server.metrics import Metrics
from declaim.server.observation import ObservationMiddleware
from declaim.server.origins import OriginMiddleware
from declaim.server.rate_limit import RateLimiter, RateLimitMiddleware
from declaim.server.security import AuthenticationMiddleware, api_keys
from declaim.server.settings import ServerConfig

BOOKS = "/v1/jobs"
"""Where books are sent to, which are larger than other bodies and go to the disk as they come."""
_ASKED = ("Authorization", "Content-Type", "X-API-Key", "X-Request-Id")
_TOLD = ("Retry-After", "X-Request-Id", "X-Declaim-Cache", "X-Declaim-Sample-Rate", "X-Declaim-Voice")


def middleware(
    settings: ServerConfig, metrics: Metrics, *, open_prefixes: Collection[str] = ()
) -> list[Middleware]:
    """For ``FastAPI(middleware=...)``.

    Args:
        settings: the service's.
        metrics: told of every request.
        open_prefixes: paths under which files are served that need no key, such as ``/static/``.

    Raises:
        ConfigError: a key or the rate limit cannot be used.
    """
    keys = api_keys(settings)
    layers: list[Middleware] = [Middleware(ObservationMiddleware, metrics=metrics)]
    if settings.cors_origins:
        layers.append(Middleware(CORSMiddleware, **_cors(settings)))
    if not keys and not settings.insecure:
        layers.append(Middleware(OriginMiddleware, host=settings.host, origins=settings.cors_origins))
    layers.append(Middleware(AuthenticationMiddleware, keys=keys, open_prefixes=tuple(open_prefixes)))
    if settings.rate_limit is not None:
        layers.append(Middleware(RateLimitMiddleware, limiter=RateLimiter(settings.rate_limit)))
    layers.append(Middleware(BodyLimitMiddleware, most=settings.max_body, streamed=(BOOKS,)))
    return layers


def _cors(settings: ServerConfig) -> dict[str, Any]:
    """Without cookies, which the service has none of."""
    return {
        "allow_origins": settings.cors_origins,
        "allow_methods": ("GET", "POST", "DELETE"),
        "allow_headers": _ASKED,
        "expose_headers": _TOLD,
    }

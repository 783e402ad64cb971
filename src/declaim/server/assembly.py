"""The whole service in front of the workers: interfaces, cache, metrics, guards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from declaim.config import Config
from declaim.models.store import cache_folder
from declaim.server.api.stream import stream_router
from declaim.server.app import create_app
from declaim.server.cache import SpeechCache
from declaim.server.cached_speech import CachedSpeech
from declaim.server.metrics import Metrics, metrics_router
from declaim.server.middleware import middleware
from declaim.server.service import SpeechService
from declaim.server.settings import ServerConfig


def assembled(config: Config, service: SpeechService) -> FastAPI:
    """The application, for Uvicorn.

    Raises:
        ConfigError: a key or the rate limit cannot be used.
    """
    settings = config.server
    metrics = Metrics()
    metrics.watch(service)
    cache = cache_of(settings, metrics)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await cache.open()
        try:
            yield
        finally:
            await cache.close()

    return create_app(
        config,
        service,
        settings,
        speech=CachedSpeech(service, cache),
        middleware=middleware(settings, metrics),
        routers=[metrics_router(metrics), stream_router()],
        lifespan=lifespan,
    )


def cache_of(settings: ServerConfig, metrics: Metrics) -> SpeechCache:
    """The cache that the settings ask for."""
    folder = settings.cache_folder or cache_folder() / "speech"
    return SpeechCache(folder, settings.cache_size * 1_000_000, metrics)

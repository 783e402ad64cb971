"""The whole service in front of the workers: interfaces, cache, metrics, guards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from importlib.util import find_spec

from fastapi import FastAPI

from declaim.config import Config
from declaim.models.store import cache_folder
from declaim.server.api.jobs import router as jobs_router
from declaim.server.api.stream import stream_router
from declaim.server.app import create_app
from declaim.server.cache import SpeechCache
from declaim.server.cached_speech import CachedSpeech
from declaim.server.jobs import BookJobs
from declaim.server.metrics import Metrics, metrics_router
from declaim.server.middleware import middleware
from declaim.server.service import SpeechService
from declaim.server.settings import ServerConfig
from declaim.server.static_page import PREFIX, page_router
from declaim.server.workers.sizing import sizes_for
from declaim.server.workers.speech import PooledSpeechService


def assembled(config: Config, service: SpeechService, *, book_width: int | None = None) -> FastAPI:
    """The application, for Uvicorn. It makes books if the extra ``studio`` is there.

    Args:
        config: how to speak and to serve.
        service: who speaks.
        book_width: sentences of one book that are spoken at the same time: 0 if others make the books;
            None: what this machine's workers can use.

    Raises:
        ConfigError: a key or the rate limit cannot be used.
    """
    settings = config.server
    metrics = Metrics()
    metrics.watch(service)
    cache = cache_of(settings, metrics)
    jobs = jobs_of(config, service, book_width)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await cache.open()
        try:
            async with jobs.opened() if jobs else nullcontext():
                yield
        finally:
            await cache.close()

    app = create_app(
        config,
        service,
        settings,
        speech=CachedSpeech(service, cache),
        middleware=middleware(settings, metrics, open_prefixes=(PREFIX,)),
        routers=[
            metrics_router(metrics),
            stream_router(),
            page_router(),
            *([jobs_router] if jobs else []),
        ],
        lifespan=lifespan,
    )
    app.state.jobs = jobs
    return app


def jobs_of(config: Config, service: SpeechService, width: int | None = None) -> BookJobs | None:
    """The books of a service, see :func:`assembled`; None if it makes none."""
    if width == 0 or not isinstance(service, PooledSpeechService) or find_spec("dbos") is None:
        return None
    # One more than there are speakers, so that a file can be written while all of them speak.
    return BookJobs(config, service, width=width or sizes_for(config).speakers + 1)


def cache_of(settings: ServerConfig, metrics: Metrics) -> SpeechCache:
    """The cache that the settings ask for."""
    folder = settings.cache_folder or cache_folder() / "speech"
    return SpeechCache(folder, settings.cache_size * 1_000_000, metrics)

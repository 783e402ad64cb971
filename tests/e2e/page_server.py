"""A fake service behind the whole application, on a port of this machine."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, TypeAlias

import uvicorn
from fastapi import APIRouter

from declaim.config import Config
from declaim.server.app import create_app
from declaim.server.metrics import Metrics, metrics_router
from declaim.server.middleware import middleware
from declaim.server.run import bound
from declaim.server.settings import ServerConfig
from declaim.server.slow_heads import BoundedHttp
from declaim.server.static_page import PREFIX, page_router
from fake_service import FakeService

OpenPage: TypeAlias = Callable[..., Any]
"""What the fixture ``open_page`` is."""


def until(holds: Callable[[], object], seconds: float = 10) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@contextmanager
def served(
    service: FakeService,
    port: int = 0,
    *,
    routers: Sequence[APIRouter] = (),
    lifespan: Any = None,
    state: Mapping[str, Any] = MappingProxyType({}),
    **settings: Any,
) -> Iterator[str]:
    """The address of a fake service behind the whole application, and what else is to be there."""
    config = ServerConfig(**settings)
    metrics = Metrics()
    metrics.watch(service)
    app = create_app(
        Config(),
        service,
        config,
        middleware=middleware(config, metrics, open_prefixes=(PREFIX,)),
        routers=[metrics_router(metrics), page_router(), *routers],
        lifespan=lifespan,
    )
    for name, value in state.items():
        setattr(app.state, name, value)
    listening = bound("127.0.0.1", port)
    options = uvicorn.Config(app, http=BoundedHttp, log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(options)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()

"""The application around a fake service: in this process, and behind a real server on a free port."""

import sys
import threading
from collections.abc import Iterator
from types import ModuleType

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient
from waiting import Serve, wait_until

from declaim.config import Config
from declaim.prosody.emotion import Emotion
from declaim.prosody.score import Score
from declaim.server.app import create_app
from declaim.server.connection import AbortableHttp
from declaim.server.settings import ServerConfig
from fake_service import FakeService


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def settings() -> ServerConfig:
    return ServerConfig(max_characters=1000, send_timeout=0.5)


@pytest.fixture
def app(service: FakeService, settings: ServerConfig) -> FastAPI:
    return create_app(Config(), service, settings)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Talks to the application without a network. What the application lets through, it raises here."""
    with TestClient(app) as client:
        yield client


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Puts an application on a free port of this machine; gives its address."""
    servers: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(app: FastAPI) -> str:
        config = uvicorn.Config(app, port=0, http=AbortableHttp, log_config=None, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        servers.append((server, thread))
        wait_until(lambda: server.started)
        return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    yield start
    for server, thread in servers:
        server.should_exit = True
        thread.join(5)
        assert not thread.is_alive()


@pytest.fixture
def url(app: FastAPI, serve: Serve) -> str:
    return serve(app)


@pytest.fixture
def instructions_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instructions are understood as: slow, a little sad, and two semitones up."""
    module = ModuleType("declaim.prosody.instructions")
    module.interpret_instructions = lambda _: Score(rate=0.8, pitch=2, emotion=Emotion(sad=0.3))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "declaim.prosody.instructions", module)

"""OpenAI's client from npm, unmodified, speaks with the service."""

import json
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
import uvicorn
from npm_tools import installed

from declaim.config import Config
from declaim.server.app import create_app
from declaim.server.service import SpeechRequest
from declaim.server.settings import ServerConfig
from fake_service import FakeService

HERE = Path(__file__).parent / "openai_client"
TEXT = "One two three four five six seven eight nine ten."

Speak: TypeAlias = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def client_folder() -> Path:
    """Where the pinned client is installed, and the script that drives it."""
    folder = installed("openai_client")
    shutil.copy(HERE / "speak.mjs", folder)  # Node looks for packages beside the script
    return folder


@pytest.fixture
def service() -> FakeService:
    return FakeService(delay=0.1, chunk_words=2)


@pytest.fixture
def speak(client_folder: Path, service: FakeService, tmp_path: Path) -> Iterator[Speak]:
    """Runs the client against a real server; what it wrote is ``speech`` in `tmp_path`."""
    app = create_app(Config(), service, ServerConfig())
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/v1"

    def run(*, leave: bool = False, **request: Any) -> dict[str, Any]:
        arguments = [address, str(tmp_path / "speech"), json.dumps(request), *(["leave"] if leave else [])]
        command = ["node", str(client_folder / "speak.mjs"), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    yield run
    server.should_exit = True
    thread.join()


def test_speech_is_streamed_to_a_file(speak: Speak, service: FakeService, tmp_path: Path) -> None:
    told = speak(input=TEXT, voice="nova", response_format="pcm", speed=1.25, instructions="cheerful")
    assert told["type"].startswith("audio/pcm")
    written = np.frombuffer((tmp_path / "speech").read_bytes(), "<i2")
    request = SpeechRequest(TEXT, rate=1.25)
    assert len(written) == sum(len(chunk.samples) for chunk in service.chunks(request))
    assert service.last.request.voice == "af_nova"
    assert service.last.request.score.emotion.happy > 0
    # Five chunks, of which each takes 0.1 s: the first was there long before the last.
    assert told["arrivals"][-1] - told["arrivals"][0] > 200


def test_the_client_makes_its_own_error_of_ours(speak: Speak) -> None:
    told = speak(input=TEXT, voice="nobody")
    assert (told["error"], told["status"], told["code"]) == ("NotFoundError", 404, "unknown_voice")
    assert "nobody" in told["message"]


def test_a_client_that_leaves_ends_its_work(speak: Speak, service: FakeService) -> None:
    speak(input="word " * 400, voice="alloy", response_format="pcm", leave=True)
    for _ in range(100):
        if service.last.ended.is_set():
            break
        time.sleep(0.01)
    assert service.last.ending in {"closed", "cancelled"}
    assert service.last.given < 100


def test_the_lock_names_no_registry() -> None:
    lock = (HERE / "package-lock.json").read_text(encoding="utf-8")
    assert not re.search(r"https?:|resolved", lock)
    assert json.loads(lock)["packages"]["node_modules/openai"]["integrity"].startswith("sha512-")

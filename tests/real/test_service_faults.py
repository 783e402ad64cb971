"""The service on the real models: what is killed, stopped or left costs nobody else anything."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

pytestmark = pytest.mark.real

LONG = (
    "The old man looked at the sea for a long time, and then he began to walk home. Nobody had seen him, and "
    "nobody would have believed what he had to tell. 第二天早上,他又来到了海边,风很大,浪也很高。"
)
PCM_BYTES_A_SECOND = 48_000


@dataclass(frozen=True, slots=True)
class Service:
    url: str
    process: psutil.Process

    def workers(self) -> list[psutil.Process]:
        """The processes that compute, those with the most memory first."""
        children = self.process.children(recursive=True)
        return sorted(children, key=lambda child: -child.memory_info().rss)

    def is_speaking(self) -> bool:
        """Whether the service has a speaker at work, as its metrics say."""
        metrics = httpx2.get(f"{self.url}/metrics").text
        return 'declaim_workers{role="speaker",state="busy"} 1.0' in metrics

    def seconds_computed(self) -> float:
        """CPU time of all workers so far."""
        return sum(sum(child.cpu_times()[:2]) for child in self.workers())


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables = {
        "DECLAIM_SERVER__PORT": str(port),
        "DECLAIM_SERVER__CACHE_SIZE": "0",
        "DECLAIM_SERVER__WORKERS": "1",
        "DECLAIM_SERVER__STEP_TIMEOUT": "15",
    }
    log = tmp_path_factory.mktemp("service") / "log"
    with log.open("wb") as stream:
        command = [sys.executable, "-m", "declaim.cli", "serve"]
        running = subprocess.Popen(command, env=os.environ | variables, stderr=stream, stdout=stream)
    url = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(url, running, log), 180)
        yield Service(url, psutil.Process(running.pid))
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 0, log.read_text()


def answers(url: str, running: subprocess.Popen[bytes], log: Path) -> bool:
    assert running.poll() is None, log.read_text()
    try:
        return httpx2.get(f"{url}/readyz").status_code == 200
    except httpx2.TransportError:
        return False


def until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def body(text: str = LONG, **fields: Any) -> dict[str, Any]:
    return {"model": "x", "input": text, "response_format": "pcm", **fields}


def spoken(service: Service, text: str = LONG, **fields: Any) -> httpx2.Response:
    return httpx2.post(f"{service.url}/v1/audio/speech", json=body(text, **fields), timeout=120)


@pytest.fixture(scope="module")
def whole(service: Service) -> bytes:
    """The long text, spoken undisturbed."""
    answer = spoken(service)
    assert answer.status_code == 200
    assert len(answer.content) > 12 * PCM_BYTES_A_SECOND
    return answer.content


def test_the_same_text_is_the_same_audio(service: Service, whole: bytes) -> None:
    assert spoken(service).content == whole


def test_a_worker_that_is_killed_in_a_sentence_costs_no_sample(service: Service, whole: bytes) -> None:
    heard = bytearray()
    with httpx2.stream("POST", f"{service.url}/v1/audio/speech", json=body(), timeout=120) as answer:
        for number, block in enumerate(answer.iter_bytes()):
            heard += block
            if number == 0:
                speaker = max(service.workers(), key=lambda child: child.cpu_percent(0.1))
                os.kill(speaker.pid, signal.SIGKILL)
    assert len(heard) == len(whole)
    assert spoken(service).content == whole


def test_a_worker_that_stops_is_replaced_and_the_request_ends_in_time(service: Service, whole: bytes) -> None:
    stopped = service.workers()
    for worker in stopped:
        os.kill(worker.pid, signal.SIGSTOP)
    began = time.monotonic()
    answer = spoken(service, timeout=2)
    assert answer.status_code == 504
    assert time.monotonic() - began < 4
    assert answer.json()["error"]["message"]
    until(lambda: any(not worker.is_running() for worker in stopped), 60)
    until(lambda: spoken(service, "Hello.").status_code == 200, 90)
    assert spoken(service).content == whole


def test_a_client_that_leaves_stops_the_work(service: Service) -> None:
    with httpx2.stream("POST", f"{service.url}/v1/audio/speech", json=body(LONG * 20), timeout=120) as answer:
        blocks = answer.iter_bytes()  # kept: httpx closes the connection with it
        next(blocks)
        until(service.is_speaking, 5)
    time.sleep(0.25)
    assert not service.is_speaking()
    before = service.seconds_computed()
    time.sleep(0.5)
    assert service.seconds_computed() - before < 0.05


def test_events_carry_all_audio_and_the_times_of_words(service: Service, whole: bytes) -> None:
    kinds, words = [], []
    with httpx2.stream(
        "POST", f"{service.url}/v1/audio/speech", json=body(stream_format="sse"), timeout=120
    ) as answer:
        for line in answer.iter_lines():
            if line.startswith("data:"):
                event = json.loads(line[5:])
                kinds.append(event["type"])
                words += event.get("words", [])
    assert set(kinds[:-1]) == {"speech.audio.delta"}
    assert kinds[-1] == "speech.audio.done"
    assert all(LONG[slice(*word["span"])] == word["text"] for word in words)
    assert words[-1]["end"] <= len(whole) / PCM_BYTES_A_SECOND

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from declaim.config import Config
from declaim.errors import AddressError, ConfigError, ModelMissingError
from declaim.server.run import bound, run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")

SERVE = """
import asyncio, os, sys, time
sys.path.insert(0, sys.argv[1])
from declaim.cli import main
from fake_service import FakeService

class Pooled(FakeService):
    \"\"\"The fake, which is started and drained as the real one is.\"\"\"

    def __init__(self, config):
        super().__init__(delay=float(os.environ["DELAY"]), chunk_words=1, phase="starting")

    async def start(self):
        if os.environ.get("BROKEN"):
            from declaim.errors import ModelMissingError
            raise ModelMissingError("there is no model", hint="get one")

    async def ready(self):
        await asyncio.sleep(float(os.environ["STARTS"]))
        self.phase = "ready"

    async def drain(self, patience):
        self.phase = "draining"
        deadline = time.monotonic() + patience
        while any(work.ending == "running" for work in self.works):
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.01)
        return True

    async def close(self):
        print("closed", file=sys.stderr, flush=True)

import types
module = types.ModuleType("declaim.server.workers.speech")
module.PooledSpeechService = Pooled
sys.modules["declaim.server.workers.speech"] = module
import declaim.commands
import declaim.server.assembly
declaim.server.assembly.jobs_of = lambda *_: None  # the fake speaks to listeners only
sys.modules["declaim.commands.serve"]._fetch = lambda config: None
sys.argv = ["declaim", "serve", *sys.argv[2:]]
main()
"""


class Served:
    """``declaim serve`` as a process of its own, with the fake service behind it."""

    def __init__(self, tmp_path: Path, *options: str, **environment: str) -> None:
        known = {
            "DELAY": "0.02", "STARTS": "0", "DECLAIM_CONFIG": str(tmp_path / "none.toml"),
            "DECLAIM_CACHE": str(tmp_path),
        }  # fmt: skip
        tests = Path(__file__).parents[2]
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(tests), "--port", "0", *options],
            env={**os.environ, **known, **environment}, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr
        self.lines.extend(iter(self.process.stderr.readline, ""))

    def wait_for(self, pattern: str) -> re.Match[str]:
        deadline = time.monotonic() + 20
        while True:
            for line in self.lines:
                if found := re.search(pattern, line):
                    return found
            assert time.monotonic() < deadline, self.lines
            time.sleep(0.01)

    @property
    def port(self) -> int:
        return int(self.wait_for(r"Listening on http://127\.0\.0\.1:(\d+)")[1])

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status

    def speak(self, words: int) -> tuple[int, int, bool]:
        """Status, bytes, and whether the answer is complete."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        body = json.dumps({"text": "word " * words, "format": "pcm"})
        connection.request("POST", "/tts", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        try:
            return answer.status, len(answer.read()), True
        except (http.client.IncompleteRead, ConnectionError):
            return answer.status, 0, False
        finally:
            connection.close()

    def ends(self, *signals: int) -> int:
        for number in signals:
            self.process.send_signal(number)
            time.sleep(0.2)
        return self.process.wait(20)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stderr
        self.process.stderr.close()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    running: list[Served] = []

    def start(*options: str, **environment: str) -> Served:
        running.append(Served(tmp_path, *options, **environment))
        return running[-1]

    yield start
    for served in running:
        served.close()


class Speaking(threading.Thread):
    """A request that is under way."""

    def __init__(self, served: Served, words: int) -> None:
        super().__init__()
        self._served, self._words = served, words
        self.answer: tuple[int, int, bool] | None = None
        self.start()

    def run(self) -> None:
        self.answer = self._served.speak(self._words)


def test_it_listens_gets_ready_and_speaks(serve: Callable[..., Served]) -> None:
    served = serve(STARTS="1")
    assert served.get("/healthz") == 200
    assert served.get("/readyz") == 503
    assert served.speak(3)[0] == 503
    served.wait_for("Ready")
    assert served.get("/readyz") == 200
    assert served.speak(3)[::2] == (200, True)
    assert served.ends(signal.SIGTERM) == 0
    assert served.lines[-1] == "closed\n"
    assert not [line for line in served.lines if "Traceback" in line], "".join(served.lines)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_what_runs_end_and_refuses_what_comes(
    serve: Callable[..., Served], number: int
) -> None:
    served = serve(DELAY="0.1")
    served.wait_for("Ready")
    speaking = Speaking(served, 20)
    served_port = served.port
    time.sleep(0.5)
    served.process.send_signal(number)
    served.wait_for("draining")
    time.sleep(0.1)
    assert served.port == served_port
    assert (served.get("/readyz"), served.speak(3)[0]) == (503, 503)
    assert served.process.wait(20) == 0
    speaking.join()
    assert speaking.answer is not None
    assert speaking.answer[::2] == (200, True)
    assert speaking.answer[1] > 20 * 4000
    assert "closed\n" in served.lines or served.wait_for("closed")


def test_a_second_signal_quits_now(serve: Callable[..., Served]) -> None:
    served = serve(DELAY="0.2")
    served.wait_for("Ready")
    speaking = Speaking(served, 1000)
    time.sleep(0.5)
    began = time.monotonic()
    assert served.ends(signal.SIGTERM, signal.SIGINT) == 128 + signal.SIGINT
    assert time.monotonic() - began < 5
    speaking.join()
    assert speaking.answer is not None
    assert not speaking.answer[2]
    served.wait_for("closed")
    assert not [line for line in served.lines if "Traceback" in line], "".join(served.lines)


def test_what_does_not_end_in_time_is_cut_short(serve: Callable[..., Served]) -> None:
    served = serve(DELAY="0.2", DECLAIM_SERVER__DRAIN_TIMEOUT="0.5")
    served.wait_for("Ready")
    speaking = Speaking(served, 1000)
    time.sleep(0.5)
    began = time.monotonic()
    assert served.ends(signal.SIGTERM) == 0
    assert time.monotonic() - began < 10
    served.wait_for("cut short")
    speaking.join()
    assert speaking.answer is not None
    assert not speaking.answer[2]


def test_an_idle_connection_does_not_hold_the_end_up(serve: Callable[..., Served]) -> None:
    served = serve()
    served.wait_for("Ready")
    with socket.create_connection(("127.0.0.1", served.port)):
        began = time.monotonic()
        assert served.ends(signal.SIGTERM) == 0
        assert time.monotonic() - began < 3


def test_a_port_in_use_is_one_clear_message(serve: Callable[..., Served]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        served = serve("--port", str(port))
        assert served.process.wait(20) == 1
    served.wait_for(rf"port {port} of 127\.0\.0\.1 cannot be served: .*in use")
    assert not [line for line in served.lines if "Traceback" in line], "".join(served.lines)


def test_others_need_a_key(serve: Callable[..., Served]) -> None:
    served = serve("--host", "0.0.0.0")
    assert served.process.wait(20) == 2
    served.wait_for("no API key is set")
    served.wait_for("DECLAIM_API_KEYS")


def test_a_service_that_cannot_start_ends_it_with_its_message(serve: Callable[..., Served]) -> None:
    served = serve(BROKEN="1")
    assert served.process.wait(20) == 1
    served.wait_for("declaim: there is no model")
    served.wait_for("get one")
    assert not [line for line in served.lines if "Traceback" in line], "".join(served.lines)


@pytest.mark.parametrize("options", [("--port", "70000"), ("--log-format", "xml"), ("--rate-limit", "often")])
def test_wrong_options_are_usage_errors(serve: Callable[..., Served], options: tuple[str, str]) -> None:
    served = serve(*options)
    assert served.process.wait(20) == 2
    served.wait_for(options[0].removeprefix("--").replace("-", "_"))
    assert not [line for line in served.lines if "Traceback" in line], "".join(served.lines)


def test_log_lines_in_json(serve: Callable[..., Served]) -> None:
    served = serve("--log-format", "json")
    served.wait_for("Ready")
    served.speak(3)
    line = json.loads(served.wait_for(r"^\{.*tts.*$")[0])
    assert (line["status"], line["characters"]) == (200, 15)


def refused(**server: Any) -> None:
    def never() -> Any:
        raise AssertionError

    config = Config(server=server)
    run(config, never, lambda *_: never(), fetch=never, announce=lambda _: None)


def test_the_address_is_looked_at_before_anything_is_fetched() -> None:
    with pytest.raises(AddressError), socket.create_server(("127.0.0.1", 0)) as taken:
        refused(port=taken.getsockname()[1])
    with pytest.raises(ConfigError, match=r"no\.such\.host"):
        refused(host="no.such.host.invalid", insecure=True)
    with pytest.raises(ConfigError, match="no API key"):
        refused(host="0.0.0.0")


def test_small_blocks_are_sent_at_once() -> None:
    with bound("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP  # what asyncio looks at


def test_what_cannot_be_fetched_is_told() -> None:
    def fetch() -> None:
        raise ModelMissingError("offline")

    with pytest.raises(ModelMissingError):
        run(
            Config(server={"port": 0}), asyncio.Event, lambda *_: None,  # type: ignore[arg-type,return-value]
            fetch=fetch, announce=lambda _: None,
        )  # fmt: skip

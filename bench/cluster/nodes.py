"""Nodes of a Ray cluster on this machine: each a `ray start` of its own, with a token between them."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import psutil

from declaim.cluster.deployments import APPLICATION, SERVICE, STUDIO, STUDIO_APPLICATION
from declaim.cluster.front import CALLBACK
from declaim.cluster.manifests import serve_config, written
from declaim.config import Config

_ROOT = Path(__file__).parents[2]
_SOURCES = _ROOT / "src", _ROOT, _ROOT / "tests", _ROOT / "tests" / "cluster"
_KEPT = "DECLAIM_CACHE", "DECLAIM_MODELS"
_PATIENCE = 180.0
"""Seconds: Ray starts a dozen processes, and the machine may be busy."""


@dataclass(frozen=True, slots=True)
class Node:
    """A machine, as far as Ray can tell."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    """Where it serves HTTP."""

    @property
    def answers(self) -> bool:
        """Whether it serves."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    @property
    def has_ended(self) -> bool:
        """Whether its first process is gone."""
        return self.process.poll() is not None

    def kill(self) -> None:
        """As if its power failed: all of its processes at once."""
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.process.pid)
            for each in [*process.children(recursive=True), process]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.kill()
        self.process.wait()


class Nodes:
    """A cluster, to be used in a `with`.

    Args:
        pinned: each of two nodes has a core of this machine for itself.
        head_cpus: 0 has the first node keep the cluster together and do nothing else.
    """

    def __init__(self, *, pinned: bool = False, head_cpus: int = 1) -> None:
        self._pinned = pinned
        self._folder = Path(tempfile.mkdtemp(prefix="rc"))  # short: paths of sockets have a limit
        self._log = self._folder / "toy.log"
        self._log.touch()
        self._gcs = free_port()
        self._environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if name in _KEPT or not name.startswith("DECLAIM_")
            },
            "HOME": str(self._folder),  # Ray keeps its token there
            "PYTHONPATH": os.pathsep.join(map(str, _SOURCES)),
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN": secrets.token_hex(16),
            "RAY_ADDRESS": f"127.0.0.1:{self._gcs}",
            "RAY_USAGE_STATS_ENABLED": "0",
            **CALLBACK,
            "RAY_health_check_initial_delay_ms": "1000",
            "RAY_health_check_period_ms": "1000",
            "RAY_health_check_failure_threshold": "5",
            "TOY_LOG": str(self._log),
        }
        self.head = self._start(
            "a",
            head_cpus,
            ["--head", "--include-dashboard=false", f"--port={self._gcs}", f"--temp-dir={self._folder}"],
        )
        self.others: list[Node] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for node in [*self.others, self.head]:
            node.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def join(self) -> Node:
        """A further node."""
        wait_until(lambda: self._gcs_answers)
        node = self._start("bcdefgh"[len(self.others)], 1, [f"--address=127.0.0.1:{self._gcs}"])
        self.others.append(node)
        log = self._folder / f"{node.name}.log"
        # One at a time: nodes that start together on one machine choose the same ports now and then.
        wait_until(lambda: node.has_ended or b"Ray runtime started" in log.read_bytes())
        assert not node.has_ended, log.read_text(encoding="utf-8")
        return node

    def deploy(self, config: Config, **stages: str) -> None:
        """Have Serve bring what runs in line with a configuration; it goes on doing so after this."""
        content = serve_config(config)
        content["http_options"]["port"] = self.head.port
        for application in content["applications"]:
            application["args"] |= stages
        file = self._folder / "serve.yaml"
        file.write_text(written(content), encoding="utf-8")
        self._run("serve", "run", "--non-blocking", str(file))

    def said(self, what: str = "spoke") -> list[tuple[str, str]]:
        """The nodes and words of the toy's log, in order."""
        rows = [line.split() for line in self._log.read_text(encoding="utf-8").splitlines()]
        return [(row[1], row[3]) for row in rows if row[0] == what]

    @property
    def replicas(self) -> set[int]:
        """The processes that Serve keeps for the application."""
        nodes = [self.head, *self.others]
        return {each.pid for node in nodes for each in _processes(node, "ray::ServeReplica")}

    def services(self, node: Node) -> list[psutil.Process]:
        """Those of them that take requests, on one node."""
        return _processes(node, f"ray::ServeReplica:{APPLICATION}:{SERVICE}")

    def studios(self, node: Node) -> list[psutil.Process]:
        """Those that make books, on one node."""
        return _processes(node, f"ray::ServeReplica:{STUDIO_APPLICATION}:{STUDIO}")

    def kill_service(self, node: Node) -> None:
        """End the process that takes requests on a node, and leave the node as it is."""
        for each in self.services(node):
            each.kill()

    @property
    def logs(self) -> str:
        """What Serve says, for failures to show."""
        files = sorted(self._folder.glob("session_latest/logs/serve/*.log"))
        return "\n".join(file.read_text(encoding="utf-8", errors="replace")[-3000:] for file in files)

    @property
    def _gcs_answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._gcs), timeout=1):
            return True
        return False

    def _start(self, name: str, cpus: int, arguments: list[str]) -> Node:
        port = free_port()
        environment = {
            **self._environment,
            "TOY_NODE": name,
            "RAY_SERVE_WORKER_PROXY_HTTP_PORT": str(port),  # or all but the first would share one
        }
        core = ["taskset", "-c", str(int(name != "a"))] if self._pinned else []
        command = [*core, _tool("ray"), "start", "--block", f"--num-cpus={cpus}", *arguments]
        with (self._folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        return Node(name, process, port)

    def _run(self, tool: str, *arguments: str) -> None:
        done = subprocess.run(
            [_tool(tool), *arguments],
            env=self._environment,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()


def _processes(node: Node, name: str) -> list[psutil.Process]:
    """A node's processes whose names begin so."""
    found = []
    for each in psutil.Process(node.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "".join(each.cmdline()[:1]).startswith(name):
                found.append(each)
    return found


def _tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def free_port() -> int:
    """One outside 10002 to 19999, which Ray gives to its workers."""
    while True:
        port = random.randint(20_000, 31_999)  # noqa: S311 - no secret
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def wait_until(is_so: Callable[[], Any], seconds: float = _PATIENCE) -> None:
    """Look again and again: there is nothing of Ray's to wait for from outside."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.2)


@contextlib.contextmanager
def two_nodes(config: Config, **stages: str) -> Iterator[tuple[Nodes, Node, Node]]:
    """A cluster of two nodes that serve."""
    with Nodes() as nodes:
        other = nodes.join()
        nodes.deploy(config, **stages)
        try:
            wait_until(lambda: other.has_ended or (nodes.head.answers and other.answers))
            assert not other.has_ended, "`ray start` failed"
        except AssertionError as error:
            raise AssertionError(nodes.logs) from error
        yield nodes, nodes.head, other

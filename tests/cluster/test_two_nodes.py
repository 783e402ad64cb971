"""The service on two nodes of this machine, with a toy that speaks: the contract of one machine holds."""

import base64
import http.client
import itertools
import json
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

pytest.importorskip("ray", reason="Ray is not installed: pip install 'declaim[ray]'")

from bench.cluster.nodes import Node, Nodes, two_nodes, wait_until
from declaim.acoustic.frames import SAMPLE_RATE
from declaim.audio.chunk import AudioChunk
from declaim.config import Config
from toy_channels import heard, text_of

pytestmark = pytest.mark.timeout(900)

STAGES = {"reader": "toy_cluster:load_reader", "speaker": "toy_cluster:load_speaker"}
NUMBERS = itertools.count()
CLUSTER = {"services": 2, "min_engines": 2, "max_engines": 2, "engine_cpus": 0.9, "service_cpus": 0.1}


def config_of(**other: Any) -> Config:
    server = {"cache_size": 0, "queue_limit": 6, "drain_timeout": 120, "timeout": 300}
    return Config(prosody="rules", server=server, cluster=CLUSTER, **other)


@pytest.fixture(scope="module")
def cluster() -> Iterator[tuple[Nodes, Node, Node]]:
    with two_nodes(config_of(), **STAGES) as started:
        yield started


@dataclass
class Answer:
    """What a client had."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    error: Exception | None = None
    begun: threading.Event = field(default_factory=threading.Event)

    @property
    def end(self) -> str:
        if self.error:
            return "broken"
        return str(self.events[-1]["type"]).removeprefix("speech.audio.") if self.events else "nothing"

    @property
    def words(self) -> list[str]:
        audio = b"".join(base64.b64decode(event.get("audio", "")) for event in self.events)
        samples = np.frombuffer(audio, "<i2").astype(np.float32) / 32768
        return heard([AudioChunk(samples, SAMPLE_RATE, (0, 0))])


def ask(node: Node, text: str, answer: Answer, *, events: int | None = None, rate: float = 1.9) -> Answer:
    """Ask for speech, and read the events, or only so many."""
    connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=300)
    speed = rate + next(NUMBERS) * 1e-5  # who asks for the same is given the same, and no engine is asked
    how = {"voice": "af_heart", "speed": speed, "response_format": "pcm", "stream_format": "sse"}
    body = json.dumps({"input": text, **how})
    try:
        connection.request("POST", "/v1/audio/speech", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer.status, answer.headers = response.status, dict(response.getheaders())
        while line := response.readline():
            if line.startswith(b"data: "):
                answer.events.append(json.loads(line[6:]))
                answer.begun.set()
                if len(answer.events) == events:
                    break
    except (OSError, http.client.HTTPException) as error:
        answer.error = error
    finally:
        answer.begun.set()
        connection.close()
    return answer


def all_of(text: str) -> list[str]:
    return [word.strip(".,") for word in text.split()]


def test_both_nodes_speak_whatever_node_is_asked(cluster: tuple[Nodes, Node, Node]) -> None:
    nodes, a, b = cluster
    text = text_of(3)
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(ask, node, text, Answer()) for node in (a, b) * 3]
    for each in asked:
        answer = each.result()
        assert (answer.status, answer.end) == (200, "done"), nodes.logs
        assert answer.words == all_of(text)
    assert {node for node, _ in nodes.said()} == {"a", "b"}


def test_a_client_that_leaves_stops_the_engine(cluster: tuple[Nodes, Node, Node]) -> None:
    nodes, a, _ = cluster
    stopped = len(nodes.said("stopped"))
    answer = ask(a, text_of(8), Answer(), events=1, rate=0.5)
    assert answer.status == 200
    wait_until(lambda: len(nodes.said("stopped")) > stopped, 60)


def test_what_the_queue_cannot_take_is_refused_and_all_else_spoken(cluster: tuple[Nodes, Node, Node]) -> None:
    nodes, a, _ = cluster
    text = text_of(1)
    with ThreadPoolExecutor(24) as pool:
        asked = [pool.submit(ask, a, text, Answer(), rate=0.5) for _ in range(24)]
    answers = [each.result() for each in asked]
    refused = [answer for answer in answers if answer.status == 429]
    assert refused, nodes.logs
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
    spoken = [answer for answer in answers if answer.status == 200]
    assert len(spoken) + len(refused) == len(answers)
    assert all(answer.end == "done" and answer.words == all_of(text) for answer in spoken)


class Load:
    """Clients that ask again and again, at one node."""

    def __init__(self, node: Node, clients: int) -> None:
        self.answers: list[Answer] = []
        self._node = node
        self._is_over = threading.Event()
        self._pool = ThreadPoolExecutor(clients)
        self._clients: list[Future[None]] = [self._pool.submit(self._ask_on) for _ in range(clients)]

    def _ask_on(self) -> None:
        while not self._is_over.is_set():
            answer = Answer()
            self.answers.append(answer)
            ask(self._node, text_of(2), answer)

    def end(self) -> list[Answer]:
        self._is_over.set()
        for client in self._clients:
            client.result()
        self._pool.shutdown()
        return self.answers


def test_an_upgrade_drops_no_request(cluster: tuple[Nodes, Node, Node]) -> None:
    nodes, a, b = cluster
    loads = [Load(a, 2), Load(b, 2)]
    before = nodes.replicas
    nodes.deploy(config_of(sentence_pause=0.4), **STAGES)
    wait_until(lambda: len(nodes.replicas) == len(before) and not nodes.replicas & before)
    answers = [answer for load in loads for answer in load.end()]
    assert len(answers) > 4
    assert {(answer.status, answer.end) for answer in answers} == {(200, "done")}, nodes.logs
    assert all(answer.words == all_of(text_of(2)) for answer in answers)


def test_a_service_that_is_lost_costs_no_request_that_had_not_begun(
    cluster: tuple[Nodes, Node, Node],
) -> None:
    nodes, a, _ = cluster
    load = Load(a, 4)
    stream = Answer()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(ask, a, text_of(12), stream, rate=0.5)
        stream.begun.wait()
        nodes.kill_service(a)
        so_far = len(load.answers)
        wait_until(lambda: len(load.answers) > so_far + 12)
        answers = load.end()
    assert (stream.status, stream.end) == (200, "error"), nodes.logs
    assert {answer.status for answer in answers} == {200}
    broken = [answer for answer in answers if answer.end != "done"]
    assert {answer.end for answer in broken} <= {"error"}
    assert len(broken) <= 4, "one for each client at most: what it was listening to"
    assert all(len(answer.events) > 1 for answer in broken), "something had been heard of them"
    assert all(answer.words == all_of(text_of(2)) for answer in answers if answer.end == "done")


def test_a_node_that_dies_takes_no_request_with_it(cluster: tuple[Nodes, Node, Node]) -> None:
    nodes, a, b = cluster
    wait_until(lambda: len(nodes.services(a)) == 1)
    load = Load(a, 4)
    stream, of_the_dead = Answer(), Answer()
    with ThreadPoolExecutor(2) as pool:
        pool.submit(ask, a, text_of(12), stream)
        pool.submit(ask, b, text_of(12), of_the_dead)
        stream.begun.wait()
        of_the_dead.begun.wait()
        b.kill()
        so_far = len(load.answers)
        wait_until(lambda: len(load.answers) > so_far + 12)
        answers = load.end()
    # Whoever was connected to the other node goes on, from wherever the sentence had been had, or is told.
    told = [answer for answer in [stream, *answers] if answer.end != "done"]
    assert {(answer.status, answer.end) for answer in told} <= {(200, "error")}, nodes.logs
    assert all(answer.words == all_of(text_of(2)) for answer in answers if answer.end == "done")
    # Nobody is left to tell those who were connected to the dead node; but what they have is not whole.
    assert of_the_dead.end in {"broken", "delta"}

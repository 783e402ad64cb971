"""What nodes of one core do: alone with one listener, and under load. Real model, real HTTP, Ray Serve."""

from __future__ import annotations

import http.client
import itertools
import json
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.capacity.texts import TEXTS
from bench.capacity.traffic import Request, Sentence
from bench.cluster.nodes import Node, Nodes, wait_until
from declaim.config import Config

_BYTES_A_SECOND = 48_000
_NUMBERS = itertools.count()
_TIMES = 2
"""That each sentence is spoken alone, on each node."""


@contextmanager
def serving(count: int) -> Iterator[list[Node]]:
    """So many nodes that serve, each on a core of its own."""
    cluster = {
        "services": count,
        "min_engines": count,
        "max_engines": count,
        "engine_cpus": 0.9,
        "service_cpus": 0.1,
    }
    server = {"cache_size": 0, "queue_limit": 500}
    config = Config(prosody="rules", threads=1, server=server, cluster=cluster)
    with Nodes(pinned=True) as nodes:
        used = [nodes.head, *(nodes.join() for _ in range(count - 1))]
        nodes.deploy(config)
        wait_until(lambda: all(node.answers for node in used))
        yield used


def alone(nodes: Sequence[Node]) -> list[Sentence]:
    """Each sentence with nobody else there."""
    for node in nodes:
        for voice, text in dict(TEXTS).items():
            _ask(node, voice, text)  # voices are loaded when they first speak
    return [_alone(nodes, voice, text) for voice, text in TEXTS]


def _alone(nodes: Sequence[Node], voice: str, text: str) -> Sentence:
    heard = [_ask(node, voice, text) for _ in range(_TIMES) for node in nodes]
    return Sentence(
        text,
        voice,
        statistics.fmean(each.first for each in heard),
        statistics.fmean(each.whole for each in heard),
        statistics.fmean(each.audio for each in heard),
    )


@dataclass(frozen=True, slots=True)
class _Heard:
    asked: float
    first: float
    whole: float
    audio: float


@dataclass(slots=True)
class Observed:
    """What listeners had of real nodes."""

    first_audio: list[float] = field(default_factory=list)
    audio: float = 0.0
    seconds: float = 0.0


def under_load(
    nodes: Sequence[Node], listeners: Sequence[Iterator[Request]], warm: float, measured: float
) -> Observed:
    """Let listeners ask, each at one of the nodes in turn."""
    begin = time.monotonic() + warm
    heard: list[_Heard] = []

    def listen(node: Node, requests: Iterator[Request]) -> None:
        for request in requests:
            time.sleep(request.pause)
            if time.monotonic() >= begin + measured:
                return
            text = " ".join(sentence.text for sentence in request.sentences)
            heard.append(_ask(node, request.sentences[0].voice, text))

    threads = [
        threading.Thread(target=listen, args=(nodes[number % len(nodes)], requests))
        for number, requests in enumerate(listeners)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = [each for each in heard if begin <= each.asked < begin + measured]
    done = [each for each in heard if begin <= each.asked + each.whole < begin + measured]
    return Observed([each.first for each in counted], sum(each.audio for each in done), measured)


def _ask(node: Node, voice: str, text: str) -> _Heard:
    speed = 1 + next(_NUMBERS) * 1e-6  # who asks for the same at the same time is given the same
    body = json.dumps({"input": text, "voice": voice, "speed": speed, "response_format": "pcm"})
    connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=300)
    asked = time.monotonic()
    try:
        connection.request("POST", "/v1/audio/speech", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {answer.read()!r}")
        size = len(answer.read1(65_536))
        first = time.monotonic() - asked
        while block := answer.read1(65_536):
            size += len(block)
    finally:
        connection.close()
    return _Heard(asked, first, time.monotonic() - asked, size / _BYTES_A_SECOND)

"""A book that is spoken on two nodes of this machine survives the loss of the one that makes it."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest

pytest.importorskip("ray", reason="Ray is not installed: pip install 'declaim[ray]'")

from bench.cluster.nodes import Node, Nodes, wait_until
from declaim.config import Config
from declaim.studio.jobs.job import ENDED
from postgres import postgres
from toy_channels import text_of

pytestmark = pytest.mark.timeout(900)

STAGES = {"reader": "toy_cluster:load_reader", "speaker": "toy_cluster:load_speaker"}
CLUSTER = {"services": 1, "min_engines": 2, "max_engines": 2, "engine_cpus": 0.6, "service_cpus": 0.1}
CHAPTERS, SENTENCES, CLAUSES = 4, 12, 3
WIDTH = 3
"""Sentences that are spoken at the same time."""


def book() -> str:
    sentences = text_of(CHAPTERS * SENTENCES, clauses=CLAUSES, words=1).split(". ")
    chapters = (
        f"Chapter {number + 1}\n\n" + ". ".join(sentences[number * SENTENCES :][:SENTENCES]) + "."
        for number in range(CHAPTERS)
    )
    return "\n\n".join(chapters)


def words() -> list[str]:
    return [f"w{number:03}" for number in range(CHAPTERS * SENTENCES * CLAUSES)]


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Nodes]:
    with postgres() as server, Nodes(head_cpus=0) as cluster:
        config = Config(
            prosody="rules",
            cluster=CLUSTER,
            server={"cache_size": 0, "drain_timeout": 120},
            studio={"folder": tmp_path / "books", "database": server.get_uri()},
        )
        cluster.join()
        cluster.join()
        cluster.deploy(config, **STAGES)
        wait_until(lambda: call(cluster.head, "GET", "/v1/jobs")[0] == 200)
        yield cluster


def call(node: Node, method: str, path: str, body: bytes = b"") -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=60)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        content = answer.read()
        is_json = "json" in (answer.getheader("content-type") or "")
        return answer.status, json.loads(content) if is_json else content
    except (OSError, http.client.HTTPException) as error:
        return 0, error
    finally:
        connection.close()


def state(node: Node, path: str) -> str:
    """Of a job; while it is taken over nobody can tell."""
    status, content = call(node, "GET", path)
    return str(content["state"]) if status == 200 else "unknown"


def test_a_book_survives_the_node_that_makes_it(nodes: Nodes, tmp_path: Path) -> None:
    path = '/v1/jobs?filename=book.txt&options={"dialogue":false}'
    status, job = call(nodes.head, "POST", path, book().encode())
    assert status == 202, (job, nodes.logs)
    at = f"/v1/jobs/{job['id']}"
    wait_until(lambda: len(nodes.said()) > 8)
    speakers = {node for node, _ in nodes.said()}
    assert len(speakers) == 2, "both nodes speak it"

    maker = next(node for node in nodes.others if nodes.studios(node))
    maker.kill()
    said = len(nodes.said())
    wait_until(lambda: state(nodes.head, at) in ENDED)
    _, job = call(nodes.head, "GET", at)
    assert (job["state"], job["omissions"]) == ("done", []), nodes.logs
    spoken = [each for _, each in nodes.said()]
    assert said < len(words()), "the node was lost in the middle"
    assert sorted(set(spoken)) == words()
    assert len(spoken) - len(words()) <= WIDTH * CLAUSES, "only what was being spoken is spoken again"

    _, files = call(nodes.head, "GET", f"{at}/files")
    assert "book.m4b" in [each["name"] for each in files["files"]]
    status, audio = call(nodes.head, "GET", f"{at}/files/book.m4b")
    assert status == 200
    (tmp_path / "book.m4b").write_bytes(audio)
    with av.open(str(tmp_path / "book.m4b")) as container:
        assert len(container.chapters()) == CHAPTERS
        assert container.duration is not None
        assert container.duration / 1e6 > len(words()), "each has a second of silence"

"""The protocol against a server on this machine: what goes well, and every way in which it does not."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from typing import Any

import pytest
from pydantic import SecretStr

import dashscope_server as fake
from declaim.engines.dashscope.client import DashScopeClient
from declaim.engines.dashscope.errors import DashScopeError
from declaim.engines.dashscope.messages import Task, TimedSentence
from declaim.engines.dashscope.settings import DashScopeConfig
from declaim.engines.dashscope.voices import CloudVoice

TEXT = "今天天气很好，hello world。"
SAMBERT = Task(TEXT, CloudVoice("sambert-zhishuo-v1"))
COSYVOICE = Task(TEXT, CloudVoice("cosyvoice-v3-flash", "longanyang"))
BOTH = pytest.mark.parametrize("task", [SAMBERT, COSYVOICE], ids=["sambert", "cosyvoice"])
QUICK = {"connect_timeout": 2.0, "first_audio_timeout": 2.0, "idle_timeout": 2.0, "total_timeout": 10.0}
KEY = SecretStr("sk-client")

Said = list[bytes | TimedSentence]
Test = Callable[[DashScopeClient], Coroutine[Any, Any, None]]


def with_client(
    server: fake.DashScopeServer,
    test: Callable[[DashScopeClient], Coroutine[Any, Any, None]],
    **settings: Any,
) -> None:
    async def run() -> None:
        config = DashScopeConfig(endpoint=server.url, **(QUICK | settings))
        client = DashScopeClient(config, KEY)
        try:
            await test(client)
        finally:
            await client.close()

    asyncio.run(run())


async def say(client: DashScopeClient, task: Task = SAMBERT) -> Said:
    async with aclosing(client.say(task)) as parts:
        return [part async for part in parts]


def said(server: fake.DashScopeServer, task: Task = SAMBERT, **settings: Any) -> Said:
    found: Said = []

    async def test(client: DashScopeClient) -> None:
        found.extend(await say(client, task))

    with_client(server, test, **settings)
    return found


def failure(server: fake.DashScopeServer, task: Task = SAMBERT, **settings: Any) -> DashScopeError:
    with pytest.raises(DashScopeError) as caught:
        said(server, task, **settings)
    return caught.value


def audio(parts: Said) -> bytes:
    return b"".join(part for part in parts if isinstance(part, bytes))


def sound(task: Task) -> bytes:
    """What the server makes of a task."""
    parameters = {"sample_rate": task.voice.sample_rate, "volume": 50, "rate": 1.0, "pitch": 1.0}
    made = fake.Task(None, "", parameters, task.voice.is_duplex, task.text)  # type: ignore[arg-type]
    return made.sound().tobytes()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@BOTH
@pytest.mark.parametrize("finish", fake.FINISHES)
def test_all_audio_comes_however_the_task_is_finished(task: Task, finish: str) -> None:
    with fake.serving(fake.speaks(finish)) as server:
        parts = said(server, task)
    assert audio(parts) == sound(task)
    reports = [part for part in parts if isinstance(part, TimedSentence) and part.words]
    assert "".join(word.text for word in reports[-1].words) == "helloworld。"


def test_what_the_server_is_told() -> None:
    with fake.serving() as server:
        said(server, SAMBERT)
        said(server, COSYVOICE, workspace="ws-1")
    assert server.actions == ["run-task", "run-task", "continue-task", "finish-task"]
    assert [message["payload"]["input"] for message in server.messages] == [
        {"text": TEXT}, {}, {"text": TEXT}, {}]  # fmt: skip
    assert len({message["header"]["task_id"] for message in server.messages}) == 2
    assert [headers["Authorization"] for headers in server.headers] == ["Bearer sk-client"] * 2
    assert [headers.get("X-DashScope-WorkSpace") for headers in server.headers] == [None, "ws-1"]


def test_a_connection_serves_one_task_after_the_other() -> None:
    async def test(client: DashScopeClient) -> None:
        for _ in range(3):
            assert audio(await say(client)) == sound(SAMBERT)

    with fake.serving() as server:
        with_client(server, test)
        assert len(server.headers) == 1
        until(lambda: server.ended == [1000])


def test_tasks_at_a_time_have_connections_of_their_own() -> None:
    async def test(client: DashScopeClient) -> None:
        for parts in await asyncio.gather(*(say(client) for _ in range(6))):
            assert audio(parts) == sound(SAMBERT)
        assert audio(await say(client)) == sound(SAMBERT)

    with fake.serving() as server:
        with_client(server, test)
        assert len(server.headers) == 6
        until(lambda: sorted(server.ended) == [1000] * 4 + [1006] * 2)


@pytest.mark.parametrize("how", ["closed", "dropped"])
def test_a_connection_that_was_closed_meanwhile_is_replaced(how: str) -> None:
    async def then_gone(task: fake.Task) -> None:
        await fake.speaks()(task)
        await asyncio.sleep(0.05)
        if how == "closed":
            await task.connection.close(1000)
        else:
            task.connection.transport.abort()

    async def test(client: DashScopeClient) -> None:
        await say(client)
        await asyncio.sleep(0.2)
        assert audio(await say(client)) == sound(SAMBERT)

    with fake.serving(then_gone, fake.speaks()) as server:
        with_client(server, test)
        assert len(server.headers) == 2


def test_a_connection_that_dies_as_it_is_used_again_is_replaced() -> None:
    """The service closes it while the next task is on its way."""

    async def then_deaf(task: fake.Task) -> None:
        await fake.speaks()(task)
        await task.connection.recv()
        await task.connection.close(1011)

    async def test(client: DashScopeClient) -> None:
        await say(client)
        assert audio(await say(client)) == sound(SAMBERT)

    with fake.serving(then_deaf, fake.speaks()) as server:
        with_client(server, test)
        assert len(server.headers) == 2


def test_a_connection_that_is_kept_too_long_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("declaim.engines.dashscope.connections._KEPT_FOR", 0.0)

    async def test(client: DashScopeClient) -> None:
        await say(client)
        await say(client)

    with fake.serving() as server:
        with_client(server, test)
        assert len(server.headers) == 2


@pytest.mark.parametrize(
    ("refusal", "code", "fault", "retry_after"),
    [
        (fake.refusal(401, "InvalidApiKey", "Invalid API-key provided."), "InvalidApiKey", "lasting", 0),
        (fake.refusal(401), "HTTP 401", "lasting", 0),
        (fake.refusal(403, "AccessDenied", "no"), "AccessDenied", "lasting", 0),
        (fake.refusal(404), "HTTP 404", "lasting", 0),
        (fake.refusal(429, Retry_After="7"), "HTTP 429", "passing", 7),
        (fake.refusal(429, "Throttling.AllocationQuota", "no"), "Throttling.AllocationQuota", "lasting", 0),
        (fake.refusal(503, Retry_After="2"), "HTTP 503", "passing", 2),
        (fake.refusal(302, Location="/elsewhere"), "HTTP 302", "lasting", 0),
    ],
)
def test_a_refused_handshake(refusal: Any, code: str, fault: str, retry_after: float) -> None:
    with fake.serving(refusals=(refusal,)) as server:
        error = failure(server)
        assert len(server.headers) == 1  # no redirect is followed
    assert (error.code, error.fault, error.retry_after) == (code, fault, retry_after)


def test_nobody_there() -> None:
    with fake.serving() as server:
        pass
    error = failure(server)
    assert "cannot be reached (ConnectionRefusedError" in str(error)
    assert error.fault == "passing"


@BOTH
@pytest.mark.parametrize("after", [0.0, 0.5])
def test_a_failed_task(task: Task, after: float) -> None:
    with fake.serving(fake.fails("InvalidParameter", "418: no voice", after=after)) as server:
        error = failure(server, task)
        until(lambda: server.ended == [1006])
    assert (error.code, str(error)) == (
        "InvalidParameter",
        "DashScope: it failed with InvalidParameter: 418: no voice",
    )


@BOTH
@pytest.mark.parametrize(("code", "how"), [(None, "dropped"), (1011, "closed (1011)")])
def test_a_stream_without_an_end_is_not_whole(task: Task, code: int | None, how: str) -> None:
    with fake.serving(fake.drops(0.5, code=code)) as server:
        error = failure(server, task)
    assert error.code == "dropped"
    assert how in str(error)


@pytest.mark.parametrize(
    "frame",
    ["hello", "{}", json.dumps({"header": {"event": 5}}),
     json.dumps({"header": {"event": "task-finished", "task_id": "another"}})],
)  # fmt: skip
def test_garbage(frame: str) -> None:
    with fake.serving(fake.sends(b"\0\0" * 100, frame)) as server:
        error = failure(server)
    assert "no event" in str(error) or "not given" in str(error)


def test_an_event_that_nobody_knows_is_passed_over() -> None:
    unknown = json.dumps({"header": {"event": "task-mused"}, "payload": {"output": 5}})
    with fake.serving(fake.sends(unknown, b"", b"\1\2\3", b"\4")) as server:
        assert audio(said(server)) == b"\1\2\3\4"


def test_a_task_that_does_not_begin() -> None:
    async def serve(self: fake.DashScopeServer, connection: Any) -> None:
        await self.receive(connection)
        await connection.send(b"\0\0")
        await connection.wait_closed()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fake.DashScopeServer, "serve", serve)
        with fake.serving() as server:
            assert "did not begin" in str(failure(server))


class TestDeadlines:
    def test_to_connect(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            server = fake.DashScopeServer([], [], port=deaf.getsockname()[1])
            assert "no connection within 0.2 seconds" in str(failure(server, connect_timeout=0.2))

    @BOTH
    @pytest.mark.parametrize("chatter", ["pings", "events"])
    def test_to_the_first_audio(self, task: Task, chatter: str) -> None:
        with fake.serving(fake.stalls(chatter=chatter)) as server:
            began = time.monotonic()
            error = failure(server, task, first_audio_timeout=0.3)
            assert time.monotonic() - began < 2
        assert (error.code, str(error)) == ("timeout", "DashScope: no audio within 0.3 seconds")

    @BOTH
    @pytest.mark.parametrize("chatter", ["pings", "events"])
    def test_between_audio(self, task: Task, chatter: str) -> None:
        with fake.serving(fake.stalls(0.5, chatter=chatter)) as server:
            error = failure(server, task, idle_timeout=0.3)
            until(lambda: server.ended == [1006])
        assert "no more audio within 0.3 seconds" in str(error)

    def test_in_all(self) -> None:
        with fake.serving(fake.drips(0.05)) as server:
            error = failure(server, total_timeout=0.6, idle_timeout=0.3)
        assert "not complete within 0.6 seconds" in str(error)

    def test_a_slow_stream_is_let_come(self) -> None:
        with fake.serving(fake.drips(0.005)) as server:
            assert audio(said(server, idle_timeout=0.3)) == sound(SAMBERT)

    def test_the_time_of_whoever_takes_it_does_not_count(self) -> None:
        async def test(client: DashScopeClient) -> None:
            taken = b""
            async with aclosing(client.say(SAMBERT)) as parts:
                async for part in parts:
                    if isinstance(part, bytes):
                        await asyncio.sleep(0.1 if taken else 0.7)
                        taken += part
            assert taken == sound(SAMBERT)

        with fake.serving() as server:
            with_client(server, test, idle_timeout=0.5, total_timeout=1.0)


class TestLeaving:
    @BOTH
    def test_closing_drops_the_connection_at_once(self, task: Task) -> None:
        async def test(client: DashScopeClient) -> None:
            parts = client.say(task)
            assert await anext(parts) is not None
            began = time.monotonic()
            await parts.aclose()
            assert time.monotonic() - began < 0.5
            await asyncio.to_thread(until, lambda: server.ended == [1006])

        with fake.serving(fake.stalls(0.2)) as server:
            with_client(server, test)

    @pytest.mark.parametrize("stage", ["connecting", "waiting"])
    def test_cancelling_does_too(self, stage: str) -> None:
        asked = threading.Event()

        async def deaf(task: fake.Task) -> None:
            asked.set()
            await task.connection.wait_closed()

        async def test(client: DashScopeClient) -> None:
            task = asyncio.create_task(say(client))
            if stage == "waiting":
                await asyncio.to_thread(asked.wait, 5)
            else:
                await asyncio.sleep(0)
            task.cancel()
            began = time.monotonic()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert time.monotonic() - began < 0.5

        with fake.serving(deaf) as server:
            with_client(server, test)


def test_this_machine_is_not_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with fake.serving() as server:
        assert audio(said(server)) == sound(SAMBERT)


def test_other_machines_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://user:pa55word@127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    async def run() -> None:
        client = DashScopeClient(DashScopeConfig(endpoint="wss://declaim.invalid/x", **QUICK), KEY)
        await say(client)

    with pytest.raises(DashScopeError, match="ConnectionRefusedError") as caught:
        asyncio.run(run())
    assert "pa55word" not in str(caught.value)

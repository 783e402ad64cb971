"""DashScope on this machine, as far as its documentation tells: it speaks tones, or fails as a test says.

Sambert's tasks bring their text in `run-task`; CosyVoice's in `continue-task`, and are spoken at the
`finish-task`.
The service's own words are single ideographs and whole English words, the marks at their ends.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

Json = dict[str, Any]

SYLLABLE, LETTER, BREATH = 0.2, 0.06, 0.15
"""Seconds of an ideograph, of an English letter, and of silence behind a mark."""
FRAME = 0.1
"""Seconds of audio in a binary frame."""
FINISHES: dict[str, Json] = {
    "null": {"output": None, "usage": {"characters": 6}},
    "missing": {"usage": {"characters": 6}},
    "empty": {},
    "sentence": {"output": {"sentence": {}}},
}
"""The payloads with which `task-finished` has been seen."""

_WORD = re.compile(r"([\u3400-\u9fff]|[^\s\u3400-\u9fff，。！？：；—…,.!?:;]+)([，。！？：；—…,.!?:;]*)")


@dataclass(frozen=True, slots=True)
class Tone:
    """A word of the service's with its marks."""

    text: str
    start: float
    end: float
    """Seconds; silence may follow."""
    sentence: int
    """CosyVoice's sentences end at every mark."""


@dataclass(slots=True)
class Task:
    """One that a client began."""

    connection: ServerConnection
    id: str
    parameters: Json
    is_duplex: bool
    text: str = ""

    async def event(self, name: str, payload: Json | None = None, **header: str) -> None:
        head = {"task_id": self.id, "event": name, "attributes": {}, **header}
        await self.connection.send(json.dumps({"header": head, "payload": payload or {}}))

    async def audio(self, samples: np.ndarray, sentence: int = 0) -> None:
        """In frames of a tenth of a second; before each of CosyVoice's comes an event."""
        for frame in np.split(samples, range(self.frame, len(samples), self.frame)):
            if self.is_duplex:
                await self.result(sentence, [], "sentence-synthesis")
            await self.connection.send(frame.tobytes())

    async def result(self, index: int, tones: list[Tone], kind: str, begin: float = 0.0) -> None:
        """A report on the words of a sentence, whose times count from `begin`."""
        words = [
            {"text": each.text, "begin_time": _ms(each.start - begin), "end_time": _ms(each.end - begin)}
            for each in tones
        ]
        if self.is_duplex:
            output: Json = {"sentence": {"index": index, "words": words}, "type": kind}
        else:
            times = {"begin_time": _ms(tones[0].start), "end_time": _ms(tones[-1].end)}
            output = {"sentence": {**times, "words": words}}
        await self.event("result-generated", {"output": output, "usage": {"characters": len(self.text)}})

    @property
    def rate(self) -> int:
        return self.parameters["sample_rate"]

    @property
    def frame(self) -> int:
        return round(FRAME * self.rate)

    @property
    def tones(self) -> list[Tone]:
        made, time, sentence = [], 0.0, 0
        for word, mark in _WORD.findall(self.text):
            length = (LETTER * len(word) if word.isascii() else SYLLABLE) / self.parameters["rate"]
            made.append(Tone(word + mark, time, time + length, sentence))
            time += length + (BREATH if mark else 0.0)
            sentence += bool(mark)
        return made

    def sound(self) -> np.ndarray:
        """A tone for each word, its pitch by the word; silence behind marks."""
        tones = self.tones
        samples = np.zeros(round((tones[-1].end + BREATH) * self.rate), dtype=np.float64)
        for tone in tones:
            begin, end = round(tone.start * self.rate), round(tone.end * self.rate)
            hertz = 200 * 2 ** (ord(tone.text[0]) % 12 / 12) * self.parameters["pitch"]
            samples[begin:end] = np.sin(np.arange(end - begin) * (2 * math.pi * hertz / self.rate))
        return (samples * 0.25 * self.parameters["volume"] / 50 * 32767).astype("<i2")


Answer = Callable[[Task], Awaitable[None]]


@dataclass(slots=True)
class DashScopeServer:
    """What runs."""

    answers: list[Answer]
    """What the next tasks get, in order; the last one stays."""
    refusals: list[Response]
    """What the next handshakes get, in order; then they succeed."""
    messages: list[Json] = field(default_factory=list)
    """All that clients sent."""
    headers: list[Headers] = field(default_factory=list)
    """Of all handshakes."""
    ended: list[int] = field(default_factory=list)
    """The close codes of connections that are gone; 1006 was dropped."""
    port: int = 0

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/api-ws/v1/inference"

    @property
    def actions(self) -> list[str]:
        return [message["header"]["action"] for message in self.messages]

    def greet(self, _connection: ServerConnection, request: Request) -> Response | None:
        self.headers.append(request.headers)
        return self.refusals.pop(0) if self.refusals else None

    async def serve(self, connection: ServerConnection) -> None:
        try:
            while True:
                task = await self.begin(connection)
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                await answer(task)
        except ConnectionClosed:
            self.ended.append(connection.close_code or 1006)

    async def begin(self, connection: ServerConnection) -> Task:
        """The next task, once its text is there."""
        message = await self.receive(connection)
        payload, header = message["payload"], message["header"]
        is_duplex = header["streaming"] == "duplex"
        task = Task(connection, header["task_id"], payload["parameters"], is_duplex)
        task.text = payload["input"].get("text", "")
        await task.event("task-started")
        while is_duplex and (message := await self.receive(connection))["header"]["action"] != "finish-task":
            task.text += message["payload"]["input"]["text"]
        return task

    async def receive(self, connection: ServerConnection) -> Json:
        message = json.loads(await connection.recv())
        self.messages.append(message)
        return message


@contextmanager
def serving(*answers: Answer, refusals: tuple[Response, ...] = ()) -> Iterator[DashScopeServer]:
    """Run one in a thread of its own."""
    server = DashScopeServer([*answers] or [speaks()], [*refusals])
    running, stop = threading.Event(), asyncio.Event()

    async def run() -> None:
        async with serve(server.serve, "127.0.0.1", 0, process_request=server.greet) as made:
            server.port = made.sockets[0].getsockname()[1]
            loops.append(asyncio.get_running_loop())
            running.set()
            await stop.wait()

    loops: list[asyncio.AbstractEventLoop] = []
    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    running.wait()
    try:
        yield server
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        thread.join()


def refusal(status: int, code: str = "", message: str = "", **headers: str) -> Response:
    """An HTTP answer in place of the WebSocket."""
    body = json.dumps({"code": code, "message": message}).encode() if code else b"<html>no</html>"
    fields = Headers((name.replace("_", "-"), value) for name, value in headers.items())
    fields["Content-Length"] = str(len(body))
    return Response(status, "No", fields, body)


def speaks(finish: str = "null", *, times: str = "task", late: bool = False) -> Answer:
    """Speak the whole text.

    Args:
        finish: one of `FINISHES`.
        times: whether they count from the beginning of the `task` or of the `sentence`, or there are `none`.
        late: all reports come after all audio.
    """

    async def answer(task: Task) -> None:
        sound, tones = task.sound(), task.tones
        sentences = [[t for t in tones if t.sentence == n] for n in range(tones[-1].sentence + 1)]
        for index, own in enumerate(filter(None, sentences)):
            begin = own[0].start if times == "sentence" else 0.0
            last = own[-1] is tones[-1]
            piece = sound[_at(task, own[0].start) : None if last else _at(task, _after(own, tones))]
            if late or times == "none":
                await task.audio(piece, index)
            elif task.is_duplex:
                await task.result(index, [], "sentence-begin")
                await task.audio(piece, index)
                await task.result(index, own, "sentence-end", begin)
            else:
                await task.result(index, own[:1], "", begin)  # each report has all before it, too
                await task.result(index, own, "", begin)
                await task.audio(piece, index)
        if late:
            for index, own in enumerate(filter(None, sentences)):
                await task.result(index, own, "sentence-end")
        await task.event("task-finished", FINISHES[finish])

    return answer


def fails(code: str, message: str, *, after: float = 0.0) -> Answer:
    """`task-failed`, after so many seconds of audio."""

    async def answer(task: Task) -> None:
        await task.audio(task.sound()[: _at(task, after)])
        await task.event("task-failed", error_code=code, error_message=message)

    return answer


def drops(after: float, *, reports: int = 0, code: int | None = None) -> Answer:
    """Drop the connection after so many seconds of audio and reports on so many words; a code closes it."""

    async def answer(task: Task) -> None:
        if reports:
            await task.result(0, task.tones[:reports], "sentence-synthesis")
        await task.audio(task.sound()[: _at(task, after)])
        if code:
            await task.connection.close(code)
        else:
            task.connection.transport.close()  # once what was sent is out, and without a word

    return answer


def sends(*frames: str | bytes, then_finishes: bool = True) -> Answer:
    """Frames as they are."""

    async def answer(task: Task) -> None:
        for frame in frames:
            await task.connection.send(frame)
        if then_finishes:
            await task.event("task-finished")

    return answer


def stalls(after: float = 0.0, *, chatter: str = "pings") -> Answer:
    """Nothing but pings, or events, after so many seconds of audio."""

    async def answer(task: Task) -> None:
        await task.audio(task.sound()[: _at(task, after)])
        while True:
            if chatter == "pings":
                await task.connection.ping()
            else:
                await task.result(0, task.tones[:1], "sentence-synthesis")
            await asyncio.sleep(0.02)

    return answer


def drips(every: float) -> Answer:
    """A hundredth of a second of audio at a time, so many seconds apart."""

    async def answer(task: Task) -> None:
        for frame in np.array_split(task.sound(), 100):
            await task.connection.send(frame.tobytes())
            await asyncio.sleep(every)
        await task.event("task-finished")

    return answer


def cut(seconds: float, *, more: bytes = b"") -> Answer:
    """Finish in good order after part of the audio, and some bytes."""

    async def answer(task: Task) -> None:
        await task.connection.send(task.sound()[: _at(task, seconds)].tobytes() + more)
        await task.event("task-finished")

    return answer


def _after(own: list[Tone], tones: list[Tone]) -> float:
    return tones[tones.index(own[-1]) + 1].start


def _at(task: Task, seconds: float) -> int:
    return round(seconds * task.rate)


def _ms(seconds: float) -> int:
    return round(1000 * seconds)

"""How long somebody waits who asks for speech while the service makes a book, beside no book.

``python -m bench.studio.latency`` runs ``declaim serve``, gives it a book, and lets one client ask with
pauses between its requests, by turns while the book is made and while it is paused. It prints seconds to the
first byte, and what the book got meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import numpy as np

from bench.load.clients import FIXED, texts
from bench.load.server import serving
from bench.studio.small_book import written

_TIMEOUT = httpx2.Timeout(180)
_THINKING = 1.0
"""Seconds between an answer and the next request."""
_SETTLING = 5.0
"""Seconds in which sentences of the book that were under way when it paused come to their end."""
_VOICES = {"en": "af_heart", "zh": "zf_xiaoxiao"}
_LINES = 60
"""Of the book: more than is made meanwhile."""


async def measure(url: str, book: bytes, rounds: int, requests: int) -> None:
    """Print a table."""
    waits: dict[bool, list[float]] = {False: [], True: []}
    made = 0.0
    said = (each for each in texts(1) if each[1] != FIXED)
    async with httpx2.AsyncClient(base_url=url, timeout=_TIMEOUT) as client:
        await _asked(client, 3, said)  # warm
        job = await _begun(client, book)
        for _ in range(rounds):
            for with_book in (True, False):
                before = await _turned(client, job, is_on=with_book)
                waits[with_book] += await _asked(client, requests, said)
                made += await _seconds(client, job) - before
        await client.post(f"/v1/jobs/{job}/cancel")
    print("| | requests | first byte p50, s | p95, s | worst, s |\n|---|---|---|---|---|")
    for with_book, name in ((False, "no book"), (True, "while a book is made")):
        wait = np.array(waits[with_book])
        p50, p95 = np.percentile(wait, (50, 95))
        print(f"| {name} | {len(wait)} | {p50:.2f} | {p95:.2f} | {wait.max():.2f} |")
    print(f"the book got {made:.0f} s of audio between the requests")


async def _begun(client: httpx2.AsyncClient, book: bytes) -> str:
    params = {"filename": "book.txt", "options": json.dumps({"dialogue": False})}
    while True:
        answer = await client.post("/v1/jobs", params=params, content=book)
        if answer.status_code != httpx2.codes.SERVICE_UNAVAILABLE:
            answer.raise_for_status()
            return str(answer.json()["id"])
        await asyncio.sleep(0.2)  # the studio opens a moment later than the service


async def _turned(client: httpx2.AsyncClient, job: str, *, is_on: bool) -> float:
    """Let the book go on, or pause it; gives the seconds that are made of it."""
    (await client.post(f"/v1/jobs/{job}/{'resume' if is_on else 'pause'}")).raise_for_status()
    before = await _seconds(client, job)
    if not is_on:
        await asyncio.sleep(_SETTLING)
        return await _seconds(client, job)
    while await _seconds(client, job) == before:  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0.1)
    return before


async def _seconds(client: httpx2.AsyncClient, job: str) -> float:
    return float((await client.get(f"/v1/jobs/{job}")).json()["seconds"])


async def _asked(client: httpx2.AsyncClient, requests: int, said: Iterator[tuple[str, str]]) -> list[float]:
    """Seconds to the first byte of some requests, one after the other."""
    waits = []
    for language, text in itertools.islice(said, requests):
        body = {"input": text, "voice": _VOICES[language], "response_format": "pcm"}
        began = time.monotonic()
        async with client.stream("POST", "/v1/audio/speech", json=body) as answer:
            answer.raise_for_status()
            blocks = answer.aiter_bytes()
            await anext(blocks)
            waits.append(time.monotonic() - began)
            async for _ in blocks:
                pass
        await asyncio.sleep(_THINKING)
    return waits


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=10, help="in a row")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        os.environ["DECLAIM_STUDIO__FOLDER"] = str(Path(name) / "jobs")
        book = written(Path(name) / "book.txt", _LINES)
        with serving() as server:
            asyncio.run(measure(server.url, book.read_bytes(), given.rounds, given.requests))


if __name__ == "__main__":
    main()

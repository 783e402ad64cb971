"""``python -m bench.load.soak``: ten thousand requests; does anything grow, is anything left behind?

Most are answered from the cache, some are new texts, some cannot be answered, and some clients leave after
the first bytes. What the service holds is read after the first tenth and at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx2

from bench.load.server import Footprint, Server, serving

_AT_ONCE = 4
_KNOWN = [f"This is sentence number {number}." for number in range(20)]
_KINDS = {"known": 94, "new": 2, "left": 2, "wrong": 2}
"""In a hundred requests."""
_CACHE = 20
"""MB: little, so that old entries have to make room."""
_WRONG = (
    {"input": ""},
    {"input": "Hi.", "voice": "nobody"},
    {"input": "<speak>Hi."},
    {"input": "?!", "speed": 9},
)


async def soak(server: Server, requests: int) -> tuple[Counter[str], Footprint, Footprint]:
    """Send so many requests; what was answered, and the footprint after a tenth and at the end."""
    outcomes: Counter[str] = Counter()
    numbers = iter(range(requests))
    async with httpx2.AsyncClient(base_url=server.url, timeout=120) as client:
        await _several(client, iter(range(requests // 10)), outcomes)
        early = server.footprint()
        await _several(client, numbers, outcomes)
    await asyncio.sleep(2)
    return outcomes, early, server.footprint()


async def _several(client: httpx2.AsyncClient, numbers: Iterator[int], outcomes: Counter[str]) -> None:
    async def ask() -> None:
        for number in numbers:  # shared: each takes the next
            outcomes[await _ask(client, number)] += 1

    await asyncio.gather(*(ask() for _ in range(_AT_ONCE)))


async def _ask(client: httpx2.AsyncClient, number: int) -> str:
    choose = random.Random(number)  # noqa: S311 - nothing secret
    (kind,) = choose.choices(list(_KINDS), weights=list(_KINDS.values()))
    body: dict[str, object] = {"model": "x", "input": choose.choice(_KNOWN), "response_format": "mp3"}
    if kind == "wrong":
        body |= choose.choice(_WRONG)
    elif kind != "known":
        body["input"] = f"A new one, number {number}."
    async with client.stream("POST", "/v1/audio/speech", json=body) as answer:
        if kind == "left":
            async for _ in answer.aiter_bytes():
                break
            return "left"
        await answer.aread()
    return f"{kind} {answer.status_code} {answer.headers.get('x-declaim-cache', '')}".strip()


def main() -> None:
    """Print what was answered, and what the service held."""
    line = argparse.ArgumentParser(prog="python -m bench.load.soak", description=__doc__)
    line.add_argument("--requests", type=int, default=10_000)
    options = line.parse_args()
    with serving(cache_megabytes=_CACHE) as server:
        outcomes, early, late = asyncio.run(soak(server, options.requests))
        files = Counter(path.suffix for path in server.cache.rglob("*") if path.is_file())
    for outcome, count in sorted(outcomes.items()):
        print(f"{count:6} {outcome}")
    print(f"\n| | memory, MB | open files | processes | cache, MB (bound {_CACHE}) |\n|---|---|---|---|---|")
    for name, held in (("after a tenth", early), ("at the end", late)):
        print(f"| {name} | {held.memory:.0f} | {held.files} | {held.processes} | {held.cache:.1f} |")
    print(f"\nmemory: {late.memory / early.memory - 1:+.1%}; files in the cache: {dict(files)}")
    print(f"the cache's folder is gone with the service's end: {not Path(server.cache).exists()}")


if __name__ == "__main__":
    main()

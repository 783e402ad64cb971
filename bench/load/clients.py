"""Clients that ask for speech one time after the other, as fast as they are answered."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2

FIXED = "The quick brown fox jumps over the lazy dog, and the dog does not mind."
"""Spoken again and again: its bytes are always the same."""
_PLACES = ("garden", "station", "library", "harbour", "market", "museum", "valley", "kitchen")
_HAN_PLACES = ("花园", "车站", "图书馆", "港口", "市场", "博物馆", "山谷", "厨房")
_SHARE_FIXED = 5
"""One request in so many."""
_MOST_PATIENCE = 5
"""Seconds that a refused client waits at most, whatever it is told: the bench ends some time."""
PCM_BYTES_A_SECOND = 48_000
_FEWEST_SECONDS_A_CHARACTER = {"en": 0.035, "zh": 0.12}
"""Less audio than this cannot be all of a text."""


@dataclass(slots=True)
class Outcomes:
    """What happened to the requests."""

    first_byte: list[float] = field(default_factory=list)
    """Seconds, of those that were accepted."""
    audio: float = 0.0
    """Seconds that were received."""
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    """What was neither whole audio nor a refusal."""


def texts(seed: int) -> Iterator[tuple[str, str]]:
    """Sentences that nobody else asks for, each with its language; the fixed one in between."""
    choose = random.Random(seed)  # noqa: S311 - nothing secret
    for number in itertools.count(1):
        here, there = choose.randrange(10_000), choose.randrange(8)
        if number % _SHARE_FIXED == 0:
            yield "en", FIXED
        elif number % 2:
            yield "en", f"Visitor {here} walked to the {_PLACES[there]}, and waited there for number {seed}."
        else:
            yield "zh", f"{here}号客人走到{_HAN_PLACES[there]}, 在那里等了一会儿, 然后去找{seed}号。"


async def fixed_digest(client: httpx2.AsyncClient) -> str:
    """Of the fixed sentence, spoken with nobody else there."""
    answer = await client.post("/v1/audio/speech", json=_body("en", FIXED))
    answer.raise_for_status()
    return hashlib.sha256(answer.content).hexdigest()


async def ask_until(
    end: float, client: httpx2.AsyncClient, seed: int, outcomes: Outcomes, fixed: str | None
) -> None:
    """Be one client until a time of the loop's clock; what is under way then is heard to its end.

    Args:
        end: of the asking.
        client: of the service.
        seed: of the client's texts.
        outcomes: what happened is added to it.
        fixed: digest of the fixed sentence; None: a service whose bytes are not always the same.
    """
    for language, text in texts(seed):
        if time.monotonic() >= end:
            return
        try:
            await _ask(client, language, text, outcomes, fixed)
        except httpx2.HTTPError as error:
            outcomes.wrong.append(f"{type(error).__name__}: {error}")


async def _ask(
    client: httpx2.AsyncClient, language: str, text: str, outcomes: Outcomes, fixed: str | None
) -> None:
    began = time.monotonic()
    async with client.stream("POST", "/v1/audio/speech", json=_body(language, text)) as answer:
        if answer.status_code == httpx2.codes.TOO_MANY_REQUESTS:
            outcomes.refused += 1
            await asyncio.sleep(min(int(answer.headers["retry-after"]), _MOST_PATIENCE))
            return
        if answer.status_code != httpx2.codes.OK:
            outcomes.wrong.append(f"{answer.status_code} {(await answer.aread())[:200]!r}")
            return
        length, digest, first = 0, hashlib.sha256(), None
        async for block in answer.aiter_bytes():
            first = first or time.monotonic()
            length += len(block)
            digest.update(block)
    outcomes.first_byte.append((first or time.monotonic()) - began)
    outcomes.audio += length / PCM_BYTES_A_SECOND
    if fixed and text == FIXED and digest.hexdigest() != fixed:
        outcomes.wrong.append("the fixed sentence has other bytes")
    if length / PCM_BYTES_A_SECOND < len(text) * _FEWEST_SECONDS_A_CHARACTER[language]:
        outcomes.wrong.append(f"{length / PCM_BYTES_A_SECOND:.2f} s of audio for {text!r}")


def _body(language: str, text: str) -> dict[str, object]:
    voice = {"en": "af_heart", "zh": "zf_xiaoxiao"}[language]
    # The name of a model and `stream` are for other services, which want them.
    return {"model": "tts-1", "input": text, "voice": voice, "response_format": "pcm", "stream": True}

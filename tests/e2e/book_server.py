"""A service that makes books, with real workflows and files, behind the page: the tiny model speaks."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from page_server import served

from book_speech import BookSpeechInProcess
from declaim import Config
from declaim.audio.chunk import AudioChunk
from declaim.engines.to_say import ToSay
from declaim.server.api.jobs import router
from declaim.server.jobs import BookJobs
from fake_service import FakeService

NOVEL = (
    "Chapter 1: The letter\n\n"
    "It was raining, and nobody was in the street. The letter lay on the table.\n\n"
    "“Will you open it now?” said Anna. “I will not wait here all day for you.”\n\n"
    "“You will have to,” said Tom. “It is not my letter, and it is not yours.”\n\n"
    "“Then whose letter is it?” said Anna.\n\n"
    "Chapter 2: The <b>sea</b>\n\n"
    "They went down to the sea. “It is cold,” said Tom. “Let us go home.”\n"
)


@dataclass
class AnyVoice(BookSpeechInProcess):
    """The tiny model has four voices; whoever is cast, one of them speaks."""

    free: int = 10_000
    """Sentences that are spoken before they have to wait for this to be raised."""

    async def speak(self, said: ToSay, client: str) -> AsyncGenerator[AudioChunk]:
        self.free -= 1
        while self.free < 0:  # noqa: ASYNC110 - raised from another thread
            await asyncio.sleep(0.02)
        async for chunk in super().speak(replace(said, voice="af_heart"), client):
            yield chunk


@dataclass
class BookService(FakeService):
    """The fake service, whose workers also make books."""

    books: BookSpeechInProcess | None = None

    def patient(self) -> BookSpeechInProcess:
        assert self.books is not None
        return self.books


@contextmanager
def serving_books(
    service: BookService,
    folder: Path,
    *,
    port: int = 0,
    max_book: int = 10_000_000,
    max_jobs: int = 100,
    **settings: Any,
) -> Iterator[str]:
    """The address of a service that makes books in a folder."""
    config = Config(prosody="rules", studio={"folder": folder, "max_book": max_book, "max_jobs": max_jobs})
    jobs = BookJobs(config, service, width=2)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with jobs.opened():
            yield

    with served(service, port, routers=[router], lifespan=lifespan, state={"jobs": jobs}, **settings) as url:
        yield url

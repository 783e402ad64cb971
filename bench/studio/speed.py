"""How fast a book is made, beside the pipeline alone: the same workers, asked for the same sentences.

``python -m bench.studio.speed [--text FILE] [--rounds 2]`` lets the pipeline and the job speak the same book
by turns. It prints seconds of work for a second of audio of both, what speaking_time estimated, what time was
said to be left at some points and what was, and the longest answer of the event loop meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

from bench.studio.others import Others
from bench.studio.small_book import written
from declaim.config import Config
from declaim.engines.to_say import ToSay
from declaim.server.service import SpeechRequest
from declaim.server.workers.patient import PatientSpeech
from declaim.server.workers.sizing import sizes_for
from declaim.server.workers.speech import PooledSpeechService
from declaim.studio.jobs.durable import Database
from declaim.studio.jobs.job import Job, JobNote
from declaim.studio.jobs.making import plan_of
from declaim.studio.jobs.manner_digest import manner_digest
from declaim.studio.jobs.options import BookOptions
from declaim.studio.jobs.plan import Plan
from declaim.studio.jobs.project import Project
from declaim.studio.jobs.studio import Studio
from declaim.studio.jobs.take_key import speaker_digest
from declaim.studio.readers.choice import read_book

_TICK = 0.005
_SHARES = (0.1, 0.25, 0.5, 0.75)
"""Of the book, at which the time left is looked at."""
_GLANCE = 0.05
_WARMING = 3
"""Passages spoken before the first round."""


class _PlanOnly:
    """A maker that writes nothing."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def plan(self, _: Job) -> Plan:
        """The plan."""
        return self._plan

    def publish(self, _: Job) -> list[str]:
        """Nothing."""
        return []


async def measure(config: Config, plan: Plan, folder: Path, rounds: int) -> None:
    """Print both, by turns."""
    service = PooledSpeechService(config)
    await service.start()
    try:
        await service.ready()
        await asyncio.sleep(3)  # the other speaker
        width = sizes_for(config).speakers + 1
        await _alone(service.patient(), _beginning(plan), width)
        slowest = asyncio.create_task(_slowest())
        alone, book = [], []
        for number in range(rounds):
            others = Others()
            seconds, work = await _alone(service.patient(), plan, width)
            alone.append(work / seconds)
            told = f"factor {alone[-1]:.3f}, {others.told()}"
            print(f"pipeline: {work:.1f} s for {seconds:.1f} s of audio, {told}", flush=True)
            (folder / str(number)).mkdir()
            others = Others()
            made, took, expected = await _book(config, service, plan, folder / str(number), width)
            book.append(took / made)
            told = f"factor {book[-1]:.3f}, {others.told()}"
            print(f"book: {took:.1f} s for {made:.1f} s of audio, {told}", flush=True)
        slowest.cancel()
        print(f"medians: the book has {median(alone) / median(book):.1%} of the pipeline's speed")
        print(f"estimated {expected:.1f} s of speech")
        print(f"the event loop was late by {await slowest * 1000:.0f} ms at most")
    finally:
        await service.close()


def _beginning(plan: Plan) -> Plan:
    first = plan.chapters[0]
    return replace(plan, chapters=(replace(first, passages=first.passages[:_WARMING]),))


async def _alone(speech: PatientSpeech, plan: Plan, width: int) -> tuple[float, float]:
    """Read and speak every passage, some sentences at a time, and keep nothing."""
    began, seconds = time.perf_counter(), 0.0
    places = asyncio.Semaphore(width)

    async def speak(said: ToSay) -> float:
        try:
            return sum([chunk.seconds async for chunk in speech.speak(said, "bench")])
        finally:
            places.release()

    async with asyncio.TaskGroup() as tasks:
        running = []
        for chapter in plan.chapters:
            for passage in chapter.passages:
                request = SpeechRequest(passage.text, client="bench", voice=passage.voice or None, soon=False)
                async for said in speech.read(request):
                    await places.acquire()
                    running.append(tasks.create_task(speak(said)))
    seconds = sum(task.result() for task in running)
    return seconds, time.perf_counter() - began


async def _book(
    config: Config, service: PooledSpeechService, plan: Plan, folder: Path, width: int
) -> tuple[float, float, float]:
    database = Database(f"sqlite:///{folder / 'job.sqlite'}")
    speaker = speaker_digest(config)
    studio = Studio(service.patient(), _PlanOnly(plan), database, speaker=speaker, width=width)
    await studio.open()
    try:
        job = Job("bench", Project(folder, manner_digest(config)), JobNote())
        began = time.perf_counter()
        await studio.begin(job)
        told = await _told(job, began)
        took = time.perf_counter() - began
        for share, at, left in told:
            actual = took - at
            error = left / actual - 1
            print(f"  at {share:.0%}: {left:.1f} s left were told, {actual:.1f} s were: {error:+.0%}")
        return job.progress.seconds, took, job.progress.expected
    finally:
        await studio.close()


async def _told(job: Job, began: float) -> list[tuple[float, float, float]]:
    """Wait for the end; gives share, seconds since the beginning and seconds left as told, at some points."""
    told, points = [], iter(_SHARES)
    point: float | None = next(points)
    while not job.ended.is_set():
        await asyncio.sleep(_GLANCE)
        left = job.progress.left
        if point is not None and job.progress.chapters and left is not None and job.progress.share >= point:
            told.append((job.progress.share, time.perf_counter() - began, left))
            point = next(points, None)
    return told


async def _slowest() -> float:
    """By how much a timer of the event loop was late at most."""
    worst = 0.0
    try:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(_TICK)
            worst = max(worst, time.perf_counter() - began - _TICK)
    except asyncio.CancelledError:
        return worst


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--text", type=Path)
    parser.add_argument("--lines", type=int, default=6, help="of the book that is made, a chapter")
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = read_book(given.text or written(folder / "book.txt", given.lines))
        config = Config()
        plan = plan_of(book, BookOptions(dialogue=False), config)
        asyncio.run(measure(config, plan, folder, given.rounds))


if __name__ == "__main__":
    main()

"""Whether a ten-hour book takes more memory than a short one: the job's own process, with noise for speech.

``python -m bench.studio.memory [--hours 10]`` prints a table: resident megabytes at each tenth of the book.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path

import numpy as np
import psutil

from declaim.audio.chunk import AudioChunk
from declaim.engines.to_say import ToSay
from declaim.prosody.score import Score
from declaim.server.service import SpeechRequest
from declaim.studio.jobs.durable import Database
from declaim.studio.jobs.job import Job, JobNote
from declaim.studio.jobs.plan import Plan, PlannedChapter
from declaim.studio.jobs.project import Project
from declaim.studio.jobs.studio import Studio
from declaim.studio.passage import Passage, Place
from declaim.text.sentence import Clause, Sentence, Word

_SECONDS = 30
"""Of each sentence."""
_CHAPTER = 60
"""Sentences in a chapter."""


class _Noise:
    """Every passage is a sentence of noise."""

    async def read(self, request: SpeechRequest) -> AsyncGenerator[ToSay]:
        """The end of the text as one word."""
        start, end = request.text.rfind("\n") + 1, len(request.text)
        word = Word((start, end), request.text[start:], request.text[start:], "en")
        yield ToSay(Sentence((Clause((word,), (start, end), ".", pause=0.25),)), Score(), "af_heart")

    async def speak(self, said: ToSay, client: str) -> AsyncGenerator[AudioChunk]:
        """Noise, another for each sentence."""
        seed = [ord(letter) for letter in client + next(said.words).spoken]
        noise = np.random.default_rng(seed).standard_normal(_SECONDS * 24_000, dtype=np.float32)
        yield AudioChunk(noise * np.float32(0.05), 24_000, said.sentence.span)


class _Maker:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def plan(self, _: Job) -> Plan:
        """The plan."""
        return self._plan

    def publish(self, job: Job) -> list[str]:
        """Assemble, as whoever writes files has to."""
        print(f"assembled {sum(chapter.seconds for chapter in job.project.recorded()) / 3600:.2f} h")
        return []


def _plan(hours: float) -> Plan:
    chapters = []
    for index in range(round(hours * 3600 / _SECONDS / _CHAPTER)):
        texts = [f"word{index}x{line}" + " and so on" * 30 for line in range(_CHAPTER)]
        passages = tuple(
            Passage(text, Place(index, line, 0, len(text)), voice="af_heart")
            for line, text in enumerate(texts)
        )
        chapters.append(PlannedChapter(f"Chapter {index}", 1, passages, tuple(texts)))
    return Plan("Noise", tuple(chapters))


async def measure(hours: float, folder: Path) -> None:
    """Print the memory as the book grows."""
    plan = _plan(hours)
    database = Database(f"sqlite:///{folder / 'job.sqlite'}")
    studio = Studio(_Noise(), _Maker(plan), database, speaker="noise", width=3)
    await studio.open()
    try:
        job = Job("bench", Project(folder, "noise"), JobNote())
        await studio.begin(job)
        own, reached = psutil.Process(), 0.0
        print("| hours made | resident, MB |\n|---|---|")
        while not job.ended.is_set():
            await asyncio.sleep(0.05)
            made = job.progress.seconds / 3600
            if made >= reached:
                reached += hours / 10
                print(f"| {made:.2f} | {own.memory_info().rss / 1e6:.0f} |", flush=True)
        print(job.note.state, job.note.why)
    finally:
        await studio.close()


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(measure(given.hours, Path(name)))


if __name__ == "__main__":
    main()

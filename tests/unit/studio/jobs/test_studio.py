"""Books as workflows, in this process, with the tiny model."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from book_speech import BookSpeechInProcess, plan_of
from declaim.engines.kokoro import KokoroEngine
from declaim.errors import BookEmptyError, StorageError
from declaim.models.store import ModelStore
from declaim.studio.jobs.durable import Database
from declaim.studio.jobs.job import Job, JobNote, Omission
from declaim.studio.jobs.plan import LeftOut, Plan
from declaim.studio.jobs.project import Project
from declaim.studio.jobs.studio import Studio

CHAPTERS = (
    "今天天气真好。我们去公园吧！\n你来吗？",
    "他说了很多话。没有人听。\n天黑了。",
    "The end. We go home.",
)


@dataclass
class ToyMaker:
    plans: dict[str, Plan] = field(default_factory=dict)
    failures: list[Exception] = field(default_factory=list)
    published: list[str] = field(default_factory=list)

    def plan(self, job: Job) -> Plan:
        if job.name not in self.plans:
            raise BookEmptyError("there is no text in it", hint="scan it")
        return self.plans[job.name]

    def publish(self, job: Job) -> list[str]:
        if self.failures:
            raise self.failures.pop()
        self.published.append(job.name)
        return [f"{job.name}.m4b"]


pytestmark = pytest.mark.usefixtures("tiny_machine")


@pytest.fixture
def speech(tiny_store: ModelStore, tiny_engine: KokoroEngine) -> BookSpeechInProcess:
    return BookSpeechInProcess.made(tiny_store, tiny_engine)


@asynccontextmanager
async def studio(
    speech: BookSpeechInProcess, maker: ToyMaker, folder: Path, *jobs: Job
) -> AsyncIterator[Studio]:
    database = Database(f"sqlite:///{folder / 'jobs.sqlite'}")
    made = Studio(speech, maker, database, speaker="toy", width=3)
    made.jobs |= {job.name: job for job in jobs}
    await made.open()
    try:
        yield made
    finally:
        await made.close()


def job_in(folder: Path, name: str = "a") -> Job:
    (folder / name).mkdir(exist_ok=True)
    note = JobNote.read(folder / name) or JobNote()
    return Job(name, Project(folder / name, "manner"), note)


async def ended(job: Job, seconds: float = 20) -> None:
    await asyncio.wait_for(job.ended.wait(), seconds)


async def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)


def test_a_book_is_spoken_chapter_by_chapter_and_published(
    speech: BookSpeechInProcess, tmp_path: Path
) -> None:
    async def test() -> None:
        maker = ToyMaker({"a": plan_of(*CHAPTERS)})
        async with studio(speech, maker, tmp_path) as made:
            job = job_in(tmp_path)
            with job.listening() as events:
                await made.begin(job)
                await ended(job)
            assert job.note.state == "done"
            assert job.note.files == ["a.m4b"]
            assert job.note.omissions == []
            assert job.progress.share == pytest.approx(1)
            kinds = [events.get_nowait()["type"] for _ in range(events.qsize())]
            assert kinds.count("job.sentence") == 8
            assert kinds[-1] == "job.state"
            takes = [take.text for chapter in job.project.recorded() for take in chapter.takes]
            assert "".join(takes).replace(" ", "") == "".join(CHAPTERS).replace("\n", "").replace(" ", "")

    asyncio.run(test())


def test_chapters_are_spoken_in_reading_order_however_many_there_are(
    speech: BookSpeechInProcess, tmp_path: Path
) -> None:
    chapters = [f"这是{number}。" for number in range(13)]

    async def test() -> list[int]:
        told: list[int] = []
        async with studio(speech, ToyMaker({"a": plan_of(*chapters)}), tmp_path) as made:
            job = job_in(tmp_path)
            with job.listening() as events:
                await made.begin(job)
                await ended(job)
            while not events.empty():
                event = events.get_nowait()
                told += [event["chapter"]] if event["type"] == "job.sentence" else []
        return told

    order = asyncio.run(test())
    assert sorted(order) == list(range(13))
    # Two are under way at once.
    assert all(abs(place - chapter) <= 2 for place, chapter in enumerate(order)), order


def test_a_process_that_ends_is_followed_by_one_that_goes_on(
    speech: BookSpeechInProcess, tmp_path: Path
) -> None:
    maker = ToyMaker({"a": plan_of(*CHAPTERS)})

    async def first() -> None:
        speech.seconds = 0.15
        async with studio(speech, maker, tmp_path) as made:
            await made.begin(job_in(tmp_path))
            await until(lambda: len(speech.spoken) >= 2)

    async def second() -> None:
        job = job_in(tmp_path)
        async with studio(speech, maker, tmp_path, job):
            await ended(job)
            assert job.note.state == "done"

    asyncio.run(first())
    assert maker.published == []
    asyncio.run(second())
    assert maker.published == ["a"]
    assert len(set(speech.spoken)) == 8
    assert len(speech.spoken) <= 8 + speech.most  # those that were under way are spoken again


def test_pause_lets_no_sentence_begin_and_survives_a_restart(
    speech: BookSpeechInProcess, tmp_path: Path
) -> None:
    maker = ToyMaker({"a": plan_of(*CHAPTERS)})
    speech.seconds = 0.1

    async def first() -> None:
        async with studio(speech, maker, tmp_path) as made:
            job = job_in(tmp_path)
            await made.begin(job)
            await until(lambda: len(speech.spoken) >= 1)
            job.control.pause()
            await asyncio.sleep(0.3)
            count = len(speech.spoken)
            await asyncio.sleep(0.3)
            assert (job.note.state, len(speech.spoken)) == ("paused", count)
            assert count < 8

    async def second() -> None:
        job = job_in(tmp_path)
        assert job.note.state == "paused"
        count = len(speech.spoken)
        async with studio(speech, maker, tmp_path, job):
            await asyncio.sleep(1)
            assert len(speech.spoken) == count
            job.control.resume()
            await ended(job)
            assert job.note.state == "done"

    asyncio.run(first())
    asyncio.run(second())


def test_cancel_ends_within_a_sentence_and_nothing_comes_back(
    speech: BookSpeechInProcess, tmp_path: Path
) -> None:
    maker = ToyMaker({"a": plan_of(*CHAPTERS)})
    speech.seconds = 30

    async def first() -> None:
        async with studio(speech, maker, tmp_path) as made:
            job = job_in(tmp_path)
            await made.begin(job)
            await until(lambda: speech.under_way > 0)
            began = time.monotonic()
            await made.cancel(job)
            await until(lambda: speech.under_way == 0)
            assert time.monotonic() - began < 1
            assert job.note.state == "cancelled"

    async def second() -> None:
        job = job_in(tmp_path)
        async with studio(speech, maker, tmp_path, job):
            await asyncio.sleep(1)
            assert speech.under_way == 0

    asyncio.run(first())
    asyncio.run(second())
    assert maker.published == []


def test_a_book_that_cannot_be_read_has_failed_and_says_why(
    speech: BookSpeechInProcess, tmp_path: Path
) -> None:
    async def test() -> None:
        async with studio(speech, ToyMaker(), tmp_path) as made:
            job = job_in(tmp_path)
            await made.begin(job)
            await ended(job)
            assert (job.note.state, job.note.why, job.note.hint) == (
                "failed",
                "there is no text in it",
                "scan it",
            )

    asyncio.run(test())


def test_a_chapter_that_fails_is_in_the_report_and_the_others_are_spoken(
    speech: BookSpeechInProcess, tmp_path: Path
) -> None:
    def fail(words: str) -> None:
        if "没有人" in words:
            raise ZeroDivisionError("a fault nobody thought of")

    async def test() -> None:
        speech.before = fail
        async with studio(speech, ToyMaker({"a": plan_of(*CHAPTERS)}), tmp_path) as made:
            job = job_in(tmp_path)
            await made.begin(job)
            await ended(job)
            assert job.note.state == "done"
            assert [(each.where, each.what) for each in job.note.omissions] == [("第2章", "")]
            assert "a fault nobody thought of" in job.note.omissions[0].why
            assert [bool(chapter.takes) for chapter in job.project.recorded()] == [True, False, True]

    asyncio.run(test())


def test_what_the_reader_could_not_give_is_in_the_report_after_a_restart_too(
    speech: BookSpeechInProcess, tmp_path: Path
) -> None:
    plan = replace(plan_of(*CHAPTERS), left_out=(LeftOut("第四章", "it cannot be parsed"),))

    async def test() -> None:
        async with studio(speech, ToyMaker({"a": plan}), tmp_path) as made:
            job = job_in(tmp_path)
            await made.begin(job)
            await ended(job)
        kept = JobNote.read(tmp_path / "a")
        assert kept is not None
        assert kept.omissions == [Omission("第四章", "", "it cannot be parsed")]
        assert job_in(tmp_path).project.plan == plan

    asyncio.run(test())


def test_files_that_cannot_be_written_wait_for_room(speech: BookSpeechInProcess, tmp_path: Path) -> None:
    async def test() -> None:
        maker = ToyMaker({"a": plan_of("好。")}, [StorageError("the disk is full", hint="free some space")])
        async with studio(speech, maker, tmp_path) as made:
            job = job_in(tmp_path)
            await made.begin(job)
            await until(lambda: job.note.state == "paused")
            assert (job.note.why, job.note.hint) == ("the disk is full", "free some space")
            job.control.resume()
            await ended(job)
            assert job.note.state == "done"

    asyncio.run(test())


def wait_for_end(made: Studio) -> None:
    """Until the workflow of book a has ended, which it does a moment after its job."""
    deadline = time.monotonic() + 10
    while made._durable.state("a") != "done":
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_is_done_is_done_again_without_speaking(speech: BookSpeechInProcess, tmp_path: Path) -> None:
    async def test() -> None:
        maker = ToyMaker({"a": plan_of(*CHAPTERS)})
        async with studio(speech, maker, tmp_path) as made:
            for _ in range(2):
                job = job_in(tmp_path)
                await made.begin(job)
                await ended(job)
                await asyncio.to_thread(wait_for_end, made)
            assert maker.published == ["a", "a"]
            assert len(speech.spoken) == 8

    asyncio.run(test())


def test_two_books_are_made_at_once(speech: BookSpeechInProcess, tmp_path: Path) -> None:
    async def test() -> None:
        speech.seconds = 0.05
        maker = ToyMaker({"a": plan_of(*CHAPTERS), "b": plan_of(*CHAPTERS, "再见。")})
        async with studio(speech, maker, tmp_path) as made:
            jobs = [job_in(tmp_path, name) for name in "ab"]
            for job in jobs:
                await made.begin(job)
            await asyncio.gather(*map(ended, jobs))
            assert sorted(maker.published) == ["a", "b"]
            await made.delete(jobs[0])
            assert not jobs[0].project.folder.exists()
            assert list(made.jobs) == ["b"]

    asyncio.run(test())

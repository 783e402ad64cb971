import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import pytest

from book_speech import BookSpeechInProcess, plan_of
from declaim.engines.kokoro import KokoroEngine
from declaim.errors import EngineError, StorageError
from declaim.models.store import ModelStore
from declaim.studio.jobs.control import JobControl
from declaim.studio.jobs.plan import Plan
from declaim.studio.jobs.project import Project
from declaim.studio.jobs.records import BatchRecord
from declaim.studio.jobs.rendering import Renderer
from declaim.studio.jobs.take_store import TakeStore
from declaim.studio.recording import RecordedChapter

TEXT = "今天天气真好。我们去公园散步吧！\n“你来吗？”他问。\n她说:“当然来。”我们走了2024步。"


pytestmark = pytest.mark.usefixtures("tiny_machine")


@pytest.fixture
def speech(tiny_store: ModelStore, tiny_engine: KokoroEngine) -> BookSpeechInProcess:
    return BookSpeechInProcess.made(tiny_store, tiny_engine)


def rendered(
    speech: BookSpeechInProcess, folder: Path, plan: Plan, control: Callable[[], JobControl] = JobControl
) -> list[RecordedChapter]:
    project = Project(folder, "manner")
    project.begin(plan)

    async def render() -> None:
        renderer = Renderer(speech, project.store, speaker="toy", client="book a", width=3, gate=control())
        for index, chapter in enumerate(plan.chapters):
            for number in range(len(chapter.batches())):
                if project.record(index, number) is None:
                    record = await renderer.render(project.batch(index, number), lambda *_: None)
                    project.keep(index, number, record)

    asyncio.run(render())
    return project.recorded()


def test_every_character_is_in_a_take_at_its_place(speech: BookSpeechInProcess, tmp_path: Path) -> None:
    (chapter,) = rendered(speech, tmp_path, plan_of(TEXT, pause=0.5))
    paragraphs = TEXT.split("\n")
    for block, paragraph in enumerate(paragraphs):
        takes = [take for take in chapter.takes if take.place.block == block]
        assert "".join(take.text for take in takes) == paragraph
        for take in takes:
            assert paragraph[take.place.start : take.place.end] == take.text
            assert all(paragraph[slice(*word.span)] == word.text for word in take.words)
            assert take.words[0].start >= 0
            assert take.words[-1].end <= take.samples / 24_000
    assert [round(take.pause, 2) for take in chapter.takes] == [0.1, 0.5, 0.1, 0.5, 0.1, 0.5]


def test_a_take_is_a_flac_file_with_the_samples_it_says(speech: BookSpeechInProcess, tmp_path: Path) -> None:
    (chapter,) = rendered(speech, tmp_path, plan_of(TEXT))
    for take in chapter.takes:
        with av.open(str(take.path)) as container:
            stream = container.streams.audio[0]
            assert (stream.rate, stream.channels, stream.format.name) == (24_000, 1, "s16")
            assert sum(frame.samples for frame in container.decode(stream)) == take.samples


def test_speaking_again_is_finding(speech: BookSpeechInProcess, tmp_path: Path) -> None:
    first = rendered(speech, tmp_path, plan_of(TEXT))
    speech.spoken.clear()
    for record in tmp_path.glob("records/*/*"):
        record.unlink()
    assert rendered(speech, tmp_path, plan_of(TEXT)) == first
    assert speech.spoken == []


def test_a_damaged_take_is_spoken_again(speech: BookSpeechInProcess, tmp_path: Path) -> None:
    first = rendered(speech, tmp_path, plan_of(TEXT))
    path = first[0].takes[0].path
    whole = path.read_bytes()
    path.write_bytes(whole[:40])
    for record in tmp_path.glob("records/*/*"):
        record.unlink()
    assert rendered(speech, tmp_path, plan_of(TEXT)) == first
    assert path.read_bytes() == whole


def test_the_same_words_elsewhere_are_the_same_take(speech: BookSpeechInProcess, tmp_path: Path) -> None:
    chapters = rendered(speech, tmp_path, plan_of("天气真好。", "他说了。天气真好。"))
    alike = [take for chapter in chapters for take in chapter.takes if take.text == "天气真好。"]
    assert len(alike) == 2
    assert len({take.path for take in alike}) <= 2  # the score may differ by its place in the paragraph


def test_ruby_and_entities_are_mapped_back_to_print(speech: BookSpeechInProcess, tmp_path: Path) -> None:
    plan = plan_of("占位")
    (chapter,) = plan.chapters
    passage = replace(chapter.passages[0], text="我在[重庆](/chong2 qing4/)&lt;看&gt;书。")
    printed = "我在重庆<看>书。"
    plan = replace(plan, chapters=(replace(chapter, passages=(passage,), printed=(printed,)),))
    ((take,),) = [chapter.takes for chapter in rendered(speech, tmp_path, plan)]
    assert take.text == printed
    assert "重庆" in [word.text for word in take.words]


def test_a_sentence_that_cannot_be_spoken_is_a_gap_and_the_rest_goes_on(
    speech: BookSpeechInProcess, tmp_path: Path
) -> None:
    def fail(words: str) -> None:
        if "公园" in words:
            raise EngineError("the model failed")

    speech.before = fail
    (chapter,) = rendered(speech, tmp_path, plan_of(TEXT))
    assert chapter.takes[0].text == "今天天气真好。"
    assert len(chapter.takes) == 5
    record = next(iter(tmp_path.glob("records/*/*")))
    found = BatchRecord.read(record)
    assert found is not None
    assert not found.is_whole
    assert [gap.why for passage in found.passages for gap in passage.gaps] == ["the model failed"]


def test_markup_that_is_wrong_costs_its_passage_alone(speech: BookSpeechInProcess, tmp_path: Path) -> None:
    (chapter,) = rendered(speech, tmp_path, plan_of("好的。\n[voice nobody]坏的。[/voice]\n也好。"))
    assert [take.text for take in chapter.takes] == ["好的。", "也好。"]


def test_a_full_disk_pauses_and_nothing_is_lost(
    speech: BookSpeechInProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rendered(speech, tmp_path / "whole", plan_of(TEXT))
    spoken = len(speech.spoken)
    failures = [StorageError("the disk is full", hint="free some"), StorageError("still full")]
    control: list[JobControl] = []

    def write(*args: object, **options: object) -> None:
        if failures:
            raise failures.pop()
        written(*args, **options)  # type: ignore[arg-type]

    def resume(is_paused: bool, why: StorageError | None) -> None:
        if is_paused:
            reasons.append(str(why))
            asyncio.get_running_loop().call_later(0.05, control[0].resume)

    def make() -> JobControl:
        control.append(JobControl(resume))
        return control[0]

    from declaim.studio.jobs import take_store

    reasons: list[str] = []
    written = take_store.write_file
    monkeypatch.setattr(take_store, "write_file", write)
    again = rendered(speech, tmp_path / "full", plan_of(TEXT), make)
    assert reasons[0] == "still full"
    assert [take.samples for take in again[0].takes] == [take.samples for take in whole[0].takes]
    assert len(speech.spoken) == 2 * spoken, "samples waited for the disk and were not spoken again"


def test_sentences_are_spoken_at_once_but_no_more_than_allowed(
    speech: BookSpeechInProcess, tmp_path: Path
) -> None:
    speech.seconds = 0.02
    rendered(speech, tmp_path, plan_of(TEXT * 3))
    assert speech.most == 3


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> None:
    for name in ("whole", "full"):
        (tmp_path / name).mkdir()


def test_what_a_killed_process_left_unfinished_is_removed(tmp_path: Path) -> None:
    store = TakeStore(tmp_path)
    (tmp_path / "ab").mkdir()
    left, take = tmp_path / "ab" / ".declaim-1-2.flac", tmp_path / "ab" / "abc.flac"
    left.touch()
    take.touch()
    store.tidy(age=3600)
    assert left.exists()
    store.tidy()
    assert [path.name for path in (tmp_path / "ab").iterdir()] == ["abc.flac"]

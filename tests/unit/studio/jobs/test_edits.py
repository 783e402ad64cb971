"""What an edit costs: the sentence that was changed, and no other."""

import asyncio
from pathlib import Path

import pytest

from book_speech import BookSpeechInProcess, plan_of
from declaim.engines.kokoro import KokoroEngine
from declaim.engines.to_say import ToSay
from declaim.models.store import ModelStore
from declaim.prosody.emotion import Emotion
from declaim.server.service import SpeechRequest
from declaim.studio.jobs.control import JobControl
from declaim.studio.jobs.plan import Plan
from declaim.studio.jobs.project import Project
from declaim.studio.jobs.rendering import Renderer
from declaim.studio.jobs.score_memory import Earlier, matched, remembered
from declaim.studio.recording import RecordedChapter

BOOK = (
    "一月很冷。二月也冷。\n三月来了。",
    "四月下雨。五月花开。\n六月很热。",
    "七月更热。八月下雨。九月凉快。\n十月很好。\n十一月冷了。",
    "十二月下雪。一年过去了。",
)


class _ReadsContext(BookSpeechInProcess):
    """Emotion depends on all that was read before, as it does with a language model."""

    async def read(self, request: SpeechRequest):  # noqa: ANN202
        before = 0
        async for said in super().read(request):
            emotion = Emotion(happy=(before % 97) / 100)
            before += sum(ord(letter) for word in said.words for letter in word.spoken)
            score = said.score.model_copy(update={"emotion": emotion, "rate": 1 + (before % 89) / 1000})
            yield ToSay(said.sentence, score, said.voice)


pytestmark = pytest.mark.usefixtures("tiny_machine")


@pytest.fixture
def speech(tiny_store: ModelStore, tiny_engine: KokoroEngine) -> BookSpeechInProcess:
    return _ReadsContext.made(tiny_store, tiny_engine)


def spoken(speech: BookSpeechInProcess, folder: Path, plan: Plan, *, batches: int = 99) -> list[str]:
    """What had to be spoken for a plan, of which no more than some batches are done."""
    project = Project(folder, "manner")
    project.begin(plan)
    speech.spoken.clear()

    async def render() -> None:
        renderer = Renderer(speech, project.store, speaker="toy", client="book a", width=1, gate=JobControl())
        done = 0
        for index, chapter in enumerate(plan.chapters):
            for number in range(len(chapter.batches())):
                if done < batches and project.record(index, number) is None:
                    record = await renderer.render(project.batch(index, number), lambda *_: None)
                    project.keep(index, number, record)
                done += 1

    asyncio.run(render())
    return list(speech.spoken)


def takes(folder: Path) -> list[RecordedChapter]:
    return Project(folder, "manner").recorded()


def test_a_changed_sentence_is_spoken_and_no_other(speech: BookSpeechInProcess, tmp_path: Path) -> None:
    spoken(speech, tmp_path, plan_of(*BOOK))
    before = takes(tmp_path)
    edited = [text.replace("八月下雨", "八月刮风") for text in BOOK]
    assert spoken(speech, tmp_path, plan_of(*edited)) == ["八月刮风"]
    after = takes(tmp_path)
    kept = [take.path for chapter in before for take in chapter.takes if take.text != "八月下雨。"]
    assert [take.path for chapter in after for take in chapter.takes if take.text != "八月刮风。"] == kept


def test_without_memory_the_neighbours_would_be_spoken_too(
    speech: BookSpeechInProcess, tmp_path: Path
) -> None:
    """The test above proves something: scores here do depend on what was before."""
    spoken(speech, tmp_path, plan_of(*BOOK))
    edited = [text.replace("八月下雨", "八月刮风") for text in BOOK]
    (tmp_path / "plan.json").unlink()
    assert len(spoken(speech, tmp_path, plan_of(*edited))) > 1


def test_what_is_put_in_and_taken_out_leaves_the_rest(speech: BookSpeechInProcess, tmp_path: Path) -> None:
    spoken(speech, tmp_path, plan_of(*BOOK))
    edited = ["前言。", *BOOK]
    assert spoken(speech, tmp_path, plan_of(*edited)) == ["前言"]
    assert spoken(speech, tmp_path, plan_of(*BOOK)) == []
    without = [text.replace("五月花开。", "") for text in BOOK]
    assert spoken(speech, tmp_path, plan_of(*without)) == []


def test_an_edit_in_the_middle_of_a_run_forgets_nothing(speech: BookSpeechInProcess, tmp_path: Path) -> None:
    spoken(speech, tmp_path, plan_of(*BOOK))
    first = [text.replace("八月下雨", "八月刮风") for text in BOOK]
    assert spoken(speech, tmp_path, plan_of(*first), batches=1) == []
    second = [text.replace("四月下雨", "四月刮风") for text in first]
    assert spoken(speech, tmp_path, plan_of(*second)) == ["四月刮风", "八月刮风"]


def test_passages_are_laid_beside_each_other_as_diff_does() -> None:
    earlier = [Earlier(name, ((f"{name}1", {"rate": 1.0}),)) for name in "abc"]
    known = remembered(earlier, ["a", "x", "c", "new"])
    assert [[name for name, _ in each] for each in known] == [["a1"], ["b1"], ["c1"], []]
    assert matched([("s", {"rate": 1.5}), ("t", {})], ["u", "s"]) == {1: {"rate": 1.5}}

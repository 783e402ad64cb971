"""Whatever goes wrong: a typed error, nothing half-written, and what was there stays."""

from __future__ import annotations

import dataclasses
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from spoken_books import RATE, tone, write_take

from declaim.errors import OptionError, StorageError
from declaim.studio.book import Block, BlockKind, Book, Chapter
from declaim.studio.outputs import (
    OutputSettings,
    TakeError,
    write_chapter_files,
    write_m4b,
    write_manifest,
    write_read_along,
    write_subtitles,
)
from declaim.studio.recording import RecordedChapter, Take

Recorded = tuple[RecordedChapter, ...]
Write = Callable[[Path, Book, Recorded], object]

WRITERS: dict[str, Write] = {
    "m4b": write_m4b,
    "epub": write_read_along,
    "json": write_manifest,
    "srt": write_subtitles,
}
SOUND = ["m4b", "epub"]


@pytest.fixture
def no_room() -> Iterator[Callable[[int], None]]:
    """Let files have no more than so many bytes, as if the disk were full then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def changed(recorded: Recorded, take: Take) -> Recorded:
    """The recording with one take of the second chapter replaced."""
    chapter = recorded[1]
    takes = (*chapter.takes[:2], take, *chapter.takes[3:])
    return (recorded[0], dataclasses.replace(chapter, takes=takes), *recorded[2:])


def with_a_long_end(recorded: Recorded, times: int) -> Recorded:
    """The recording with the last chapter's takes so many times."""
    return (*recorded[:4], dataclasses.replace(recorded[4], takes=recorded[4].takes * times))


def printed(recorded: Recorded) -> Book:
    """A book of so many chapters and blocks as were recorded."""
    blocks = (Block(BlockKind.PARAGRAPH, "A sentence. " * 10),) * 5
    return Book("B", tuple(Chapter(one.title, blocks, one.level) for one in recorded))


def missing(folder: Path) -> Path:
    return folder / "missing.flac"


def cut_off(folder: Path) -> Path:
    path = write_take(folder / "cut.flac", tone(1.0))
    path.write_bytes(path.read_bytes()[:-200])
    return path


def flipped(folder: Path) -> Path:
    path = write_take(folder / "flipped.flac", tone(1.0))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)
    return path


def empty(folder: Path) -> Path:
    (folder / "empty.flac").touch()
    return folder / "empty.flac"


def something_else(folder: Path) -> Path:
    (folder / "text.flac").write_text("not audio at all " * 1000)
    return folder / "text.flac"


def shorter(folder: Path) -> Path:
    return write_take(folder / "short.flac", tone(0.5))


@pytest.fixture(params=[missing, cut_off, flipped, empty, something_else, shorter])
def broken(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that is not what the take says."""
    return Path(request.param(tmp_path_factory.mktemp("broken")))


@pytest.mark.parametrize("kind", SOUND)
@pytest.mark.parametrize("loudness", [-19.0, None])
def test_a_take_that_cannot_be_read_is_named(
    kind: str, loudness: float | None, broken: Path, recorded: Recorded, tmp_path: Path
) -> None:
    target = tmp_path / f"a.{kind}"
    target.write_text("before")
    damaged = changed(recorded, dataclasses.replace(recorded[1].takes[2], path=broken, samples=RATE))
    write = write_m4b if kind == "m4b" else write_read_along
    with pytest.raises(TakeError, match="damaged" if broken.exists() else "missing") as caught:
        write(target, printed(damaged), damaged, OutputSettings(loudness=loudness))
    assert str(broken) in str(caught.value)
    assert caught.value.path == broken
    assert "Speak the book again" in caught.value.hint
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    assert target.read_text() == "before"


def test_a_take_in_another_form_is_refused(
    book: Book, recorded: Recorded, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stereo = tmp_path_factory.mktemp("stereo") / "stereo.flac"
    with av.open(str(stereo), "w") as container:
        stream = container.add_stream("flac", rate=RATE, layout="stereo")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 2 * RATE), np.int16), format="s16", layout="stereo")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    damaged = changed(recorded, dataclasses.replace(recorded[1].takes[2], path=stereo, samples=RATE))
    with pytest.raises(TakeError, match="not mono"):
        write_m4b(tmp_path / "a.m4b", book, damaged)


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("size", [0, 500, 20_000])
def test_a_full_disk(
    kind: str, size: int, recorded: Recorded, tmp_path: Path, no_room: Callable[[int], None]
) -> None:
    target = tmp_path / f"a.{kind}"
    target.write_text("before")
    longer = with_a_long_end(recorded, 5)
    no_room(size if kind in SOUND else min(size, 500))
    with pytest.raises(StorageError, match=r"a\.\w+ cannot be written") as caught:
        WRITERS[kind](target, printed(longer), longer)
    assert caught.value.hint
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    assert target.read_text() == "before"


@pytest.mark.parametrize("audio_format", ["mp3", "opus", "flac"])
def test_a_full_disk_leaves_the_chapters_that_are_done(
    audio_format: str, book: Book, recorded: Recorded, tmp_path: Path, no_room: Callable[[int], None]
) -> None:
    longer = with_a_long_end(recorded, 20)
    no_room(400_000 if audio_format == "flac" else 150_000)
    with pytest.raises(StorageError, match="05 - Part Two Chapter 1"):
        write_chapter_files(tmp_path, book, longer, audio_format)
    stems = sorted(path.stem for path in tmp_path.iterdir())
    assert stems == ["01 - Part One", "02 - Part One Chapter 1", "04 - Part Two"]


@pytest.mark.parametrize("kind", WRITERS)
def test_no_such_folder(kind: str, book: Book, recorded: Recorded, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written") as caught:
        WRITERS[kind](tmp_path / "none" / f"a.{kind}", book, recorded)
    assert "mkdir" in caught.value.hint


@pytest.mark.parametrize("kind", WRITERS)
def test_a_folder_is_no_file(kind: str, book: Book, recorded: Recorded, tmp_path: Path) -> None:
    (tmp_path / f"a.{kind}").mkdir()
    with pytest.raises(OptionError, match="is a folder"):
        WRITERS[kind](tmp_path / f"a.{kind}", book, recorded)


def test_chapters_into_a_file(book: Book, recorded: Recorded, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be written"):
        write_chapter_files(tmp_path / "file", book, recorded, "mp3")


class _Interrupt:
    """Ctrl-C after so many calls."""

    def __init__(self, calls: int) -> None:
        self.left = calls

    def __call__(self, done: float, total: float) -> None:
        assert 0 < done <= total
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


@pytest.mark.parametrize("kind", SOUND)
@pytest.mark.parametrize("calls", [1, 3])
def test_an_interruption_leaves_nothing(
    kind: str, calls: int, book: Book, recorded: Recorded, tmp_path: Path
) -> None:
    write = write_m4b if kind == "m4b" else write_read_along
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / f"a.{kind}", book, recorded, progress=_Interrupt(calls))
    assert not list(tmp_path.iterdir())


def test_an_interruption_between_chapters_leaves_those_that_are_done(
    book: Book, recorded: Recorded, tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        write_chapter_files(tmp_path, book, recorded, "mp3", progress=_Interrupt(3))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["01 - Part One.mp3", "02 - Part One Chapter 1.mp3", "04 - Part Two.mp3"]
    whole = write_chapter_files(tmp_path / "again", book, recorded, "mp3")
    for path in whole[:3]:
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from spoken_books import RATE, heard, tone, write_take

import declaim.studio.outputs
from declaim.audio.loudness import LoudnessMeter
from declaim.errors import EngineError, OptionError
from declaim.studio.book import Block, BlockKind, Book, Chapter
from declaim.studio.outputs import OutputKind, OutputSettings, measure_gain, write_m4b, write_outputs
from declaim.studio.passage import Place
from declaim.studio.recording import RecordedChapter, Take

Recorded = tuple[RecordedChapter, ...]
STEM = "The Book of “Tests” & 测试"


def test_all_files_of_a_book(book: Book, recorded: Recorded, tmp_path: Path) -> None:
    told: list[float] = []
    totals: set[float] = set()

    def progress(done: float, total: float) -> None:
        told.append(done)
        totals.add(total)

    paths = write_outputs(tmp_path / "new", book, recorded, set(OutputKind), progress=progress)
    there = [path for path in (tmp_path / "new").rglob("*") if path.is_file()]
    assert sorted(there) == sorted(paths)
    top = {path.name for path in paths if path.parent.name == "new"}
    assert top == {f"{STEM}.{suffix}" for suffix in ("m4b", "srt", "vtt", "lrc", "epub", "json")}
    assert len([path for path in paths if path.parent.name == "opus"]) == 4 + 1 + 3 * 4
    assert told == sorted(told)
    assert totals == {told[-1]}
    assert told[-1] == pytest.approx(12.15 * (1 + 5))  # once measured, five times written


def test_what_is_made_together_is_what_is_made_alone(book: Book, recorded: Recorded, tmp_path: Path) -> None:
    (together,) = write_outputs(tmp_path / "all", book, recorded, [OutputKind.M4B])
    write_m4b(tmp_path / "alone.m4b", book, recorded)
    assert together.read_bytes() == (tmp_path / "alone.m4b").read_bytes()


def test_subtitles_need_no_audio_file(book: Book, recorded: Recorded, tmp_path: Path) -> None:
    paths = write_outputs(tmp_path, book, recorded, [OutputKind.LRC, OutputKind.MANIFEST])
    assert [path.name for path in paths] == [f"{STEM}.lrc", f"{STEM}.json"]


def test_a_manifest_of_a_book_of_which_nothing_was_spoken(book: Book, tmp_path: Path) -> None:
    silent = [RecordedChapter(chapter.title, ()) for chapter in book.chapters]
    (path,) = write_outputs(tmp_path, book, silent, [OutputKind.MANIFEST])
    assert '"spoken": 0' in path.read_text("utf-8")
    with pytest.raises(EngineError, match="nothing in the book was spoken"):
        write_outputs(tmp_path, book, silent, [OutputKind.MP3])


def parts(folder: Path, *levels: float) -> Recorded:
    """Chapters of ten seconds at so many times full scale, a second of silence after each."""
    chapters = []
    for index, level in enumerate(levels):
        path = write_take(folder / f"{index}.flac", tone(10, level=level / 2.6))
        take = Take(path, 10 * RATE, "A.", Place(index, 0, 0, 2), pause=1)
        chapters.append(RecordedChapter(str(index), (take,)))
    return tuple(chapters)


def loudness(samples: np.ndarray) -> float:
    meter = LoudnessMeter(RATE)
    meter.add(np.asarray(samples, np.float32))
    assert meter.integrated is not None
    return meter.integrated


def test_the_gain_is_that_of_the_whole_book(tmp_path: Path) -> None:
    chapters = parts(tmp_path, 0.3, 0.15, 0.3)
    whole = np.concatenate([heard(chapter.takes[0].path) for chapter in chapters])
    gain = measure_gain(chapters, OutputSettings())
    assert 20 * np.log10(gain) == pytest.approx(-19 - loudness(whole), abs=0.1)


def test_long_silences_change_nothing(tmp_path: Path) -> None:
    (chapter,) = parts(tmp_path, 0.3)
    silent = Take(chapter.takes[0].path, 10 * RATE, "A.", Place(0, 0, 0, 2), pause=300)
    quiet = RecordedChapter("0", (silent,))
    gain = measure_gain([quiet], OutputSettings())
    assert gain == pytest.approx(measure_gain([chapter], OutputSettings()), rel=0.01)


def test_peaks_are_held_where_the_gain_would_pass_them(tmp_path: Path) -> None:
    path = write_take(tmp_path / "a.flac", tone(3, level=0.02))
    clicks = tone(3, level=0.02)
    clicks[::RATE] = 20_000  # far above what the voice has
    loud = write_take(tmp_path / "b.flac", clicks)
    takes = tuple(Take(one, 3 * RATE, "A.", Place(0, 0, 0, 2)) for one in (path, loud))
    book = Book("B", (Chapter("C", (Block(BlockKind.PARAGRAPH, "A."),)),))
    chapters = [RecordedChapter("C", takes)]
    settings = OutputSettings(loudness=-16, ceiling=-3)
    (flac, _) = write_outputs(tmp_path / "out", book, chapters, [OutputKind.FLAC], settings)
    assert 20 * np.log10(np.abs(heard(flac)).max()) <= -3 + 1e-3


def test_no_loudness_leaves_the_level(book: Book, recorded: Recorded, tmp_path: Path) -> None:
    settings = OutputSettings(loudness=None)
    assert measure_gain(recorded, settings) == 1
    (flac, *_) = write_outputs(tmp_path, book, recorded, [OutputKind.FLAC], settings)
    take = recorded[0].takes[0]
    np.testing.assert_array_equal(heard(flac)[: take.samples], heard(take.path))


def test_a_loudness_that_is_none(recorded: Recorded) -> None:
    with pytest.raises(OptionError, match="loudness"):
        measure_gain(recorded, OutputSettings(loudness=3))


def test_public_names() -> None:
    names = declaim.studio.outputs.__all__
    assert names == sorted(names)
    assert all(hasattr(declaim.studio.outputs, name) for name in names)


_MEMORY = """
import sys
from pathlib import Path
import psutil
from declaim.studio.book import Block, BlockKind, Book, Chapter
from declaim.studio.outputs import write_m4b
from declaim.studio.passage import Place
from declaim.studio.recording import RecordedChapter, Take

take = Take(Path(sys.argv[1]), 240_000, "A.", Place(0, 0, 0, 2), pause=2)
chapter = RecordedChapter("C", (take,) * 5)
book = Book("B", (Chapter("C", (Block(BlockKind.PARAGRAPH, "A."),)),))
seen = []
me = psutil.Process()
write_m4b(Path(sys.argv[2]), book, [chapter] * 6, progress=lambda *_: seen.append(me.memory_info().rss))
print(max(seen[len(seen) * 2 // 3:]) - max(seen[: len(seen) * 7 // 12]))
"""


def test_memory_does_not_grow_with_the_length(tmp_path: Path) -> None:
    take = write_take(tmp_path / "a.flac", tone(10))
    command = [sys.executable, "-c", _MEMORY, str(take), str(tmp_path / "a.m4b")]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    # Six minutes have 35 MB of samples; FFmpeg's index of the frames takes 6 MB an hour.
    assert int(result.stdout) < 4_000_000

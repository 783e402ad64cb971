"""Subtitles of a recorded book: SubRip, WebVTT and LRC, with the cues of `declaim.timings`."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Literal, TextIO, TypeAlias

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.errors import OptionError
from declaim.studio.book import Book, Chapter
from declaim.studio.outputs.chapter_files import chapter_stems
from declaim.studio.outputs.lyrics import LyricsWriter, heading_of
from declaim.studio.outputs.timeline import seconds, starts_of, timed
from declaim.studio.outputs.whole_file import make_folder, whole_file
from declaim.studio.outputs.words import words_of
from declaim.studio.recording import RecordedChapter, Take
from declaim.timings import TimingsWriter, WordTiming

SubtitleFormat: TypeAlias = Literal["srt", "vtt", "lrc"]
_FORMATS: Final[tuple[SubtitleFormat, ...]] = ("srt", "vtt", "lrc")

_BETWEEN_BLOCKS: Final = "\n\n"
"""A cue ends there."""


def write_subtitles(path: Path, book: Book, chapters: Sequence[RecordedChapter]) -> None:
    """Write the subtitles of the whole book, timed as in its M4B.

    Args:
        path: ends in ``.srt``, ``.vtt`` or ``.lrc``.
        book: whose text the takes' places count in.
        chapters: one for each chapter of the book, in order.

    Raises:
        OptionError: the suffix is another.
        StorageError: the file cannot be written.
    """
    starts = starts_of(chapters)
    _write(Path(path), book, zip(book.chapters, chapters, starts[:-1], strict=True), book.title, starts[-1])


def write_chapter_subtitles(
    folder: Path, book: Book, chapters: Sequence[RecordedChapter], subtitle_format: SubtitleFormat
) -> tuple[Path, ...]:
    """Write the subtitles of each chapter that has audio, timed and named as its file is.

    Raises:
        StorageError: a file cannot be written.
    """
    make_folder(folder)
    paths = []
    for stem, printed, recorded in zip(chapter_stems(chapters), book.chapters, chapters, strict=True):
        if recorded.takes:
            path = folder / f"{stem}.{subtitle_format}"
            _write(path, book, [(printed, recorded, 0)], recorded.title, starts_of([recorded])[-1])
            paths.append(path)
    return tuple(paths)


def _write(
    path: Path,
    book: Book,
    parts: Iterable[tuple[Chapter, RecordedChapter, int]],
    title: str,
    length: int,
) -> None:
    """Write what is said in chapters that begin at so many samples."""
    parts = list(parts)
    text = _BETWEEN_BLOCKS.join(block.text for chapter, _, _ in parts for block in chapter.blocks)
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as stream:
        writer = _writer(path, stream, text, heading_of(book, title, seconds(length)))
        writer.write(_words(parts))
        writer.close()


def _writer(path: Path, stream: TextIO, text: str, heading: str) -> TimingsWriter | LyricsWriter:
    match path.suffix.lower():
        case ".srt":
            return TimingsWriter(stream, text, "srt")
        case ".vtt":
            return TimingsWriter(stream, text, "vtt")
        case ".lrc":
            return LyricsWriter(stream, text, heading)
        case _:
            hint = "End it in " + ", ".join(f".{name}" for name in _FORMATS) + "."
            raise OptionError(f"the name {str(path)!r} says no subtitle format", hint=hint)


def _words(parts: Iterable[tuple[Chapter, RecordedChapter, int]]) -> Iterator[WordTiming]:
    """All words, with their places in the joined text and their times in the joined audio."""
    before = 0
    for printed, recorded, start in parts:
        sizes = (len(block.text) + len(_BETWEEN_BLOCKS) for block in printed.blocks)
        offsets = list(itertools.accumulate(sizes, initial=before))
        for placed in timed(recorded.takes):
            yield from _moved(placed.take, offsets, (start + placed.start) / SAMPLE_RATE)
        before = offsets[-1]


def _moved(take: Take, offsets: Sequence[int], start: float) -> Iterator[WordTiming]:
    offset = offsets[take.place.block]
    for word in words_of(take):
        span = word.span[0] + offset, word.span[1] + offset
        yield WordTiming(word.text, span, word.start + start, word.end + start)

"""Where every sentence of a book is in its audio, or why it is not."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from declaim.studio.book import Block, Book, Chapter
from declaim.studio.outputs.segments import Segment, by_block, segments_of
from declaim.studio.outputs.timeline import TimedTake, seconds, starts_of, timed
from declaim.studio.outputs.whole_file import whole_file
from declaim.studio.passage import Place
from declaim.studio.recording import RecordedChapter
from declaim.text.splitting import split_sentences

VERSION: Final = 1
"""Of the manifest's form."""

_UNKNOWN: Final = "no take of it was made"
_INDENT: Final = 1


def write_manifest(
    path: Path,
    book: Book,
    chapters: Sequence[RecordedChapter],
    unspoken: Mapping[Place, str] | None = None,
) -> None:
    """Write a JSON file in which every sentence of the book stands, in the book's order.

    It is an object with ``version``, ``title``, ``authors``, ``seconds``, ``spoken`` and ``unspoken``
    (numbers of sentences), ``chapters`` and ``skipped`` (what the book's reader left out). A chapter has
    ``title``, ``level``, ``start``, ``end`` and ``sentences``; a sentence has ``block``, ``from`` and ``to``
    (offsets in the block's text), ``text`` and, if it was spoken, ``speaker``, ``take`` (its file, from the
    manifest's folder), ``start`` and ``end`` (seconds in the whole book, the silence after it not counted);
    if not, ``reason``.

    Args:
        path: an existing file is replaced.
        book: whose text the takes' places count in.
        chapters: one for each chapter of the book, in order.
        unspoken: why stretches have no take; a sentence has the reason of the first stretch that it touches.

    Raises:
        StorageError: the file cannot be written.
    """
    listed = list(_chapters(Path(path), book, chapters, unspoken or {}))
    sentences = [sentence for chapter in listed for sentence in chapter["sentences"]]
    missing = sum("reason" in sentence for sentence in sentences)
    whole = {
        "version": VERSION,
        "title": book.title,
        "authors": book.authors,
        "seconds": _rounded(starts_of(chapters)[-1]),
        "spoken": len(sentences) - missing,
        "unspoken": missing,
        "chapters": listed,
        "skipped": [
            {"kind": one.kind.value, "where": one.where, "why": one.why, "count": one.count}
            for one in book.skipped
        ],
    }
    with whole_file(Path(path)) as temporary:
        text = json.dumps(whole, ensure_ascii=False, indent=_INDENT)
        temporary.write_text(text + "\n", encoding="utf-8", newline="\n")


def _chapters(
    path: Path, book: Book, chapters: Sequence[RecordedChapter], unspoken: Mapping[Place, str]
) -> Iterator[dict[str, Any]]:
    starts = starts_of(chapters)
    for index, (printed, recorded) in enumerate(zip(book.chapters, chapters, strict=True)):
        sentences = _Sentences(path, index, printed, starts[index], unspoken)
        yield {
            "title": printed.title,
            "level": printed.level,
            "start": _rounded(starts[index]),
            "end": _rounded(starts[index + 1]),
            "sentences": list(sentences.of(recorded)),
        }


class _Sentences:
    """The sentences of one chapter, as the manifest has them."""

    def __init__(
        self, path: Path, index: int, printed: Chapter, start: int, unspoken: Mapping[Place, str]
    ) -> None:
        self._folder = path.absolute().parent
        self._printed = printed
        self._start = start
        reasons = sorted(
            (place.block, place.start, place.end, why)
            for place, why in unspoken.items()
            if place.chapter == index
        )
        self._reasons = reasons

    def of(self, recorded: RecordedChapter) -> Iterator[dict[str, Any]]:
        """All of them, spoken or not."""
        takes = by_block(timed(recorded.takes))
        for index, block in enumerate(self._printed.blocks):
            for segment in segments_of(len(block.text), takes[index]):
                if segment.takes:
                    yield from (self._spoken(placed) for placed in segment.takes)
                else:
                    yield from self._missing(index, block, segment)

    def _spoken(self, placed: TimedTake) -> dict[str, Any]:
        take = placed.take
        return {
            "block": take.place.block,
            "from": take.place.start,
            "to": take.place.end,
            "text": take.text,
            "speaker": take.speaker,
            "take": _relative(take.path, self._folder),
            "start": _rounded(self._start + placed.start),
            "end": _rounded(self._start + placed.end),
        }

    def _missing(self, index: int, block: Block, segment: Segment) -> Iterator[dict[str, Any]]:
        text = block.text[segment.start : segment.end]
        for extent in split_sentences(text):
            sentence = text[extent.start : extent.end]
            if any(letter.isalnum() for letter in sentence):
                start, end = segment.start + extent.start, segment.start + extent.end
                yield {
                    "block": index,
                    "from": start,
                    "to": end,
                    "text": sentence.strip(),
                    "reason": self._reason(index, start, end),
                }

    def _reason(self, block: int, start: int, end: int) -> str:
        """Why a stretch was not spoken: what was said of a place that it shares characters with."""
        reasons = (
            why
            for its_block, its_start, its_end, why in self._reasons
            if its_block == block and its_start < end and start < its_end
        )
        return next(reasons, _UNKNOWN)


def _relative(path: Path, folder: Path) -> str:
    """From one to the other, with slashes; as it is where no way leads there (another Windows drive)."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return path.as_posix()


def _rounded(samples: int) -> float:
    return round(seconds(samples), 3)

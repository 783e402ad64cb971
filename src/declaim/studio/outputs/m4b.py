"""The audiobook in one file: AAC in MP4, with chapters, cover and what is known of the book.

Chapters are written twice, because players read one or the other: as a text track (QuickTime's, which Apple's
players and FFmpeg read) with all titles whole, and as Nero's ``chpl``, which holds 255 of 255 bytes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.audio.formats import FORMATS
from declaim.studio.book import Book
from declaim.studio.outputs.cover import fitted
from declaim.studio.outputs.encoding import FileDescription, encode
from declaim.studio.outputs.languages import iso_639_2, tag_of
from declaim.studio.outputs.marks import Mark, marks_of
from declaim.studio.outputs.mastering import prepared, require_audio
from declaim.studio.outputs.mp4_atoms import put_user_data, user_data
from declaim.studio.outputs.names import one_line
from declaim.studio.outputs.progress import Progress
from declaim.studio.outputs.settings import OutputSettings
from declaim.studio.outputs.tags import authors_of
from declaim.studio.outputs.timeline import starts_of
from declaim.studio.outputs.whole_file import whole_file
from declaim.studio.recording import RecordedChapter

M4B: Final = dataclasses.replace(FORMATS["m4a"], name="m4b", suffix=".m4b")

_FRAME: Final = 1024
"""Samples in an AAC frame."""
_BYTES_A_FRAME: Final = 5
"""Of the index: four for the frame's size, the rest for the chunks that frames are in."""
_BYTES_A_MARK: Final = 64
_BYTES_ELSE: Final = 16_384


def write_m4b(
    path: Path,
    book: Book,
    chapters: Sequence[RecordedChapter],
    settings: OutputSettings | None = None,
    *,
    gain: float | None = None,
    progress: Progress | None = None,
) -> None:
    """Write the audiobook; the file appears complete or not at all.

    Args:
        path: an existing file is replaced, and left alone on any failure, Ctrl-C included.
        book: what is said of it; its text is not used.
        chapters: in order; those without takes have no mark.
        settings: None is `OutputSettings()`.
        gain: what `measure_gain` gave for these chapters; None measures now.
        progress: told how far it is.

    Raises:
        TakeError: a recorded sentence is missing or damaged.
        StorageError: the disk is full or the file cannot be written.
        OptionError: ``path`` is a folder, or a setting is outside its range.
        EngineError: there is nothing to hear.
    """
    settings = settings or OutputSettings()
    require_audio(chapters)
    with whole_file(Path(path)) as temporary:
        factor, tally = prepared(chapters, settings, gain, progress)
        marks = marks_of(chapters)
        udta = user_data(_items(book, settings), fitted(book.cover, settings.cover_pixels), marks)
        about = FileDescription(
            M4B,
            settings.m4b_bit_rate,
            settings.ceiling,
            marks=marks,
            language=iso_639_2(tag_of(book)),
            options=_options(starts_of(chapters)[-1], marks, len(udta)),
        )
        takes = (take for chapter in chapters for take in chapter.takes)
        encode(takes, temporary, about, factor, tally)
        put_user_data(temporary, udta)


def _options(length: int, marks: Sequence[Mark], user_data_size: int) -> dict[str, str]:
    titles = sum(len(mark.title.encode()) + _BYTES_A_MARK for mark in marks)
    index = (length // _FRAME + 2) * _BYTES_A_FRAME
    return {
        "brand": "M4B ",
        "movflags": "+disable_chpl",  # FFmpeg cuts titles at 255 bytes, in the middle of characters
        # Room for the index in front of the audio: a player can start at once, and nothing is written twice.
        "moov_size": str(index + titles + user_data_size + _BYTES_ELSE),
        "movie_timescale": str(SAMPLE_RATE),  # chapters and the edit list count in it
    }


def _items(book: Book, settings: OutputSettings) -> dict[str, str]:
    """Text by the names of iTunes' items; some things have several, as players differ in what they read."""
    about, authors = book.metadata, authors_of(book)
    items = {
        "©nam": book.title,
        "©alb": book.title,
        "©ART": authors,
        "aART": authors,
        "©wrt": settings.narrator,
        "©nrt": settings.narrator,
        "©gen": settings.genre,
        "©day": about.published,
        "cprt": about.rights,
        "©pub": about.publisher,
        "©mvn": about.series,
        "NARRATOR": settings.narrator,
        "PUBLISHER": about.publisher,
        "LANGUAGE": tag_of(book),
        "SERIES": about.series,
        "SERIES-PART": about.series_index,
        "TRANSLATOR": ", ".join(about.translators),
        "SUBJECT": ", ".join(about.subjects),
        "IDENTIFIER": about.identifier,
    }
    lines = {key: one_line(value) for key, value in items.items() if one_line(value)}
    paragraphs = "\n\n".join(filter(None, map(one_line, about.description.split("\n\n"))))
    return lines | ({"desc": one_line(paragraphs), "ldes": paragraphs} if paragraphs else {})

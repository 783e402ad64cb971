"""A book as EPUB 3.3 with Media Overlays: each sentence lights up while it is heard."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.audio.formats import FORMATS
from declaim.studio.book import Book
from declaim.studio.outputs.cover import Picture, fitted
from declaim.studio.outputs.encoding import FileDescription, encode
from declaim.studio.outputs.languages import tag_of
from declaim.studio.outputs.mastering import prepared, require_audio
from declaim.studio.outputs.names import one_line
from declaim.studio.outputs.progress import Progress, Tally
from declaim.studio.outputs.read_along import pages
from declaim.studio.outputs.read_along.archive import EpubArchive
from declaim.studio.outputs.read_along.overlay import clock, overlay
from declaim.studio.outputs.read_along.package import CONTAINER, Item, package
from declaim.studio.outputs.read_along.parts import Part, parts_of
from declaim.studio.outputs.settings import OutputSettings
from declaim.studio.outputs.whole_file import whole_file
from declaim.studio.recording import RecordedChapter

_XHTML: Final = "application/xhtml+xml"
_SMIL: Final = "application/smil+xml"
_FOLDER: Final = "EPUB"
_M4A: Final = {"movflags": "+faststart", "movie_timescale": str(SAMPLE_RATE)}
"""The index in front, and an edit list that cuts the encoder's delay to the sample."""


def write_read_along(
    path: Path,
    book: Book,
    chapters: Sequence[RecordedChapter],
    settings: OutputSettings | None = None,
    *,
    gain: float | None = None,
    progress: Progress | None = None,
) -> None:
    """Write an EPUB of the book's text and its audio; the file appears complete or not at all.

    A chapter's audio is encoded into a temporary folder beside ``path``, one at a time.

    Args:
        path: an existing file is replaced, and left alone on any failure, Ctrl-C included.
        book: whose text the takes' places count in.
        chapters: one for each chapter of the book, in order; one without takes is there to be read.
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
        parts = list(parts_of(book, chapters))
        with EpubArchive(temporary) as archive:
            _add_text(archive, book, parts, settings)
            _add_audio(archive, parts, settings, factor, tally)


def _add_text(archive: EpubArchive, book: Book, parts: Sequence[Part], settings: OutputSettings) -> None:
    picture, language = fitted(book.cover, settings.cover_pixels), tag_of(book)
    title = one_line(book.title) or "-"
    items = list(_items(parts, picture, settings))
    files: dict[str, str | bytes] = {
        "package.opf": package(book, parts, items, settings),
        "nav.xhtml": pages.navigation_page(parts, title, language),
        "style.css": pages.STYLE,
    }
    if picture:
        files[f"cover{picture.suffix}"] = picture.data
        files["cover.xhtml"] = pages.cover_page(picture, title, language)
    for part in parts:
        files[f"{part.name}.xhtml"] = pages.chapter_page(part, language)
        if part.recorded.takes:
            files[f"{part.name}.smil"] = overlay(part, _audio_name(part, settings))
    archive.add("META-INF/container.xml", CONTAINER)
    for name, data in files.items():
        archive.add(f"{_FOLDER}/{name}", data)


def _add_audio(
    archive: EpubArchive,
    parts: Sequence[Part],
    settings: OutputSettings,
    gain: float,
    tally: Tally,
) -> None:
    audio_format = FORMATS[settings.read_along_format]
    options = _M4A if settings.read_along_format == "m4a" else {}
    about = FileDescription(audio_format, settings.read_along_bit_rate, settings.ceiling, options=options)
    with tempfile.TemporaryDirectory(prefix=".declaim-", dir=archive.folder) as scratch:
        file = Path(scratch) / f"chapter{audio_format.suffix}"
        for part in parts:
            if part.recorded.takes:
                encode(part.recorded.takes, file, about, gain, tally)
                archive.add_file(f"{_FOLDER}/{_audio_name(part, settings)}", file)


def _audio_name(part: Part, settings: OutputSettings) -> str:
    return f"audio/{part.name}{FORMATS[settings.read_along_format].suffix}"


def _items(parts: Sequence[Part], picture: Picture | None, settings: OutputSettings) -> Iterator[Item]:
    yield Item("nav.xhtml", _XHTML, "nav")
    yield Item("style.css", "text/css")
    if picture:
        yield Item(f"cover{picture.suffix}", picture.media_type, "cover-image")
        yield Item("cover.xhtml", _XHTML, in_spine=True)
    for part in parts:
        page, smil = f"{part.name}.xhtml", f"{part.name}.smil"
        yield Item(page, _XHTML, overlay=smil if part.recorded.takes else "", in_spine=True)
        if part.recorded.takes:
            yield Item(smil, _SMIL, duration=clock(part.length))
            audio = FORMATS[settings.read_along_format]
            yield Item(_audio_name(part, settings), audio.mime_type)

"""A file for each chapter, and a playlist of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, TypeAlias

from declaim.audio.formats import FORMATS
from declaim.studio.book import Book
from declaim.studio.outputs.cover import fitted
from declaim.studio.outputs.encoding import FileDescription, encode
from declaim.studio.outputs.flac_picture import vorbis_comment
from declaim.studio.outputs.marks import flat_titles
from declaim.studio.outputs.mastering import prepared, require_audio
from declaim.studio.outputs.names import one_line, safe_name
from declaim.studio.outputs.progress import Progress
from declaim.studio.outputs.settings import OutputSettings
from declaim.studio.outputs.tags import authors_of, book_tags, chapter_tags
from declaim.studio.outputs.timeline import length_of, seconds
from declaim.studio.outputs.whole_file import make_folder, whole_file
from declaim.studio.recording import RecordedChapter

ChapterFormat: TypeAlias = Literal["mp3", "opus", "flac"]

_ID3: Final = {"id3v2_version": "3"}  # 2.4 is not read by Windows' own player


def write_chapter_files(
    folder: Path,
    book: Book,
    chapters: Sequence[RecordedChapter],
    audio_format: ChapterFormat,
    settings: OutputSettings | None = None,
    *,
    gain: float | None = None,
    progress: Progress | None = None,
) -> tuple[Path, ...]:
    """Write a file for each chapter that has audio and, last, a playlist (extended M3U in UTF-8).

    Names are numbers and titles, such as ``03 - 第三章.mp3``. Each file appears complete or not at all; those
    that were complete before a failure stay.

    Args:
        folder: made if it is not there; files of the same names are replaced.
        book: what is said of it; its text is not used.
        chapters: in order.
        audio_format: ``mp3``, ``opus`` or ``flac``.
        settings: None is `OutputSettings()`.
        gain: what `measure_gain` gave for these chapters; None measures now.
        progress: told how far it is.

    Returns:
        The files in order, the playlist last.

    Raises:
        TakeError: a recorded sentence is missing or damaged.
        StorageError: the disk is full or a file cannot be written.
        OptionError: a setting is outside its range.
        EngineError: there is nothing to hear.
    """
    settings = settings or OutputSettings()
    require_audio(chapters)
    make_folder(folder)
    factor, tally = prepared(chapters, settings, gain, progress)
    common = _common(book, audio_format, settings)
    files = _files(folder, chapters, FORMATS[audio_format].suffix)
    for number, (path, title, chapter) in enumerate(files, 1):
        with whole_file(path) as temporary:
            tags = chapter_tags(common.tags, title, number, len(files), is_vorbis=audio_format != "mp3")
            encode(chapter.takes, temporary, dataclasses.replace(common, tags=tags), factor, tally)
    playlist = folder / f"{safe_name(book.title, 'book')}.m3u8"
    _write_playlist(playlist, book, files)
    return (*(path for path, _, _ in files), playlist)


def chapter_stems(chapters: Sequence[RecordedChapter]) -> list[str]:
    """A name for each chapter's files, without suffix; the number in front makes them differ and sort."""
    digits = max(2, len(str(len(chapters))))
    stems = []
    for number, flat in enumerate(flat_titles(chapters), 1):
        title = safe_name(flat, "")
        stems.append(f"{number:0{digits}} - {title}" if title else f"{number:0{digits}}")
    return stems


def _files(
    folder: Path, chapters: Sequence[RecordedChapter], suffix: str
) -> list[tuple[Path, str, RecordedChapter]]:
    """File, title and recording of each chapter that has audio."""
    stems, titles = chapter_stems(chapters), flat_titles(chapters)
    return [
        (folder / f"{stem}{suffix}", title, chapter)
        for stem, title, chapter in zip(stems, titles, chapters, strict=True)
        if chapter.takes
    ]


def _common(book: Book, audio_format: ChapterFormat, settings: OutputSettings) -> FileDescription:
    """What the files of a book have in common."""
    picture, tags = fitted(book.cover, settings.cover_pixels), book_tags(book, settings)
    if audio_format == "opus" and picture:  # an Ogg stream has its cover in a comment
        tags["METADATA_BLOCK_PICTURE"] = vorbis_comment(picture)
        picture = None
    bit_rates = {"mp3": settings.mp3_bit_rate, "opus": settings.opus_bit_rate, "flac": None}
    return FileDescription(
        FORMATS[audio_format],
        bit_rates[audio_format],
        settings.ceiling,
        tags=tags,
        picture=picture,
        options=_ID3 if audio_format == "mp3" else {},
    )


def _write_playlist(path: Path, book: Book, files: Sequence[tuple[Path, str, RecordedChapter]]) -> None:
    artist, album = authors_of(book), one_line(book.title)
    lines = ["#EXTM3U", f"#PLAYLIST:{album}", *([f"#EXTART:{artist}"] if artist else []), f"#EXTALB:{album}"]
    for file, title, chapter in files:
        length = round(seconds(length_of(chapter)))
        lines += [f"#EXTINF:{length},{title}", file.name]
    with whole_file(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")

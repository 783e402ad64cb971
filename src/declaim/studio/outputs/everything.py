"""All files of a book at once, measured once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from declaim.studio.book import Book
from declaim.studio.outputs.chapter_files import ChapterFormat, write_chapter_files
from declaim.studio.outputs.m4b import write_m4b
from declaim.studio.outputs.manifest import write_manifest
from declaim.studio.outputs.mastering import measure_gain, passes
from declaim.studio.outputs.names import safe_name
from declaim.studio.outputs.progress import Progress
from declaim.studio.outputs.read_along.writer import write_read_along
from declaim.studio.outputs.settings import OutputSettings
from declaim.studio.outputs.subtitles import SubtitleFormat, write_chapter_subtitles, write_subtitles
from declaim.studio.outputs.timeline import seconds, starts_of
from declaim.studio.outputs.whole_file import make_folder
from declaim.studio.passage import Place
from declaim.studio.recording import RecordedChapter


class OutputKind(StrEnum):
    """What can be made of a recorded book."""

    M4B = "m4b"
    MP3 = "mp3"
    """A folder with a file for each chapter and a playlist; so are the next two."""
    OPUS = "opus"
    FLAC = "flac"
    SRT = "srt"
    """Of the whole book and, beside the chapters' files where there are any, of each chapter."""
    VTT = "vtt"
    LRC = "lrc"
    READ_ALONG = "epub"
    MANIFEST = "json"


_CHAPTER_FORMATS: Final[dict[OutputKind, ChapterFormat]] = {
    OutputKind.MP3: "mp3",
    OutputKind.OPUS: "opus",
    OutputKind.FLAC: "flac",
}
_SUBTITLES: Final[dict[OutputKind, SubtitleFormat]] = {
    OutputKind.SRT: "srt",
    OutputKind.VTT: "vtt",
    OutputKind.LRC: "lrc",
}
_AUDIO: Final = frozenset({OutputKind.M4B, OutputKind.READ_ALONG, *_CHAPTER_FORMATS})


def write_outputs(
    folder: Path,
    book: Book,
    chapters: Sequence[RecordedChapter],
    kinds: Collection[OutputKind],
    settings: OutputSettings | None = None,
    *,
    unspoken: Mapping[Place, str] | None = None,
    progress: Progress | None = None,
) -> tuple[Path, ...]:
    """Write files named after the book's title into a folder, those of the chapters into one folder a format.

    Equal recordings give equal files. Each file appears complete or not at all; those that were complete
    before a failure stay.

    Args:
        folder: made if it is not there; files of the same names are replaced.
        book: the book that was spoken.
        chapters: one for each chapter of the book, in order.
        kinds: what to make; they are made in the order of `OutputKind`.
        settings: None is `OutputSettings()`.
        unspoken: why stretches were not spoken, for the manifest.
        progress: told how far it is, over all files.

    Returns:
        The files that were made.

    Raises:
        TakeError: a recorded sentence is missing or damaged.
        StorageError: the disk is full or a file cannot be written.
        OptionError: a setting is outside its range.
        EngineError: there is nothing to hear, and a file of audio is wanted.
    """
    work = _Work(Path(folder), book, chapters, settings or OutputSettings(), progress)
    make_folder(work.folder)
    wanted = [kind for kind in OutputKind if kind in kinds]
    work.measure(sum(kind in _AUDIO for kind in wanted))
    paths: list[Path] = []
    for kind in wanted:
        if kind in _AUDIO:
            paths += work.audio(kind)
        elif kind in _SUBTITLES:
            paths += work.subtitles(_SUBTITLES[kind], [one for one in wanted if one in _CHAPTER_FORMATS])
        else:
            paths.append(work.named(kind))
            write_manifest(paths[-1], book, chapters, unspoken)
    return tuple(paths)


class _Work:
    """What is common to the files of one book, and how far it has come."""

    def __init__(
        self,
        folder: Path,
        book: Book,
        chapters: Sequence[RecordedChapter],
        settings: OutputSettings,
        progress: Progress | None,
    ) -> None:
        self.folder = folder
        self._book = book
        self._chapters = chapters
        self._settings = settings
        self._progress = progress
        self._length = seconds(starts_of(chapters)[-1])
        self._rounds_done = 0
        self._rounds = 0
        self._gain = 1.0

    def measure(self, files: int) -> None:
        """Find the gain, if there are ``files`` of audio at all."""
        if files:
            self._rounds = passes(self._settings) + files
            self._gain = measure_gain(self._chapters, self._settings, progress=self._tell)
            self._rounds_done = passes(self._settings)

    def audio(self, kind: OutputKind) -> tuple[Path, ...]:
        """Write one kind of audio."""
        about = (self._book, self._chapters)
        path = self.named(kind)
        if kind in _CHAPTER_FORMATS:
            paths = write_chapter_files(
                self.folder / kind,
                *about,
                _CHAPTER_FORMATS[kind],
                self._settings,
                gain=self._gain,
                progress=self._tell,
            )
        else:
            paths = (path,)
            write = write_m4b if kind is OutputKind.M4B else write_read_along
            write(path, *about, self._settings, gain=self._gain, progress=self._tell)
        self._rounds_done += 1
        return paths

    def subtitles(
        self, subtitle_format: SubtitleFormat, chapter_folders: Sequence[OutputKind]
    ) -> tuple[Path, ...]:
        """Write one kind of subtitles."""
        path = self.folder / f"{self._stem}.{subtitle_format}"
        write_subtitles(path, self._book, self._chapters)
        beside = [
            write_chapter_subtitles(self.folder / name, self._book, self._chapters, subtitle_format)
            for name in chapter_folders
        ]
        return (path, *(one for paths in beside for one in paths))

    def named(self, kind: OutputKind) -> Path:
        """The file of one kind."""
        return self.folder / f"{self._stem}.{kind}"

    @property
    def _stem(self) -> str:
        return safe_name(self._book.title, "book")

    def _tell(self, done: float, _: float) -> None:
        if self._progress is not None:
            self._progress(self._rounds_done * self._length + done, self._rounds * self._length)

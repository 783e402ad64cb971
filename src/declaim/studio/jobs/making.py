"""From a book's file to a plan, and from takes to the files of an audiobook."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from declaim.config import Config
from declaim.engines.voices import parse_blend
from declaim.manner import DEFAULT_VOICES, main_language
from declaim.studio.book import Book, SkippedKind
from declaim.studio.cast import Cast
from declaim.studio.cast_file import parse_cast
from declaim.studio.cast_voices import suggest
from declaim.studio.dialogue.attribution import attribute
from declaim.studio.dialogue.lines import Dialogue
from declaim.studio.dialogue.passages import passages_of
from declaim.studio.dialogue.settings import DialogueVoices, NarrationSettings
from declaim.studio.jobs.job import Job
from declaim.studio.jobs.options import BookOptions
from declaim.studio.jobs.plan import LeftOut, Plan, PlannedChapter
from declaim.studio.jobs.project import Project
from declaim.studio.passage import Passage, Place
from declaim.text.sentence import Language

OUTPUT: Final = "output"
"""The folder of a job's files."""
_SAMPLE: Final = 50
"""Blocks by which the language of a book is told."""
_MISSED: Final = frozenset({SkippedKind.DAMAGED, SkippedKind.EMPTY})
"""Of what readers leave out, that which a listener would miss: not notes, page numbers and pictures."""


class BookMaker:
    """Reads books and writes audiobooks; see :class:`~declaim.studio.jobs.studio.Maker`.

    Args:
        config: how to speak.
    """

    def __init__(self, config: Config) -> None:
        self._config = config

    def plan(self, job: Job) -> Plan:
        """See :class:`~declaim.studio.jobs.studio.Maker`."""
        return plan_of(_book(job), _options(job), self._config)

    def publish(self, job: Job) -> list[str]:
        """See :class:`~declaim.studio.jobs.studio.Maker`."""
        book, folder = _book(job), job.project.folder / OUTPUT
        written = write_outputs(book, job.project, folder / f"{_stem(job)}.m4b", _options(job))
        return [path.relative_to(folder).as_posix() for path in written]


def plan_of(book: Book, options: BookOptions, config: Config) -> Plan:
    """What of a book is spoken, and by whom.

    Raises:
        OptionError: the cast cannot be read.
        UnknownVoiceError: it names a voice that does not exist.
    """
    spoken = passages_of(book, cast_of(book, options, config), _narration(options))
    chapters = tuple(
        PlannedChapter(
            chapter.title,
            chapter.level,
            tuple(_expressed(passage, options) for passage in passages),
            tuple(_printed(book, passage.place) for passage in passages),
        )
        for chapter, passages in zip(book.chapters, spoken, strict=True)
    )
    return Plan(book.title, chapters, tuple(_left_out(book)))


def _left_out(book: Book) -> Iterator[LeftOut]:
    for skipped in book.skipped:
        if skipped.kind in _MISSED:
            times = f" ({skipped.count} times)" if skipped.count > 1 else ""
            yield LeftOut(skipped.where, f"{skipped.why}{times}")


def cast_of(book: Book, options: BookOptions, config: Config, dialogue: Dialogue | None = None) -> Cast:
    """Who speaks with which voice: as is written, else as is suggested.

    Args:
        book: what is read.
        options: how it is made.
        config: how to speak.
        dialogue: who says what, if it is known already; otherwise it is found now.

    Raises:
        OptionError: what is written cannot be read.
        UnknownVoiceError: it names a voice that does not exist.
    """
    language = language_of(book)
    narrator = options.voice or config.voice or DEFAULT_VOICES[language]
    parse_blend(narrator)
    given = parse_cast(options.cast) if options.cast else Cast()
    given = replace(given, narrator=options.voice or given.narrator or narrator)
    return suggest(dialogue or attribute(book), language, given) if options.dialogue else given


def language_of(book: Book) -> Language:
    """The language that most of a book is in."""
    sample = " ".join(block.text for _, _, block in itertools.islice(book.blocks(), _SAMPLE))
    return main_language(sample)


def _narration(options: BookOptions) -> NarrationSettings:
    if options.dialogue:
        return NarrationSettings()
    return NarrationSettings(dialogue=DialogueVoices.PLAIN)


def write_outputs(book: Book, project: Project, path: Path, options: BookOptions) -> list[Path]:
    """Write what was asked for.

    Args:
        book: what is said of it in tags.
        project: its takes.
        path: of the M4B; what else there is stands beside it, chapters in a folder of its name.
        options: what is wanted.

    Raises:
        DeclaimError: a file cannot be written.
    """
    from declaim.studio.outputs.chapter_files import write_chapter_files  # noqa: PLC0415 - PyAV
    from declaim.studio.outputs.m4b import write_m4b  # noqa: PLC0415
    from declaim.studio.outputs.mastering import measure_gain  # noqa: PLC0415
    from declaim.studio.outputs.settings import OutputSettings  # noqa: PLC0415
    from declaim.studio.outputs.subtitles import write_chapter_subtitles, write_subtitles  # noqa: PLC0415

    settings = OutputSettings(loudness=options.loudness)
    chapters = project.recorded()
    path.parent.mkdir(parents=True, exist_ok=True)
    gain = measure_gain(chapters, settings)
    written: list[Path] = []
    for name in options.formats:
        if name == "m4b":
            write_m4b(path, book, chapters, settings, gain=gain)
            written.append(path)
        else:
            written += write_chapter_files(path.with_suffix(""), book, chapters, name, settings, gain=gain)
    for kind in options.subtitles:
        if "m4b" in options.formats:
            write_subtitles(path.with_suffix(f".{kind}"), book, chapters)
            written.append(path.with_suffix(f".{kind}"))
        if set(options.formats) - {"m4b"}:
            written += write_chapter_subtitles(path.with_suffix(""), book, chapters, kind)
    return [*written, *_read_along(book, project, path, options, gain), *_manifest(book, project, path)]


def _read_along(
    book: Book, project: Project, path: Path, options: BookOptions, gain: float
) -> Sequence[Path]:
    from declaim.studio.outputs.read_along.writer import write_read_along  # noqa: PLC0415
    from declaim.studio.outputs.settings import OutputSettings  # noqa: PLC0415

    if not options.read_along:
        return ()
    epub = path.with_name(f"{path.stem} read along.epub")
    settings = OutputSettings(loudness=options.loudness)
    write_read_along(epub, book, project.recorded(), settings, gain=gain)
    return (epub,)


def _manifest(book: Book, project: Project, path: Path) -> Sequence[Path]:
    """Where every sentence of the book is, or why it is not."""
    from declaim.studio.outputs.manifest import write_manifest  # noqa: PLC0415

    unspoken = {
        Place(place.chapter, place.block, place.start + gap.span[0], place.start + gap.span[1]): gap.why
        for place, _, record in project.passages()
        if record is not None
        for gap in record.gaps
    }
    manifest = path.with_suffix(".json")
    write_manifest(manifest, book, project.recorded(), unspoken)
    return (manifest,)


def _book(job: Job) -> Book:
    from declaim.studio.readers.choice import read_book  # noqa: PLC0415 - lxml

    return read_book(job.project.folder / job.note.source)


def _options(job: Job) -> BookOptions:
    return BookOptions.model_validate(job.note.options)


def _stem(job: Job) -> str:
    return Path(job.note.source).stem


def _expressed(passage: Passage, options: BookOptions) -> Passage:
    if passage.expressiveness is not None or options.expressiveness is None:
        return passage
    return replace(passage, expressiveness=options.expressiveness)


def _printed(book: Book, place: Place) -> str:
    return book.chapters[place.chapter].blocks[place.block].text[place.start : place.end]

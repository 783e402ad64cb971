"""The kinds of jobs that a service takes: books and scripts, with what may be asked of each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, TypeAlias

from declaim.config import Config
from declaim.errors import OptionError
from declaim.studio.jobs.job import Job, JobKind
from declaim.studio.jobs.making import BookMaker
from declaim.studio.jobs.options import BookOptions
from declaim.studio.jobs.plan import Plan
from declaim.studio.jobs.preview import Preview, preview_of
from declaim.studio.jobs.studio import Maker
from declaim.studio.podcast.options import PodcastOptions
from declaim.studio.podcast.sent import ScriptMaker, preview_of_script
from declaim.studio.podcast.show_file import SHOWS

JobOptions: TypeAlias = BookOptions | PodcastOptions


class AnyMaker:
    """Makes jobs of every kind; see :class:`~declaim.studio.jobs.studio.Maker`.

    Args:
        config: how to speak.
    """

    def __init__(self, config: Config) -> None:
        self._makers: Mapping[JobKind, Maker] = {"book": BookMaker(config), "podcast": ScriptMaker()}

    def plan(self, job: Job) -> Plan:
        """See :class:`~declaim.studio.jobs.studio.Maker`."""
        return self._makers[job.note.kind].plan(job)

    def publish(self, job: Job) -> list[str]:
        """See :class:`~declaim.studio.jobs.studio.Maker`."""
        return self._makers[job.note.kind].publish(job)


def kind_of(filename: str) -> JobKind:
    """What a file is unless somebody says so: a show has an ending of its own, a script may have any."""
    return "podcast" if PurePath(filename).suffix.lower() in SHOWS else "book"


def options_of(kind: JobKind, given: Mapping[str, object]) -> JobOptions:
    """Options for a kind of job.

    Raises:
        OptionError: an unknown key, or a value that cannot be.
    """
    return (BookOptions if kind == "book" else PodcastOptions).of(given)


def read_options(kind: JobKind, written: str) -> JobOptions:
    """Options from JSON; nothing is the defaults.

    Raises:
        OptionError: no JSON, an unknown key, or a value that cannot be.
    """
    try:
        given: Any = json.loads(written or "{}")
    except (ValueError, RecursionError) as error:
        raise OptionError(f"the options are no JSON: {error}") from error
    if not isinstance(given, dict):
        raise OptionError("the options are no JSON object")
    return options_of(kind, given)


def look_at(job: Job, options: JobOptions, config: Config) -> Preview:
    """What a job is going to make.

    Raises:
        BookError, PodcastError: it cannot be read.
        OptionError, UnknownVoiceError: the cast cannot be used.
    """
    from declaim.studio.readers.choice import read_book  # noqa: PLC0415 - lxml

    source = job.project.folder / job.note.source
    if isinstance(options, PodcastOptions):
        return preview_of_script(source, options, config)
    return preview_of(read_book(source), options, config)

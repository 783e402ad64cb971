"""An episode as a job: spoken by workers into takes that are kept, so that it goes on where it was."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from declaim.server.workers.speech import PooledSpeechService
from declaim.studio.jobs.manner_digest import manner_digest
from declaim.studio.jobs.own_project import owned
from declaim.studio.jobs.plan import Plan, PlannedChapter
from declaim.studio.jobs.project import Project
from declaim.studio.jobs.workshop import make_own
from declaim.studio.podcast.passages import passages_of, printed_text
from declaim.studio.podcast.production import produce

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from declaim.config import Config
    from declaim.studio.jobs.job import Job, Omission
    from declaim.studio.jobs.workshop import MakeService
    from declaim.studio.podcast.production import Episode
    from declaim.studio.podcast.production import Plan as EpisodePlan


class EpisodeMaker:
    """Mixes what was spoken; see :class:`~declaim.studio.jobs.studio.Maker`.

    Args:
        made: the show, its voices and its music.
        output: the MP3.
    """

    def __init__(self, made: EpisodePlan, output: Path) -> None:
        self._made = made
        self._output = output
        self._spoken = spoken_plan(made)
        self.episode: Episode | None = None
        """What was made, as soon as it is."""

    def plan(self, job: Job) -> Plan:  # noqa: ARG002 - there is one
        """See :class:`~declaim.studio.jobs.studio.Maker`."""
        return self._spoken

    def publish(self, job: Job) -> list[str]:
        """See :class:`~declaim.studio.jobs.studio.Maker`."""
        takes = [take for section in job.project.recorded() for take in section.takes]
        self.episode = produce(self._made, takes, self._output)
        return [str(path) for path in self.episode.files]


def spoken_plan(made: EpisodePlan) -> Plan:
    """What is spoken of an episode, a chapter for each section."""
    show, script = made.show, made.production.script
    chapters = tuple(
        PlannedChapter(
            section.title or show.title, 1, passages, tuple(printed_text(each.text) for each in passages)
        )
        for section, passages in zip(script.sections, passages_of(show, script, made.cast), strict=True)
    )
    return Plan(show.title, chapters)


def make_episode(
    made: EpisodePlan,
    output: Path,
    folder: Path,
    config: Config,
    watch: Callable[[Job], None],
    *,
    make_service: MakeService = PooledSpeechService,
) -> tuple[Episode, list[Omission]]:
    """Make an episode, or go on with it; gives it, and what could not be spoken.

    Args:
        made: the show, its voices and its music.
        output: the MP3.
        folder: where takes and the job are kept; made if it is not there.
        config: how to speak; its models are there.
        watch: called every now and then.
        make_service: who speaks.

    Raises:
        StorageError: the disk is full, or another process makes this episode; what was spoken is kept.
        EngineError: the episode could not be made, and why.
    """
    maker = EpisodeMaker(made, output)
    plan = spoken_plan(made)
    with owned(folder):
        project = Project(folder, manner_digest(config))
        project.store.tidy()
        project.begin(plan)
        note = asyncio.run(make_own(config, project, maker, plan.title, watch, make_service=make_service))
    assert maker.episode is not None, "the job is done"
    return maker.episode, note.omissions

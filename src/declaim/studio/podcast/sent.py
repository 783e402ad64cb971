"""Episodes of scripts that were sent to a service: looked at, and made as books are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from declaim.errors import OptionError
from declaim.manner import main_language
from declaim.studio.cast import Character
from declaim.studio.jobs.estimate import prices
from declaim.studio.jobs.making import OUTPUT
from declaim.studio.jobs.preview import ChapterPreview, Preview, Role, shortened
from declaim.studio.podcast.making import spoken_plan
from declaim.studio.podcast.options import PodcastOptions
from declaim.studio.podcast.passages import estimated_seconds, printed_turn
from declaim.studio.podcast.production import plan, produce
from declaim.studio.podcast.show import Speaker
from declaim.studio.podcast.show_file import Production, read_production

if TYPE_CHECKING:
    from declaim.config import Config
    from declaim.studio.jobs.job import Job
    from declaim.studio.jobs.plan import Plan
    from declaim.studio.podcast.production import Plan as EpisodePlan
    from declaim.studio.podcast.voices import CastMember


class ScriptMaker:
    """Reads scripts and writes episodes; see :class:`~declaim.studio.jobs.studio.Maker`."""

    def plan(self, job: Job) -> Plan:
        """See :class:`~declaim.studio.jobs.studio.Maker`."""
        return spoken_plan(_episode_of(job))

    def publish(self, job: Job) -> list[str]:
        """See :class:`~declaim.studio.jobs.studio.Maker`."""
        folder = job.project.folder / OUTPUT
        folder.mkdir(exist_ok=True)
        takes = [take for section in job.project.recorded() for take in section.takes]
        audio = folder / f"{Path(job.note.source).stem}.mp3"
        episode = produce(_episode_of(job), takes, audio)
        return [path.relative_to(folder).as_posix() for path in episode.files]


def episode_plan(path: Path, options: PodcastOptions) -> EpisodePlan:
    """What is going to be made of a script that was sent.

    Raises:
        PodcastError: it cannot be read, or names files.
        OptionError: a voice is given to somebody who does not speak.
    """
    production = read_production(path, is_sent=True)
    return plan(_with_options(production, options))


def preview_of_script(path: Path, options: PodcastOptions, config: Config) -> Preview:
    """Look at an episode as it would be made.

    Raises:
        PodcastError: the script cannot be read, or names files.
        OptionError: a voice is given to somebody who does not speak.
    """
    made = episode_plan(path, options)
    show, script = made.show, made.production.script
    turns = [turn for _, _, turn in script.turns()]
    return Preview(
        title=show.title,
        authors=(show.author,) if show.author else (),
        language=main_language("\n".join(turn.text for turn in turns)),
        chapters=tuple(
            ChapterPreview(
                section.title or show.title,
                1,
                sum(len(printed_turn(turn)) for turn in section.turns),
                sum(estimated_seconds(turn.text) for turn in section.turns),
            )
            for section in script.sections
        ),
        prices=prices((turn.text for turn in turns), config),
        skipped=(),
        narrator="",
        roles=tuple(_role(member, made) for member in made.cast),
        warnings=made.warnings,
    )


def _role(member: CastMember, made: EpisodePlan) -> Role:
    said = [turn for _, _, turn in made.production.script.turns() if turn.speaker == member.name]
    speaker = made.show.speakers.get(member.name, Speaker())
    character = Character(
        voice=member.voice,
        aliases=speaker.aliases,
        rate=1.0 if speaker.rate is None else speaker.rate,
        expressiveness=speaker.expressiveness,
    )
    return Role(member.name, character, len(said), shortened(printed_turn(said[0])))


def _episode_of(job: Job) -> EpisodePlan:
    options = PodcastOptions.of(job.note.options)
    return episode_plan(job.project.folder / job.note.source, options)


def _with_options(production: Production, options: PodcastOptions) -> Production:
    if strangers := options.voices.keys() - set(production.script.speakers):
        raise OptionError(
            f"voices: {min(strangers)!r} does not speak in this script", hint="POST …/preview tells who does"
        )
    show = production.show
    speakers = dict(show.speakers)
    for name, voice in options.voices.items():
        speakers[name] = speakers.get(name, Speaker()).model_copy(update={"voice": voice})
    changes: dict[str, object] = {"speakers": speakers}
    if options.stereo is not None:
        changes["stereo"] = options.stereo
    return replace(production, show=show.model_copy(update=changes))

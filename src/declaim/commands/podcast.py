"""``declaim podcast``: a script, or a show with music, into an episode."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from declaim.errors import OptionError

if TYPE_CHECKING:
    from declaim.studio.podcast.production import Episode, Plan


def podcast(
    show: Annotated[
        Path, typer.Argument(help="A show (.yaml, .toml), or a script of `NAME: …` lines in any other file.")
    ],
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The MP3; by default beside the show.")
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show sections, voices and length, and speak nothing.")
    ] = False,
    stereo: Annotated[
        bool | None, typer.Option("--stereo/--mono", help="Speakers side by side, whatever the show says.")
    ] = None,
    project: Annotated[
        Path | None,
        typer.Option(help="Where spoken sentences and the job are kept [OUTPUT.declaim, beside the output]."),
    ] = None,
    prosody: Annotated[
        str | None, typer.Option(help="Who reads the text: llm (a language model), rules or off.")
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Cores to use.")] = None,
) -> None:
    """Make a podcast: speech, music, transcript, chapters and an entry for its feed.

    Interrupted, or after an edit, the same command speaks what is missing.
    """
    from dataclasses import replace  # noqa: PLC0415 - keeps `declaim --help` quick

    from declaim.commands.podcast_preview import show_plan, show_warnings  # noqa: PLC0415
    from declaim.studio.podcast.production import check_output, plan  # noqa: PLC0415
    from declaim.studio.podcast.show_file import read_production  # noqa: PLC0415

    production = read_production(show)
    if stereo is not None:
        production = replace(production, show=production.show.model_copy(update={"stereo": stereo}))
    made = plan(production)
    if preview:
        show_plan(made)
        return
    audio = output or show.with_suffix(".mp3")
    check_output(audio)
    _require_studio()
    show_warnings(made)
    settings = {"prosody": prosody, "threads": threads}
    episode = _produce(
        made, audio, project, {name: value for name, value in settings.items() if value is not None}
    )
    minutes, seconds = divmod(round(episode.seconds), 60)
    typer.echo(f"{episode.audio}: {minutes}:{seconds:02}, {len(episode.chapters)} chapters", err=True)


def _produce(made: Plan, audio: Path, project: Path | None, settings: dict[str, object]) -> Episode:
    from declaim.commands.book_progress import BookBars  # noqa: PLC0415
    from declaim.commands.fetch_progress import fetch_progress  # noqa: PLC0415
    from declaim.config import Config  # noqa: PLC0415
    from declaim.server.workers.stages import fetch_models  # noqa: PLC0415
    from declaim.studio.podcast.making import make_episode  # noqa: PLC0415

    config = Config(**settings)
    with fetch_progress() as progress:
        fetch_models(config, progress)
    folder = project or audio.with_name(f"{audio.stem}.declaim")
    with BookBars() as bars:
        episode, omissions = make_episode(made, audio, folder, config, bars.show)
    for each in omissions:
        typer.echo(f"not spoken: {each.where}: {each.what or 'all of it'}: {each.why}", err=True)
    return episode


def _require_studio() -> None:
    """Say what is to be installed before a script is read."""
    if find_spec("dbos") is None:
        raise OptionError(
            "podcasts need the extra `studio`; dbos is not installed", hint="pip install 'declaim[studio]'"
        )

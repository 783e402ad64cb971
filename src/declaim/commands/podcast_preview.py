"""What an episode will be, before anything is spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from declaim.studio.podcast.passages import estimated_seconds

if TYPE_CHECKING:
    from declaim.studio.podcast.production import Plan

_NARRATOR = "(narrator)"


def show_plan(made: Plan) -> None:
    """Print the sections, the speakers with their voices, and about how long it will be."""
    console = Console(highlight=False)
    console.print(escape(made.show.title), style="bold")
    console.print(_sections(made))
    console.print(_speakers(made))
    kind = "stereo" if made.show.stereo else "mono"
    console.print(f"About {_clock(_speech_seconds(made))} of speech, {made.language}, {kind}.")
    for name, file in made.music.items():
        console.print(f"{name}: {escape(file.path.name)}, {_clock(file.seconds)} looked at")
    show_warnings(made)


def show_warnings(made: Plan) -> None:
    """Print what the user may not have meant, on standard error."""
    for warning in made.warnings:
        typer.echo(f"declaim: {warning}", err=True)


def _sections(made: Plan) -> Table:
    table = Table("section", "turns", "length", box=None, pad_edge=False)
    for section in made.production.script.sections:
        seconds = sum(estimated_seconds(turn.text) for turn in section.turns)
        table.add_row(escape(section.title or made.show.title), str(len(section.turns)), _clock(seconds))
    return table


def _speakers(made: Plan) -> Table:
    table = Table("speaker", "voice", "turns", "length", box=None, pad_edge=False)
    script = made.production.script
    for member in made.cast:
        turns = sum(turn.speaker == member.name for _, _, turn in script.turns())
        voice = f"{member.voice} (suggested)" if member.is_suggested else member.voice
        seconds = estimated_seconds(script.said_by(member.name))
        table.add_row(escape(member.name or _NARRATOR), voice, str(turns), _clock(seconds))
    return table


def _speech_seconds(made: Plan) -> float:
    return sum(estimated_seconds(turn.text) for _, _, turn in made.production.script.turns())


def _clock(seconds: float) -> str:
    minutes, second = divmod(round(seconds), 60)
    return f"{minutes}:{second:02}"

"""The commands, each in a module of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from declaim import __version__
from declaim.commands.bench import bench_app
from declaim.commands.book import book
from declaim.commands.cluster import cluster_app
from declaim.commands.doctor import doctor
from declaim.commands.models import models_app
from declaim.commands.podcast import podcast
from declaim.commands.say import say
from declaim.commands.score import score
from declaim.commands.serve import serve
from declaim.commands.voices import voices

app = typer.Typer(
    name="declaim",
    help="Reads text aloud: Chinese, English and both in one sentence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(say)
app.command()(book)
app.command()(score)
app.command()(serve)
app.command()(podcast)
app.command()(voices)
app.command()(doctor)
app.add_typer(models_app, name="models")
app.add_typer(bench_app, name="bench")
app.add_typer(cluster_app, name="cluster")


def _print_version(asked: bool) -> None:  # noqa: FBT001 - Typer calls it so
    if asked:
        typer.echo(f"declaim {__version__}")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options of the whole program."""

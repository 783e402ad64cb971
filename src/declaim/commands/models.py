"""``declaim models``: list, pull, verify, path, export, import, remove."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from declaim.errors import ModelMissingError

if TYPE_CHECKING:
    from declaim.models.store import ArtifactStatus, ModelStore

models_app = typer.Typer(
    no_args_is_help=True, help="The model files: what is here, fetching, checking, removing."
)

_Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", show_default=False)]
_Bundle = Annotated[Path, typer.Argument(metavar="FILE", show_default=False)]
_Name = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]


def _store() -> ModelStore:
    # Imported when a command runs, so that the command line starts where the store's libraries are broken.
    from declaim.models.store import ModelStore  # noqa: PLC0415

    return ModelStore()


@models_app.command("list")
def list_models(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show every model: its size, whether it is here, whether speech needs it, and its licence."""
    store = _store()
    statuses = store.status()
    if as_json:
        typer.echo(json.dumps([_as_dict(status) for status in statuses], ensure_ascii=False, indent=2))
        return
    table = Table("name", "MB", "state", "needed", "licence", "what", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    table.columns[1].justify = "right"
    for status in statuses:
        artifact = status.artifact
        needed = "yes" if artifact.required else "no"
        size = f"{artifact.size / 1e6:.0f}"
        table.add_row(artifact.name, size, status.state, needed, artifact.licence, artifact.description)
    Console(highlight=False).print(table, markup=False)
    typer.echo(f"\nKept in {store.root}")
    for status in statuses:
        if status.state == "local":
            typer.echo(f"Used in place: {status.path}")
        if status.derived:
            size = f"{status.derived / 1e6:.0f} MB"
            typer.echo(f"Graphs made of {status.artifact.name}, removed with it: {size} in {store.graphs}")


@models_app.command()
def pull(names: _Names = None) -> None:
    """Fetch models, or the ones that speech needs when none is named. What is here already is left alone."""
    from declaim.commands.fetch_progress import fetch_progress  # noqa: PLC0415 - see _store

    store = _store()
    chosen = names or [artifact.name for artifact in store.manifest.required]
    for name in chosen:
        store.manifest[name]  # an unknown name is said before anything is fetched
    for name in chosen:
        with fetch_progress() as progress:
            folder = store.pull(name, progress)
        typer.echo(f"{name}: {folder}")


@models_app.command()
def verify(names: _Names = None) -> None:
    """Hash model files again and compare with the pinned hashes: those named, or all that are here."""
    store = _store()
    chosen = names or [status.artifact.name for status in store.status() if status.path]
    problems = 0
    for name in chosen:
        found = store.verify(name)
        problems += len(found)
        typer.echo(f"{name}: {'; '.join(found) or 'ok'}")
    if not chosen:
        typer.echo("No model is on this machine.")
    if problems:
        typer.echo("Run `declaim models pull NAME` to fetch a damaged model again.", err=True)
        raise typer.Exit(1)


@models_app.command()
def path(name: _Name) -> None:
    """Print the folder of a model that is on this machine."""
    typer.echo(str(_store().path(name)))


@models_app.command("export")
def export_models(path: _Bundle, names: _Names = None) -> None:
    """Write models into one file for a machine without a network: those named, or all that are here."""
    from declaim.models.bundle import export_bundle  # noqa: PLC0415 - see _store

    store = _store()
    chosen = names or [status.artifact.name for status in store.status() if status.path]
    if not chosen:
        raise ModelMissingError("no model is on this machine", hint="Run `declaim models pull` first.")
    size = export_bundle(store, chosen, path)
    typer.echo(f"{path}: {', '.join(chosen)} ({size / 1e6:.0f} MB)")


@models_app.command("import")
def import_models(path: _Bundle) -> None:
    """Take the models of a file that `export` wrote. Every byte is checked against the pinned hashes."""
    from declaim.models.bundle import import_bundle  # noqa: PLC0415 - see _store

    taken = import_bundle(_store(), path)
    typer.echo(f"{path}: {', '.join(taken)}" if taken else f"{path}: nothing that is not here already")


@models_app.command()
def remove(names: Annotated[list[str], typer.Argument(metavar="NAME...", show_default=False)]) -> None:
    """Delete models from the cache, with older versions and the graphs made of them.

    A folder that you filled by hand is left alone.
    """
    store = _store()
    for name in names:
        freed = store.remove(name)
        typer.echo(f"{name}: {freed / 1e6:.1f} MB freed" if freed else f"{name}: nothing to remove")


def _as_dict(status: ArtifactStatus) -> dict[str, object]:
    artifact = status.artifact
    return {
        "name": artifact.name,
        "description": artifact.description,
        "licence": artifact.licence,
        "required": artifact.required,
        "size": artifact.size,
        "state": status.state,
        "path": str(status.path) if status.path else None,
        "derived": status.derived,
        "members": {member.name: member.sha256 for member in artifact.members},
    }

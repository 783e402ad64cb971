"""``declaim voices``: who can speak."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table


def voices(
    *,
    language: Annotated[
        str | None, typer.Option("--language", "-l", help="Only voices native in it: zh, en, en-GB, ja …")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the voices. Each of them speaks Chinese and English, with the accent of its own language."""
    from declaim.engines.voices import VOICES  # noqa: PLC0415 - keeps `declaim --help` quick
    from declaim.errors import OptionError  # noqa: PLC0415

    chosen = [
        v for v in VOICES.values() if language is None or v.language.lower().startswith(language.lower())
    ]
    if not chosen:
        known = sorted({voice.language for voice in VOICES.values()})
        raise OptionError(f"no voice has the language {language!r}", hint=f"known are {', '.join(known)}")
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(voice) for voice in chosen], indent=2))
        return
    table = Table("voice", "gender", "language", box=None, pad_edge=False)
    for voice in chosen:
        table.add_row(voice.name, voice.gender, voice.language_name)
    Console(highlight=False).print(table)

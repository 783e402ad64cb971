"""``declaim doctor``."""

from __future__ import annotations

from typing import Annotated

import typer


def doctor(
    *,
    deep: Annotated[bool, typer.Option("--deep", help="Hash every model file.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find what keeps this machine from speaking, and say the one command that mends it."""
    # The examination's imports take 0.1 s, which no other command should pay.
    from declaim.doctor import as_json, as_text, examine, exit_code, wants_colour  # noqa: PLC0415

    findings = examine(deep=deep)
    typer.echo(as_json(findings) if json else as_text(findings, colour=wants_colour()))
    raise typer.Exit(exit_code(findings))

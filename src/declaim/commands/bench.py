"""``declaim bench``: what speech costs on this machine."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from declaim.ablation.configurations import Configuration
    from declaim.ablation.measurement import Row, Timing
    from declaim.config import Config

bench_app = typer.Typer(no_args_is_help=True, help="What speech costs on this machine.")


@bench_app.command()
def stages(
    *,
    engine: Annotated[
        Literal["kokoro", "fastspeech"], typer.Option(help="Who speaks. FastSpeech2 knows Mandarin only.")
    ] = "kokoro",
    file: Annotated[
        Path | None,
        typer.Option("--text", help="A UTF-8 file to speak, or -, instead of the engine's own passage."),
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Cores to use.")] = None,
    repeat: Annotated[int, typer.Option(min=1, help="Runs of each configuration, in turn.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Time each stage while configurations improve one step at a time."""
    import time  # noqa: PLC0415 - with the others, which keep `declaim --help` quick

    from declaim.ablation.configurations import configurations  # noqa: PLC0415
    from declaim.ablation.measurement import rows  # noqa: PLC0415
    from declaim.ablation.passages import passage  # noqa: PLC0415
    from declaim.commands.fetch_progress import fetch_progress  # noqa: PLC0415
    from declaim.commands.text_input import read_text  # noqa: PLC0415
    from declaim.config import Config  # noqa: PLC0415
    from declaim.models.store import ModelStore  # noqa: PLC0415
    from declaim.synthesizer import threads_of  # noqa: PLC0415

    text = passage(engine) if file is None else read_text(None, file)
    config = Config(**({} if threads is None else {"threads": threads}))
    store = ModelStore(offline=config.offline)
    started = time.perf_counter()
    with fetch_progress() as progress:
        loaded = configurations(engine, config, store, threads=threads_of(config), progress=progress)
    seconds = time.perf_counter() - started
    table = rows(loaded, _runs(loaded, text, config, repeat))
    described = {
        "engine": engine,
        "threads": threads_of(config),
        "repeat": repeat,
        "characters": len(text),
        "load": seconds,
    }
    if as_json:
        typer.echo(json.dumps({**described, "rows": [_as_dict(row) for row in table]}, indent=2))
    else:
        _print(table, described)


def _runs(loaded: list[Configuration], text: str, config: Config, repeat: int) -> list[list[Timing]]:
    """What each configuration took, while a bar shows how many runs are left."""
    from rich.progress import track  # noqa: PLC0415

    from declaim.ablation.measurement import take_turns  # noqa: PLC0415
    from declaim.manner import manner_of  # noqa: PLC0415

    console = Console(stderr=True)
    turns = take_turns(loaded, text, manner_of(config, text), repeat)
    total = len(loaded) * repeat
    shown = track(
        turns, "Speaking", total=total, console=console, transient=True, disable=not console.is_terminal
    )
    runs: list[list[Timing]] = [[] for _ in loaded]
    for index, timing in shown:
        runs[index].append(timing)
    return runs


def _as_dict(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "base": row.base,
        **asdict(row.timing),
        "change": row.change,
        "is_kept": row.is_kept,
    }


def _print(table: list[Row], described: dict[str, Any]) -> None:
    console = Console(highlight=False)
    console.print(_rendered(table))
    first, last = table[0].timing, table[-1].timing
    taken = "one run" if described["repeat"] == 1 else f"medians of {described['repeat']} runs in turn"
    console.print(
        f"\nSeconds, {taken}, threads: {described['threads']}, "
        f"{described['characters']} characters. "
        f"All models were loaded before, in {described['load']:.1f} s.\n"
        f"From the first row to the last: total {_percent(last.total / first.total - 1)}, "
        f"first audio {_percent(last.first_audio / first.first_audio - 1)}.",
        soft_wrap=True,
    )
    if any(not row.is_kept for row in table):
        console.print("* The rows below do without it.")


def _rendered(table: list[Row]) -> Table:
    columns = ("text", "LLM\nprosody", "acoustic", "vocoder", "total", "first\naudio", "length", "change")
    rendered = Table("", *columns, box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in rendered.columns[1:]:
        column.justify, column.vertical, column.no_wrap = "right", "bottom", True
    for number, row in enumerate(table):
        numbers = (f"{seconds:.2f}" for seconds in asdict(row.timing).values())
        name = f"{'→ ' if number else ''}{row.name}{'' if row.is_kept else ' *'}"
        rendered.add_row(name, *numbers, "" if row.change is None else _percent(row.change))
    return rendered


def _percent(share: float) -> str:
    return f"{round(100 * share):+d} %".replace("-", "−")

"""``declaim score``: how each sentence of a text is to be said, and why one hears it so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from declaim.prosody.score import Score
    from declaim.text.sentence import Sentence

_SHOWN = 0.1
"""Weights below this are left out of the table."""


def score(
    text: Annotated[str | None, typer.Argument(help="The text; - or nothing reads standard input.")] = None,
    *,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="Read the text from a UTF-8 file, or -.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object for each sentence.")] = False,
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw the first sentence's F0 and energy into a picture (.png)."),
    ] = None,
    voice: Annotated[str | None, typer.Option("--voice", "-v", help="Whose F0 is drawn.")] = None,
    emotion: Annotated[str | None, typer.Option(help="Such as `sad:0.6`, instead of what is read.")] = None,
    given: Annotated[
        str | None, typer.Option("--score", help="Fields of every score, as JSON or @FILE.")
    ] = None,
    expressiveness: Annotated[float | None, typer.Option(help="0 to 2.")] = None,
    prosody: Annotated[str | None, typer.Option(help="llm, rules or off.")] = None,
) -> None:
    """Show how each sentence of a text is to be said, without saying it."""
    from declaim.commands.fetch_progress import fetch_progress  # noqa: PLC0415 - keeps `--help` quick
    from declaim.commands.given_score import given_score  # noqa: PLC0415
    from declaim.commands.score_plot import check_picture, draw  # noqa: PLC0415
    from declaim.commands.text_input import read_text  # noqa: PLC0415
    from declaim.composer import Composer  # noqa: PLC0415
    from declaim.config import Config  # noqa: PLC0415
    from declaim.engines.kokoro import KokoroEngine  # noqa: PLC0415
    from declaim.manner import manner_of  # noqa: PLC0415
    from declaim.models.store import ModelStore  # noqa: PLC0415
    from declaim.synthesizer import threads_of  # noqa: PLC0415

    set_by_user = given_score(given, emotion)
    if plot is not None:
        check_picture(plot)
    content = read_text(text, file)
    settings = {"prosody": prosody, "expressiveness": expressiveness}
    config = Config(**{name: value for name, value in settings.items() if value is not None})
    manner = manner_of(config, content, voice=voice, score=set_by_user)
    store, threads = ModelStore(offline=config.offline), threads_of(config)
    with fetch_progress() as progress:
        engine = None
        if plot is not None:
            vocoder = config.engines.kokoro.vocoder
            engine = KokoroEngine.load(store, threads=threads, vocoder=vocoder, progress=progress)
        composer = Composer(config, store, threads=threads, progress=progress, text=content)
    composed = composer.compose(content, manner)
    if engine is not None and plot is not None:
        draw(engine, next(composed), manner.voice, plot)
    elif as_json:
        for sentence, written in composed:
            typer.echo(json.dumps(_described(sentence, written, content), ensure_ascii=False))
    else:
        _print_table(composed, content)


def _described(sentence: Sentence, written: Score, content: str) -> dict[str, Any]:
    """A sentence and its score; numbers as they would be typed."""
    start, end = sentence.span
    return {"text": content[start:end].strip(), "span": [start, end], **_rounded(written.model_dump())}


def _rounded(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return round(value, 3) if isinstance(value, float) else value


def _print_table(composed: Any, content: str) -> None:  # noqa: ANN401 - an iterator of pairs
    table = Table("sentence", "emotion", "rate", "pitch", "range", "energy", "emphasis", "pauses", box=None)
    for sentence, written in composed:
        weights = sorted(
            ((weight, name) for name, weight in written.emotion.model_dump().items() if weight >= _SHOWN),
            reverse=True,
        )
        table.add_row(
            " ".join(content[slice(*sentence.span)].split()),
            " ".join(f"{name} {weight:.2f}" for weight, name in weights),
            f"{written.rate:.2f}",
            f"{written.pitch:+.1f} st",
            f"{written.pitch_range:.2f}",
            f"{written.energy:+.1f} dB",
            " ".join(f"{each.word} {each.strength:.2f}" for each in written.emphasis),
            " ".join("·" if pause is None else f"{pause:.2f} s" for pause in written.pauses),
        )
    Console(highlight=False).print(table)

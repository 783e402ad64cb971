"""``declaim say``: text from an argument, a file or standard input, to a file, a pipe or the speakers."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from declaim.errors import OptionError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from declaim.audio.chunk import AudioChunk
    from declaim.audio.formats import AudioFormat
    from declaim.synthesizer import Synthesizer
    from declaim.timings import TimingsWriter

_STDIO = "-"


def say(
    text: Annotated[
        str | None, typer.Argument(help="What to say; - or nothing reads standard input.")
    ] = None,
    *,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="Read the text from a UTF-8 file, or -.")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output", "-o", help="An audio file, or - for standard output; without it, speech is played."
        ),
    ] = None,
    audio_format: Annotated[
        str | None,
        typer.Option("--format", help="wav, flac, mp3, opus, aac, m4a or pcm; by default the file's suffix."),
    ] = None,
    voice: Annotated[
        str | None, typer.Option("--voice", "-v", help="A name from `declaim voices`, or a blend.")
    ] = None,
    rate: Annotated[float | None, typer.Option(help="Speaking rate, 0.5 to 2.")] = None,
    pitch: Annotated[float | None, typer.Option(help="Semitones, -12 to 12.")] = None,
    pitch_range: Annotated[float | None, typer.Option(help="0 (monotone) to 2.")] = None,
    energy: Annotated[float | None, typer.Option(help="dB, -20 to 10.")] = None,
    emotion: Annotated[
        str | None, typer.Option(help="Such as `sad` or `happy:0.6,surprised:0.2`, instead of what is read.")
    ] = None,
    score: Annotated[
        str | None,
        typer.Option(help="Fields of every sentence's score, as JSON or @FILE."),
    ] = None,
    expressiveness: Annotated[
        float | None, typer.Option(help="How strongly the text's emotion is performed, 0 to 2.")
    ] = None,
    prosody: Annotated[
        str | None, typer.Option(help="Who reads the text for that: llm (a language model), rules or off.")
    ] = None,
    timings: Annotated[Path | None, typer.Option(help="Write word timings: .srt, .vtt or .json.")] = None,
    lexicon: Annotated[
        Path | None, typer.Option(help="Your pronunciations: `word = pronunciation` lines.")
    ] = None,
    loudness: Annotated[
        str | None, typer.Option(help="Loudness of files in LUFS (default -16), or `off`.")
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Cores to use.")] = None,
) -> None:
    """Say a text aloud, or into a file."""
    from declaim.audio.formats import format_of  # noqa: PLC0415 - keeps `declaim --help` quick
    from declaim.background import in_background  # noqa: PLC0415
    from declaim.commands.given_score import given_score  # noqa: PLC0415
    from declaim.commands.speech_progress import watched  # noqa: PLC0415
    from declaim.commands.text_input import read_text  # noqa: PLC0415
    from declaim.commands.understudies import announced  # noqa: PLC0415

    audio = format_of("speech.wav" if output in {None, _STDIO} else output or "", audio_format)
    manner = {"rate": rate, "pitch": pitch, "pitch_range": pitch_range, "energy": energy}
    _check_manner(voice, {name: value for name, value in manner.items() if value is not None})
    given = given_score(score, emotion)
    _check_output(output)
    _check_timings(timings, output)
    content = read_text(text, file)
    settings = {
        "lexicon": lexicon,
        "threads": threads,
        "loudness": loudness,
        "prosody": prosody,
        "expressiveness": expressiveness,
    }
    synthesizer = _load({name: value for name, value in settings.items() if value is not None}, content)
    chunks = synthesizer.speak(
        content,
        voice=voice,
        rate=rate,
        pitch=pitch,
        pitch_range=pitch_range,
        energy=energy,
        score=given,
        soon=output in {None, _STDIO},
    )
    sink = _Sink(output, audio, synthesizer.config.loudness, synthesizer.sample_rate)
    heard = announced(watched(in_background(chunks), len(content)), synthesizer.config.channels[0])
    with _noted(heard, timings, content) as spoken:
        sink.take(chunk.samples for chunk in spoken)


def _check_manner(voice: str | None, given: dict[str, float]) -> None:
    """Refuse before models are loaded, or fetched, what speech would refuse after that."""
    from declaim.engines.voices import parse_blend  # noqa: PLC0415
    from declaim.prosody.prosody import Prosody  # noqa: PLC0415

    if voice is not None:
        parse_blend(voice)
    Prosody(**given)


def _check_output(output: str | None) -> None:
    """Refuse before anything is loaded what could not be delivered in the end."""
    if output == _STDIO and sys.stdout.isatty():
        raise OptionError("audio is not written to a terminal", hint="pipe it, or name a file with -o")
    if output is None:
        from declaim.audio.play import can_play  # noqa: PLC0415

        if not can_play():
            raise OptionError(
                "there is no sound device to play on, or the extra `play` is not installed",
                hint="write a file with -o speech.wav, or `pip install 'declaim[play]'`",
            )
    elif output != _STDIO:
        _check_place(Path(output))


def _check_timings(timings: Path | None, output: str | None) -> None:
    from declaim.timings import timings_format_of  # noqa: PLC0415

    if timings is None:
        return
    timings_format_of(timings)
    _check_place(timings)
    if output is not None and os.path.realpath(timings) == os.path.realpath(output):
        raise OptionError(f"{output} is to hold both the audio and its timings", hint="give them two names")


def _check_place(path: Path) -> None:
    """Refuse a file that cannot be made: no such folder, or one that may not be written."""
    refused, elsewhere = f"{path} cannot be written", "choose another folder"
    folder = Path(os.path.realpath(path)).parent
    try:
        if path.is_dir():
            raise OptionError(f"{path} is a folder", hint=f"name a file in it, such as {path / 'speech.wav'}")
        if path.exists() and not path.is_file():
            return  # a device or a pipe, which is written to as it is
        if not folder.is_dir():
            raise OptionError(f"{refused}: {path.parent} is no folder", hint=f"mkdir -p {path.parent}")
    except OSError as error:
        raise OptionError(f"{refused}: {error.strerror}", hint=elsewhere) from error
    if not os.access(folder, os.W_OK):
        raise OptionError(f"{refused}: its folder may not be written in", hint=elsewhere)


def _load(given: dict[str, object], text: str) -> Synthesizer:
    from declaim.commands.fetch_progress import fetch_progress  # noqa: PLC0415
    from declaim.config import Config  # noqa: PLC0415
    from declaim.synthesizer import Synthesizer  # noqa: PLC0415

    with fetch_progress() as progress:
        return Synthesizer(Config(**given), progress=progress, text=text)


@dataclass(frozen=True, slots=True)
class _Sink:
    """Where speech goes."""

    output: str | None
    audio_format: AudioFormat
    loudness: float | None
    sample_rate: int

    def take(self, samples: Iterable[NDArray[np.float32]]) -> None:
        """Play, stream or write all of it."""
        from declaim.audio.encoder import write_stream  # noqa: PLC0415
        from declaim.audio.files import write_file  # noqa: PLC0415
        from declaim.audio.play import play  # noqa: PLC0415

        if self.output is None:
            play(samples, self.sample_rate)
        elif self.output == _STDIO:
            write_stream(samples, sys.stdout.buffer, self.audio_format, self.sample_rate)
        else:
            write_file(samples, self.output, self.audio_format, self.sample_rate, loudness=self.loudness)


@contextlib.contextmanager
def _noted(chunks: Iterator[AudioChunk], path: Path | None, content: str) -> Iterator[Iterator[AudioChunk]]:
    """The chunks, while the timings of their words are written; the file appears when all of them are."""
    if path is None:
        yield chunks
        return
    from declaim.replacing import replacing  # noqa: PLC0415
    from declaim.timings import TimingsWriter, timings_format_of  # noqa: PLC0415

    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as stream:
        writer = TimingsWriter(stream, content, timings_format_of(path))
        yield _noting(chunks, writer)
        writer.close()


def _noting(chunks: Iterator[AudioChunk], writer: TimingsWriter) -> Iterator[AudioChunk]:
    for chunk in chunks:
        writer.write(chunk.words)
        yield chunk

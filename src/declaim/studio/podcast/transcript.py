"""What is said when and by whom, as subtitles and as a text to read.

WebVTT with voice spans (W3C, WebVTT 1), SubRip, Podcasting 2.0's JSON, plain text, Markdown and HTML (in the
shape of the podcast namespace's transcripts). What the script says is text in all of them, never markup.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from declaim.studio.podcast.passages import printed_turn
from declaim.timings import CueBuilder, WordTiming

if TYPE_CHECKING:
    from collections.abc import Iterator

    from declaim.studio.podcast.script import Script
    from declaim.studio.podcast.show import Show
    from declaim.studio.podcast.timeline import PlacedTake, PlacedTurn, Timeline

_MARKDOWN_SIGNS: Final = re.compile(r"([\\`*_{}\[\]<>#|~]|^[-+](?=\s)|^\d+(?=[.)]\s))", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Line:
    """What is shown at one time.

    Attributes:
        speaker: empty where the script names nobody.
        text: on one line, with its line break for subtitles as a line end.
        start: seconds of the episode.
        end: seconds of the episode.
    """

    speaker: str
    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A turn to be read.

    Attributes:
        section: the title, if a section with one begins here.
        speaker: empty where the script names nobody.
        text: sentences, with their paragraphs apart.
        start: seconds of the episode.
    """

    section: str
    speaker: str
    text: str
    start: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """An episode in writing.

    Attributes:
        title: the episode's.
        language: a BCP 47 tag.
        lines: of subtitles, by when they begin.
        paragraphs: in order of the script.
    """

    title: str
    language: str
    lines: tuple[Line, ...]
    paragraphs: tuple[Paragraph, ...]


def transcript_of(show: Show, script: Script, timeline: Timeline, language: str) -> Transcript:
    """An episode in writing."""
    lines = sorted(
        (line for turn in timeline.turns for line in _lines(turn)), key=lambda line: (line.start, line.end)
    )
    return Transcript(show.title, language, tuple(lines), tuple(_paragraphs(script, timeline)))


def _lines(turn: PlacedTurn) -> Iterator[Line]:
    """The subtitles of a turn, by its words where their times are known, otherwise by sentences."""
    builder = CueBuilder(printed_turn(turn.turn))
    speaker = turn.turn.speaker
    for placed in turn.takes:
        if not placed.take.words:
            yield Line(speaker, placed.take.text, placed.start, placed.start + placed.take.seconds)
            continue
        cues = [cue for word in _moved(placed) for cue in builder.add(word)]
        for cue in (*cues, *builder.close()):
            break_at = cue.line_break
            text = cue.text if break_at is None else f"{cue.text[:break_at].rstrip()}\n{cue.text[break_at:]}"
            yield Line(speaker, text, cue.start, min(cue.end, max(turn.offset, cue.words[-1].end)))


def _moved(placed: PlacedTake) -> Iterator[WordTiming]:
    for word in placed.take.words:
        yield WordTiming(word.text, word.span, word.start + placed.start, word.end + placed.start)


def _paragraphs(script: Script, timeline: Timeline) -> Iterator[Paragraph]:
    section = -1
    for turn in timeline.turns:
        title = script.sections[turn.section].title if turn.section != section else ""
        section = turn.section
        yield Paragraph(title, turn.turn.speaker, _joined(turn), turn.onset)


def _joined(turn: PlacedTurn) -> str:
    """The sentences of a turn, apart as the script has them apart."""
    text, printed = "", printed_turn(turn.turn)
    for before, placed in zip((None, *turn.takes), turn.takes, strict=False):
        if before is not None:
            between = printed[before.take.place.end : placed.take.place.start]
            text += "\n\n" if "\n\n" in between else _space(text, placed.take.text)
        text += " ".join(placed.take.text.split())
    return text


def _space(before: str, after: str) -> str:
    """A space, but where both sides are Chinese."""
    return " " if before[-1:].isascii() or after[:1].isascii() else ""


def vtt(transcript: Transcript) -> str:
    """WebVTT, the speaker as a voice span."""
    cues = (
        f"{_clock(line.start, '.')} --> {_clock(line.end, '.')}\n{_voice(line)}\n\n"
        for line in transcript.lines
    )
    return "WEBVTT\n\n" + "".join(cues)


def _voice(line: Line) -> str:
    text = html.escape(line.text, quote=False)
    return f"<v {html.escape(line.speaker, quote=False)}>{text}" if line.speaker else text


def srt(transcript: Transcript) -> str:
    """SubRip; a speaker is named where another has spoken before."""
    cues, before = [], ""
    for number, line in enumerate(transcript.lines, 1):
        # Players take tags in angle brackets, and nothing can be escaped: the brackets become similar ones.
        text = line.text.replace("<", "‹").replace(">", "›")
        named = f"{line.speaker}: {text}" if line.speaker and line.speaker != before else text
        before = line.speaker
        cues.append(f"{number}\n{_clock(line.start, ',')} --> {_clock(line.end, ',')}\n{named}\n\n")
    return "".join(cues)


def transcript_json(transcript: Transcript) -> str:
    """Podcasting 2.0's JSON transcript, version 1.0.0."""
    segments = [
        {
            **({"speaker": line.speaker} if line.speaker else {}),
            "startTime": round(line.start, 3),
            "endTime": round(line.end, 3),
            "body": _one_line(line.text),
        }
        for line in transcript.lines
    ]
    return json.dumps({"version": "1.0.0", "segments": segments}, ensure_ascii=False, indent=1) + "\n"


def _one_line(text: str) -> str:
    """Text without the line break of subtitles, which is a space but between Chinese characters."""
    first, broken, rest = text.partition("\n")
    return first + (_space(first, rest) if broken else "") + rest


def plain(transcript: Transcript) -> str:
    """Plain text."""
    parts = [transcript.title]
    for paragraph in transcript.paragraphs:
        parts += [paragraph.section] if paragraph.section else []
        name = f"{paragraph.speaker}: " if paragraph.speaker else ""
        parts.append(f"[{_short_clock(paragraph.start)}] {name}{paragraph.text}")
    return "\n\n".join(parts) + "\n"


def markdown(transcript: Transcript) -> str:
    """Markdown, in which the script's own signs are signs."""
    parts = [f"# {_literal(transcript.title)}"]
    for paragraph in transcript.paragraphs:
        parts += [f"## {_literal(paragraph.section)}"] if paragraph.section else []
        name = f"**{_literal(paragraph.speaker)}** " if paragraph.speaker else ""
        parts.append(f"{name}({_short_clock(paragraph.start)}): {_literal(paragraph.text)}")
    return "\n\n".join(parts) + "\n"


def _literal(text: str) -> str:
    return _MARKDOWN_SIGNS.sub(r"\\\1", text.replace("&", "&amp;"))


def page(transcript: Transcript) -> str:
    """An HTML page."""
    body = [f"<h1>{html.escape(transcript.title)}</h1>"]
    for paragraph in transcript.paragraphs:
        body += [f"<h2>{html.escape(paragraph.section)}</h2>"] if paragraph.section else []
        name = f"<cite>{html.escape(paragraph.speaker)}:</cite> " if paragraph.speaker else ""
        text = html.escape(paragraph.text).replace("\n\n", "</p>\n<p>")
        body.append(f"{name}<time>{_short_clock(paragraph.start)}</time>\n<p>{text}</p>")
    return (
        f'<!DOCTYPE html>\n<html lang="{html.escape(transcript.language)}">\n<head><meta charset="utf-8">'
        f"<title>{html.escape(transcript.title)}</title></head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


FORMATS: Final[Mapping[str, Callable[[Transcript], str]]] = MappingProxyType(
    {
        ".vtt": vtt,
        ".srt": srt,
        ".transcript.json": transcript_json,
        ".txt": plain,
        ".md": markdown,
        ".html": page,
    }
)
"""How each is written, by the end of its file's name."""


def _clock(seconds: float, separator: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    return (
        f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}{separator}{milliseconds % 1000:03}"
    )


def _short_clock(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}" if minutes >= 60 else f"{minutes}:{second:02}"  # noqa: PLR2004 - minutes an hour

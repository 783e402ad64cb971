"""Reading a script: lines into turns, headings into sections."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from declaim.engines.voices import parse_blend
from declaim.errors import MalformedTextError, MarkupError, NothingToSayError
from declaim.studio.podcast.errors import ScriptError
from declaim.studio.podcast.hints import score_of_hint
from declaim.studio.podcast.labels import Speakers, folded
from declaim.studio.podcast.script import Script, Section, Turn
from declaim.text.frontend import read_markup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from declaim.prosody.score import Score

LARGEST: Final = 4 * 2**20
"""Characters of a script; that is more than two days of speech."""
_MOST_WARNINGS: Final = 20

_HEADING: Final = re.compile(r"\s{0,3}#{1,6}[ \t\u3000]+(?P<title>\S.*?)[ \t]*#*\s*")
_COMMENT: Final = re.compile(r"\s*//")
_RULE: Final = re.compile(r"\s{0,3}(?:[-*_=][ \t]*){3,200}")
_PAUSE: Final = re.compile(
    r"\[(?:pause|停顿)(?:[ \u3000]+(?P<number>\d{1,3}(?:\.\d{1,3})?)\s?(?P<unit>ms|s|秒)?)?\]", re.IGNORECASE
)
_DEFAULT_PAUSE: Final = 0.5
"""Seconds; as the text stage has it."""
_LONGEST_PAUSE: Final = 60.0
_SPACES: Final = re.compile(r"[^\S\n]+")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_LONGEST_TITLE: Final = 300


def read_script(text: str, declared: Mapping[str, tuple[str, ...]] | None = None) -> Script:
    """Read a script.

    Args:
        text: lines ``NAME: …``, ``NAME (hint): …`` and what goes on from the line before; ``# Title`` begins
            a section, ``//`` a line that is not read, ``[pause]`` and ``[pause 1.5]`` (seconds) are silence.
            Which names are speakers, :mod:`declaim.studio.podcast.labels` says.
        declared: the show's speakers, each with the other names that it goes by in the script.

    Raises:
        ScriptError: it is empty, too long, or a line cannot be understood.
        UnknownVoiceError: its markup names a voice that does not exist.
    """
    if len(text) > LARGEST:
        raise ScriptError(
            f"it has {len(text):,} characters; at most {LARGEST:,} are read", hint="make several episodes"
        )
    lines = text.removeprefix("\ufeff").splitlines()
    names = _declared_names(declared or {})
    reader = _Reader(Speakers([_outline(line) for line in lines], names), sole=_sole(declared or {}))
    for number, line in enumerate(lines, 1):
        reader.read(number, line)
    return reader.finish()


def _outline(line: str) -> str | None:
    """A line for finding names in: a heading is None, and what nobody says is empty."""
    if _heading(line):
        return None
    return "" if _is_unsaid(line) or not line[: _before_pauses(line)].strip() else line


def _heading(line: str) -> str | None:
    """The title, if a line is a heading."""
    match = _HEADING.fullmatch(line) if len(line) <= _LONGEST_TITLE else None
    return match and match["title"]


def _is_unsaid(line: str) -> bool:
    return not line.strip() or _COMMENT.match(line) is not None or _RULE.fullmatch(line) is not None


def _declared_names(declared: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    names: dict[str, str] = {}
    for speaker, others in declared.items():
        for name in (speaker, *others):
            if names.setdefault(folded(name), speaker) != speaker:
                raise ScriptError(f"{name!r} is a name of both {names[folded(name)]!r} and {speaker!r}")
    return names


def _sole(declared: Mapping[str, tuple[str, ...]]) -> str | None:
    """Who says what nobody is named for at the beginning: the only speaker that is declared."""
    return next(iter(declared)) if len(declared) == 1 else None


@dataclass(slots=True)
class _Open:
    """A turn that is being read."""

    speaker: str
    line: int
    score: Score | None
    lines: list[str]


@dataclass(slots=True)
class _Reader:
    speakers: Speakers
    sole: str | None
    _sections: list[tuple[str, list[Turn]]] = field(default_factory=lambda: [("", [])])
    _open: _Open | None = None
    _speaker: str | None = None
    """Who spoke last, who goes on after a heading."""
    _warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number, name in self.speakers.passed_over:
            self._warnings.append(
                f"line {number}: {name!r} is read as text; if somebody is meant, declare who speaks"
            )

    def read(self, number: int, line: str) -> None:
        heading = _heading(line)
        if heading:
            self._close()
            self._sections.append((heading, []))
        elif _COMMENT.match(line):
            return
        elif _is_unsaid(line):
            if self._open:
                self._open.lines.append("")
        else:
            self._say(number, line)

    def finish(self) -> Script:
        """The script, once all lines are read."""
        self._close()
        empty = [title for title, turns in self._sections if title and not turns]
        self._warnings += [f"nothing is said under the heading {title!r}" for title in empty]
        sections = tuple(Section(title, tuple(turns)) for title, turns in self._sections if turns)
        if not sections:
            raise ScriptError("there is nothing in it to say", hint="write lines such as `Host: Welcome!`")
        return Script(sections, _few(self._warnings))

    def _say(self, number: int, line: str) -> None:
        named = self.speakers.named(line)
        if named:
            self._close()
            speaker, label = named
            score = self._score(label.hint, number)
            self._open = _Open(speaker, number, score, [line[label.end :].strip()])
            self._speaker = speaker
        elif self._open:
            self._open.lines.append(line.strip())
        else:
            self._open = _Open(self._unnamed(number), number, None, [line.strip()])

    def _unnamed(self, number: int) -> str:
        """Who says a line that is in no turn."""
        speaker = self.sole if self._speaker is None else self._speaker
        if speaker is None and self.speakers.are_named:
            raise ScriptError("nobody is named who says this", line=number, hint="begin it with `NAME: `")
        return speaker or ""

    def _score(self, hint: str, number: int) -> Score | None:
        score = score_of_hint(hint) if hint else None
        if hint and score is None:
            self._warnings.append(f"line {number}: ({hint}) is no manner of speaking that is known")
        return score

    def _close(self) -> None:
        """End the turn that is being read."""
        if self._open is None:
            return
        current, self._open = self._open, None
        text = _BLANK_LINES.sub("\n\n", _SPACES.sub(" ", "\n".join(current.lines))).strip()
        end = _before_pauses(text)
        pause = sum(_seconds(match, current.line) for match in _PAUSE.finditer(text, end))
        text = text[:end].rstrip()
        text = _PAUSE.sub(lambda match: f"[pause {_seconds(match, current.line):g}s]", text)
        if _is_spoken(text, current.line):
            self._sections[-1][1].append(Turn(current.speaker, text, current.line, current.score, pause))
        elif pause:
            self._pause_before(pause, current.line)
        else:
            self._warnings.append(f"line {current.line}: {current.speaker or 'somebody'} says nothing")

    def _pause_before(self, pause: float, line: int) -> None:
        """Add a silence to the turn before."""
        turns = next((turns for _, turns in reversed(self._sections) if turns), None)
        if turns is None:
            raise ScriptError("there is nothing before this pause", line=line, hint="leave it out")
        turns[-1] = replace(turns[-1], pause=turns[-1].pause + pause)


def _before_pauses(text: str) -> int:
    """The offset at which the pauses begin that a text ends with; its length if there are none."""
    end = len(text)
    for match in reversed(list(_PAUSE.finditer(text))):
        if text[match.end() : end].strip():
            break
        end = match.start()
    return end


def _seconds(match: re.Match[str], line: int) -> float:
    if match["number"] is None:
        return _DEFAULT_PAUSE
    seconds = float(match["number"]) / (1000 if (match["unit"] or "").lower() == "ms" else 1)
    if seconds > _LONGEST_PAUSE:
        raise ScriptError(f"a pause of {seconds:g} s is longer than {_LONGEST_PAUSE:g} s", line=line)
    return seconds


def _is_spoken(text: str, line: int) -> bool:
    """Whether there is anything to say in a turn; what is wrong with its markup is said now."""
    try:
        read_markup(text, parse_blend)
    except NothingToSayError:
        return False
    except (MarkupError, MalformedTextError) as error:
        raise ScriptError(f"{error} of the turn", line=line, hint=error.hint) from error
    return True


def _few(warnings: list[str]) -> tuple[str, ...]:
    if len(warnings) <= _MOST_WARNINGS:
        return tuple(warnings)
    return (*warnings[:_MOST_WARNINGS], f"and {len(warnings) - _MOST_WARNINGS} more of that kind")

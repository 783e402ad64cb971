"""The cast as a TOML file: written with suggestions to edit, read strictly, never overwritten."""

from __future__ import annotations

import difflib
import json
import math
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from declaim.engines.voices import parse_blend
from declaim.errors import OptionError, StorageError, UnknownVoiceError
from declaim.studio.book import Book
from declaim.studio.cast import Cast, Character
from declaim.studio.dialogue.lines import Dialogue

_SAMPLES = 2
_SAMPLE_LENGTH = 60
_TOP = ("narrator", "characters")
_KEYS = ("voice", "aliases", "gender", "age", "rate", "pitch", "expressiveness")
_CHOICES = {"gender": ("female", "male", ""), "age": ("child", "old", "")}
_RANGES = {"rate": (0.5, 2.0), "pitch": (-12.0, 12.0), "expressiveness": (0.0, 2.0)}
_HEAD = """\
# The cast of {title}: who speaks with which voice.
# Edit it, then make the book again; what you write here stays.
# `declaim voices` lists the voices; a blend is "zf_xiaoxiao*0.7+zf_xiaoyi*0.3". Of a character you can set
#   voice           without it the narrator's, a little livelier
#   aliases         other names of the same person; move a table's name here to merge two characters
#   gender, age     "female" or "male", "child" or "old": what a voice is suggested by
#   rate, pitch     ratio 0.5 to 2, semitones -12 to 12; expressiveness 0 to 2
# Whoever is deleted here and speaks in the book is read by the narrator.

narrator = {narrator}
"""


def read_cast(path: Path) -> Cast:
    """Read a cast file.

    Raises:
        OptionError: it is no TOML, or a key or value is wrong; the message says which.
        UnknownVoiceError: there is no such voice.
        StorageError: it cannot be read.
    """
    try:
        return parse_cast(path.read_text(encoding="utf-8"), path.name)
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise OptionError(f"{path.name} is not UTF-8: {error}") from error


def parse_cast(text: str, name: str = "the cast") -> Cast:
    """Read a cast from TOML; ``name`` is what errors call it.

    Raises:
        OptionError, UnknownVoiceError: see :func:`read_cast`.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise OptionError(f"{name} is not TOML: {error}") from error
    _refuse_unknown(table, _TOP, name)
    characters = table.get("characters", {})
    if not isinstance(characters, dict):
        raise OptionError(f"{name}: characters is not a table", hint='write [characters."Anna"]')
    cast = Cast(
        _voice(table.get("narrator", ""), f"{name}: narrator"),
        {who: _read_character(each, f"{name}: characters.{who}") for who, each in characters.items()},
    )
    _refuse_twice(cast, name)
    return cast


def write_cast(path: Path, cast: Cast, dialogue: Dialogue, book: Book) -> list[str]:
    """Write a cast file, or add those who are missing to the end of the one that is there.

    What the user has written, comments included, stays as it is to the letter.

    Returns:
        The names that were added.

    Raises:
        OptionError, UnknownVoiceError: the file that is there cannot be read as a cast.
        StorageError: it cannot be written.
    """
    if path.exists():
        known = read_cast(path)
        text = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
    else:
        known, text = Cast(), _HEAD.format(title=_one_line(book.title), narrator=json.dumps(cast.narrator))
    added = [name for name in cast.characters if not known.name_of(name)]
    text += "".join(_written(name, cast.characters[name], dialogue, book) for name in added)
    _write(path, text)
    return added


def _write(path: Path, text: str) -> None:
    """Replace a file in one step."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise StorageError(f"{path} cannot be written: {error.strerror}") from error


def _written(name: str, character: Character, dialogue: Dialogue, book: Book) -> str:
    """The table of a character, with what they say as a comment."""
    lines = [line for line in dialogue.lines if line.speaker == name]
    rows = ["", f"[characters.{_quoted(name)}]"]
    if lines:
        rows.append(f"# {len(lines)} line{'s' if len(lines) > 1 else ''}")
        rows += [f"# {sample}" for sample in _samples(lines, book)]
    rows.append(f"voice = {_quoted(character.voice)}" if character.voice else "# voice: the narrator's")
    rows += [f"{key} = {_value(value)}" for key, value in _set(character)]
    return "\n".join(rows) + "\n"


def _samples(lines: list[Any], book: Book) -> Iterator[str]:
    """What somebody says first, of lines that are long enough to know them by."""
    long_first = sorted(lines, key=lambda line: line.place.end - line.place.start < _SAMPLE_LENGTH // 3)
    for line in long_first[:_SAMPLES]:
        place = line.place
        said = book.chapters[place.chapter].blocks[place.block].text[place.start : place.end]
        yield _one_line(said if len(said) <= _SAMPLE_LENGTH else said[:_SAMPLE_LENGTH] + "…")


def _set(character: Character) -> Iterator[tuple[str, Any]]:
    default = Character()
    for key in _KEYS[1:]:
        value = getattr(character, key)
        if value != getattr(default, key):
            yield key, value


def _value(value: Any) -> str:  # noqa: ANN401 - whatever a character's field holds
    if isinstance(value, tuple):
        return f"[{', '.join(map(_quoted, value))}]"
    return _quoted(value) if isinstance(value, str) else repr(value)


def _quoted(text: str) -> str:
    """A TOML basic string; JSON escapes all that TOML wants escaped, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in " ".join(text.split()))


def _read_character(table: Any, where: str) -> Character:  # noqa: ANN401 - whatever TOML holds
    if not isinstance(table, dict):
        raise OptionError(f"{where} is not a table", hint='write [characters."Anna"] and keys below it')
    _refuse_unknown(table, _KEYS, where)
    aliases = table.get("aliases", [])
    if not isinstance(aliases, list) or not all(isinstance(alias, str) for alias in aliases):
        raise OptionError(f"{where}.aliases is not a list of names", hint='write ["Annie", "Miss Reed"]')
    return Character(
        voice=_voice(table.get("voice", ""), f"{where}.voice"),
        aliases=tuple(aliases),
        gender=_choice(table, "gender", where),
        age=_choice(table, "age", where),
        rate=_number(table, "rate", where, 1.0),
        pitch=_number(table, "pitch", where, 0.0),
        expressiveness=_number(table, "expressiveness", where, None),
    )


def _voice(value: Any, where: str) -> str:  # noqa: ANN401 - whatever TOML holds
    if not isinstance(value, str):
        raise OptionError(f"{where} is not a voice's name in quotes")
    try:
        if value:
            parse_blend(value)
    except UnknownVoiceError as error:
        raise UnknownVoiceError(f"{where}: {error}", hint=error.hint) from error
    return value


def _choice(table: Mapping[str, Any], key: str, where: str) -> str:
    value = table.get(key, "")
    if value not in _CHOICES[key]:
        known = " or ".join(repr(choice) for choice in _CHOICES[key] if choice)
        raise OptionError(f"{where}.{key} is {value!r}", hint=f"write {known}, or leave it out")
    return str(value)


def _number(table: Mapping[str, Any], key: str, where: str, default: Any) -> Any:  # noqa: ANN401 - float or None
    if key not in table:
        return default
    value, (least, most) = table[key], _RANGES[key]
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or not least <= value <= most:
        raise OptionError(f"{where}.{key} is {value!r}", hint=f"it is a number from {least:g} to {most:g}")
    return float(value)


def _refuse_unknown(table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {close[0]}? " if close else ""
            raise OptionError(f"{where}: unknown key {key!r}", hint=f"{hint}known are {', '.join(known)}")


def _refuse_twice(cast: Cast, name: str) -> None:
    seen: dict[str, str] = {}
    for who, character in cast.characters.items():
        for called in (who, *character.aliases):
            if seen.setdefault(called, who) != who:
                raise OptionError(
                    f"{name}: {called!r} is both {seen[called]!r} and {who!r}",
                    hint="a name belongs to one character",
                )

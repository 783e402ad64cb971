"""Reading a show: ``show.yaml``, ``show.toml``, or a plain script."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from declaim.studio.podcast.errors import ScriptError, ShowError
from declaim.studio.podcast.script import Script
from declaim.studio.podcast.script_reader import LARGEST, read_script
from declaim.studio.podcast.show import Show

_LARGEST_FILE: Final = 4 * LARGEST
"""Bytes: what UTF-8 takes at most for so many characters."""
_MOST_PROBLEMS: Final = 5
_YAML: Final = frozenset({".yaml", ".yml"})
_TOML: Final = frozenset({".toml"})
SHOWS: Final = _YAML | _TOML
"""Endings of files that are shows; all others are plain scripts."""


@dataclass(frozen=True, slots=True)
class Production:
    """A show with its script, read and checked.

    Attributes:
        show: files in it are absolute.
        script: what is said.
        source: the file that was read.
    """

    show: Show
    script: Script
    source: Path


def read_production(path: Path, *, is_sent: bool = False) -> Production:
    """Read a show and its script.

    Args:
        path: ``.yaml``, ``.yml`` or ``.toml`` is a show; anything else a script in UTF-8, whose title is
            the file's name.
        is_sent: it comes from somebody else, for whom no other file of this machine is opened.

    Raises:
        PodcastError: a file cannot be read, or what is in it is wrong.
        UnknownVoiceError: a script's markup names a voice that does not exist.
    """
    text = _read(path)
    kind = path.suffix.lower()
    if kind in _YAML:
        show = _show(*_from_yaml(text), path)
    elif kind in _TOML:
        show = _show(_from_toml(text), {}, path)
    else:
        show = Show(title=path.stem[:100] or "Episode", script=text or "\n")
    if is_sent:
        _refuse_files(show)
    script = show.script if show.script is not None else _read(_existing(show.script_file))
    declared = {name: speaker.aliases for name, speaker in show.speakers.items()}
    return Production(show, read_script(script, declared), path)


def _refuse_files(show: Show) -> None:
    for key in ("script_file", "intro", "outro", "bed", "cover"):
        if getattr(show, key) is not None:
            raise ShowError(
                f"`{key}` names a file, and a show that is sent can have none",
                hint="put the script into the show, and leave the others out: `declaim podcast` takes them",
            )


def _existing(path: Path | None) -> Path:
    assert path is not None, "Show has one of script and script_file"
    return path


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ShowError(f"cannot read {path}: {reason}", hint="name a file that exists") from error
    if len(data) > _LARGEST_FILE:
        raise ScriptError(f"{path.name} has more than {_LARGEST_FILE // 2**20} MiB", hint="split it")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ShowError(
            f"{path.name} is not UTF-8: byte {error.start} is 0x{data[error.start]:02x}",
            hint="convert it, for example with `iconv -f GB18030 -t UTF-8`",
        ) from error


def _from_yaml(text: str) -> tuple[Any, dict[tuple[str | int, ...], int]]:
    try:
        from declaim.studio.podcast.yaml_document import read_yaml  # noqa: PLC0415 - scripts do without
    except ModuleNotFoundError as error:
        raise ShowError(
            f"reading YAML needs the package {error.name}",
            hint="pip install 'declaim[studio]', or write the show as TOML",
        ) from error
    return read_yaml(text)


def _from_toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ShowError(f"this is not TOML: {error}") from error
    except RecursionError as error:
        raise ShowError("this is nested too deeply") from error


def _show(values: object, lines: dict[tuple[str | int, ...], int], path: Path) -> Show:
    if not isinstance(values, dict):
        raise ShowError(
            f"{path.name} has no keys such as `title:` and `script:`",
            hint="end a plain script's name in .txt",
        )
    try:
        show = Show.model_validate(values)
    except ValidationError as error:
        raise _wrong(error, lines) from error
    return _with_places(show, path.parent)


def _wrong(error: ValidationError, lines: dict[tuple[str | int, ...], int]) -> ShowError:
    problems = [_problem(each["loc"], each["type"], each["msg"], lines) for each in error.errors()]
    rest = len(problems) - _MOST_PROBLEMS
    shown = "; ".join(problems[:_MOST_PROBLEMS]) + (f"; and {rest} more" if rest > 0 else "")
    hint = "put texts that look like numbers, dates or yes and no in quotes" if "string" in shown else ""
    return ShowError(shown, hint=hint or "docs/podcast.md has all keys")


def _problem(
    place: tuple[str | int, ...], kind: str, message: str, lines: dict[tuple[str | int, ...], int]
) -> str:
    """``line 3: speakers.Anna.pan: must be …``; pydantic's own steps inside a value are left out."""
    known = max((path for path in lines if place[: len(path)] == path), key=len, default=())
    where = f"line {lines[place[: len(known)]]}: " if lines else ""
    name = ".".join(map(str, place))
    if kind == "extra_forbidden":
        message = "there is no such key"
    return f"{where}{name}: {message}" if name else f"{where}{message}"


def _with_places(show: Show, folder: Path) -> Show:
    """The show with its files' names counted from its own folder."""
    moved: dict[str, Any] = {
        key: folder / value for key in ("script_file", "cover") if (value := getattr(show, key))
    }
    for key in ("intro", "outro", "bed"):
        if music := getattr(show, key):
            moved[key] = music.model_copy(update={"file": folder / music.file})
    return show.model_copy(update=moved)

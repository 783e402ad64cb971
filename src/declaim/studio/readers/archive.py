"""A ZIP archive from a stranger: read in memory, by name, within limits.

Nothing is ever unpacked to disk, so a member's name can lead nowhere; names that try to (``../``, ``/``, a
drive) are refused all the same, as no honest writer makes them.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import Self

from declaim.errors import BookDamagedError, BookError, BookProtectedError, BookTooLargeError

MAX_MEMBERS = 20_000
MAX_MEMBER = 16 * 2**20
"""Bytes of one unpacked member: a document of five million Chinese characters, or a large picture."""
MAX_UNPACKED = 2 * 2**30
"""Bytes of all members together, as the directory states them."""
MAX_RATIO = 200
"""Unpacked over packed, of all members together and of what is read. Text packs to a quarter or a tenth."""
_SMALL = 2**20
"""A member that unpacks to no more than this may be of any ratio: a page of blanks is."""
_LEADS_OUT = re.compile(r"^(?:/|[A-Za-z]:)|(?:^|/)\.\.(?:/|$)|\x00")
_ENCRYPTED = 0x1
_UNTRUSTED = "do not trust where it came from"


class Archive:
    """The members of a ZIP file.

    Args:
        path: the file.

    Raises:
        BookDamagedError: it is no ZIP file, or cut off, or has names that lead out of it.
        BookTooLargeError: it unpacks to more than a book can be.
    """

    def __init__(self, path: Path) -> None:
        self._name = path.name
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise BookDamagedError(
                f"{path.name} is damaged: {error}", hint="fetch or export it once more"
            ) from error
        try:
            self._members = self._checked(self._zip.infolist())
        except BookError:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name in self._members

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names, in the archive's order."""
        return tuple(self._members)

    def read(self, name: str) -> bytes:
        """The bytes of a member.

        Raises:
            BookDamagedError: there is none of that name, or it is damaged.
            BookProtectedError: it is encrypted with a password.
            BookTooLargeError: it unpacks to more than :data:`MAX_MEMBER`, whatever the directory says.
        """
        member = self._members.get(name)
        if member is None:
            raise BookDamagedError(f"{self._name} has no {name}", hint="fetch or export it once more")
        if member.flag_bits & _ENCRYPTED:
            raise BookProtectedError(f"{self._name} is locked with a password", hint="unlock it first")
        try:
            with self._zip.open(member) as file:
                data = file.read(MAX_MEMBER + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise BookDamagedError(f"{name} is damaged: {error}", hint="fetch the book once more") from error
        self._check_size(name, len(data), member.compress_size)
        return data

    def _check_size(self, name: str, size: int, packed: int) -> None:
        if size > MAX_MEMBER:
            raise BookTooLargeError(f"{name} has more than {MAX_MEMBER / 2**20:.0f} MiB", hint="split it")
        if size > _SMALL and size > MAX_RATIO * packed:
            raise BookTooLargeError(
                f"{name} unpacks to {size // max(packed, 1)} times its size", hint=_UNTRUSTED
            )

    def _checked(self, members: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
        if len(members) > MAX_MEMBERS:
            raise BookTooLargeError(
                f"{self._name} has {len(members)} files; a book has a few hundred", hint=_UNTRUSTED
            )
        unpacked = sum(member.file_size for member in members)
        packed = sum(member.compress_size for member in members)
        if unpacked > MAX_UNPACKED or (unpacked > 10 * _SMALL and unpacked > MAX_RATIO * packed):
            raise BookTooLargeError(
                f"{self._name} unpacks to {unpacked / 2**20:.0f} MiB from {packed / 2**20:.1f}: "
                "it is made to fill memory, or is no book",
                hint=_UNTRUSTED,
            )
        for member in members:
            if _LEADS_OUT.search(member.filename.replace("\\", "/")):
                raise BookDamagedError(
                    f"{self._name} has a file that leads out of it: {member.filename!r}",
                    hint=_UNTRUSTED,
                )
        return {member.filename: member for member in members if not member.filename.endswith("/")}


def resolve(base: str, reference: str) -> str:
    """The name of the member that a relative reference in another member means, without its fragment.

    A reference that climbs above the archive's root stays at the root, as in a browser.
    """
    path = posixpath.normpath(posixpath.join("/", posixpath.dirname(base), reference.partition("#")[0]))
    return path.lstrip("/")

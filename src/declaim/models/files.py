"""Files of an artifact on disk: written and checked against the manifest, with the disk's errors typed."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from declaim.errors import IntegrityError, StorageError
from declaim.models.manifest import Artifact, Member

if TYPE_CHECKING:
    from filelock import FileLock

CHUNK = 1 << 20
"""Bytes read or written at a time."""

_FULL = {errno.ENOSPC, errno.EDQUOT}


def megabytes(size: int) -> str:
    """Bytes for people: ``92 MB``, ``1.2 MB`` or ``3 kB``."""
    if size >= 10_000_000:  # noqa: PLR2004 - one decimal below ten, none above
        return f"{size / 1e6:.0f} MB"
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{max(size, 1) / 1e3:.0f} kB"  # noqa: PLR2004


@contextmanager
def typed_disk_errors(folder: Path, needed: int) -> Iterator[None]:
    """Turn what the system refuses into a `StorageError`, which names the file, or the bytes needed."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(folder, needed) from error
        raise StorageError(
            f"{error.filename or folder} cannot be used: {error.strerror or error}",
            hint="Give yourself access to it, or choose another folder with DECLAIM_CACHE or DECLAIM_MODELS.",
        ) from error


def disk_full(folder: Path, needed: int) -> StorageError:
    """The error for a disk that cannot take ``needed`` more bytes."""
    return StorageError(
        f"the disk of {folder} is full: {needed} bytes ({megabytes(needed)}) are needed",
        hint="Free some space, or set DECLAIM_CACHE to a folder on a larger disk.",
    )


def require_free_space(folder: Path, needed: int) -> None:
    """Check before a fetch that ``needed`` bytes fit.

    Raises:
        StorageError: they do not.
    """
    if shutil.disk_usage(folder).free < needed:
        raise disk_full(folder, needed)


def lock_of(folder: Path, name: str) -> FileLock:
    """What to hold while changing what ``folder`` keeps of the artifact called ``name``."""
    from filelock import FileLock  # noqa: PLC0415 - 0.1 s to import, and needed at a change only

    return FileLock(folder / f"{name}.lock")


def has_sizes(artifact: Artifact, folder: Path) -> bool:
    """Whether ``folder`` has a file of the right size for every member."""
    return all(
        (folder / member.name).is_file() and (folder / member.name).stat().st_size == member.size
        for member in artifact.members
    )


def sha256_of(path: Path) -> str:
    """Hexadecimal sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def problem_of(path: Path, member: Member) -> str | None:
    """What is wrong with the file that should be ``member``, all bytes read; None when nothing is."""
    if not path.is_file():
        return f"{path} is missing"
    if path.stat().st_size != member.size:
        return f"{path} has {path.stat().st_size} bytes instead of {member.size}"
    if (found := sha256_of(path)) != member.sha256:
        return f"{path} has sha256 {found} instead of {member.sha256}"
    return None


def write_member(chunks: Iterable[bytes], member: Member, folder: Path, source: str) -> None:
    """Write ``chunks`` as ``folder/member.name``, which appears only when size and sha256 are right.

    Raises:
        IntegrityError: they are wrong; the message names ``source``.
    """
    unfinished = folder / f"{member.name}.writing"
    digest, size = hashlib.sha256(), 0
    with unfinished.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > member.size:
                break  # never fill a disk with what cannot be right
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if size != member.size or digest.hexdigest() != member.sha256:
        unfinished.unlink()
        raise wrong_bytes(member, source)
    unfinished.replace(folder / member.name)


def wrong_bytes(member: Member, source: str) -> IntegrityError:
    """The error for a source whose bytes are not the pinned ones."""
    return IntegrityError(f"{source} gave a {member.name} whose bytes are not the pinned ones")


def size_below(folder: Path) -> int:
    """Bytes of all files below ``folder``; those that vanish meanwhile do not count."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(parent) / name).lstat().st_size
            except FileNotFoundError:
                continue
    return total


def sync_file(path: Path) -> None:
    """Make what was written to a file survive a power cut."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make renames inside ``folder`` survive a power cut; Windows does so by itself and cannot be asked."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

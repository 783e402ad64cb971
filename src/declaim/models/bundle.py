"""Bundles: models in one file, for machines that no network reaches.

A bundle is an uncompressed tar archive (weights hardly shrink) of ``NAME/MEMBER``. Unpacked by hand, it is a
folder for ``DECLAIM_MODELS`` as well. The same models give the same bytes.
"""

from __future__ import annotations

import tarfile
from itertools import groupby
from typing import TYPE_CHECKING, Final

from declaim.errors import InputError, IntegrityError
from declaim.models.files import CHUNK, megabytes
from declaim.replacing import replacing, storing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from declaim.models.manifest import Artifact, Member
    from declaim.models.store import ModelStore

_AGAIN: Final = "Copy it again, or export it again with the version of Declaim that is to read it."
_PLAIN: Final = (tarfile.REGTYPE, tarfile.AREGTYPE)
"""Files of one piece."""


def export_bundle(store: ModelStore, names: Sequence[str], path: Path) -> int:
    """Write models that are on this machine into one file, which appears whole or not at all.

    Returns:
        its size in bytes.

    Raises:
        OptionError: no artifact has such a name, or ``path`` is a folder.
        ModelMissingError: one is not on this machine.
        IntegrityError: one is damaged.
        StorageError: the disk is full, or a file cannot be read or written.
    """
    folders = {name: store.path(name) for name in names}
    for name in folders:
        if problems := store.verify(name):
            raise IntegrityError(problems[0], hint=f"Run `declaim models pull {name}`.")
    with replacing(path) as temporary:
        with storing(path), tarfile.open(temporary, "w", format=tarfile.USTAR_FORMAT) as archive:
            for name, folder in folders.items():
                for member in store.manifest[name].members:
                    entry = tarfile.TarInfo(f"{name}/{member.name}")
                    entry.size = member.size
                    with (folder / member.name).open("rb") as file:
                        archive.addfile(entry, file)
        return temporary.stat().st_size


def import_bundle(store: ModelStore, path: Path) -> list[str]:
    """Take the models of a bundle into the store; what is there already is left alone.

    Nothing in the bundle is believed: an entry's name must be that of a file that the manifest pins, and
    its bytes must have the pinned sha256. So no entry can leave the store, or be a link or a device. A model
    is there with all its files or not at all, and a broken-off import is taken up again.

    Returns:
        names of the models that were taken.

    Raises:
        InputError: there is no such file, or it is no bundle.
        IntegrityError: it is cut off, or holds what the manifest does not have.
        StorageError: the disk is full, or a folder may not be written.
    """
    try:
        with path.open("rb") as file:
            return list(_taken(file, store, path))
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path}") from error
    except OSError as error:  # those of the store are typed already
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error


def _taken(file: BinaryIO, store: ModelStore, path: Path) -> Iterator[str]:
    for artifact, entries in groupby(_entries(file, store, path), key=lambda entry: entry[0]):
        if not store.has(artifact.name):
            store.receive(artifact.name, ((member, chunks) for _, member, chunks in entries), path)
            yield artifact.name


def _entries(
    file: BinaryIO, store: ModelStore, path: Path
) -> Iterator[tuple[Artifact, Member, Iterator[bytes]]]:
    pinned = {
        f"{artifact.name}/{member.name}": (artifact, member)
        for artifact in store.manifest.artifacts.values()
        for member in artifact.members
    }
    while entry := _header(file, path):
        known = pinned.get(entry.name)
        if known is None or entry.type not in _PLAIN:
            raise IntegrityError(f"{path} holds {entry.name!r}, which is no model's file", hint=_AGAIN)
        artifact, member = known
        if entry.size != member.size:
            sizes = f"{megabytes(entry.size)} instead of {megabytes(member.size)}"
            raise IntegrityError(f"{path} holds {entry.name!r} with {sizes}", hint=_AGAIN)
        data = file.tell()
        yield artifact, member, _chunks(file, member.size, path)
        file.seek(data + member.size + -member.size % tarfile.BLOCKSIZE)  # however much of it was read


def _header(file: BinaryIO, path: Path) -> tarfile.TarInfo | None:
    """The next entry; None at the archive's end.

    `tarfile.open` would read the names and notes of extended headers whole, however long they say they are.
    """
    is_first = file.tell() == 0
    block = file.read(tarfile.BLOCKSIZE)
    if block == bytes(tarfile.BLOCKSIZE):
        return None
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError as error:
        if is_first:
            hint = "`declaim models export` writes bundles."
            raise InputError(f"{path} is no bundle: {error}", hint=hint) from error
        raise _cut_off(path) from error


def _chunks(file: BinaryIO, size: int, path: Path) -> Iterator[bytes]:
    while size > 0:
        chunk = file.read(min(CHUNK, size))
        if not chunk:
            raise _cut_off(path)
        size -= len(chunk)
        yield chunk


def _cut_off(path: Path) -> IntegrityError:
    return IntegrityError(f"{path} is cut off or damaged", hint=_AGAIN)

"""Files that appear complete or not at all, with the disk's errors typed."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from declaim.errors import OptionError, StorageError

_HINTS: Final[Mapping[int, str]] = {
    errno.ENOSPC: "Free some space, or write to another disk.",
    errno.EDQUOT: "Free some space, or write to another disk.",
    errno.EFBIG: "Write to a disk that takes larger files, or choose a smaller format such as opus.",
    errno.EACCES: "Choose a folder that you may write to.",
    errno.EPERM: "Choose a folder that you may write to.",
    errno.EROFS: "Choose a folder that you may write to.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
}


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a hidden name beside ``path`` to write to; it takes ``path``'s place when the block succeeds.

    On any exception, Ctrl-C included, it is removed and ``path`` is as it was. A symbolic link stays one.

    Raises:
        StorageError: the folder does not exist or cannot be written, or the disk is full.
        OptionError: ``path`` is a folder.
    """
    target = Path(os.path.realpath(path))
    with storing(path):
        is_folder = target.is_dir()
    if is_folder:
        raise OptionError(f"{path} is a folder", hint=f"Name a file in it, such as {path / 'speech.wav'}.")
    temporary = target.with_name(f".declaim-{os.getpid()}-{secrets.token_hex(4)}{target.suffix}")
    try:
        with storing(path):
            temporary.touch(exist_ok=False)
        yield temporary
        with storing(path):
            _sync(temporary)
            temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):  # the folder itself may be what failed, and that is to be said
            temporary.unlink()
        raise


@contextlib.contextmanager
def storing(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses into an error that names ``path`` and says what to do."""
    try:
        yield
    except OSError as error:
        hint = _HINTS.get(error.errno or 0, "Choose another folder.")
        if error.errno == errno.ENOENT and not path.parent.is_dir():
            hint = f"Make the folder first: mkdir -p {path.parent}"
        raise StorageError(f"{path} cannot be written: {error.strerror or error}", hint=hint) from error


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

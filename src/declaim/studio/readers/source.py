"""The file itself: is it one, may it be read, how large is it."""

from __future__ import annotations

import stat
from pathlib import Path

from declaim.errors import BookError, BookFormatError, BookTooLargeError

MAX_FILE = 512 * 2**20
"""Bytes of a book's file. Illustrated EPUBs and scanned PDFs reach 300 MB."""
MAX_TEXT_FILE = 64 * 2**20
"""Bytes of a file that is nothing but text: twenty million Chinese characters, a thousand hours."""


def file_size(path: Path) -> int:
    """How many bytes a book's file has.

    A link is followed. What is no regular file is refused before it is opened: a pipe would wait for ever.

    Raises:
        BookError: there is no such file, or this user may not look at it.
        BookFormatError: it is a folder or a device.
        BookTooLargeError: it has more than :data:`MAX_FILE`.
    """
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "no regular file"
        raise BookFormatError(f"{path} is {kind}", hint="name one file: an EPUB, a text, a PDF …")
    if status.st_size > MAX_FILE:
        raise BookTooLargeError(
            f"{path.name} has {status.st_size / 2**20:.0f} MiB; at most {MAX_FILE / 2**20:.0f} are read",
            hint="split the book",
        )
    return status.st_size


def read_bytes(path: Path, most: int = MAX_FILE) -> bytes:
    """A file's bytes, ``most`` at the most.

    Raises:
        BookError: it cannot be read.
        BookTooLargeError: it has more than ``most``.
    """
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(data) > most:
        raise BookTooLargeError(
            f"{path.name} has more than {most / 2**20:.0f} MiB, too much for its format",
            hint="split the book",
        )
    return data


def read_head(path: Path, length: int = 4096) -> bytes:
    """The first bytes of a file, which say what it is.

    Raises:
        BookError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(length)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError | ValueError) -> BookError:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return BookError(f"cannot read {path}: {reason}", hint="name a file that exists and may be read")

"""The ZIP archive that an EPUB is (OCF 3.3), the same bytes for the same content."""

from __future__ import annotations

import contextlib
import shutil
import zipfile
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_MEDIA_TYPE: Final = "application/epub+zip"
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_MODE: Final = 0o100644 << 16
_BLOCK: Final = 1 << 20


class EpubArchive:
    """An EPUB in the making; the first entry, never compressed, says what it is.

    Args:
        path: to write to.
    """

    def __init__(self, path: Path) -> None:
        self.folder = path.parent
        """Where it is made."""
        self._zip = zipfile.ZipFile(path, "w")
        try:
            self._zip.writestr(_entry("mimetype", zipfile.ZIP_STORED), _MEDIA_TYPE)
        except OSError:
            self._give_up()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._zip.close()
            return
        self._give_up()

    def add(self, name: str, data: str | bytes) -> None:
        """Add text, which is compressed, or bytes, which are a picture and are not."""
        method = zipfile.ZIP_DEFLATED if isinstance(data, str) else zipfile.ZIP_STORED
        self._zip.writestr(_entry(name, method), data)

    def add_file(self, name: str, path: Path) -> None:
        """Add a file of encoded audio, which does not get smaller; a block at a time."""
        entry = _entry(name, zipfile.ZIP_STORED)
        entry.file_size = path.stat().st_size  # decides whether the entry needs 64 bits
        with path.open("rb") as source, self._zip.open(entry, "w") as target:
            shutil.copyfileobj(source, target, _BLOCK)

    def _give_up(self) -> None:
        with contextlib.suppress(OSError):  # the disk may be full for the directory too
            self._zip.close()


def _entry(name: str, method: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EARLIEST)
    entry.compress_type = method
    entry.create_system = _UNIX
    entry.external_attr = _MODE
    return entry

"""Takes on disk, each under the name of what it is: speaking one again is finding it."""

from __future__ import annotations

import contextlib
import json
import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from numpy.typing import NDArray

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.audio.files import write_file
from declaim.audio.formats import FORMATS
from declaim.models.files import sync_folder, typed_disk_errors
from declaim.text.sentence import Span

logger = logging.getLogger(__name__)

_TAG: Final = "DECLAIM"
"""The file's comment with what else is known of it: one file cannot be without the other."""
_TYPICAL: Final = 200_000
"""Bytes of a take, for the message when a disk is full."""


@dataclass(frozen=True, slots=True)
class KeptTake:
    """A spoken sentence, whatever text it stands in.

    Attributes:
        path: the FLAC file.
        samples: in it, at 24 kHz.
        words: for each word its span in the sentence's markup, and its start and end in seconds.
        channel: who spoke it.
    """

    path: Path
    samples: int
    words: tuple[tuple[Span, float, float], ...]
    channel: str = ""


class TakeStore:
    """The takes of a folder.

    Args:
        folder: is made when the first take is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str) -> Path:
        """Where a take is, or would be."""
        return self.folder / key[:2] / f"{key}.flac"

    def tidy(self, age: float = 0.0) -> None:
        """Remove what a process that was killed has left unfinished.

        Args:
            age: seconds for which nobody has written to it; 0 where nobody else can be writing.
        """
        latest = time.time() - age
        for path in self.folder.glob("*/.declaim-*"):
            with contextlib.suppress(FileNotFoundError):  # another process tidies too
                if path.stat().st_mtime <= latest:
                    path.unlink()

    def find(self, key: str) -> KeptTake | None:
        """The take; None if it was not spoken, or its file is damaged."""
        path = self.path(key)
        try:
            with av.open(str(path)) as container:
                known: Any = json.loads(_tag(container.metadata))
                samples = int(container.streams.audio[0].duration or 0)
            words = tuple(((start, end), begin, stop) for start, end, begin, stop in known["words"])
            return KeptTake(path, samples, words, known["channel"])
        except FileNotFoundError:
            return None
        except (av.error.FFmpegError, ValueError, KeyError, TypeError, IndexError) as error:
            logger.warning("%s is damaged and is spoken again: %s", path, error)
            return None

    def write(
        self,
        key: str,
        samples: NDArray[np.float32],
        words: tuple[tuple[Span, float, float], ...],
        channel: str = "",
    ) -> KeptTake:
        """Keep a take; the file appears complete or not at all, and stays after a power cut.

        Raises:
            StorageError: the disk is full, or the folder cannot be written.
        """
        path = self.path(key)
        with typed_disk_errors(path.parent, _TYPICAL):
            path.parent.mkdir(parents=True, exist_ok=True)
        noted = [[*span, round(start, 4), round(end, 4)] for span, start, end in words]
        tag = json.dumps({"words": noted, "channel": channel}, separators=(",", ":"))
        write_file([samples], path, FORMATS["flac"], SAMPLE_RATE, loudness=None, metadata={_TAG: tag})
        with typed_disk_errors(path.parent, _TYPICAL):
            sync_folder(path.parent)
        found = self.find(key)
        assert found is not None, "it has just been written"
        return found


def _tag(metadata: dict[str, str]) -> str:
    """The comment, whatever case a muxer gives its name."""
    return {name.upper(): value for name, value in metadata.items()}[_TAG]

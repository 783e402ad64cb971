"""The samples of takes, read from their files a little at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.errors import StorageError
from declaim.studio.outputs.timeline import silence_after
from declaim.studio.recording import Take

_FULL_SCALE: Final = np.float32(1 / 32768)
_SILENCE: Final = np.zeros(SAMPLE_RATE, np.float32)


class TakeError(StorageError):
    """A take's file is missing or damaged: the sentence has to be spoken again.

    Attributes:
        path: the file.
    """

    http_status = 500

    def __init__(self, message: str, *, path: Path, hint: str = "") -> None:
        super().__init__(message, hint=hint or "Speak the book again: only this sentence is made anew.")
        self.path = path


def samples_of(takes: Iterable[Take]) -> Iterator[NDArray[np.float32]]:
    """What is heard of takes, silences included, in arrays of shape (n,), n at most a few thousand.

    Raises:
        TakeError: a file is missing or damaged, or is not what the take says.
    """
    for take in takes:
        yield from _read(take)
        left = silence_after(take)
        while left > 0:
            yield _SILENCE[:left]
            left -= len(_SILENCE)


def _read(take: Take) -> Iterator[NDArray[np.float32]]:
    taken = 0
    for block in _decode(take.path):
        taken += len(block)
        yield block
    # FFmpeg leaves out the frames whose checksum is wrong, so damage shows as missing samples.
    if taken != take.samples:
        raise _damaged(take.path, f"{taken} samples can be read and {take.samples} were recorded")


def _decode(path: Path) -> Iterator[NDArray[np.float32]]:
    try:
        with av.open(str(path), format="flac") as container:
            stream = container.streams.audio[0]
            # What has no FLAC in it has no rate, and then no format either.
            if (stream.rate, stream.channels) != (SAMPLE_RATE, 1) or stream.format.name != "s16":
                raise _damaged(path, f"it is not mono, 16 bits, {SAMPLE_RATE} Hz")
            for frame in container.decode(stream):
                yield frame.to_ndarray()[0].astype(np.float32) * _FULL_SCALE
    except FileNotFoundError as error:
        raise TakeError(f"the recorded sentence {path} is missing", path=path) from error
    except (av.error.FFmpegError, OSError) as error:
        raise _damaged(path, error.strerror or str(error)) from error


def _damaged(path: Path, why: str) -> TakeError:
    return TakeError(f"the recorded sentence {path} is damaged: {why}", path=path)

"""Writing audio files: all of one or none of it, at a loudness that fits other people's files."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from declaim.audio.encoder import write_stream
from declaim.audio.formats import AudioFormat
from declaim.audio.loudness import DEFAULT_LOUDNESS, LoudnessMeter, check_target, gain_to
from declaim.audio.writer import AudioWriter, ceiling_of, require_finite
from declaim.errors import EngineError
from declaim.replacing import replacing, storing

_BLOCK: Final = 4 * 48_000
"""Bytes read back from the spool at a time: two seconds at 24 kHz."""


def write_file(
    chunks: Iterable[NDArray[np.float32]],
    path: Path | str,
    audio_format: AudioFormat,
    sample_rate: int,
    *,
    loudness: float | None = DEFAULT_LOUDNESS,
    bit_rate: int | None = None,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write chunks of mono samples, full scale = 1, to a file that appears complete or not at all.

    Memory does not grow with the length. To know the loudness before the first sample is encoded, samples
    are kept in a nameless temporary file in the same folder (4 bytes a sample: 346 MB an hour at 24 kHz).
    A device or a named pipe is written to as it is.

    Args:
        chunks: consumed once; the folder is tried first, so a bad ``path`` fails before any synthesis.
        path: an existing file is replaced, and left alone on any failure, Ctrl-C included.
        audio_format: see `format_of`.
        sample_rate: in Hz.
        loudness: integrated loudness in LUFS (-40 to -6) that the whole is brought to, see `gain_to`; None
            leaves the level and needs no temporary file.
        bit_rate: bits per second; None is the format's own.
        metadata: tags such as ``title`` and ``artist``.

    Raises:
        StorageError: the disk is full or the file cannot be written.
        OptionError: ``path`` is a folder, or an option is outside its range.
        EngineError: a sample is not a finite number, or there is none.
    """
    path = Path(path)
    if loudness is not None:
        chunks = _level(chunks, path, sample_rate, check_target(loudness), ceiling_of(audio_format))
    if _is_device(path):
        with storing(path):
            stream = path.open("wb")
        with stream:
            write_stream(chunks, stream, audio_format, sample_rate, bit_rate=bit_rate, metadata=metadata)
        return
    with replacing(path) as temporary:
        with storing(path):
            writer = AudioWriter(temporary, audio_format, sample_rate, bit_rate=bit_rate, metadata=metadata)
        _write_all(chunks, writer, path)


def _write_all(chunks: Iterable[NDArray[np.float32]], writer: AudioWriter, path: Path) -> None:
    with contextlib.ExitStack() as on_failure:
        on_failure.callback(writer.abandon)
        for chunk in chunks:
            with storing(path):
                writer.write(chunk)
        if not writer.taken:
            raise EngineError("there is no audio to write")
        with storing(path):
            writer.close()
        on_failure.pop_all()


def _level(
    chunks: Iterable[NDArray[np.float32]], path: Path, sample_rate: int, target: float, ceiling: float
) -> Iterator[NDArray[np.float32]]:
    """Read all chunks, then give them again at ``target`` LUFS."""
    meter = LoudnessMeter(sample_rate)
    folder = None if _is_device(path) else Path(os.path.realpath(path)).parent
    with contextlib.ExitStack() as stack:
        with storing(path):
            spool = stack.enter_context(tempfile.TemporaryFile(dir=folder))
        for chunk in chunks:
            require_finite(chunk)
            meter.add(chunk)
            with storing(path):
                spool.write(np.ascontiguousarray(chunk, np.float32).data)
        gain = np.float32(gain_to(target, meter, ceiling))
        with storing(path):
            spool.seek(0)  # writes out what is buffered
        while block := spool.read(_BLOCK):
            yield np.frombuffer(block, np.float32) * gain


def _is_device(path: Path) -> bool:
    """Whether there is something that must be written to in place: a device, a named pipe."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))

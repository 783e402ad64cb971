"""Streaming samples into encoded bytes, as they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from declaim.audio.formats import AudioFormat
from declaim.audio.writer import AudioWriter
from declaim.errors import StorageError


class _Blocks:
    """Collects what a container writes.

    ``write`` is the list's own ``append`` on purpose: with no line of Python inside, Ctrl-C cannot be raised
    in the middle of FFmpeg's callback, where PyAV would lose it.
    """

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self.write = self._blocks.append

    def take(self) -> bytes:
        """Everything written since the last call."""
        data = b"".join(self._blocks)
        self._blocks.clear()
        return data


class Encoder:
    """Streams mono float32 samples into an encoded byte stream that needs no seeking.

    See `AudioWriter` for the arguments, and for what each format keeps of length and alignment. All bytes of
    all calls in order are the stream. About 30 ms of audio (the limiter's look-ahead) and a codec frame are
    held back until more comes.

    Raises:
        OptionError: a rate or bit rate that the format does not have.
    """

    def __init__(
        self,
        audio_format: AudioFormat,
        sample_rate: int,
        *,
        bit_rate: int | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        self._blocks = _Blocks()
        self._writer = AudioWriter(
            self._blocks, audio_format, sample_rate, bit_rate=bit_rate, metadata=metadata
        )

    def encode(self, samples: NDArray[np.float32]) -> bytes:
        """Take samples of shape (n,), full scale = 1, and give the bytes that are ready, maybe none.

        Raises:
            EngineError: a sample is not a finite number.
        """
        self._writer.write(samples)
        return self._blocks.take()

    def close(self) -> bytes:
        """End the stream and give its last bytes."""
        self._writer.close()
        return self._blocks.take()


def encode_stream(
    chunks: Iterable[NDArray[np.float32]],
    audio_format: AudioFormat,
    sample_rate: int,
    *,
    bit_rate: int | None = None,
    metadata: Mapping[str, str] | None = None,
) -> Iterator[bytes]:
    """Encode chunks of mono samples as they come; every item is at least one byte.

    Raises:
        OptionError: a rate or bit rate that the format does not have.
        EngineError: a sample is not a finite number.
    """
    encoder = Encoder(audio_format, sample_rate, bit_rate=bit_rate, metadata=metadata)
    for chunk in chunks:
        if data := encoder.encode(chunk):
            yield data
    if data := encoder.close():
        yield data


def write_stream(
    chunks: Iterable[NDArray[np.float32]],
    stream: BinaryIO,
    audio_format: AudioFormat,
    sample_rate: int,
    *,
    bit_rate: int | None = None,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Encode chunks of mono samples into an open binary stream, flushed after every block.

    Raises:
        BrokenPipeError: the reader has gone.
        StorageError: the stream cannot be written, for another reason.
        OptionError: a rate or bit rate that the format does not have.
        EngineError: a sample is not a finite number.
    """
    blocks = encode_stream(chunks, audio_format, sample_rate, bit_rate=bit_rate, metadata=metadata)
    for block in blocks:
        try:
            _write_whole(block, stream)
            stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise StorageError(f"the output stream cannot be written: {error.strerror}") from error


def _write_whole(block: bytes, stream: BinaryIO) -> None:
    """Write all of a block, of which an unbuffered stream (stdout under ``python -u``) may take a part."""
    left = memoryview(block)
    while left:
        left = left[stream.write(left) :]

from __future__ import annotations

import errno
import io
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from fidelity import IN_STREAMS, chunked
from numpy.typing import NDArray

from declaim.audio.encoder import Encoder, encode_stream, write_stream
from declaim.audio.formats import FORMATS
from declaim.errors import EngineError, OptionError, StorageError

RATE = 24_000
Decode = Callable[[bytes, str], Any]


@pytest.mark.parametrize("name", FORMATS)
def test_stream_decodes_to_what_was_put_in(name: str, speech: NDArray[np.float32], decode: Decode) -> None:
    delay, surplus, snr = IN_STREAMS[name]
    heard = decode(b"".join(encode_stream(chunked(speech), FORMATS[name], RATE)), name)
    assert heard.lag(speech) == delay
    assert 0 <= len(heard.samples) - len(speech) <= surplus
    assert heard.snr(speech, delay) > snr


@pytest.mark.parametrize("name", FORMATS)
def test_bytes_come_while_samples_are_put_in(name: str, speech: NDArray[np.float32]) -> None:
    encoder = Encoder(FORMATS[name], RATE)
    sizes = [len(encoder.encode(chunk)) for chunk in chunked(speech)]
    assert all(sizes[3:-2])
    assert encoder.close()


@pytest.mark.parametrize("name", FORMATS)
def test_chunks_make_no_difference(name: str, speech: NDArray[np.float32]) -> None:
    streams = {b"".join(encode_stream(chunked(speech, size), FORMATS[name], RATE)) for size in (1000, 30_000)}
    assert len({len(stream) for stream in streams}) == 1 if name == "m4a" else len(streams) == 1


@pytest.mark.parametrize("rate", [16_000, 22_050, 44_100])
def test_rate_that_opus_does_not_take(rate: int, decode: Decode) -> None:
    seconds = np.arange(3 * rate) / rate
    tone = (0.3 * np.sin(2 * np.pi * 440 * seconds)).astype(np.float32)
    heard = decode(b"".join(encode_stream(chunked(tone), FORMATS["opus"], rate)), "opus")
    assert abs(len(heard.samples) - 3 * RATE) <= 1
    spectrum = np.abs(np.fft.rfft(heard.samples))
    assert np.argmax(spectrum) == 3 * 440


def test_spectrum_of_mp3_is_that_of_the_voice(speech: NDArray[np.float32], decode: Decode) -> None:
    heard = decode(b"".join(encode_stream([speech], FORMATS["mp3"], RATE)), "mp3")
    bands = [slice(0, 3000), slice(3000, 9000), slice(9000, 20_000)]  # of 36,562 bins of 0.33 Hz
    before = [np.sum(np.abs(np.fft.rfft(speech)[band]) ** 2) for band in bands]
    after = [np.sum(np.abs(np.fft.rfft(heard.samples[1105:], len(speech))[band]) ** 2) for band in bands]
    np.testing.assert_allclose(10 * np.log10(np.array(after) / before), 0, atol=1.5)


def test_wav_stream_has_the_plain_header_with_sizes_unknown(speech: NDArray[np.float32]) -> None:
    data = b"".join(encode_stream(chunked(speech), FORMATS["wav"], RATE))
    assert data[:44] == struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 0xFFFFFFFF, b"WAVE", b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16, b"data", 0xFFFFFFFF),
    )
    np.testing.assert_array_equal(np.frombuffer(data[44:], "<i2"), np.rint(speech * 32768).astype("<i2"))


def test_mp3_stream_starts_with_a_frame(speech: NDArray[np.float32]) -> None:
    data = b"".join(encode_stream(chunked(speech), FORMATS["mp3"], RATE))
    assert data[:2] == b"\xff\xf3"
    assert b"Xing" not in data[:500]
    assert b"Info" not in data[:500]


@pytest.mark.parametrize("name", ["wav", "opus", "mp3"])
def test_loud_input_never_clips(name: str, speech: NDArray[np.float32], decode: Decode) -> None:
    heard = decode(b"".join(encode_stream(chunked(6 * speech), FORMATS[name], RATE)), name)
    assert 0.7 < np.abs(heard.samples).max() < 0.9999


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers(bad: float) -> None:
    samples = np.zeros(100, np.float32)
    samples[50] = bad
    with pytest.raises(EngineError):
        Encoder(FORMATS["wav"], RATE).encode(samples)


@pytest.mark.parametrize("name", FORMATS)
def test_stream_of_nothing_ends(name: str) -> None:
    encoder = Encoder(FORMATS[name], RATE)
    assert encoder.encode(np.empty(0, np.float32)) is not None
    assert isinstance(encoder.close(), bytes)


def test_bit_rate_is_used(speech: NDArray[np.float32]) -> None:
    low, high = (
        len(b"".join(encode_stream([speech], FORMATS["mp3"], RATE, bit_rate=rate)))
        for rate in (32_000, 128_000)
    )
    assert 3.5 < high / low < 4.5
    with pytest.raises(OptionError):
        Encoder(FORMATS["mp3"], RATE, bit_rate=1)


class Device(io.BytesIO):
    """Counts flushes, and fails in its ``n``-th write."""

    def __init__(self, error: OSError | None = None) -> None:
        super().__init__()
        self.flushes = 0
        self.error = error

    def write(self, data: Any) -> int:
        if self.error and self.flushes == 3:
            raise self.error
        return super().write(data)

    def flush(self) -> None:
        self.flushes += 1


def test_write_stream_flushes_every_block(speech: NDArray[np.float32]) -> None:
    device = Device()
    write_stream(chunked(speech), device, FORMATS["wav"], RATE)
    assert device.flushes == 16
    assert device.getvalue() == b"".join(encode_stream(chunked(speech), FORMATS["wav"], RATE))


class Unbuffered(Device):
    """Takes as much at a time as a disk that is nearly full."""

    def write(self, data: Any) -> int:
        return super().write(data[:1000])


def test_stream_that_takes_little_at_a_time_gets_all(speech: NDArray[np.float32]) -> None:
    device = Unbuffered()
    write_stream(chunked(speech), device, FORMATS["wav"], RATE)
    assert device.getvalue() == b"".join(encode_stream(chunked(speech), FORMATS["wav"], RATE))


def test_write_stream_tells_a_gone_reader_from_a_full_disk(speech: NDArray[np.float32]) -> None:
    with pytest.raises(BrokenPipeError):
        write_stream(chunked(speech), Device(BrokenPipeError(errno.EPIPE, "gone")), FORMATS["wav"], RATE)
    with pytest.raises(StorageError, match="No space"):
        write_stream(chunked(speech), Device(OSError(errno.ENOSPC, "No space left")), FORMATS["wav"], RATE)

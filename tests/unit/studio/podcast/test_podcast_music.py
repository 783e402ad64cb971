import time
from pathlib import Path

import numpy as np
import pytest
from podcast_tones import WriteSound, decibels

from declaim.studio.podcast.errors import MusicError
from declaim.studio.podcast.music import MusicReader, decode, examine

RATE = 44_100


@pytest.mark.parametrize(
    ("name", "rate", "channels"),
    [
        ("a.wav", 8_000, 1),
        ("a.wav", 48_000, 2),
        ("a.flac", 96_000, 1),
        ("a.mp3", 44_100, 2),
        ("a.mp3", 22_050, 1),
    ],
)
@pytest.mark.parametrize("wanted", [1, 2])
def test_any_format(write_sound: WriteSound, name: str, rate: int, channels: int, wanted: int) -> None:
    path = write_sound(name, 3.0, rate=rate, channels=channels)
    samples = np.concatenate(list(decode(path, RATE, wanted)), axis=1)
    assert samples.shape[0] == wanted
    assert samples.shape[1] == pytest.approx(3 * RATE, abs=3_000)
    found = examine(path, RATE, wanted)
    assert found.seconds == pytest.approx(3, abs=0.07)
    power = sum(10 ** (decibels(each[RATE:-RATE]) / 10) for each in samples)
    assert found.loudness == pytest.approx(10 * np.log10(power), abs=0.5)
    spectrum = np.abs(np.fft.rfft(samples[0, RATE : 2 * RATE]))
    assert int(spectrum.argmax()) == 1000


def test_only_what_is_heard_is_read(write_sound: WriteSound) -> None:
    path = write_sound("hours.wav", 1200.0, rate=8_000, channels=1)
    started = time.perf_counter()
    assert examine(path, RATE, 2, 2.0).seconds == 2.0
    assert time.perf_counter() - started < 2


def test_it_begins_again(write_sound: WriteSound) -> None:
    path = write_sound("a.wav", 1.0, rate=RATE, hertz=441.0)
    again, once = (MusicReader(path, RATE, 2, again=each) for each in (True, False))
    looped = np.concatenate([again.read(count) for count in (1, 30_000, 3 * RATE)], axis=1)
    assert looped.shape == (2, 3 * RATE + 30_001)
    np.testing.assert_allclose(looped[:, RATE : 2 * RATE], looped[:, :RATE], atol=1e-3)
    assert decibels(once.read(3 * RATE)[:, RATE + 100 :]) < -150


def test_damaged_in_the_middle_is_played_around(write_sound: WriteSound) -> None:
    path = write_sound("a.mp3", 6.0)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = bytes(range(256)) * 11 + bytes(184)
    path.write_bytes(data)
    assert examine(path, RATE, 2).seconds > 4.5


def test_cut_off_is_played_as_far_as_it_goes(write_sound: WriteSound) -> None:
    path = write_sound("a.flac", 6.0)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert 1 < examine(path, RATE, 2).seconds < 5


def test_silence_has_no_loudness(write_sound: WriteSound) -> None:
    assert examine(write_sound("a.wav", 2.0, level=-200), RATE, 2).loudness is None


@pytest.mark.parametrize(
    "content", [b"", b"ID3", b"RIFF\x00\x00\x00\x00WAVE", bytes(10_000), b"no music at all\n" * 99]
)
@pytest.mark.parametrize("name", ["a.mp3", "a.wav", "a.flac"])
def test_no_music(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(MusicError) as refused:
        examine(path, RATE, 2)
    assert name in str(refused.value)
    assert refused.value.hint


def test_no_such_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.mp3", tmp_path):
        with pytest.raises(MusicError, match="cannot be read"):
            examine(path, RATE, 2)

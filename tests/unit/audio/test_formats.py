from __future__ import annotations

from pathlib import Path

import av
import pytest

from declaim.audio.formats import FORMATS, AudioFormat, format_of
from declaim.errors import OptionError


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("a.wav", None, "wav"),
        (Path("b/A.FLAC"), None, "flac"),
        ("a.ogg", None, "opus"),
        ("book.2.mp4", None, "m4a"),
        ("a.wav", "MP3", "mp3"),
        ("-", "pcm", "pcm"),
    ],
)
def test_named_format_wins_over_suffix(path: Path | str, name: str | None, expected: str) -> None:
    assert format_of(path, name).name == expected


@pytest.mark.parametrize(("path", "name"), [("a.xyz", None), ("a", None), (".wav", None), ("a.wav", "wma")])
def test_unknown_format_lists_the_known_ones(path: str, name: str | None) -> None:
    with pytest.raises(OptionError) as caught:
        format_of(path, name)
    assert all(known in caught.value.hint for known in FORMATS)


@pytest.mark.parametrize("audio_format", FORMATS.values(), ids=list(FORMATS))
def test_codec_takes_every_rate_listed(audio_format: AudioFormat) -> None:
    codec = av.Codec(audio_format.codec, "w")
    assert set(audio_format.sample_rates) <= set(codec.audio_rates or [])
    assert list(audio_format.sample_rates) == sorted(audio_format.sample_rates)


@pytest.mark.parametrize(
    ("name", "rate", "expected"),
    [("wav", 22050, 22050), ("mp3", 22050, 22050), ("opus", 22050, 24000), ("opus", 96000, 48000)],
)
def test_rate_keeps_all_of_the_band_where_it_can(name: str, rate: int, expected: int) -> None:
    assert FORMATS[name].rate_for(rate) == expected


def test_rate_must_be_positive() -> None:
    with pytest.raises(OptionError):
        FORMATS["wav"].rate_for(0)


def test_bit_rate() -> None:
    assert FORMATS["mp3"].bit_rate_for(None) == 96_000
    assert FORMATS["mp3"].bit_rate_for(128_000) == 128_000
    assert FORMATS["wav"].bit_rate_for(None) is None
    with pytest.raises(OptionError, match="between 8000 and 160000"):
        FORMATS["mp3"].bit_rate_for(320_000)
    with pytest.raises(OptionError, match="lossless"):
        FORMATS["flac"].bit_rate_for(64_000)

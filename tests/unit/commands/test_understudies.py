import numpy as np
import pytest

from declaim.audio.chunk import AudioChunk
from declaim.commands.understudies import announced

NAMES = ("fastspeech", "sambert", "indextts")


def chunk(channel: str, seconds: float) -> AudioChunk:
    return AudioChunk(np.zeros(round(24_000 * seconds), np.float32), 24_000, (0, 1), channel=channel)


def test_who_stood_in_is_named_in_the_order_of_speaking(capsys: pytest.CaptureFixture[str]) -> None:
    chunks = [chunk(name, 1.0) for name in ("kokoro", *NAMES, "", NAMES[0])]
    assert list(announced(iter(chunks), "kokoro")) == chunks
    shown = capsys.readouterr().err.splitlines()
    assert shown == [
        "fastspeech stood in for kokoro: 2.0 of 6.0 s",
        "sambert stood in for kokoro: 1.0 of 6.0 s",
        "indextts stood in for kokoro: 1.0 of 6.0 s",
    ]


def test_nobody_stood_in(capsys: pytest.CaptureFixture[str]) -> None:
    list(announced(iter([chunk("kokoro", 1.0), chunk("", 0.5)]), "kokoro"))
    assert not capsys.readouterr().err

"""Sounds, pictures and recordings such as the studio makes, and what others read in a file."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from declaim.studio.recording import RecordedChapter

RATE = 24_000
Speak = Callable[..., RecordedChapter]


def picture(width: int, height: int, kind: str = "mjpeg") -> bytes:
    """A picture of noise, which does not compress."""
    pixels = np.random.default_rng(1).integers(0, 255, (height, width, 3), np.uint8)
    stream = io.BytesIO()
    with av.open(stream, "w", format="image2pipe") as container:
        video = container.add_stream(kind, rate=1, width=width, height=height)
        video.pix_fmt = "yuvj420p" if kind == "mjpeg" else "rgb24"
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
        container.mux(video.encode(frame))
        container.mux(video.encode(None))
    return stream.getvalue()


def tone(seconds: float, pitch: float = 220.0, level: float = 0.1) -> NDArray[np.int16]:
    """A tone with the beat of syllables."""
    time = np.arange(round(seconds * RATE)) / RATE
    envelope = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * time)
    wave = sum(np.sin(2 * np.pi * pitch * k * time) / k for k in range(1, 8))
    return np.rint(32767 * level * envelope * wave).astype(np.int16)


def write_take(path: Path, samples: NDArray[np.int16]) -> Path:
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def heard(path: Path) -> NDArray[np.float32]:
    """All samples of a file's audio."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        frames = [frame.to_ndarray() for frame in container.decode(stream)]
    samples = np.concatenate([frame.reshape(-1) for frame in frames])
    return samples.astype(np.float32) / (32768 if samples.dtype == np.int16 else 1)


def probe(path: Path) -> dict[str, Any]:
    """What ffprobe says of a file."""
    wanted = ["-show_format", "-show_streams", "-show_chapters"]
    command = ["ffprobe", "-v", "error", "-of", "json", *wanted, str(path)]
    result = subprocess.run(command, check=True, capture_output=True)
    assert not result.stderr
    return dict(json.loads(result.stdout))

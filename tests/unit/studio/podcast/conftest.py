"""Takes and music made of tones, so that times, levels and places can be measured."""

from pathlib import Path

import av
import numpy as np
import pytest
from podcast_tones import RATE, MakeTake, WriteSound, tone

from declaim.audio.files import write_file
from declaim.audio.formats import FORMATS
from declaim.studio.passage import Place
from declaim.studio.recording import Take


@pytest.fixture
def make_take(tmp_path: Path) -> MakeTake:
    """A take of a tone with silence around it."""
    made: list[Path] = []

    def make(
        section: int,
        turn: int,
        speaker: str,
        seconds: float = 1.0,
        *,
        hertz: float = 440.0,
        level: float = -20.0,
        silence: tuple[float, float] = (0.1, 0.3),
        text: str = "Some words.",
        pause: float = 0.0,
    ) -> Take:
        path = tmp_path / f"take-{len(made)}.flac"
        made.append(path)
        before, after = (np.zeros(round(each * RATE), np.float32) for each in silence)
        samples = np.concatenate((before, tone(seconds, hertz, level), after))
        write_file([samples], path, FORMATS["flac"], RATE, loudness=None)
        place = Place(section, turn, 0, len(text))
        return Take(path, len(samples), text, place, speaker, (), pause)

    return make


@pytest.fixture
def write_sound(tmp_path: Path) -> WriteSound:
    """A music file: a tone, with as many channels and at the rate that are asked for."""

    def write(
        name: str,
        seconds: float = 4.0,
        *,
        rate: int = 48_000,
        channels: int = 2,
        hertz: float = 1000.0,
        level: float = -20.0,
        codec: str = "",
    ) -> Path:
        path = tmp_path / name
        layout = "mono" if channels == 1 else "stereo"
        with av.open(str(path), "w") as container:
            chosen = codec or {"wav": "pcm_s16le", "flac": "flac", "mp3": "libmp3lame"}[path.suffix[1:]]
            stream = container.add_stream(chosen, rate=rate, layout=layout)
            samples = np.tile(tone(seconds, hertz, level, rate), (channels, 1))
            frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=layout)
            frame.sample_rate = rate
            framed = av.AudioResampler(format=stream.format, layout=layout, frame_size=1152)
            for part in (*framed.resample(frame), *framed.resample(None)):
                container.mux(stream.encode(part))
            container.mux(stream.encode(None))
        return path

    return write

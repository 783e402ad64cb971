"""Kokoro breaks off within a sentence, and the understudy ends it: heard by a recogniser."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from jiwer import cer
from measured import level
from recognised import heard, letters

from declaim.audio.chunk import AudioChunk
from declaim.config import Config
from declaim.engines.kokoro import KokoroEngine
from declaim.errors import EngineError
from declaim.synthesizer import Synthesizer

pytestmark = pytest.mark.real

TEXT = (
    "今天早上下了一场大雨，街上的人都打着雨伞，走得很快。"
    "到了中午，太阳出来了，我们一起去公园散步，看见很多花。"
)


def test_a_sentence_that_breaks_is_ended_by_the_understudy(monkeypatch: pytest.MonkeyPatch) -> None:
    speak = KokoroEngine.speak

    def breaking(engine: KokoroEngine, *given: Any, **options: Any) -> Iterator[AudioChunk]:
        for number, chunk in enumerate(speak(engine, *given, **options)):
            if number:
                raise EngineError("the vocoder failed")
            yield chunk

    monkeypatch.setattr(KokoroEngine, "speak", breaking)
    synthesizer = Synthesizer(Config(channels=("kokoro", "fastspeech"), prosody="off", voice="zf_xiaoxiao"))
    chunks = list(synthesizer.speak(TEXT))

    assert (chunks[0].span[0], chunks[-1].span[1]) == (0, len(TEXT))
    assert all(before.span[1] == after.span[0] for before, after in pairwise(chunks))
    by_channel = {
        name: np.concatenate([chunk.samples for chunk in chunks if chunk.channel == name])
        for name in ("kokoro", "fastspeech")
    }
    assert min(map(len, by_channel.values())) > synthesizer.sample_rate
    assert level(by_channel["fastspeech"]) == pytest.approx(level(by_channel["kokoro"]), abs=3)
    assert cer(letters(TEXT), heard(np.concatenate([chunk.samples for chunk in chunks]))) <= 0.1

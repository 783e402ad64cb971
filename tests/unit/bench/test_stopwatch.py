import time
from collections.abc import Iterator

import numpy as np
import pytest

from bench.engines import SAMPLE_RATE, EngineSpec, Samples
from bench.latency.stopwatch import measure


class SlowEngine:
    """20 ms of silence and 20 of sound at once, then a chunk that comes too late."""

    def stream(self, text: str, voice: str) -> Iterator[Samples]:
        del text, voice
        yield np.concatenate([np.zeros(SAMPLE_RATE // 50), np.full(SAMPLE_RATE // 50, 0.5)]).astype(
            np.float32
        )
        time.sleep(0.1)
        yield np.full(SAMPLE_RATE // 10, 0.5, np.float32)


def test_leading_silence_and_late_chunks_are_seen() -> None:
    timing = measure(SlowEngine(), "text", "voice")
    assert timing.first_sound - timing.first_chunk == pytest.approx(0.02)
    assert timing.audio == pytest.approx(0.14)
    assert timing.stall == pytest.approx(0.1 - 0.04, abs=0.03)
    assert timing.first_chunk < timing.whole


def test_an_engine_and_its_settings_are_read_from_one_word() -> None:
    spec = EngineSpec.parse("declaim:rate=0.9,prosody=rules")
    assert (spec.label, spec.name) == ("declaim:rate=0.9,prosody=rules", "declaim")
    assert spec.settings == {"rate": 0.9, "prosody": "rules"}


@pytest.mark.parametrize("label", ["espeak", "declaim:fast"])
def test_what_is_no_engine_or_setting_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match=r"unknown engine|KEY=VALUE"):
        EngineSpec.parse(label)

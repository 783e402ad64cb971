import numpy as np
import pytest

import tiny_kokoro as tiny
from declaim.acoustic.frames import Frames
from declaim.engines.kokoro import KokoroEngine
from declaim.errors import EngineError

SOUNDS = "hɛlO"
STYLE = tiny.style_table(0)[:1]


def frames(engine: KokoroEngine, rate: float = 1.0) -> Frames:
    ids = [tiny.VOCABULARY[symbol] for symbol in SOUNDS]
    return engine._acoustic(ids, STYLE, np.full(len(ids), rate, np.float32))


def test_shapes_and_boundaries(tiny_engine: KokoroEngine) -> None:
    made = frames(tiny_engine)
    total = 2 * tiny.BOUNDARY_FRAMES + len(SOUNDS) * tiny.PHONEME_FRAMES
    assert made.durations.tolist() == [tiny.BOUNDARY_FRAMES, *[tiny.PHONEME_FRAMES] * 4, tiny.BOUNDARY_FRAMES]
    assert len(made) == total
    assert made.features.shape == (1, 512, total)
    assert made.f0.shape == made.energy.shape == (2 * total,)
    assert made.loudness().shape == (total,)


def test_the_rate_changes_the_phonemes_and_not_the_boundaries(tiny_engine: KokoroEngine) -> None:
    assert frames(tiny_engine, 0.5).durations.tolist() == [10, 4, 4, 4, 4, 10]


def test_features_follow_the_whole_durations(tiny_engine: KokoroEngine) -> None:
    made = frames(tiny_engine, 0.5)
    token = tiny.VOCABULARY["ɛ"]
    assert np.flatnonzero(made.features[0, token] > 0.5).tolist() == [14, 15, 16, 17]
    assert made.f0[2 * 14 : 2 * 18] == pytest.approx(tiny.pitch_of(token), abs=1)


def test_a_failing_model_is_an_engine_error(tiny_engine: KokoroEngine) -> None:
    with pytest.raises(EngineError, match=r"duration\.onnx failed"):
        tiny_engine._acoustic([tiny.TOKENS + 1], STYLE, np.ones(1, np.float32))


def test_a_held_token_lasts_as_long_as_asked_and_the_others_as_before(tiny_engine: KokoroEngine) -> None:
    ids = [tiny.VOCABULARY[symbol] for symbol in "hɛ,lO"]
    rates = np.full(len(ids), 0.9, np.float32)
    plain, held, shortest = (
        tiny_engine._acoustic(ids, STYLE, rates, holds) for holds in ({}, {2: 0.5}, {2: 0})
    )
    assert plain.durations[3] in {13, 14}  # 13.3, and what the rounding of others left over
    for frames, length in ((held, 20), (shortest, 1)):
        assert frames.durations[3] == length
        np.testing.assert_array_equal(np.delete(frames.durations, 3), np.delete(plain.durations, 3))
        assert len(frames) == frames.durations.sum() == len(frames.f0) // 2

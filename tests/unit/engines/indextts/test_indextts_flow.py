from typing import Any

import numpy as np
from numpy.typing import NDArray

from declaim.engines.indextts.flow import flow

KNOWN, FRAMES = 3, 5
CONDITION = np.ones((1, KNOWN + FRAMES, 512), dtype=np.float32)
PROMPT = np.full((1, 80, KNOWN), 7, dtype=np.float32)
STYLE = np.full((1, 192), 2, dtype=np.float32)


def run(estimator: Any, *, steps: int = 4, guidance: float = 0.5, seed: int = 1) -> NDArray[np.float32]:
    return flow(estimator, CONDITION, PROMPT, STYLE, steps=steps, guidance=guidance, seed=seed)


def noise(seed: int = 1) -> NDArray[np.float32]:
    whole = np.random.default_rng(seed).standard_normal((1, 80, KNOWN + FRAMES), dtype=np.float32)
    return whole[..., KNOWN:]


def test_a_constant_velocity_is_gone_for_one_second() -> None:
    velocity = np.ones((2, 80, KNOWN + FRAMES), dtype=np.float32)
    for steps in (1, 7, 25):
        np.testing.assert_allclose(run(lambda **_: velocity, steps=steps), noise() + 1, atol=1e-5)


def test_guidance_goes_away_from_what_is_told_nothing() -> None:
    velocity = np.stack([np.full((80, KNOWN + FRAMES), value, np.float32) for value in (1, 3)])
    np.testing.assert_allclose(run(lambda **_: velocity, guidance=0.5), noise() + 1.5 - 1.5, atol=1e-5)


def test_time_goes_in_even_steps_from_0() -> None:
    times: list[float] = []

    def estimator(**inputs: Any) -> NDArray[np.float32]:
        times.append(inputs["t"].tolist())
        return np.zeros((2, 80, KNOWN + FRAMES), np.float32)

    run(estimator, steps=4)
    assert times == [[time, time] for time in (0.0, 0.25, 0.5, 0.75)]


def test_row_0_is_told_everything_and_row_1_nothing() -> None:
    def estimator(**inputs: Any) -> NDArray[np.float32]:
        assert inputs["x_lens"].tolist() == [KNOWN + FRAMES]
        assert (inputs["x"][0] == inputs["x"][1]).all()
        assert not inputs["x"][..., :KNOWN].any()
        for name, told in (("prompt_x", 7), ("style", 2), ("cond", 1)):
            assert inputs[name][0].max() == told
            assert not inputs[name][1].any()
        assert not inputs["prompt_x"][0, :, KNOWN:].any()
        return np.ones((2, 80, KNOWN + FRAMES), np.float32)

    assert run(estimator).shape == (1, 80, FRAMES)


def test_the_seed_decides_the_noise() -> None:
    def still(**_: Any) -> NDArray[np.float32]:
        return np.zeros((2, 80, KNOWN + FRAMES), np.float32)

    np.testing.assert_array_equal(run(still, seed=5), noise(5))
    assert (run(still, seed=6) != run(still, seed=5)).all()

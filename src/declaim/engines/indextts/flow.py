"""Flow matching: from noise to a mel, in steps of Euler's method with classifier-free guidance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from declaim.engines.indextts.graph import Graph

INPUTS = ("x", "prompt_x", "x_lens", "t", "style", "cond")
MEL_BINS = 80


def flow(
    estimator: Graph,
    condition: NDArray[np.float32],
    prompt: NDArray[np.float32],
    style: NDArray[np.float32],
    *,
    steps: int,
    guidance: float,
    seed: int,
) -> NDArray[np.float32]:
    """A mel (1, 80, T − P) that goes on where a recording's ends.

    Lipman et al., "Flow matching for generative modeling", ICLR 2023; Ho and Salimans, "Classifier-free
    diffusion guidance", 2022. Row 0 of the batch is told what is said and by whom, row 1 nothing.

    Args:
        estimator: the velocity of the flow.
        condition: (1, T, 512): what is said, the recording's P frames first.
        prompt: (1, 80, P): the recording's mel.
        style: (1, 192): the voice.
        steps: from noise to mel.
        guidance: how far to go away from row 1.
        seed: of the noise.

    Raises:
        EngineError: the model failed.
        RunInterrupted: the thread's interrupt was set.
    """
    frames, known = condition.shape[1], prompt.shape[2]
    x = np.random.default_rng(seed).standard_normal((1, MEL_BINS, frames), dtype=np.float32)
    x[..., :known] = 0
    prompts = np.zeros((2, MEL_BINS, frames), dtype=np.float32)
    prompts[:1, :, :known] = prompt
    told: dict[str, NDArray[Any]] = {
        "prompt_x": prompts,
        "x_lens": np.array([frames], dtype=np.int64),
        "style": np.concatenate([style, np.zeros_like(style)]),
        "cond": np.concatenate([condition, np.zeros_like(condition)]),
    }
    times = np.linspace(0, 1, steps + 1, dtype=np.float32)
    for time, step in zip(times[:-1], np.diff(times), strict=True):
        velocity = estimator(x=np.concatenate([x, x]), t=np.array([time, time]), **told)
        x += step * ((1 + guidance) * velocity[:1] - guidance * velocity[1:])
        x[..., :known] = 0
    return x[..., known:]

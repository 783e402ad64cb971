"""The convolution in the transform's place, against ONNX Runtime's own."""

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from declaim.engines.kokoro_stft import _SILENT_PHASES, stft_as_convolution

WINDOW, STEP = 20, 5


def model(window: int = WINDOW) -> onnx.ModelProto:
    """``samples (1, L) → real, imaginary (1, bins, frames)``, as the published graph has it."""
    hann = np.hanning(window + 1)[:-1].astype(np.float32)
    constants = {
        "step": np.array(STEP),
        "hann": hann,
        "length": np.array(window),
        "zero": np.array(0),
        "one": np.array(1),
    }
    nodes = [
        helper.make_node("STFT", ["samples", "step", "hann", "length"], ["stft"], onesided=1),
        helper.make_node("Transpose", ["stft"], ["turned"], perm=[3, 0, 2, 1]),
        helper.make_node("Gather", ["turned", "zero"], ["real"], axis=0),
        helper.make_node("Gather", ["turned", "one"], ["imaginary"], axis=0),
        helper.make_node("Identity", ["real"], ["same"]),
    ]
    graph = helper.make_graph(
        nodes,
        "stft",
        [helper.make_tensor_value_info("samples", TensorProto.FLOAT, [1, "L"])],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, window // 2 + 1, "F"])
            for name in ("same", "imaginary")
        ],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)


def run(made: onnx.ModelProto, samples: NDArray[np.float32]) -> NDArray[np.complex128]:
    onnx.checker.check_model(made)
    session = onnxruntime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])
    real, imaginary = session.run(None, {"samples": samples[None]})
    return (real + 1j * imaginary)[0]


def both(samples: NDArray[np.float32]) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    changed = model()
    stft_as_convolution(changed.graph)
    assert "STFT" not in {node.op_type for node in changed.graph.node}
    return run(changed, samples), run(model(), samples)


@pytest.mark.parametrize("length", [20, 24, 25, 600, 1201])
def test_it_computes_what_the_runtimes_does(length: int) -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, length).astype(np.float32)
    ours, theirs = both(samples)
    assert ours.shape == theirs.shape == (11, (length - WINDOW) // STEP + 1)
    assert np.abs(ours - theirs).max() < 5e-6


def test_phases_are_the_same_where_anything_is_heard() -> None:
    time = np.arange(2400) / 24_000
    ours, theirs = both((0.1 * np.sin(2 * np.pi * 220 * time)).astype(np.float32))
    heard = np.abs(theirs) > 1e-2
    assert heard.any()
    assert np.abs(np.angle(ours[heard] / theirs[heard])).max() < 1e-3


@pytest.mark.parametrize("constant", [0.0, 0.02, -0.02])
def test_silence_has_the_phases_that_the_generator_knows(constant: float) -> None:
    """All but those of the bins in which a constant is heard; in each frame the same."""
    ours, _ = both(np.full(600, constant, np.float32))
    phases = np.angle(ours[2:])
    distance = np.angle(np.exp(1j * (phases - np.array(_SILENT_PHASES)[2:, None])))
    assert np.abs(distance).max() < (1e-6 if constant == 0 else 0.2)
    assert np.abs(ours[2:]).max() < 2e-6


def test_a_graph_without_one_stays_as_it_is() -> None:
    made = model()
    del made.graph.node[:]
    before = made.SerializeToString()
    stft_as_convolution(made.graph)
    assert made.SerializeToString() == before


def test_a_window_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="bins"):
        stft_as_convolution(model(window=16).graph)


def test_what_follows_must_be_known() -> None:
    made = model()
    del made.graph.node[1:]
    with pytest.raises(ValueError, match="unpack"):
        stft_as_convolution(made.graph)

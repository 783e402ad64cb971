from pathlib import Path

import numpy as np
import onnx.numpy_helper
import onnxruntime
import pytest
from onnx import TensorProto, helper

import tiny_kokoro as tiny
from declaim.engines.kokoro_files import DURATION_FILE, FRAMES_FILE, VOCODER_FILE
from declaim.engines.kokoro_graph import cut
from declaim.errors import ModelError

_SEAMS = {
    "features": "/encoder/MatMul_1_output_0",
    "f0": "/encoder/F0_proj/Conv_output_0",
    "energy": "/encoder/N_proj/Conv_output_0",
}
IDS = np.array([[0, *(tiny.VOCABULARY[symbol] for symbol in "hɛlO wɜɹld."), 0]])
STYLE = tiny.style_table(40)[:1]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graph") / "published.onnx"
    onnx.save(tiny.published_graph(), path)
    return path


@pytest.fixture(scope="module")
def folder(source: Path) -> Path:
    made = source.parent / "cut"
    made.mkdir()
    cut(source, made)
    return made


def session(path: Path) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def published(source: Path) -> dict[str, np.ndarray]:
    """The seams' tensors and the audio, as the uncut graph computes them."""
    model = onnx.load(source)
    for name in _SEAMS.values():
        model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    runner = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    inputs = {"tokens": IDS, "style": STYLE, "speed": np.ones(1, np.float32)}
    results = runner.run(["audio", *_SEAMS.values()], inputs)
    return dict(zip(["audio", *_SEAMS], results, strict=True))


def in_parts(folder: Path) -> dict[str, np.ndarray]:
    durations, text, phonemes = session(folder / DURATION_FILE).run(
        ["durations", "text_states", "phoneme_states"], {"tokens": IDS, "style": STYLE}
    )
    whole = np.maximum(np.rint(durations), 1).astype(np.int64)
    states = {"whole_durations": whole, "text_states": text, "phoneme_states": phonemes, "style": STYLE}
    names = ["features", "f0", "energy"]
    seams = dict(zip(names, session(folder / FRAMES_FILE).run(names, states), strict=True))
    (audio,) = session(folder / VOCODER_FILE).run(["audio"], {**seams, "style": STYLE})
    return {"audio": audio, **seams}


def test_the_parts_compute_what_the_whole_does(source: Path, folder: Path) -> None:
    whole, parts = published(source), in_parts(folder)
    assert parts["audio"].shape == whole["audio"].shape
    # 8 bits over a range of 36: what separates the integer result from the float one
    assert np.abs(parts["f0"] - whole["f0"]).max() < 1.5
    assert np.abs(parts["energy"] - whole["energy"]).max() < 0.15
    assert np.abs(parts["features"] - whole["features"]).max() < 0.01


def test_the_float_result_is_exact_where_the_integer_one_is_not(folder: Path) -> None:
    parts = in_parts(folder)
    voiced = parts["f0"].ravel()[2 * tiny.BOUNDARY_FRAMES]
    assert voiced == pytest.approx(tiny.pitch_of(IDS[0, 1]) + 40 + 0.5, abs=1e-3)  # bias included
    assert parts["energy"].ravel()[0] == pytest.approx(tiny.SILENCE, abs=1e-4)


def test_no_integer_arithmetic_is_left_and_nothing_unused(folder: Path) -> None:
    for file in (DURATION_FILE, FRAMES_FILE, VOCODER_FILE):
        model = onnx.load(folder / file)
        onnx.checker.check_model(model)
        assert not {"DynamicQuantizeLinear", "ConvInteger", "MatMulInteger"} & {
            n.op_type for n in model.graph.node
        }
        read = {name for node in model.graph.node for name in node.input}
        assert {tensor.name for tensor in model.graph.initializer} <= read


def test_each_part_takes_and_gives_what_it_says(folder: Path) -> None:
    taken = {
        file: (
            {i.name for i in session(folder / file).get_inputs()},
            [o.name for o in session(folder / file).get_outputs()],
        )
        for file in (DURATION_FILE, VOCODER_FILE)
    }
    assert taken[DURATION_FILE][1] == ["durations", "text_states", "phoneme_states"]
    assert taken[VOCODER_FILE][0] <= {"features", "f0", "energy", "style"}


def test_a_convolution_with_ranges_is_computed_in_integers(
    source: Path, folder: Path, tmp_path: Path
) -> None:
    convolution = "/decoder/heard_output_quantized_node"
    ranges = {convolution: (0.0, 1.0, 0.0, 2.0), "of another model": (0.0, 1.0, 0.0, 1.0)}
    cut(source, tmp_path, "int8", ranges)
    model = onnx.load(tmp_path / VOCODER_FILE)
    onnx.checker.check_model(model)
    assert sum(node.op_type == "QuantizeLinear" for node in model.graph.node) == 2
    whole = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    (weight,) = (value for value in whole.values() if value.dtype == np.int8 and value.size > 1)
    assert (weight == 100).all()  # the published integers, exactly
    np.testing.assert_allclose(in_parts(tmp_path)["audio"], in_parts(folder)["audio"], atol=0.01)
    operators = {node.op_type for node in onnx.load(tmp_path / DURATION_FILE).graph.node}
    assert "MatMulNBits" in operators


def _foreign() -> onnx.ModelProto:
    node = helper.make_node("Identity", ["tokens"], ["audio"])
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("tokens", "audio")]
    return helper.make_model(helper.make_graph([node], "foreign", values[:1], values[1:]))


def _without(name: str) -> onnx.ModelProto:
    """The right graph, but one node fewer."""
    model = tiny.published_graph()
    kept = [node for node in model.graph.node if name not in node.output]
    del model.graph.node[:]
    model.graph.node.extend(kept)
    return model


@pytest.mark.parametrize(
    "model",
    [
        _foreign(),
        _without("/encoder/predictor/ReduceSum_output_0"),
        _without("/encoder/F0_proj/Conv_output_0"),
        _without("/encoder/F0_proj/Conv_output_0_scales_mul:0"),
        _without("/encoder/halves_scale"),
    ],
    ids=["foreign", "no durations", "no F0", "no scales", "no quantiser"],
)
def test_another_graph_is_refused(tmp_path: Path, model: onnx.ModelProto) -> None:
    path = tmp_path / "other.onnx"
    onnx.save(model, path)
    with pytest.raises(ModelError, match=r"other\.onnx"):
        cut(path, tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x08\x09" * 100])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"other\.onnx"):
        cut(path, tmp_path)

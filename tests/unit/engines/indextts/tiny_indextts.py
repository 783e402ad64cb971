"""A tiny IndexTTS-2.5, generated: the package's files, with the names and shapes of its graphs' inputs and
outputs, and 24 layers of keys and values. The weights are random, so that every input tells in every output.

Inside, everything is small: the width is 8, of 2 heads of 4. Speech ends after some twenty codes, since the
stop's logit grows with the position.
"""

import base64
import json
import pickle
import sys
import types
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

LAYERS, HEADS, HEAD = 24, 2, 4
WIDTH = HEADS * HEAD
TEXT_IDS, CODES, POSITIONS = 2_600, 8_194, 1_900
STOP = 8_193
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64

MERGES = [b"he", b"ll", b"hell", b"hello", b" hello", b" w", "你".encode(), "好".encode(), "行".encode()]
"""Tokens of several bytes; the others are one byte each."""
VOCABULARY_FILE = "multilingual_zh_ja_yue_char_del.tiktoken"
EMOTION_COUNTS = (3, 17, 2, 8, 4, 5, 10, 24)


class TinyGraph:
    """A graph under construction, whose weights are drawn in the order in which they are asked for."""

    def __init__(self, name: str, seed: int) -> None:
        self.name = name
        self._random = np.random.default_rng(seed)
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[TensorProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def input(self, name: str, shape: list[Any], kind: int = FLOAT) -> str:
        self._inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, value: str, name: str, shape: list[Any]) -> None:
        self._nodes.append(helper.make_node("Identity", [value], [name]))
        self._outputs.append(helper.make_tensor_value_info(name, FLOAT, shape))

    def constant(self, value: Any) -> str:
        name = f"c{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def weight(self, *shape: int, scale: float = 1.0) -> str:
        return self.constant((self._random.standard_normal(shape) * scale).astype(np.float32))

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        name = f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def linear(self, x: str, inputs: int, outputs: int) -> str:
        return self.op("MatMul", x, self.weight(inputs, outputs, scale=inputs**-0.5))

    def save(self, path: Path, *, beside: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        graph = helper.make_graph(self._nodes, self.name, self._inputs, self._outputs, self._weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
        onnx.checker.check_model(model)
        data = f"{path.name}.data" if beside else None
        onnx.save(model, path, save_as_external_data=beside, location=data, size_threshold=256)


def write_folder(folder: Path, *, emotions: bool = True) -> Path:
    """Fill a folder as `engines.indextts.model_dir` wants it."""
    _semantic_model().save(folder / "semantic_model/semantic_model.onnx", beside=True)
    _gpt_prefill().save(folder / "gpt_prefill/gpt_prefill.onnx", beside=True)
    _gpt_step().save(folder / "gpt_step/gpt_step.onnx", beside=True)
    _cfm_estimator().save(folder / "cfm_estimator/cfm_estimator.onnx")
    for make in (_emo_vec, _campplus, _length_regulator, _semantic_codec_decode, _bigvgan):
        graph = make()
        graph.save(folder / f"{graph.name}.onnx")
    _write_vocabulary(folder / VOCABULARY_FILE)
    random = np.random.default_rng(7)
    weight = (random.standard_normal((1280, 192)) * 0.1).astype(np.float32)
    np.savez(folder / "spk_proj.npz", weight=weight, bias=random.standard_normal(1280).astype(np.float32))
    _write_feature_settings(folder / "hf_cache/w2v-bert-2.0")
    if emotions:
        write_tensor(folder / "feat1.pt", random.standard_normal((73, 192)).astype(np.float32))
        write_tensor(folder / "feat2.pt", random.standard_normal((73, 1280)).astype(np.float32))
    return folder


def write_tensor(path: Path, value: NDArray[Any]) -> None:
    """Write a file as ``torch.save(tensor, path)`` does."""

    class Storage:
        pass

    class Pickler(pickle._Pickler):  # type: ignore[name-defined,misc] # its pure form asks about every object
        def persistent_id(self, obj: Any) -> Any:
            return (
                ("storage", torch.FloatStorage, "0", "cpu", value.size) if isinstance(obj, Storage) else None
            )

    class Tensor:
        def __reduce__(self) -> Any:
            strides = tuple(step // value.itemsize for step in value.strides)
            return rebuild, (Storage(), 0, value.shape, strides, False, OrderedDict())

    def rebuild() -> None: ...

    rebuild.__module__, rebuild.__qualname__, rebuild.__name__ = "torch._utils", *["_rebuild_tensor_v2"] * 2
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    torch.FloatStorage = type("FloatStorage", (), {"__module__": "torch"})  # type: ignore[attr-defined]
    utils._rebuild_tensor_v2 = rebuild  # type: ignore[attr-defined]
    before = {name: sys.modules.get(name) for name in ("torch", "torch._utils")}
    sys.modules.update({"torch": torch, "torch._utils": utils})
    try:
        with zipfile.ZipFile(path, "w") as archive:
            with archive.open("archive/data.pkl", "w") as file:
                Pickler(file, 2).dump(Tensor())
            archive.writestr("archive/data/0", value.tobytes("A"))
            archive.writestr("archive/version", "3\n")
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def _write_vocabulary(path: Path) -> None:
    """GPT-2's order of bytes, in which "!" is 0 and '"' is 1, then `MERGES` with what leads to them."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    tokens = [bytes([byte]) for byte in printable]
    tokens += [bytes([byte]) for byte in range(256) if byte not in printable]
    for token in MERGES:
        tokens += [token[:length] for length in range(2, len(token) + 1) if token[:length] not in tokens]
    lines = [f"{base64.b64encode(token).decode()} {number}" for number, token in enumerate(tokens)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_feature_settings(folder: Path) -> None:
    folder.mkdir(parents=True)
    settings = {
        "feature_extractor_type": "SeamlessM4TFeatureExtractor", "feature_size": 80, "num_mel_bins": 80,
        "padding_side": "right", "padding_value": 1, "sampling_rate": 16000, "stride": 2,
    }  # fmt: skip
    (folder / "preprocessor_config.json").write_text(json.dumps(settings), encoding="utf-8")


def _semantic_model() -> TinyGraph:
    g = TinyGraph("semantic_model", 1)
    features = g.input("input_features", [1, "T", 160])
    mask = g.op("Cast", g.input("attention_mask", [1, "T"], INT64), to=FLOAT)
    states = g.op("Tanh", g.linear(g.linear(features, 160, WIDTH), WIDTH, 1024))
    heard = g.op("Mul", states, g.op("Unsqueeze", mask, g.constant(np.array([2]))))
    g.output(heard, "semantic_feat", [1, "T", 1024])
    return g


def _emo_vec() -> TinyGraph:
    g = TinyGraph("emo_vec", 2)
    mean = g.op("ReduceMean", g.input("feat", [1, "T", 1024]), g.constant(np.array([1])), keepdims=0)
    vector = g.linear(g.linear(mean, 1024, WIDTH), WIDTH, 1280)
    frames = g.op("Cast", g.input("ilens", [1], INT64), to=FLOAT)
    longer = g.op("Mul", frames, g.constant(np.float32(1e-3)))
    g.output(g.op("Add", vector, longer), "emo_vec", [1, 1280])
    return g


def _campplus() -> TinyGraph:
    g = TinyGraph("campplus", 3)
    states = g.op("Tanh", g.linear(g.input("fbank", [1, "T", 80]), 80, 192))
    g.output(g.op("ReduceMean", states, g.constant(np.array([1])), keepdims=0), "spk_emb", [1, 192])
    return g


def _length_regulator() -> TinyGraph:
    """Nearest neighbours in time."""
    g = TinyGraph("length_regulator", 4)
    states = g.linear(g.linear(g.input("x", [1, "T", 1024]), 1024, WIDTH), WIDTH, 512)
    template = g.input("template", [1, "O", 1])
    old, new = (
        g.op("Gather", g.op("Shape", value), g.constant(np.int64(1)), axis=0) for value in (states, template)
    )
    times = g.op("Range", g.constant(np.int64(0)), new, g.constant(np.int64(1)))
    nearest = g.op("Div", g.op("Mul", times, old), new)
    g.output(g.op("Gather", states, nearest, axis=1), "out", [1, "O", 512])
    return g


def _semantic_codec_decode() -> TinyGraph:
    """Two states for each code."""
    g = TinyGraph("semantic_codec_decode", 5)
    codes = g.op("Gather", g.weight(CODES, WIDTH), g.input("codes", [1, "T"], INT64))
    pairs = g.op("Reshape", g.linear(codes, WIDTH, 2 * WIDTH), g.constant(np.array([1, -1, WIDTH])))
    g.output(g.linear(pairs, WIDTH, 1024), "latent", [1, "S", 1024])
    return g


def _gpt_prefill() -> TinyGraph:
    g = TinyGraph("gpt_prefill", 6)
    conditions = g.linear(g.input("conds", [1, 3, 1280]), 1280, WIDTH)
    text = g.op("Gather", g.weight(TEXT_IDS, WIDTH), g.input("text_ids", [1, "L"], INT64))
    language = g.op("Gather", g.weight(100, WIDTH), g.input("lang_id", [1], INT64))
    text = g.op("Add", text, language)
    first = g.constant(np.zeros(1, np.int64))
    start = g.op("Unsqueeze", g.op("Gather", _positions(g), first), g.constant(np.array([0])))
    states = g.op("Concat", conditions, text, start, axis=1)
    logits, present = _layers(g, states, start, first, past=None)
    g.output(logits, "logits", [1, CODES])
    _output_state(g, present)
    return g


def _gpt_step() -> TinyGraph:
    g = TinyGraph("gpt_step", 10)
    code = g.op("Gather", g.weight(CODES, WIDTH), g.input("token", [1, 1], INT64))
    position = g.input("pos_idx", [1], INT64)
    state = g.op("Add", code, g.op("Gather", _positions(g), position))
    past = [
        [g.input(f"past_kv_{layer}_{kind}", [1, HEADS, "P", HEAD]) for kind in "kv"]
        for layer in range(LAYERS)
    ]
    logits, present = _layers(g, state, state, position, past=past)
    g.output(logits, "logits", [1, CODES])
    _output_state(g, present)
    return g


def _positions(g: TinyGraph) -> str:
    return g.weight(POSITIONS, WIDTH)


def _layers(
    g: TinyGraph, states: str, last: str, position: str, *, past: list[list[str]] | None
) -> tuple[str, list[str]]:
    """Logits of what comes behind the last state, which looks at all keys and values in each layer."""
    present = []
    for layer in range(LAYERS):
        keys, values = (_heads(g, g.linear(states, WIDTH, WIDTH)) for _ in "kv")
        if past:
            keys, values = (
                g.op("Concat", old, new, axis=2) for old, new in zip(past[layer], (keys, values), strict=True)
            )
        present += [keys, values]
        queries = _heads(g, g.linear(last, WIDTH, WIDTH))
        scores = g.op("MatMul", queries, g.op("Transpose", keys, perm=[0, 1, 3, 2]))
        mixed = g.op("MatMul", g.op("Softmax", scores, axis=-1), values)
        across = g.op("Transpose", mixed, perm=[0, 2, 1, 3])
        joined = g.op("Reshape", across, g.constant(np.array([1, 1, WIDTH])))
        last = g.op("Tanh", g.op("Add", last, g.linear(joined, WIDTH, WIDTH)))
        states = last if past else states
    logits = g.op("Mul", g.linear(last, WIDTH, CODES), g.constant(np.float32(4)))
    logits = g.op("Squeeze", logits, g.constant(np.array([1])))
    return g.op("Add", logits, g.op("Gather", _ending(g), position)), present


def _ending(g: TinyGraph) -> str:
    """(positions, codes): the stop comes nearer, and code 1 is likely unless it is penalised."""
    bias = np.zeros((64, CODES), dtype=np.float32)
    bias[:, STOP] = np.arange(64) - 12.0
    bias[:, 1] = 12.0
    return g.constant(bias)


def _heads(g: TinyGraph, states: str) -> str:
    shaped = g.op("Reshape", states, g.constant(np.array([1, -1, HEADS, HEAD])))
    return g.op("Transpose", shaped, perm=[0, 2, 1, 3])


def _output_state(g: TinyGraph, present: list[str]) -> None:
    names = [f"present_kv_{layer}_{kind}" for layer in range(LAYERS) for kind in "kv"]
    for value, name in zip(present, names, strict=True):
        g.output(value, name, [1, HEADS, "N", HEAD])


def _cfm_estimator() -> TinyGraph:
    g = TinyGraph("cfm_estimator", 8)
    across = [0, 2, 1]
    x, prompt = (g.op("Transpose", g.input(name, [2, 80, "T"]), perm=across) for name in ("x", "prompt_x"))
    frames = g.op("Cast", g.input("x_lens", [1], INT64), to=FLOAT)
    time = g.op("Reshape", g.input("t", [2]), g.constant(np.array([2, 1, 1])))
    style = g.op("Unsqueeze", g.linear(g.input("style", [2, 192]), 192, 80), g.constant(np.array([1])))
    said = g.linear(g.input("cond", [2, "T", 512]), 512, 80)
    mean = g.op("ReduceMean", x, g.constant(np.array([1])))
    total = g.op("Sum", g.linear(x, 80, 80), mean, g.linear(prompt, 80, 80), time, style, said)
    longer = g.op("Mul", frames, g.constant(np.float32(1e-3)))
    velocity = g.op("Tanh", g.op("Add", total, longer))
    g.output(g.op("Transpose", velocity, perm=across), "v", [2, 80, "T"])
    return g


def _bigvgan() -> TinyGraph:
    g = TinyGraph("bigvgan", 9)
    frames = g.op("Transpose", g.input("mel", [1, 80, "T"]), perm=[0, 2, 1])
    samples = g.op("Tanh", g.linear(frames, 80, 256))
    g.output(g.op("Reshape", samples, g.constant(np.array([1, 1, -1]))), "wav", [1, 1, "S"])
    return g

"""A tiny Kokoro, generated: the published graph's tensor names, shapes and quantised patterns, no weights.

What it says can be told from its audio: a token lasts a fixed number of frames, its sound is a sine whose
pitch belongs to the token and whose level follows the predicted energy, and feature channel ``k`` is 1 while
token ``k`` sounds. It passes through the real model store, the real surgery and the real runtime.

Run as a script it is the command line with this model: ``python tiny_kokoro.py FOLDER say …``.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from declaim.models.manifest import Manifest, parse_manifest
from declaim.text.phonemes import VOCABULARY as SYMBOLS

TOKENS, CHANNELS = 178, 512
VOCABULARY = {symbol: number for number, symbol in enumerate(sorted(SYMBOLS), start=1)}
SILENT = frozenset(' ;:,.!?—…"()“”')

BOUNDARY_FRAMES, PUNCTUATION_FRAMES, PHONEME_FRAMES = 10, 12, 2
"""Punctuation is silent for longer than what is left of a silence when groups are trimmed."""
SOUND, SILENCE = 7.5, -9.5
"""Predicted energies."""
UNVOICED_HZ = 10.0
VOICES = {"af_heart": 0.0, "af_bella": 40.0, "zf_xiaoxiao": 80.0, "zf_xiaoyi": 20.0}
"""Hz by which each voice is higher than af_heart."""

_MODEL_MEMBERS = ("kokoro.int8.onnx", "vocab.json")


def pitch_of(token: int, voice: str = "af_heart") -> float:
    """Hz of a phoneme's sine."""
    return 110.0 + 16 * (token % 40) + VOICES[voice]


def write_models(folder: Path) -> Path:
    """Fill a folder as `DECLAIM_MODELS` wants it."""
    model, voices = folder / "kokoro", folder / "kokoro-voices"
    model.mkdir(parents=True)
    voices.mkdir()
    onnx.save(published_graph(), model / _MODEL_MEMBERS[0])
    (model / _MODEL_MEMBERS[1]).write_text(json.dumps({"vocab": VOCABULARY}), encoding="utf-8")
    for name, higher in VOICES.items():
        style_table(higher).tofile(voices / f"{name}.bin")
    return folder


def style_table(higher: float) -> NDArray[np.float32]:
    """(510, 256): every row says its own number in column 1."""
    table = np.zeros((510, 256), dtype="<f4")
    table[:, 1] = np.arange(510)
    table[:, 128] = higher
    return table


def manifest(folder: Path) -> Manifest:
    """What `write_models` wrote, as a manifest without sources."""
    return parse_manifest("\n".join(_artifact(folder / name) for name in ("kokoro", "kokoro-voices")))


def _artifact(folder: Path) -> str:
    members = "\n".join(
        f'"{path.name}" = {{ size = {path.stat().st_size}, '
        f'sha256 = "{hashlib.sha256(path.read_bytes()).hexdigest()}" }}'
        for path in sorted(folder.iterdir())
    )
    head = f'[{folder.name}]\ndescription = "tiny"\nlicence = "MIT"\nrequired = true\n'
    address = "https://127.0.0.1:9/"
    source = (
        f'[[{folder.name}.sources]]\nkind = "https"\nbase = "{address}"\nparts = {{ "*" = ["{{member}}"] }}'
    )
    return f"{head}[{folder.name}.members]\n{members}\n{source}\n"


class _Builder:
    """Nodes and constants of a graph under construction."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def constant(self, name: str, value: Any, dtype: Any = np.float32) -> str:
        if not any(known.name == name for known in self.constants):
            self.constants.append(numpy_helper.from_array(np.asarray(value, dtype=dtype), name))
        return name

    def add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=f"{output}_node", **attributes))
        return output

    def quantised(
        self,
        kind: str,
        source: str,
        weight: NDArray[np.int8],
        scale: float,
        *,
        output: str,
        bias: float | None = None,
    ) -> str:
        """``source`` × ``weight`` in dynamically quantised integers, as ONNX Runtime writes it."""
        quantiser = [f"{source}_quantized", f"{source}_scale", f"{source}_zero_point"]
        if not any(node.output[:] == quantiser for node in self.nodes):
            node = helper.make_node(
                "DynamicQuantizeLinear", [source], quantiser, name=f"{source}_QuantizeLinear"
            )
            self.nodes.append(node)
        weights = self.constant(f"{output}.weight_quantized", weight, np.int8)
        zero = self.constant(f"{output}.weight_zero_point", 0, np.int8)
        attributes = {"kernel_shape": [1]} if kind == "ConvInteger" else {}
        inputs = [quantiser[0], weights, quantiser[2], zero]
        result = self.add(kind, inputs, f"{output}_output_quantized", **attributes)
        scales = self.constant(f"{output}.weight_scale", scale)
        scales = self.add("Mul", [quantiser[1], scales], f"{output}_scales_mul:0")
        if bias is not None:
            result = self._quantised_bias(result, scales, bias, output)
        cast = self.add("Cast", [result], f"{output}_cast_output", to=TensorProto.FLOAT)
        return self.add("Mul", [cast, scales], output)

    def _quantised_bias(self, result: str, scales: str, bias: float, output: str) -> str:
        value = self.constant(f"{output}.bias", [bias])
        divided = self.add("Div", [value, scales], f"{output}.bias_tmp_quant:0")
        floored = self.add("Floor", [divided], f"{output}.bias_quant_rounded:0")
        whole = self.add("Cast", [floored], f"{output}.bias_quantized", to=TensorProto.INT32)
        shape = self.constant("bias_reshape_shape", [1, -1, 1], np.int64)
        shaped = self.add("Reshape", [whole, shape], f"{output}_reshape")
        return self.add("Add", [result, shaped], f"{output}_bias_add")


def published_graph() -> onnx.ModelProto:
    """``tokens, style, speed → audio`` in one piece."""
    graph = _Builder()
    _durations(graph)
    _states(graph)
    _frames(graph)
    _vocoder(graph)
    made = helper.make_graph(
        graph.nodes,
        "tiny-kokoro",
        [
            helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "sequence_length"]),
            helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, 256]),
            helper.make_tensor_value_info("speed", TensorProto.FLOAT, [1]),
        ],
        [helper.make_tensor_value_info("audio", TensorProto.FLOAT, ["audio_length"])],
        graph.constants,
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)


def _durations(graph: _Builder) -> None:
    table = np.full((TOKENS, 2), PHONEME_FRAMES / 2)
    table[0] = BOUNDARY_FRAMES / 2
    for symbol in SILENT - {" "}:
        table[VOCABULARY[symbol]] = PUNCTUATION_FRAMES / 2
    halves = graph.add("Gather", [graph.constant("duration_table", table), "tokens"], "/encoder/durations")
    axis = graph.constant("last_axis", [-1], np.int64)
    durations = graph.add("ReduceSum", [halves, axis], "/encoder/predictor/ReduceSum_output_0", keepdims=0)
    divided = graph.add("Div", [durations, "speed"], "/encoder/Div_output_0")
    rounded = graph.add("Round", [divided], "/encoder/Round_output_0")
    clipped = graph.add("Clip", [rounded, graph.constant("one", 1)], "/encoder/Clip_output_0")
    graph.add("Cast", [clipped], "/encoder/Cast_output_0", to=TensorProto.INT64)


def _states(graph: _Builder) -> None:
    """Per token: its pitch in tens of Hz, its energy, its voice's height; and its number, one-hot."""
    pitch = [pitch_of(token) / 10 for token in range(TOKENS)]
    energy = [SOUND] * TOKENS
    for token in (0, *(VOCABULARY[symbol] for symbol in SILENT)):
        pitch[token], energy[token] = UNVOICED_HZ / 10, SILENCE
    table = graph.constant("text_table", np.stack([pitch, energy], axis=1))
    states = graph.add("Gather", [table, "tokens"], "/encoder/text")
    voiced = graph.add(
        "Gather", [graph.constant("voiced", np.array(energy) > 0), "tokens"], "/encoder/voiced"
    )
    column = graph.constant("style_column", [[128]], np.int64)
    higher = graph.add("Gather", ["style", column], "/encoder/higher", axis=1)  # (1, 1, 1)
    last = graph.constant("last_axis", [-1], np.int64)
    voiced = graph.add("Unsqueeze", [voiced, last], "/encoder/voiced_column")
    higher = graph.add("Mul", [voiced, higher], "/encoder/higher_column")
    higher = graph.add("Mul", [higher, graph.constant("tenth", 0.1)], "/encoder/higher_tenth")
    graph.add("Concat", [states, higher], "/encoder/predictor/text_encoder/Concat_4_output_0", axis=2)
    one_hot = graph.constant("phoneme_table", np.eye(TOKENS, CHANNELS))
    phonemes = graph.add("Gather", [one_hot, "tokens"], "/encoder/phonemes")
    eye = np.eye(CHANNELS, dtype=np.int8) * 100
    same = graph.quantised("MatMulInteger", phonemes, eye, 0.01, output="/encoder/text_encoder/lstm")
    graph.add("Transpose", [same], "/encoder/text_encoder/Transpose_2_output_0", perm=[0, 2, 1])


def _frames(graph: _Builder) -> None:
    """Spread tokens over their frames; F0 and energy at twice the frame rate."""
    whole = "/encoder/Cast_output_0"
    ends = graph.add("CumSum", [whole, graph.constant("axis_1", 1, np.int64)], "/encoder/ends")
    begins = graph.add("Sub", [ends, whole], "/encoder/begins")
    total = graph.add("ReduceSum", [whole], "/encoder/total", keepdims=0)
    zero, one = graph.constant("zero", 0, np.int64), graph.constant("one_int", 1, np.int64)
    at = graph.add("Range", [zero, total, one], "/encoder/at")
    last = graph.constant("last_axis", [-1], np.int64)
    begun = graph.add(
        "GreaterOrEqual",
        [at, graph.add("Unsqueeze", [begins, last], "/encoder/begin_column")],
        "/encoder/begun",
    )
    going = graph.add(
        "Less", [at, graph.add("Unsqueeze", [ends, last], "/encoder/end_column")], "/encoder/going"
    )
    both = graph.add("And", [begun, going], "/encoder/both")
    spread = graph.add("Cast", [both], "/encoder/Cast_4_output_0", to=TensorProto.FLOAT)  # (1, L, T)
    phonemes = "/encoder/text_encoder/Transpose_2_output_0"
    graph.add("MatMul", [phonemes, spread], "/encoder/MatMul_1_output_0")
    text = "/encoder/predictor/text_encoder/Concat_4_output_0"
    text = graph.add("Transpose", [text], "/encoder/text_rows", perm=[0, 2, 1])
    rows = graph.add("MatMul", [text, spread], "/encoder/rows")
    pair = graph.add("Unsqueeze", [rows, last], "/encoder/rows_column")
    pair = graph.add("Concat", [pair, pair], "/encoder/rows_pair", axis=3)
    twice = graph.add(
        "Reshape", [pair, graph.constant("rows_shape", [1, 3, -1], np.int64)], "/encoder/halves"
    )
    f0 = np.array([[[100], [0], [100]]], dtype=np.int8)
    graph.quantised("ConvInteger", twice, f0, 0.1, output="/encoder/F0_proj/Conv_output_0", bias=0.5)
    energy = np.array([[[0], [100], [0]]], dtype=np.int8)
    graph.quantised("ConvInteger", twice, energy, 0.01, output="/encoder/N_proj/Conv_output_0")


def _vocoder(graph: _Builder) -> None:
    """A sine of pitch F0 whose level grows with the energy, as it does in the real one."""
    f0 = graph.add(
        "Mul", ["/encoder/F0_proj/Conv_output_0", graph.constant("cycle", 2 * np.pi / 24_000)], "/f0"
    )
    energy = graph.add("Sub", ["/encoder/N_proj/Conv_output_0", graph.constant("usual", 7.45)], "/energy")
    energy = graph.add("Mul", [energy, graph.constant("slope", 0.45)], "/energy_slope")
    loud = graph.add("Exp", [energy], "/energy_exp")
    loud = graph.add("Mul", [loud, graph.constant("level", np.sqrt(2) * np.exp(-2.13))], "/amplitude")
    steps = graph.add("Concat", [f0, loud], "/both", axis=1)
    column = graph.add("Unsqueeze", [steps, graph.constant("last_axis", [-1], np.int64)], "/both_column")
    wide = graph.constant("wide", [1, 2, 1, 300], np.int64)
    samples = graph.add("Expand", [column, wide], "/both_wide")
    samples = graph.add("Reshape", [samples, graph.constant("flat", [2, -1], np.int64)], "/both_samples")
    phases = graph.add("CumSum", [samples, graph.constant("axis_1", 1, np.int64)], "/phases")
    row = {name: graph.constant(name, value, np.int64) for name, value in (("row_0", 0), ("row_1", 1))}
    phase = graph.add("Gather", [phases, row["row_0"]], "/phase", axis=0)
    amplitude = graph.add("Gather", [samples, row["row_1"]], "/amplitudes", axis=0)
    sine = graph.add("Mul", [amplitude, graph.add("Sin", [phase], "/sine")], "/loud_sine")
    heard = np.full((1, CHANNELS, 1), 100, dtype=np.int8)  # every frame has one feature that is 1
    gain = graph.quantised("ConvInteger", "/encoder/MatMul_1_output_0", heard, 0.01, output="/decoder/heard")
    gain = graph.add("ReduceMean", [gain], "/decoder/gain", keepdims=0)
    graph.add("Mul", [sine, gain], "audio")


def main() -> None:
    """Run the command line with the models of a folder."""
    from declaim import cli
    from declaim.models import store

    folder = Path(sys.argv.pop(1))
    store.packaged_manifest = lambda: manifest(folder)  # type: ignore[assignment]
    cli.main()


if __name__ == "__main__":
    main()

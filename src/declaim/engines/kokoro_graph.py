"""Surgery on Kokoro-82M's published ONNX graph: integers back to floats, then cut apart at its seams.

The published file computes phonemes → samples in one piece, in dynamically quantised integers, which
ONNX Runtime runs more slowly than floats. Here its integer nodes are turned back into float ones, and the
graph is cut into the three models that it is made of, so that durations, pitch and energy can be changed on
the way and the vocoder can work on a few frames at a time:

* ``duration``: tokens (1, L), style (1, 256) → durations (1, L) in frames, text_states, phoneme_states;
* ``frames``: durations (1, L) as whole frames, the two states, style → features (1, 512, T),
  f0 (1, 1, 2T) in Hz, energy (1, 1, 2T); T is the sum of the durations;
* ``vocoder``: features, f0, energy, style → audio (600 T,).

The architecture is StyleTTS 2 (Li et al., NeurIPS 2023), its vocoder iSTFTNet (Kaneko et al., ICASSP 2022).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # onnx's own dependency
from onnx import TensorProto, helper, numpy_helper
from onnx.utils import Extractor

from declaim.engines.kokoro_files import DURATION_FILE, FRAMES_FILE, VOCODER_FILE
from declaim.engines.kokoro_generator import IN_16_BITS, in_generator, take_out_generator
from declaim.engines.kokoro_int8 import measured_ranges, quantise
from declaim.engines.kokoro_matmul import multiply_in_integers
from declaim.engines.kokoro_stft import stft_as_convolution
from declaim.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from numpy.typing import NDArray

    from declaim.engines.kokoro_files import VocoderKind
    from declaim.engines.kokoro_int8 import Ranges

_SEAMS = {
    # name of ours: (tensor of the published graph, element type, shape)
    "durations": ("/encoder/predictor/ReduceSum_output_0", TensorProto.FLOAT, (1, "L")),
    "whole_durations": ("/encoder/Cast_output_0", TensorProto.INT64, (1, "L")),
    "text_states": ("/encoder/predictor/text_encoder/Concat_4_output_0", TensorProto.FLOAT, ("A", "B", "C")),
    "phoneme_states": ("/encoder/text_encoder/Transpose_2_output_0", TensorProto.FLOAT, (1, 512, "L")),
    "features": ("/encoder/MatMul_1_output_0", TensorProto.FLOAT, (1, 512, "T")),
    "f0": ("/encoder/F0_proj/Conv_output_0", TensorProto.FLOAT, (1, 1, "T2")),
    "energy": ("/encoder/N_proj/Conv_output_0", TensorProto.FLOAT, (1, 1, "T2")),
}

_MODELS = {
    DURATION_FILE: (("tokens", "style"), ("durations", "text_states", "phoneme_states")),
    FRAMES_FILE: (
        ("whole_durations", "text_states", "phoneme_states", "style"),
        ("features", "f0", "energy"),
    ),
    VOCODER_FILE: (("features", "f0", "energy", "style"), ("audio",)),
}


def cut(
    source: Path,
    folder: Path,
    kind: VocoderKind = "float",
    ranges: Ranges | None = None,
    in_16_bits: Collection[str] = IN_16_BITS,
) -> None:
    """Write the three models into ``folder``; for kernels, the vocoder in parts.

    Args:
        source: the published graph.
        folder: an existing folder.
        kind: of vocoder.
        ranges: of the vocoder's convolutions that ONNX Runtime is to compute in integers; by default those
            that come with this package.
        in_16_bits: residual blocks of the generator that kernels are to compute with 16-bit inputs.

    Raises:
        ModelError: ``source`` is not the graph that this surgery knows.
    """
    try:
        model = onnx.load(source)
        weight_scales = _to_float(model.graph)
        _name_the_seams(model.graph)
        extractor = Extractor(model)
        for file, (inputs, outputs) in _MODELS.items():
            part = extractor.extract_model(list(inputs), list(outputs))
            if file == VOCODER_FILE:
                stft_as_convolution(part.graph)
            elif kind != "float":
                multiply_in_integers(part.graph, weight_scales)
            if file == VOCODER_FILE and kind != "float":
                ranges = measured_ranges() if ranges is None else ranges
                if kind == "kernels":
                    ranges = {name: ends for name, ends in ranges.items() if not in_generator(name)}
                quantise(part.graph, ranges, weight_scales)
            if file == VOCODER_FILE and kind == "kernels":
                take_out_generator(part, weight_scales, folder, in_16_bits)
            else:
                onnx.save(part, folder / file)
    except (DecodeError, KeyError, StopIteration, ValueError) as error:
        raise ModelError(f"{source.name} is not the Kokoro graph that can be cut: {error!r}") from error


def _name_the_seams(graph: onnx.GraphProto) -> None:
    """Give the cut tensors our names and declare their types."""
    names = {theirs: ours for ours, (theirs, _, _) in _SEAMS.items()}
    made = {output for node in graph.node for output in node.output}
    if missing := names.keys() - made:
        raise KeyError(f"no tensors {sorted(missing)}")
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    known = {value.name for value in graph.value_info}
    graph.value_info.extend(
        helper.make_tensor_value_info(ours, kind, shape)
        for ours, (_, kind, shape) in _SEAMS.items()
        if ours not in known
    )


@dataclass
class _Index:
    """Who makes and who reads each tensor."""

    graph: onnx.GraphProto
    makers: dict[str, onnx.NodeProto] = field(default_factory=dict)
    readers: dict[str, list[onnx.NodeProto]] = field(default_factory=dict)
    constants: dict[str, onnx.TensorProto] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.constants = {tensor.name: tensor for tensor in self.graph.initializer}
        for node in self.graph.node:
            self.makers.update(dict.fromkeys(node.output, node))
            for name in node.input:
                self.readers.setdefault(name, []).append(node)

    def constant(self, name: str) -> NDArray[np.float32]:
        return numpy_helper.to_array(self.constants[name]).astype(np.float32)


def _to_float(graph: onnx.GraphProto) -> dict[str, NDArray[np.float32]]:
    """Replace every quantised convolution and product, with the nodes around it, by its float original.

    The pattern is ``DynamicQuantizeLinear → ConvInteger|MatMulInteger → [Add bias] → Cast → Mul scales``.

    Returns:
        By float weight, the scale of the integers that it was made of.
    """
    index = _Index(graph)
    weights: dict[str, NDArray[np.float32]] = {}
    scales: dict[str, NDArray[np.float32]] = {}
    replacements: dict[str, onnx.NodeProto] = {}
    absorbed: set[str] = set()
    for node in graph.node:
        if node.op_type in {"ConvInteger", "MatMulInteger"}:
            chain = _chain(index, node)
            replacements[chain[-1].output[0]] = _float_node(index, chain, weights, scales)
            absorbed.update(link.output[0] for link in chain)
    nodes = [
        replacements.get(node.output[0], node)
        for node in graph.node
        if node.output[0] in replacements or node.output[0] not in absorbed
    ]
    nodes = _live(
        nodes, [output.name for output in graph.output] + [theirs for theirs, _, _ in _SEAMS.values()]
    )
    used = {name for node in nodes for name in node.input}
    constants = [tensor for tensor in graph.initializer if tensor.name in used]
    constants += [numpy_helper.from_array(weight, name) for name, weight in weights.items()]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(constants)
    return scales


def _chain(index: _Index, node: onnx.NodeProto) -> list[onnx.NodeProto]:
    """The integer node and what follows it, up to the multiplication by the scales."""
    chain = [node]
    while chain[-1].op_type != "Mul":
        (reader,) = index.readers[chain[-1].output[0]]
        chain.append(reader)
    return chain


def _float_node(
    index: _Index,
    chain: list[onnx.NodeProto],
    weights: dict[str, NDArray[np.float32]],
    scales: dict[str, NDArray[np.float32]],
) -> onnx.NodeProto:
    """The float node for a chain; its weight goes into ``weights``, shared by all who share the integers."""
    node, last = chain[0], chain[-1]
    scaling = index.makers[next(name for name in last.input if name != chain[-2].output[0])]
    scale = index.constant(next(name for name in scaling.input if name in index.constants))
    zero = index.constant(node.input[3]) if len(node.input) > 3 and node.input[3] else np.float32(0)  # noqa: PLR2004
    weight = f"{node.input[1]}_float"
    if weight not in weights:
        weights[weight] = (index.constant(node.input[1]) - zero) * scale
        scales[weight] = scale
    quantiser = index.makers[node.input[0]]
    inputs = [quantiser.input[0], weight]
    if (bias := _bias(index, chain)) is not None:
        weights[f"{node.name}_bias"] = bias
        inputs.append(f"{node.name}_bias")
    made = helper.make_node(node.op_type.removesuffix("Integer"), inputs, [last.output[0]], name=node.name)
    made.attribute.extend(node.attribute)
    return made


def _bias(index: _Index, chain: list[onnx.NodeProto]) -> NDArray[np.float32] | None:
    """The float bias behind an integer one, which is made as ``Reshape(Cast(Floor(bias / scale)))``."""
    for before, node in pairwise(chain):
        if node.op_type == "Add":
            maker = index.makers[next(name for name in node.input if name != before.output[0])]
            while maker.op_type != "Div":
                maker = index.makers[maker.input[0]]
            return index.constant(maker.input[0]).reshape(-1)
    return None


def _live(nodes: list[onnx.NodeProto], outputs: list[str]) -> list[onnx.NodeProto]:
    """The nodes that the outputs depend on, in their order."""
    needed, kept = set(outputs), []
    for node in reversed(nodes):
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.append(node)
    return kept[::-1]

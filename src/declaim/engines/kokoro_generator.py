"""Taking the generator out of Kokoro's vocoder, to compute it in our own kernels.

What is left are two graphs: ``source.onnx`` (features, f0, energy, style → the harmonic source's spectrum and
the decoder's output) and ``spectrum.onnx`` (the generator's spectrum → audio). The generator's weights are in
7-bit integers in the published file, which are used as they are; only the three layers that it has in floats
are quantised here, to 12 bits and more.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.utils import Extractor

from declaim.engines.kokoro_files import GENERATOR_FILE, SOURCE_FILE, SPECTRUM_FILE
from declaim.vocoder.integer.convolution import pack
from declaim.vocoder.integer.generator import BRANCHES, DILATIONS, SOURCES, SPECTRUM, UPSAMPLING
from declaim.vocoder.integer.tensors import save_tensors

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from declaim.vocoder.integer.convolution import Width

_ROOM = "/decoder/decoder/generator/"
_HARMONICS, _FEATURES = f"{_ROOM}Concat_3_output_0", f"{_ROOM}LeakyRelu_output_0"
_SPECTRUM = f"{_ROOM}conv_post/Conv_output_0"
_SEAMS = {
    _HARMONICS: ("source", (1, SPECTRUM, "F")),
    _FEATURES: ("rows", (1, 512, "R")),
    _SPECTRUM: ("spectrum", (1, SPECTRUM, "F")),
}

IN_16_BITS: frozenset[str] = frozenset()
"""Residual blocks in which 8-bit inputs are heard: none (docs/vocoder.md has the numbers)."""
_LEVELS = 4095
"""Of 16-bit inputs that weights of our own quantising leave room for in 32-bit sums."""
_HALF = 128
"""Steps of the low half of a weight in one of the high half."""


def in_generator(node: str) -> bool:
    """Whether a node of the published graph belongs to the generator."""
    return node.startswith(_ROOM)


def take_out_generator(
    vocoder: onnx.ModelProto,
    weight_scales: Mapping[str, NDArray[np.float32]],
    folder: Path,
    in_16_bits: Collection[str] = IN_16_BITS,
) -> None:
    """Write the two graphs and the generator's weights into ``folder``.

    Args:
        vocoder: its graph, of which the generator must be in floats.
        weight_scales: by weight, the scale of the integers that it was made of.
        folder: an existing folder.
        in_16_bits: residual blocks whose convolutions read 16-bit values.
    """
    save_tensors(folder / GENERATOR_FILE, _Weights(vocoder.graph, weight_scales, in_16_bits).tensors())
    _name_the_seams(vocoder.graph)
    extractor = Extractor(vocoder)
    for file, inputs, outputs in (
        (SOURCE_FILE, ["features", "f0", "energy", "style"], ["source", "rows"]),
        (SPECTRUM_FILE, ["spectrum"], ["audio"]),
    ):
        onnx.save(extractor.extract_model(inputs, outputs), folder / file)


def _name_the_seams(graph: onnx.GraphProto) -> None:
    names = {theirs: ours for theirs, (ours, _) in _SEAMS.items()}
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    kept = [value for value in graph.value_info if value.name not in {*names, *names.values()}]
    del graph.value_info[:]
    graph.value_info.extend(kept)
    graph.value_info.extend(
        helper.make_tensor_value_info(ours, TensorProto.FLOAT, shape) for ours, shape in _SEAMS.values()
    )


class _Weights:
    """Reads the generator's constants out of the graph."""

    def __init__(
        self,
        graph: onnx.GraphProto,
        scales: Mapping[str, NDArray[np.float32]],
        in_16_bits: Collection[str],
    ) -> None:
        self._scales = scales
        self._in_16_bits = in_16_bits
        self._constants = {tensor.name: tensor for tensor in graph.initializer}
        self._nodes = {node.name: node for node in graph.node}

    def tensors(self) -> dict[str, NDArray[Any]]:
        """All that :class:`~declaim.vocoder.integer.generator.Generator` reads."""
        tensors: dict[str, NDArray[Any]] = {}
        styles = []
        for name, pair, (place, number) in product(
            [*SOURCES, *BRANCHES[0], *BRANCHES[1]], range(len(DILATIONS)), (("first", 1), ("second", 2))
        ):
            layer = f"{name}.{pair}.{place}"
            width: Width = 16 if name in self._in_16_bits else 8
            _add(tensors, layer, self._published(f"{name}/convs{number}.{pair}", width))
            alpha = self._constant(f"decoder.decoder.generator.{name}.alpha{number}.{pair}")
            tensors[f"{layer}.alpha"] = alpha.ravel()
            styles.append(self._style(f"{name}/adain{number}.{pair}/fc"))
        tensors["style.weights"] = np.concatenate([weights for weights, _ in styles], axis=1)
        tensors["style.bias"] = np.concatenate([bias for _, bias in styles])
        for stage in range(len(UPSAMPLING)):
            _add(tensors, f"noise_convs.{stage}", self._published(f"noise_convs.{stage}", 16))
            for half, packed in enumerate(self._upsampling(stage)):
                _add(tensors, f"ups.{stage}.{half}", packed)
        for part, packed in self._last().items():
            _add(tensors, f"conv_post.{part}", packed)
        return tensors

    def _constant(self, name: str) -> NDArray[np.float32]:
        return numpy_helper.to_array(self._constants[name]).astype(np.float32)

    def _published(self, name: str, width: Width) -> dict[str, NDArray[Any]]:
        """A convolution with the integers that the file has for it."""
        _, weight, bias = self._nodes[f"{_ROOM}{name}/Conv_quant"].input
        scale = self._scales[weight].reshape(-1)
        integers = np.rint(self._constant(weight) / scale).astype(np.int16)
        return pack(integers, scale, self._constant(bias), width)

    def _style(self, name: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        weights = self._constant(self._nodes[f"{_ROOM}{name}/Gemm_MatMul_quant"].input[1])
        return weights, self._constant(self._nodes[f"{_ROOM}{name}/Gemm_Add"].input[1])

    def _upsampling(self, stage: int) -> list[dict[str, NDArray[Any]]]:
        """A transposed convolution as two that give half of the output phases each, from two inputs.

        Output row ``S m + phase`` of a transposed convolution with stride S, padding P and 2 S taps reads
        inputs m and m − 1 with taps phase + P and phase + P + S where phase < P, else m + 1 and m.
        """
        factor, padding = UPSAMPLING[stage]
        _, weight, bias = self._nodes[f"{_ROOM}ups.{stage}/ConvTranspose"].input
        weights = self._constant(weight)  # (C, D, 2 S)
        halves = []
        for phases, rows in ((range(padding), (-1, 0)), (range(padding, factor), (0, 1))):
            taps = [[phase + padding - factor * row for row in rows] for phase in phases]
            chosen = weights[:, :, taps].transpose(2, 1, 0, 3)  # (phases, D, C, 2)
            tiled = np.tile(self._constant(bias), len(phases))
            halves.append(_quantised(chosen.reshape(-1, *chosen.shape[2:]), tiled))
        return halves

    def _last(self) -> dict[str, dict[str, NDArray[Any]]]:
        """The last convolution with 15-bit weights, in two parts whose sums fit into 32 bits."""
        _, weight, bias = self._nodes[f"{_ROOM}conv_post/Conv"].input
        weights, biases = self._constant(weight), self._constant(bias)
        scale = np.array([np.abs(weights).max() / (_HALF * (_HALF - 1))], np.float32)
        integers = np.rint(weights / scale).astype(np.int16)
        high = np.rint(integers / _HALF).astype(np.int16)
        parts = {
            "high": pack(high, scale * _HALF, biases, 16),
            "low": pack(integers - _HALF * high, scale, np.zeros_like(biases), 16),
        }
        largest = min(part["largest"] for part in parts.values())
        return {name: part | {"largest": largest} for name, part in parts.items()}


def _quantised(weights: NDArray[np.float32], bias: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """A float convolution's weights (D, C, taps), as fine as 12-bit inputs allow."""
    limit = np.iinfo(np.int32).max * 0.98 / _LEVELS
    magnitudes = np.abs(weights)
    scales = np.maximum(
        magnitudes.sum(axis=(1, 2)) / limit, magnitudes.max(axis=(1, 2)) / np.iinfo(np.int16).max
    )
    integers = np.rint(weights / scales[:, None, None]).astype(np.int16)
    return pack(integers, scales, bias, 16)


def _add(tensors: dict[str, NDArray[Any]], name: str, packed: dict[str, NDArray[Any]]) -> None:
    tensors.update({f"{name}.{field}": value for field, value in packed.items()})

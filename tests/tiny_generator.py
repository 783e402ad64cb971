"""A generator like Kokoro's with 64 channels and random weights, as a graph with the published names."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

ROOM = "/decoder/decoder/generator/"
CHANNELS, FEATURES, STYLE = 64, 512, 128
_TAPS = {"noise_res.0": 7, "noise_res.1": 11} | {f"resblocks.{n}": (3, 7, 11)[n % 3] for n in range(6)}


class TinyGenerator:
    """``features, f0, energy, style → audio``; what is in it that can be heard, is random."""

    def __init__(self, seed: int = 0) -> None:
        self._rng = np.random.default_rng(seed)
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, NDArray[Any]] = {}
        self.weight_scales: dict[str, NDArray[np.float32]] = {}
        self.model = self._made()

    def _made(self) -> onnx.ModelProto:
        rows, source, style = self._before()
        sources = [
            self._conv(source, "noise_convs.0", 22, 12, strides=[6], pads=[3, 3]),
            self._conv(source, "noise_convs.1", 22, 1),
        ]
        noise = [self._block(f"noise_res.{n}", value, style) for n, value in enumerate(sources)]
        value = rows
        for stage, (factor, padding) in enumerate(((10, 5), (6, 3))):
            inputs = (FEATURES, CHANNELS)[stage]
            name = f"ups.{stage}/ConvTranspose"
            weight = self._random(f"{name}/weight", (inputs, CHANNELS, 2 * factor), (2 * inputs) ** -0.5)
            bias = self._random(f"{name}/bias", (CHANNELS,), 0.1)
            value = self._add(
                "ConvTranspose", [value, weight, bias], name, strides=[factor], pads=[padding] * 2
            )
            if stage == 1:
                pads = self._constant("reflection", np.array([0, 0, 1, 0, 0, 0]))
                value = self._add("Pad", [value, pads], "reflected", mode="reflect")
            value = self._add("Add", [value, noise[stage]], f"with_source.{stage}")
            blocks = [self._block(f"resblocks.{3 * stage + n}", value, style) for n in range(3)]
            value = self._add("Mean", blocks, f"mean.{stage}")
            value = self._add("LeakyRelu", [value], f"leaky.{stage}", alpha=(0.1, 0.01)[stage])
        weight = self._random("last/weight", (22, CHANNELS, 7), (7 * CHANNELS) ** -0.5)
        bias = self._random("last/bias", (22,), 0.1)
        spectrum = self._add("Conv", [value, weight, bias], "conv_post/Conv", pads=[3, 3])
        self._behind(spectrum)
        return self._model()

    def _before(self) -> tuple[str, str, str]:
        """What would be the decoder's: rows of features twice as often, a source, the vocoder's style."""
        pair = self._constant("pair", np.array([1, FEATURES, 1, 2]))
        column = self._constant("column", np.array([-1]))
        wide = self._add("Expand", [self._add("Unsqueeze", ["features", column], "column"), pair], "pairs")
        flat = self._constant("flat", np.array([1, FEATURES, -1]))
        twice = self._add("Reshape", [wide, flat], "twice")
        rows = self._add("LeakyRelu", [twice], "LeakyRelu", alpha=0.1)
        both = self._add("Add", ["f0", "energy"], "both")
        shapes = self._random("shapes", (1, 22, 1, 60), 1.0)
        spread = self._add("Mul", [self._add("Unsqueeze", [both, column], "both_column"), shapes], "spread")
        flat = self._constant("flat_source", np.array([1, 22, -1]))
        pads = self._constant("one_more", np.array([0, 0, 0, 0, 0, 1]))
        source = self._add("Pad", [self._add("Reshape", [spread, flat], "source"), pads], "Concat_3")
        ends = [
            self._constant(name, np.array([at])) for name, at in (("start", 0), ("end", STYLE), ("axis", 1))
        ]
        return rows, source, self._add("Slice", ["style", *ends], "half_style")

    def _behind(self, spectrum: str) -> None:
        """600 samples a frame: five channels of the spectrum, without its first row."""
        bounds = [("from", [0, 1]), ("to", [5, 2**31]), ("axes", [1, 2])]
        names = [self._constant(name, np.array(value)) for name, value in bounds]
        cut = self._add("Slice", [spectrum, *names], "cut")
        flat = self._constant("all", np.array([-1]))
        self._nodes.append(helper.make_node("Reshape", [cut, flat], ["audio"], name="audio"))

    def _block(self, name: str, value: str, style: str) -> str:
        for pair, dilation in enumerate((1, 3, 5)):
            inner = self._snake(name, 1, pair, value, style)
            inner = self._conv(inner, f"{name}/convs1.{pair}", CHANNELS, _TAPS[name], dilation)
            inner = self._snake(name, 2, pair, inner, style)
            inner = self._conv(inner, f"{name}/convs2.{pair}", CHANNELS, _TAPS[name])
            value = self._add("Add", [inner, value], f"{name}/sum.{pair}")
        return value

    def _snake(self, name: str, number: int, pair: int, value: str, style: str) -> str:
        """AdaIN and Snake; a tenth of the gains is negative."""
        at = f"{name}/adain{number}.{pair}"
        weight = self._random(f"{at}/weight", (STYLE, 2 * CHANNELS), STYLE**-0.5)
        bias = self._random(f"{at}/bias", (2 * CHANNELS,), 0.1)
        product = self._add("MatMul", [style, weight], f"{at}/fc/Gemm_MatMul_quant")
        both = self._add("Add", [product, bias], f"{at}/fc/Gemm_Add")
        shape = self._constant("halves", np.array([2, 1, -1, 1]))
        halves = self._add("Reshape", [both, shape], f"{at}/halves")
        index = [self._constant(f"number {n}", np.array(n)) for n in range(2)]
        scale, shift = (self._add("Gather", [halves, n], f"{at}/half {n}", axis=0) for n in index)
        flat = [self._constant(f"{n}s", np.full(CHANNELS, n, np.float32)) for n in (1, 0)]
        normal = self._add("InstanceNormalization", [value, *flat], f"{at}/normal", epsilon=1e-5)
        gain = self._add("Add", [scale, self._constant("a one", np.float32(1))], f"{at}/gain")
        value = self._add("Add", [self._add("Mul", [gain, normal], f"{at}/mul"), shift], f"{at}/shifted")
        alphas = self._rng.uniform(0.3, 3, (1, CHANNELS, 1)).astype(np.float32)
        alphas[:, ::8] *= -0.01  # training has left the real one a few like this
        alpha = self._constant(f"decoder.decoder.generator.{name}.alpha{number}.{pair}", alphas)
        sine = self._add("Sin", [self._add("Mul", [alpha, value], f"{at}/turned")], f"{at}/sine")
        square = self._add("Div", [self._add("Mul", [sine, sine], f"{at}/square"), alpha], f"{at}/divided")
        return self._add("Add", [value, square], f"{at}/snake")

    def _conv(
        self, value: str, name: str, inputs: int, taps: int, dilation: int = 1, **attributes: Any
    ) -> str:
        """One whose weights were made of 7-bit integers."""
        weight = f"{name}/weight_float"
        scale = np.float32(1.7 / 63 * (inputs * taps) ** -0.5)
        integers = self._rng.integers(-63, 64, (CHANNELS, inputs, taps))
        self._constant(weight, (integers * scale).astype(np.float32))
        self.weight_scales[weight] = np.array([scale])
        bias = self._random(f"{name}/bias", (CHANNELS,), 0.1)
        if not attributes:
            attributes = {"dilations": [dilation], "pads": [dilation * (taps - 1) // 2] * 2}
        return self._add("Conv", [value, weight, bias], f"{name}/Conv_quant", **attributes)

    def _random(self, name: str, shape: tuple[int, ...], spread: float) -> str:
        return self._constant(name, self._rng.normal(0, spread, shape).astype(np.float32))

    def _constant(self, name: str, value: Any) -> str:
        self._constants.setdefault(name, np.asarray(value))
        return name

    def _add(self, kind: str, inputs: Sequence[str], name: str, **attributes: Any) -> str:
        output = f"{ROOM}{name}_output_0"
        self._nodes.append(helper.make_node(kind, inputs, [output], name=f"{ROOM}{name}", **attributes))
        return output

    def _model(self) -> onnx.ModelProto:
        shapes = {
            "features": [1, FEATURES, "T"],
            "f0": [1, 1, "T2"],
            "energy": [1, 1, "T2"],
            "style": [1, 2 * STYLE],
        }
        graph = helper.make_graph(
            self._nodes,
            "tiny-generator",
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()],
            [helper.make_tensor_value_info("audio", TensorProto.FLOAT, ["samples"])],
            [numpy_helper.from_array(value, name) for name, value in self._constants.items()],
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)

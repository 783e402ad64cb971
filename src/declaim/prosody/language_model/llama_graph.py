"""A llama-architecture language model as an ONNX graph with its KV cache as inputs and outputs.

Weights are brought to 8 bits in blocks of 64: ONNX Runtime multiplies those in integers. Q4_1, as the file
has them, would need floating-point zero points, which take a path five times slower; 4 bits without them move
surprisals by up to 4 nats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from onnx import TensorProto

from declaim.prosody.language_model.graph_file import GRAPH_FILE
from declaim.prosody.language_model.tokenizer import write_tokenizer
from declaim.prosody.onnx_builder import GraphBuilder
from declaim.prosody.quantised import quantise, write_table

if TYPE_CHECKING:
    from pathlib import Path

    from declaim.prosody.language_model.gguf_file import GgufFile
    from declaim.prosody.language_model.shape import Shape
    from declaim.prosody.quantised import Blocks

_POSITIONS = 4096
"""That the rotary tables cover at most: the cache slides long before."""
_STATE_DEPTH = 0.6
"""Share of the layers below the states that are handed out: of SmolLM2's 30 layers, 18. What a text means is
most linearly readable there; the layers above turn it into the next word (Skean et al., "Layer by layer",
ICML 2025)."""


def build(file: GgufFile, folder: Path) -> None:
    """Write the graph, the embedding table, the tokenizer and the shape of a model into a folder.

    Inputs: ``embeddings`` (1, S, D); ``last`` (1,) int32, the number of tokens with those in the cache, less
    one; ``total`` () int32, that number; ``targets`` (S,) int64, the token that follows each; ``keys.i`` and
    ``values.i`` (1, H, L, W), the cache of each layer. Outputs: ``log_probabilities`` (S,), natural, of the
    targets; ``next`` (V,), those of all tokens behind the last; ``states`` (S, D), the residual stream at
    three fifths of the depth; ``new_keys.i`` and ``new_values.i`` (1, H, L, W), which must be the memory of
    ``keys.i`` and ``values.i``: then the new tokens are written behind the old, and nothing is copied.
    """
    shape = file.shape()
    embeddings = quantise(file.weight("token_embd.weight"))
    _Llama(file, shape, folder / GRAPH_FILE).write(embeddings)
    write_table(embeddings, folder)
    write_tokenizer(file, folder)
    shape.write(folder)


class _Llama:
    """The graph while it is being written."""

    def __init__(self, file: GgufFile, shape: Shape, path: Path) -> None:
        self._file = file
        self._shape = shape
        self._graph = GraphBuilder(path)

    def write(self, embeddings: Blocks) -> None:
        graph, file, shape = self._graph, self._file, self._shape
        x = graph.input("embeddings", [1, "S", shape.width])
        graph.input("last", [1], TensorProto.INT32)
        graph.input("total", [], TensorProto.INT32)
        self._rotary_tables()
        graph.constant("first_axis", np.array([0], dtype=np.int64))
        gain = graph.constant("first_norm", file.weight("blk.0.attn_norm.weight").reshape(-1))
        normed = graph.node(
            "SimplifiedLayerNormalization", [x, gain], "normed", axis=-1, epsilon=shape.epsilon
        )
        for layer in range(shape.layers):
            if layer == int(_STATE_DEPTH * shape.layers):
                self._states(x)
            x, normed = self._layer(layer, x, normed)
        tied = not file.has("output.weight")
        self._log_probabilities(
            graph.linear(normed, embeddings if tied else file.weight("output.weight"), "logits")
        )
        graph.save()

    def _rotary_tables(self) -> None:
        """Cosines and sines of rotary position embeddings (Su et al., "RoFormer", 2021)."""
        positions = np.arange(min(self._shape.context, _POSITIONS), dtype=np.float64)
        angles = np.outer(positions, self._shape.rotary_frequencies())
        self._graph.constant("cosines", np.cos(angles).astype(np.float32))
        self._graph.constant("sines", np.sin(angles).astype(np.float32))

    def _layer(self, layer: int, x: str, normed: str) -> tuple[str, str]:
        """Attention and feed-forward of one layer; gives the residual stream and its norm for the next."""
        x, normed = self._add_and_norm((x, self._attention(layer, normed)), f"blk.{layer}.ffn_norm.weight")
        is_last = layer == self._shape.layers - 1
        next_norm = "output_norm.weight" if is_last else f"blk.{layer + 1}.attn_norm.weight"
        return self._add_and_norm((x, self._feed_forward(layer, normed)), next_norm)

    def _attention(self, layer: int, normed: str) -> str:
        graph, shape = self._graph, self._shape
        projected = [self._linear(layer, f"attn_{part}", normed) for part in "qkv"]
        past = [
            graph.input(f"{name}.{layer}", [1, shape.kv_heads, "L", shape.head_width])
            for name in ("keys", "values")
        ]
        new = [f"new_keys.{layer}", f"new_values.{layer}"]
        attended = graph.fused(
            "GroupQueryAttention", [*projected, *past, "last", "total", "cosines", "sines"],
            f"attended.{layer}", *new,
            num_heads=shape.heads, kv_num_heads=shape.kv_heads, do_rotary=1, rotary_interleaved=1,
        )  # fmt: skip
        for name in new:
            graph.output(name, [1, shape.kv_heads, "L", shape.head_width])
        return self._linear(layer, "attn_output", attended)

    def _feed_forward(self, layer: int, normed: str) -> str:
        graph = self._graph
        gate, up = (self._linear(layer, f"ffn_{part}", normed) for part in ("gate", "up"))
        opened = graph.node("Mul", [gate, graph.node("Sigmoid", [gate], f"sigmoid.{layer}")], f"silu.{layer}")
        return self._linear(layer, "ffn_down", graph.node("Mul", [opened, up], f"inner.{layer}"))

    def _linear(self, layer: int, name: str, x: str) -> str:
        full_name = f"blk.{layer}.{name}"
        return self._graph.linear(x, self._file.weight(f"{full_name}.weight"), full_name)

    def _add_and_norm(self, addends: tuple[str, str], norm: str) -> tuple[str, str]:
        """The sum of two values, and its RMS norm."""
        gain = self._graph.constant(norm, self._file.weight(norm).reshape(-1))
        total = f"{norm}.sum"
        normed = self._graph.fused(
            "SkipSimplifiedLayerNormalization", [*addends, gain], f"{norm}.out", "", "", total,
            epsilon=self._shape.epsilon,
        )  # fmt: skip
        return total, normed

    def _states(self, x: str) -> None:
        self._graph.node("Squeeze", [x, "first_axis"], "states")
        self._graph.output("states", ["S", self._shape.width])

    def _log_probabilities(self, logits: str) -> None:
        """Of each position's target, without handing out a vocabulary's worth of numbers per token."""
        graph = self._graph
        targets = graph.input("targets", ["S"], TensorProto.INT64)
        last = graph.constant("last_axis", np.array([-1], dtype=np.int64))
        rows = graph.node("Squeeze", [logits, "first_axis"], "rows")
        # LogSoftmax makes them all, and yet is eight times as fast as ReduceLogSumExp.
        logs = graph.node("LogSoftmax", [rows], "logs", axis=-1)
        indices = graph.node("Unsqueeze", [targets, last], "indices")
        chosen = graph.node("GatherElements", [logs, indices], "chosen", axis=1)
        graph.node("Squeeze", [chosen, last], "log_probabilities")
        graph.output("log_probabilities", ["S"])
        graph.node("Gather", [logs, graph.constant("last_row", np.array(-1, dtype=np.int64))], "next", axis=0)
        graph.output("next", ["V"])

"""The sentence encoder and its head as one ONNX graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from declaim.prosody.encoder.graph_file import GRAPH_FILE
from declaim.prosody.encoder.tokenizer import TOKENIZER_FILE, kept_pieces, write_tokenizer
from declaim.prosody.onnx_builder import GraphBuilder
from declaim.prosody.quantised import quantise, write_table

if TYPE_CHECKING:
    from pathlib import Path

    from declaim.prosody.encoder.head import Head
    from declaim.prosody.encoder.packed_file import PackedFile


def build(file: PackedFile, head: Head, folder: Path) -> None:
    """Write the graph, the tokenizer and the embedding table into a folder.

    Inputs: ``embeddings`` (1, S, D) of the tokens; ``shares`` (1, 1, S), the share that each has in the mean
    over the sentence. Output: ``logits`` (1, 1, 8), one for each emotion.
    """
    shape = file.shape
    graph = GraphBuilder(folder / GRAPH_FILE)
    words = graph.input("embeddings", [1, "S", shape.width])
    shares = graph.input("shares", [1, 1, "S"])
    x = _add_and_norm(graph, file, (words, _positions(graph, file, words)), "emb.ln", "embedded")
    for layer in range(shape.layers):
        x = _layer(graph, file, head, layer, x)
    pooled = graph.node("MatMul", [shares, x], "pooled")
    weighed = graph.node("MatMul", [pooled, graph.constant("head.weight", head.weights)], "weighed")
    graph.node("Add", [weighed, graph.constant("head.bias", head.bias)], "logits")
    graph.output("logits", [1, 1, len(head.bias)])
    graph.save()
    kept = kept_pieces(file.vocabulary)
    write_tokenizer(file.vocabulary, kept, folder / TOKENIZER_FILE)
    write_table(quantise(file.matrix("emb.word", shape.width, kept)), folder)


def _positions(graph: GraphBuilder, file: PackedFile, words: str) -> str:
    """Position embeddings for as many tokens as there are, with the one segment's embedding on top."""
    width = file.shape.width
    table = file.vector("emb.pos").reshape(-1, width) + file.vector("emb.type").reshape(-1, width)[0]
    length = graph.node("Shape", [words], "length", start=1, end=2)
    zero = graph.constant("zero", np.array([0], dtype=np.int64))
    placed = graph.node("Slice", [graph.constant("positions", table), zero, length, zero], "placed")
    return graph.node("Unsqueeze", [placed, zero], "placed_batch")


def _layer(graph: GraphBuilder, file: PackedFile, head: Head, layer: int, x: str) -> str:
    own = f"l{layer}"
    width, inner = file.shape.width, file.shape.inner

    def linear(source: str, name: str, columns: int) -> str:
        matrix = head.adapted(f"{own}.{name}", file.matrix(f"{own}.{name}.w", columns))
        return graph.linear(source, matrix, f"{own}.{name}", file.vector(f"{own}.{name}.b"))

    query_key_value = [linear(x, name, width) for name in "qkv"]
    attended = graph.fused(
        "MultiHeadAttention", query_key_value, f"{own}.attended", num_heads=file.shape.heads
    )
    x = _add_and_norm(graph, file, (x, linear(attended, "ao", width)), f"{own}.aln", f"{own}.attention")
    opened = graph.fused("Gelu", [linear(x, "fi", width)], f"{own}.opened")
    return _add_and_norm(graph, file, (x, linear(opened, "fo", inner)), f"{own}.oln", f"{own}.out")


def _add_and_norm(
    graph: GraphBuilder, file: PackedFile, addends: tuple[str, str], norm: str, name: str
) -> str:
    """The layer norm of a sum."""
    gain = graph.constant(f"{name}.gain", file.vector(f"{norm}.w"))
    shift = graph.constant(f"{name}.shift", file.vector(f"{norm}.b"))
    return graph.fused("SkipLayerNormalization", [*addends, gain, shift], name, epsilon=file.shape.epsilon)

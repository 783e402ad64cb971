"""A tiny language model in GGUF, generated: llama architecture, two layers, random weights, real tokenizers.

Its words are few: letters, and what a handful of merges make of them.
"""

from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGUFWriter, TokenType

WIDTH, LAYERS, HEADS, KV_HEADS, INNER = 64, 2, 4, 2, 128
HEAD_WIDTH = WIDTH // HEADS
FIRST, UNKNOWN = 1, 0
MISSING_BYTES = frozenset({0x04, 0xF3})
"""Bytes that its vocabulary lacks, as SmolLM2's lacks some."""

MERGES = [
    *[b" |t", b"h|e", b" t|he", b"i|n", b"e|r", b" |s", b"in|g", b" s|e", b"a|n", b" |a"],
    *["你".encode()[:1] + b"|" + "你".encode()[1:2], "你".encode()[:2] + b"|" + "你".encode()[2:]],
    *["😀".encode()[:1] + b"|" + "😀".encode()[1:2], b".|.", b"..|."],
]
PIECES = ["▁t", "he", "▁the", "in", "er", "▁s", "ing", "你好", "▁你好"]


def write(path: Path, *, tokenizer: str = "gpt2", tied: bool = True, **changes: Any) -> Path:
    """Write a model.

    Args:
        path: of the file.
        tokenizer: ``gpt2`` (byte-level) or ``llama`` (SentencePiece).
        tied: whether the output matrix is the embedding matrix.
        changes: metadata to set otherwise, ``__`` for a dot; None leaves it out.
    """
    tokens, metadata = {"gpt2": _byte_level, "llama": _sentencepiece}[tokenizer]()
    metadata = {**_hyperparameters(), **metadata}
    metadata |= {name.replace("__", "."): value for name, value in changes.items()}
    writer = GGUFWriter(path, metadata.pop("general.architecture", "llama"))
    for name, value in metadata.items():
        if value is not None:
            _add(writer, name, value)
    for name, weight in _weights(len(tokens), tied=tied).items():
        writer.add_tensor(name, weight.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add(writer: GGUFWriter, name: str, value: Any) -> None:
    kinds = {bool: writer.add_bool, int: writer.add_uint32, float: writer.add_float32, str: writer.add_string}
    kinds.get(type(value), writer.add_array)(name, value)


def _hyperparameters() -> dict[str, Any]:
    return {
        "llama.context_length": 2048,
        "llama.embedding_length": WIDTH,
        "llama.block_count": LAYERS,
        "llama.feed_forward_length": INNER,
        "llama.attention.head_count": HEADS,
        "llama.attention.head_count_kv": KV_HEADS,
        "llama.rope.dimension_count": HEAD_WIDTH,
        "llama.rope.freq_base": 10_000.0,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "tokenizer.ggml.bos_token_id": FIRST,
        "tokenizer.ggml.unknown_token_id": UNKNOWN,
    }


def _weights(words: int, *, tied: bool) -> dict[str, np.ndarray]:
    """Random, large enough for attention to be sharp: an error in a rotation shows."""
    random = np.random.default_rng(20_26)

    def matrix(rows: int, columns: int, gain: float = 1.0) -> np.ndarray:
        return random.normal(size=(rows, columns)) * gain / np.sqrt(columns)

    weights = {"token_embd.weight": random.normal(size=(words, WIDTH)) * 0.4}
    if not tied:
        weights["output.weight"] = matrix(words, WIDTH, 3.0)
    for layer in range(LAYERS):
        own = {
            "attn_q": matrix(WIDTH, WIDTH, 2.0),
            "attn_k": matrix(KV_HEADS * HEAD_WIDTH, WIDTH, 2.0),
            "attn_v": matrix(KV_HEADS * HEAD_WIDTH, WIDTH),
            "attn_output": matrix(WIDTH, WIDTH),
            "ffn_gate": matrix(INNER, WIDTH),
            "ffn_up": matrix(INNER, WIDTH),
            "ffn_down": matrix(WIDTH, INNER),
            "attn_norm": random.uniform(0.5, 1.5, WIDTH),
            "ffn_norm": random.uniform(0.5, 1.5, WIDTH),
        }
        weights |= {f"blk.{layer}.{name}.weight": weight for name, weight in own.items()}
    weights["output_norm.weight"] = random.uniform(0.5, 1.5, WIDTH)
    return weights


def byte_characters() -> dict[int, str]:
    """The character that stands for each byte in byte-level vocabularies."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(others)}


def _byte_level() -> tuple[list[str], dict[str, Any]]:
    characters = byte_characters()

    def written(text: bytes) -> str:
        return "".join(characters[byte] for byte in text)

    letters = [characters[byte] for byte in range(256) if byte not in MISSING_BYTES]
    pairs = [merge.split(b"|") for merge in MERGES]
    tokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *letters, *(written(a + b) for a, b in pairs)]
    kinds = [TokenType.CONTROL] * 3 + [TokenType.NORMAL] * (len(tokens) - 3)
    return tokens, {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "smollm",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [int(kind) for kind in kinds],
        "tokenizer.ggml.merges": [f"{written(a)} {written(b)}" for a, b in pairs],
    }


def _sentencepiece() -> tuple[list[str], dict[str, Any]]:
    letters = [*"▁abcdefghijklmnopqrstuvwxyzT.,!", "你", "好"]
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *PIECES, *letters]
    kinds = [TokenType.UNKNOWN, *[TokenType.CONTROL] * 2, *[TokenType.BYTE] * 256]
    kinds += [TokenType.NORMAL] * (len(PIECES) + len(letters))
    scores = [0.0] * 259 + [-float(i) for i in range(len(PIECES) + len(letters))]
    return tokens, {
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [int(kind) for kind in kinds],
        "tokenizer.ggml.scores": scores,
    }

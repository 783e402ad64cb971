"""Damaged, truncated and foreign GGUF files."""

from pathlib import Path

import numpy as np
import pytest

import tiny_llama
from declaim.errors import ModelError
from declaim.prosody.language_model.gguf_file import GgufFile
from declaim.prosody.language_model.llama_graph import build


def build_from(path: Path, folder: Path) -> None:
    folder.mkdir()
    build(GgufFile(path), folder)


def test_the_shape_is_read(gguf_path: Path) -> None:
    shape = GgufFile(gguf_path).shape()
    assert (shape.width, shape.layers, shape.heads, shape.kv_heads, shape.head_width) == (64, 2, 4, 2, 16)
    assert (shape.context, shape.rope_base) == (2048, 10_000)


def test_a_text_begins_as_a_document_and_not_as_a_turn_of_a_chat(gguf_path: Path, tmp_path: Path) -> None:
    tokens = GgufFile(gguf_path).field("tokenizer.ggml.tokens")
    assert tokens[GgufFile(gguf_path).shape().first_token] == "<|endoftext|>"
    without = tiny_llama.write(tmp_path / "llama.gguf", tokenizer="llama")
    assert GgufFile(without).shape().first_token == tiny_llama.FIRST


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"general__architecture": "gemma3"}, "gemma3"),
        ({"llama__embedding_length": None}, "embedding_length is None"),
        ({"llama__attention__head_count": 0}, "do not fit"),
        ({"llama__attention__head_count_kv": 3}, "do not fit"),
        ({"llama__attention__head_count_kv": 0}, "do not fit"),
        ({"llama__rope__dimension_count": 8}, "do not fit"),
        ({"llama__attention__layer_norm_rms_epsilon": None}, "epsilon is None"),
        ({"llama__rope__freq_base": float("nan")}, "freq_base is nan"),
        ({"llama__context_length": 8}, "too small"),
        ({"llama__block_count": 3}, "blk.2.attn_norm"),
        ({"llama__rope__scaling__type": "yarn"}, "rotary"),
    ],
)
def test_what_cannot_be_used_is_a_model_error_that_says_what_to_do(
    tmp_path: Path, changes: dict[str, object], complaint: str
) -> None:
    path = tiny_llama.write(tmp_path / "tiny.gguf", **changes)
    with pytest.raises(ModelError, match=complaint) as caught:
        build_from(path, tmp_path / "graph")
    assert "SmolLM2" in caught.value.hint


@pytest.mark.parametrize(
    "content", [b"", b"GGUF", b"not a model", b"\0" * 4096, b"GGUF\3\0\0\0" + b"\xff" * 64]
)
def test_no_gguf(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "damaged.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"damaged\.gguf") as caught:
        GgufFile(path)
    assert "SmolLM2" in caught.value.hint


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.gguf cannot be read"):
        GgufFile(tmp_path / "none.gguf")


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9, 0.999])
def test_cut_off(tmp_path: Path, gguf_path: Path, share: float) -> None:
    whole = gguf_path.read_bytes()
    path = tmp_path / "cut.gguf"
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ModelError, match=r"cut\.gguf"):
        build_from(path, tmp_path / "graph")


def test_flipped_bytes_are_never_another_error(tmp_path: Path, gguf_path: Path) -> None:
    whole = gguf_path.read_bytes()
    random = np.random.default_rng(5)
    path = tmp_path / "flipped.gguf"
    failures = 0
    for number in range(60):
        damaged = bytearray(whole)
        for at in random.integers(0, 12_000, 3):  # where the metadata is
            damaged[at] = random.integers(256)
        path.write_bytes(damaged)
        try:
            build_from(path, tmp_path / str(number))
        except ModelError:
            failures += 1
    assert failures > 5

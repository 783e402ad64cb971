"""The tokenizer that a GGUF file describes, kept beside the graph, and what it makes of a text."""

from __future__ import annotations

import base64
import json
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from declaim.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import ArrayLike

    from declaim.prosody.language_model.gguf_file import GgufFile

_BYTE_LEVEL_FILE, _SENTENCEPIECE_FILE = "tokens.json", "tokenizer.model"

# How text is cut before pairs are merged, by GGUF's name for it (llama.cpp, src/llama-vocab.cpp).
_WORD = r"'(?:[sdmt]|ll|ve|re)"
_GPT2 = r"| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
_PATTERNS = {
    "gpt-2": _WORD + _GPT2,
    "default": _WORD + _GPT2,
    "smollm": _WORD + _GPT2.replace(r" ?\p{N}+", r"\p{N}"),
    "llama-bpe": r"(?i:'(?:[sdmt]|ll|ve|re))|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+",
}
_NORMAL, _UNKNOWN, _CONTROL, _BYTE = 1, 2, 3, 6
"""Kinds of tokens, the same in GGUF as in SentencePiece."""
_BPE = 2


_HINT = "Use a GGUF file of another model, such as SmolLM2's, or leave `language_model` out."


class Token(NamedTuple):
    """A token and the characters of the text that end in it."""

    id: int
    start: int
    end: int


class Tokenizer(Protocol):
    """Text to tokens."""

    def __call__(self, text: str, *, continues: bool = False) -> list[Token]:
        """The tokens of a text; their ranges follow each other and cover it.

        Args:
            text: any characters but lone surrogates.
            continues: it stands behind another text. The space between them goes to its first token.
        """
        ...


def write_tokenizer(file: GgufFile, folder: Path) -> None:
    """Write what :func:`read_tokenizer` needs.

    Raises:
        ModelError: a kind of tokenizer that is not supported.
    """
    kind = file.field("tokenizer.ggml.model")
    writers = {
        "gpt2": (_write_byte_level, _BYTE_LEVEL_FILE),
        "llama": (_write_sentencepiece, _SENTENCEPIECE_FILE),
    }
    if kind not in writers:
        raise ModelError(
            f"the language model's tokenizer is of a kind that is not supported: {kind!r}", hint=_HINT
        )
    write, name = writers[kind]
    try:
        write(file, folder / name)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise ModelError(f"the language model's tokenizer is damaged: {error!r}", hint=_HINT) from error


def read_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer that was written into a folder."""
    path = folder / _SENTENCEPIECE_FILE
    return _SentencePiece(path) if path.exists() else _ByteLevel(folder / _BYTE_LEVEL_FILE)


def _write_byte_level(file: GgufFile, path: Path) -> None:
    flavour = file.field("tokenizer.ggml.pre", "default")
    if flavour not in _PATTERNS:
        known = ", ".join(sorted(_PATTERNS))
        raise ModelError(
            f"the language model cuts text in a way that is not known here: {flavour!r}, not {known}",
            hint=_HINT,
        )
    tokens: list[str] = file.field("tokenizer.ggml.tokens")
    known_ids = {token: i for i, token in enumerate(tokens)}
    merged = [known_ids[merge.replace(" ", "", 1)] for merge in file.field("tokenizer.ggml.merges")]
    if any(first >= second for first, second in pairwise(merged)):
        raise ModelError("the language model's merges are not in the order of its tokens", hint=_HINT)
    kinds = file.field("tokenizer.ggml.token_type")
    byte_of = {char: byte for byte, char in enumerate(_byte_alphabet())}
    ranks = {
        bytes(byte_of[char] for char in token): i
        for i, (token, kind) in enumerate(zip(tokens, kinds, strict=True))
        if kind == _NORMAL
    }
    # Some models lack bytes that are rare, and tiktoken must not meet one: they get numbers above all others.
    lacking = [bytes([byte]) for byte in range(0x100) if bytes([byte]) not in ranks]
    ranks |= {byte: len(tokens) + i for i, byte in enumerate(lacking)}
    written = {
        "pattern": _PATTERNS[flavour],
        "ranks": {base64.b64encode(token).decode(): i for token, i in ranks.items()},
        "known": len(tokens),
        "unknown": file.field("tokenizer.ggml.unknown_token_id", 0),
    }
    path.write_text(json.dumps(written), encoding="utf-8")


def _byte_alphabet() -> list[str]:
    """The character that GPT-2 writes for each byte: itself if it is printable, else one from 256 on."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(0x100, 0x200))
    return [chr(byte if byte in printable else next(others)) for byte in range(0x100)]


def _write_sentencepiece(file: GgufFile, path: Path) -> None:
    from sentencepiece import sentencepiece_model_pb2  # noqa: PLC0415 - protobuf is needed here only

    model = sentencepiece_model_pb2.ModelProto()  # type: ignore[attr-defined] # made when it is imported
    kinds, scores = file.field("tokenizer.ggml.token_type"), file.field("tokenizer.ggml.scores")
    for piece, score, kind in zip(file.field("tokenizer.ggml.tokens"), scores, kinds, strict=True):
        model.pieces.add(piece=piece, score=score, type=kind)
    model.trainer_spec.model_type = _BPE
    model.trainer_spec.byte_fallback = _BYTE in kinds
    model.trainer_spec.unk_id = kinds.index(_UNKNOWN)
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.remove_extra_whitespaces = False
    model.normalizer_spec.add_dummy_prefix = bool(file.field("tokenizer.ggml.add_space_prefix", default=True))
    path.write_bytes(model.SerializeToString())


class _ByteLevel:
    """Byte-level BPE (Radford et al., 2019), by tiktoken."""

    def __init__(self, path: Path) -> None:
        import tiktoken  # noqa: PLC0415 - one of the two is needed

        written = json.loads(path.read_text(encoding="utf-8"))
        ranks = {base64.b64decode(token): rank for token, rank in written["ranks"].items()}
        self._encoding = tiktoken.Encoding(
            path.parent.name, pat_str=written["pattern"], mergeable_ranks=ranks, special_tokens={}
        )
        self._known, self._unknown = written["known"], written["unknown"]

    def __call__(self, text: str, *, continues: bool = False) -> list[Token]:
        before = " " if continues else ""
        ids = self._encoding.encode_ordinary(before + text)
        sizes = [len(self._encoding.decode_single_token_bytes(i)) for i in ids]
        known = [i if i < self._known else self._unknown for i in ids]
        return _tokens(known, _ends(before + text, np.cumsum(sizes)), len(before))


def _ends(text: str, token_ends: ArrayLike) -> list[int]:
    """The character at which each token ends, given the byte.

    A token may end inside a character's bytes: the character belongs to the token that ends it.
    """
    character_ends = np.cumsum([len(char.encode()) for char in text])
    ends: list[int] = np.searchsorted(character_ends, token_ends, side="right").tolist()
    return ends


class _SentencePiece:
    """BPE over characters, by sentencepiece."""

    def __init__(self, path: Path) -> None:
        from sentencepiece import SentencePieceProcessor  # noqa: PLC0415 - one of the two is needed

        self._model = SentencePieceProcessor(model_file=str(path))
        self._adds_space = self._model.normalize("a") != "a"

    def __call__(self, text: str, *, continues: bool = False) -> list[Token]:
        before = " " if continues and not self._adds_space else ""
        pieces = self._model.encode(before + text, out_type="proto").pieces
        ends = _ends(before + text, [piece.end for piece in pieces])
        return _tokens([piece.id for piece in pieces], ends, len(before))


def _tokens(ids: Sequence[int], text_ends: Sequence[int], before: int) -> list[Token]:
    """Tokens of a text in front of which so many characters were put."""
    own_ends = [max(0, end - before) for end in text_ends]
    return [Token(i, *ends) for i, ends in zip(ids, pairwise([0, *own_ends]), strict=True)]

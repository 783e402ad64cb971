"""The encoder's tokenizer, cut down to the scripts that are read here.

XLM-R knows 250,000 pieces in a hundred languages; the 100,000 that could occur in Chinese or English text
load in a tenth of a second instead of most of one, and take 11 MB instead of 54.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from sentencepiece import SentencePieceProcessor

if TYPE_CHECKING:
    from pathlib import Path

    from declaim.prosody.encoder.packed_file import Vocabulary

TOKENIZER_FILE = "tokenizer.model"
_SCRIPTS = ("LATIN", "CJK", "FULLWIDTH LATIN")
_UNIGRAM = 1
_NORMAL, _UNKNOWN, _CONTROL = 1, 2, 3


def kept_pieces(vocabulary: Vocabulary) -> list[int]:
    """The ids of the pieces without letters of other scripts."""
    return [
        i
        for i, (piece, _) in enumerate(vocabulary.pieces)
        if all(_is_read(char) for char in piece) or i == vocabulary.unknown
    ]


def _is_read(char: str) -> bool:
    return not char.isalpha() or unicodedata.name(char, "").startswith(_SCRIPTS)


def write_tokenizer(vocabulary: Vocabulary, kept: list[int], path: Path) -> None:
    """Write a SentencePiece model of the kept pieces, whose ids are their places in ``kept``."""
    from sentencepiece import sentencepiece_model_pb2  # noqa: PLC0415 - protobuf is needed here only

    model = sentencepiece_model_pb2.ModelProto()  # type: ignore[attr-defined] # made when it is imported
    marks = {vocabulary.begin, vocabulary.end, vocabulary.padding}
    for i in kept:
        piece, score = vocabulary.pieces[i]
        kind = _UNKNOWN if i == vocabulary.unknown else _CONTROL if i in marks else _NORMAL
        model.pieces.add(piece=piece, score=score, type=kind)
    model.trainer_spec.model_type = _UNIGRAM
    places = {i: place for place, i in enumerate(kept)}
    model.trainer_spec.bos_id = places[vocabulary.begin]
    model.trainer_spec.eos_id = places[vocabulary.end]
    model.trainer_spec.pad_id = places[vocabulary.padding]
    model.trainer_spec.unk_id = places[vocabulary.unknown]
    model.normalizer_spec.name = "identity"
    path.write_bytes(model.SerializeToString())


class EncoderTokenizer:
    """Text to token ids."""

    def __init__(self, path: Path) -> None:
        self._model = SentencePieceProcessor(model_file=str(path))
        self.begin: int = self._model.bos_id()
        self.end: int = self._model.eos_id()

    def __call__(self, text: str) -> list[int]:
        """The ids of a text, without the marks of beginning and end."""
        ids: list[int] = self._model.encode(unicodedata.normalize("NFKC", text))
        return ids

"""A llama-architecture model as a GGUF file holds it (the format: ggml's ``docs/gguf.md``)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from gguf import GGUFReader
from gguf.quants import dequantize

from declaim.errors import ModelError
from declaim.prosody.language_model.shape import Shape

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


_DOCUMENT_SEPARATOR = "<|endoftext|>"
_LEAST_CONTEXT = 64
"""Tokens that a sentence and some of what was before it take."""
_HINT = "Use a GGUF file of the llama architecture, such as SmolLM2's, or leave `language_model` out."


class GgufFile:
    """An open GGUF file.

    Raises:
        ModelError: no GGUF, a damaged one, or of another architecture.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._reader = GGUFReader(path)
            architecture = self.field("general.architecture")
        except OSError as error:
            raise ModelError(f"{path} cannot be read: {error.strerror}", hint=_HINT) from error
        except Exception as error:  # whatever a damaged file makes of the reader
            raise ModelError(f"{path} is no GGUF file, or a damaged one: {error!r}", hint=_HINT) from error
        self._tensors = {tensor.name: tensor for tensor in self._reader.tensors}
        if architecture != "llama":
            raise ModelError(f"{path} holds a model of the architecture {architecture!r}", hint=_HINT)

    def field(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - whatever the file holds
        """A metadata value; lists come as lists. ``default`` where there is none.

        Raises:
            ModelError: it is no text where it should be.
        """
        field = self._reader.get_field(name)
        try:
            return default if field is None else field.contents()
        except UnicodeDecodeError as error:
            raise ModelError(f"the language model's {name} is damaged: {error!r}", hint=_HINT) from error

    def has(self, name: str) -> bool:
        """Whether there is a tensor of this name."""
        return name in self._tensors

    def weight(self, name: str) -> NDArray[np.float32]:
        """A tensor, dequantised.

        Raises:
            ModelError: there is none of this name, or it is quantised in a way that is not known.
        """
        if name not in self._tensors:
            raise ModelError(f"the language model has no tensor {name!r}", hint=_HINT)
        tensor = self._tensors[name]
        try:
            return np.asarray(dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)
        except (NotImplementedError, ValueError) as error:
            raise ModelError(
                f"the language model's tensor {name!r} cannot be read: {error!r}", hint=_HINT
            ) from error

    def number(self, name: str, default: float | None = None) -> float:
        """A metadata value that is a positive number, or 0.

        Raises:
            ModelError: it is missing, or something else.
        """
        value = self.field(name, default)
        if not isinstance(value, int | float) or not 0 <= value < math.inf:
            raise ModelError(f"the language model's {name} is {value!r}", hint=_HINT)
        return value

    def _first_token(self) -> int:
        """What stands before a text: the token that parts documents, else the one the metadata names.

        Chat models of GPT-2's kind name the token that begins a turn of a chat, behind which a role is
        expected, not a text: SmolLM2 finds the first sentence half a nat a token worse there.
        """
        tokens = self.field("tokenizer.ggml.tokens", [])
        if _DOCUMENT_SEPARATOR in tokens:
            return int(tokens.index(_DOCUMENT_SEPARATOR))
        return int(self.number("tokenizer.ggml.bos_token_id", 0))

    def shape(self) -> Shape:
        """The model's hyperparameters.

        Raises:
            ModelError: some are missing, or of a variant of the architecture that is not supported.
        """
        if self.field("llama.rope.scaling.type", "none") != "none" or self.has("rope_freqs.weight"):
            raise ModelError(
                "the language model scales its rotary positions, which is not supported", hint=_HINT
            )
        width, heads = (
            int(self.number("llama.embedding_length")),
            int(self.number("llama.attention.head_count")),
        )
        shape = Shape(
            width=width,
            layers=int(self.number("llama.block_count")),
            heads=heads,
            kv_heads=int(self.number("llama.attention.head_count_kv", heads)),
            head_width=int(self.number("llama.rope.dimension_count", width // max(1, heads))),
            context=int(self.number("llama.context_length")),
            rope_base=float(self.number("llama.rope.freq_base", 10_000.0)),
            epsilon=float(self.number("llama.attention.layer_norm_rms_epsilon")),
            first_token=self._first_token(),
        )
        if heads * shape.head_width != width or not shape.kv_heads or heads % shape.kv_heads:
            raise ModelError(f"the language model's heads do not fit together: {shape}", hint=_HINT)
        if not shape.layers or shape.context < _LEAST_CONTEXT:
            raise ModelError(f"the language model is too small: {shape}", hint=_HINT)
        return shape

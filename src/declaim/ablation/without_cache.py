"""The language model without its KV cache: what came before a sentence is computed again with each one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from declaim.prosody.language_model.model import CACHE_LIMIT, LanguageModel, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from declaim.prosody.language_model.tokenizer import Token


class PassageWithoutCache(Passage):
    """Reads each text behind all those before it, from nothing.

    It finds what a passage with a cache finds, so that what is spoken is the same. Of a long passage it reads
    whole texts, as many of the last ones as a cache would hold: no reading is longer than that.
    """

    def __init__(self, model: LanguageModel) -> None:
        super().__init__(model)
        self._texts: list[str] = []

    def read(self, text: str) -> tuple[list[Token], NDArray[np.float32]]:
        """See :meth:`Passage.read`."""
        anew = Passage(self._model)
        if context := self._context(text):
            anew.read(context)
        tokens, surprisals = anew.read(text)
        self._texts.append(text)
        self.evaluated += anew.evaluated
        self.state = anew.state
        return tokens, surprisals

    def _context(self, text: str) -> str:
        """The texts before one that is to be read, as far as there is room for them."""
        room = CACHE_LIMIT - 1 - self._length(text)  # the first token parts documents
        held: list[str] = []
        for before in reversed(self._texts):
            room -= self._length(before)
            if room < 0:
                break
            held.append(before)
        return " ".join(reversed(held))

    def _length(self, text: str) -> int:
        return len(self._model.tokenize(text, continues=True))

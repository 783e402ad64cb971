"""The language model over speech: text tokens and a voice in, codes of speech out, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from declaim.engines.indextts.graph import Graph
from declaim.engines.indextts.sampling import Sampler, Sampling
from declaim.errors import EngineError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from declaim.engines.indextts.layout import ModelFolder

START, STOP = 8192, 8193
"""Codes that begin and end speech; those below are sounds."""
_STOP_TEXT: Final = 1
_SEEN: Final = (_STOP_TEXT, START)
"""What counts as said before the first code. The stop of the *text* is among it although it is another
alphabet: the model was generated from, and judged, with code 1 penalised from the start."""
_FIRST_POSITION: Final = 2
"""Of the first code's embedding. The start has position 0; 1 is skipped, as it is where the published model
speaks: its sound was judged that way, so we keep it."""


class Decoder:
    """Says which codes a text is spoken in.

    The keys and values of what was read are the runtime's from run to run: see `Graph.advance`.

    Args:
        prefill: reads the text and the voice.
        step: reads one code.
    """

    def __init__(self, prefill: Graph, step: Graph) -> None:
        self._prefill = prefill
        self._step = step

    @classmethod
    def load(cls, folder: ModelFolder, threads: int) -> Decoder:
        """Load both graphs.

        Raises:
            ModelError: they are damaged, or others than we know.
        """
        return cls(
            Graph(folder.graph("gpt_prefill"), threads, ("text_ids", "conds", "lang_id")),
            Graph(folder.graph("gpt_step"), threads, ("token", "pos_idx"), state="past_kv_"),
        )

    def codes(
        self,
        tokens: list[int],
        condition: NDArray[np.float32],
        language: int,
        *,
        sampling: Sampling,
        seed: int,
        limit: int,
    ) -> NDArray[np.int64]:
        """The codes (T,) of a text, its end not included.

        Args:
            tokens: of the text.
            condition: (1, 3, 1280): who speaks, and how.
            language: its number.
            sampling: how codes are chosen.
            seed: of the choice.
            limit: codes at most.

        Raises:
            EngineError: a model failed, said nothing, or had not ended by the limit.
            RunInterrupted: the thread's interrupt was set.
        """
        choose = Sampler(sampling, np.random.default_rng(seed), _SEEN)
        inputs: dict[str, NDArray[Any]] = {
            "text_ids": np.array([tokens], dtype=np.int64),
            "conds": condition,
            "lang_id": np.array([language], dtype=np.int64),
        }
        logits, state = self._prefill.advance(inputs)
        codes: list[int] = []
        while (code := choose(logits[0])) != STOP:
            if len(codes) == limit:
                raise EngineError(f"indextts had not ended after {limit} codes")
            codes.append(code)
            inputs = {
                "token": np.array([[code]], dtype=np.int64),
                "pos_idx": np.array([len(codes) - 1 + _FIRST_POSITION], dtype=np.int64),
            }
            logits, state = self._step.advance(inputs, state)
        if not codes:
            raise EngineError("indextts said nothing")
        return np.array(codes, dtype=np.int64)

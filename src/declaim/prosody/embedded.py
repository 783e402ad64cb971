"""The default reader: rules, and two small models inside the process for emotion, emphasis and pauses."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Self, get_args

from declaim.errors import EngineError
from declaim.prosody.emotion_reader import EmotionReader
from declaim.prosody.language_model.model import LanguageModel, Passage
from declaim.prosody.prominence import boundaries, weighed, word_surprisals
from declaim.prosody.reading import reading_of
from declaim.prosody.rules import RulesReader
from declaim.text.sentence import Language

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from declaim.models.progress import ProgressCallback
    from declaim.models.store import ModelStore
    from declaim.prosody.reading import Reading
    from declaim.prosody.score import Score
    from declaim.text.sentence import Sentence

logger = logging.getLogger(__name__)

REMEMBERED = 2
"""Sentences before a sentence in whose light its emotion is read."""
_LONGEST = 600
"""Characters of a sentence that the models read. Stage 1 splits sooner; what is longer all the same is left
to the rules, because it would hold speech up for seconds."""


class EmbeddedReader:
    """Reads sentences with the emotion experts and the language model, on top of the rules.

    Args:
        emotion: the experts.
        model: the language model.
        begin: begins each text's passage.
    """

    def __init__(
        self,
        emotion: EmotionReader,
        model: LanguageModel,
        *,
        begin: Callable[[LanguageModel], Passage] = Passage,
    ) -> None:
        self._emotion = emotion
        self._model = model
        self._begin = begin
        self._warned = False

    @classmethod
    def load(
        cls,
        store: ModelStore,
        *,
        threads: int,
        languages: Collection[Language] = get_args(Language),
        model_file: Path | None = None,
        progress: ProgressCallback | None = None,
    ) -> Self:
        """Load both models; the first time they are fetched and turned into graphs.

        Args:
            store: where models are kept.
            threads: cores that each may use.
            languages: that will be read. The language model reads English; without it, that model is loaded
                only when a sentence with an English word comes after all.
            model_file: a GGUF file to use as the language model. Its states are not asked for the emotion.
            progress: told how far a fetch is.

        Raises:
            ModelError: one of them cannot be had.
        """
        model = LanguageModel.find(store, threads=threads, file=model_file, progress=progress)
        if "en" in languages:
            model.begin()
        emotion = EmotionReader.load(
            store, threads=threads, with_states=model_file is None, progress=progress
        )
        if "en" in languages:
            model.open()
        return cls(emotion, model)

    def read(self, sentences: Iterable[Sentence], text: str) -> Iterator[tuple[Sentence, Score]]:
        """Each sentence with its score, in the light of those before it."""
        passage = self._begin(self._model)
        before: deque[str] = deque(maxlen=REMEMBERED)
        for sentence, ruled in RulesReader().read(sentences, text):
            score = ruled
            reading = reading_of(sentence)
            if reading.words:
                try:
                    score = self._understood(sentence, reading, ruled, passage, " ".join(before))
                except Exception as error:  # noqa: BLE001 - whatever a library raises, speech goes on
                    self._warn_once(error)
                before.append(reading.text[-_LONGEST:])
            yield sentence, score

    def _understood(
        self, sentence: Sentence, reading: Reading, score: Score, passage: Passage, context: str
    ) -> Score:
        """The rules' score with what the models find.

        A sentence without an English word is not shown to the language model: it knows too little Chinese to
        be of any use there (training/emotion/README.md, bench/prosody/emphasis), and takes long over it.

        Raises:
            EngineError: they failed, or the sentence is too long for them.
        """
        if len(reading.text) > _LONGEST:
            raise EngineError(f"a sentence of {len(reading.text)} characters is too long for the models")
        if not any(each.word.language == "en" for each in reading.words):
            emotion = self._emotion(reading.text, context)
            return score.model_copy(update={"emotion": emotion})
        tokens, surprisals = passage.read(reading.text)
        emotion = self._emotion(reading.text, context, passage.state)
        words = word_surprisals(reading, tokens, surprisals)
        pauses = boundaries(reading, [clause.punctuation for clause in sentence.clauses], words)
        found = {"emotion": emotion, "emphasis": weighed(score.emphasis, reading, words)}
        if pauses and not score.pauses:
            found["pauses"] = pauses
        return score.model_copy(update=found)

    def _warn_once(self, error: Exception) -> None:
        if not self._warned:
            self._warned = True
            logger.warning("some sentences are read by the rules alone: %s", error)

"""Kokoro-82M: the embedded engine. Sentences in, clauses of 24 kHz audio out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

import numpy as np

from declaim.acoustic.frames import NEPERS_PER_DB, SAMPLE_RATE, SAMPLES_PER_FRAME, VOICED_HZ, Frames
from declaim.acoustic.kokoro import AcousticModel
from declaim.acoustic.performance import energy_contour, gain_contour, perform_pitch
from declaim.acoustic.tokens import TokenSequence, tokenise
from declaim.audio.chunk import AudioChunk
from declaim.engines.choice import artifacts
from declaim.engines.kokoro_files import DURATION_FILE, FRAMES_FILE
from declaim.engines.kokoro_loading import fastest_vocoder, graphs, load_vocoder
from declaim.engines.silence import silent
from declaim.engines.voices import VoiceBank
from declaim.engines.word_times import word_samples, word_timings
from declaim.models.session import Session
from declaim.prosody.performing import performed
from declaim.stopwatch import timed, timed_items
from declaim.text.short_start import with_short_start
from declaim.vocoder.pieces import MARGIN, plan, render, silence_after

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from declaim.engines.kokoro_files import VocoderKind
    from declaim.models.progress import ProgressCallback
    from declaim.models.store import ModelStore
    from declaim.prosody.score import Score
    from declaim.text.sentence import Clause, Sentence, Span
    from declaim.vocoder.istftnet import Vocoder


_MODEL_FILE, _VOCABULARY_FILE = "kokoro.int8.onnx", "vocab.json"


@dataclass(frozen=True, slots=True)
class Contours:
    """What of a sentence's prosody can be drawn."""

    f0: NDArray[np.float32]
    """(2T,): Hz, 80 values a second; NaN where it is unvoiced."""
    energy: NDArray[np.float32]
    """(2T,): natural logarithm, as :class:`~declaim.acoustic.frames.Frames` has it."""
    words: tuple[tuple[str, float, float], ...]
    """Each that is heard, with its beginning and end in seconds."""


class KokoroEngine:
    """Speaks sentences with Kokoro's acoustic model and vocoder; threads may share it."""

    sample_rate = SAMPLE_RATE

    def __init__(
        self, acoustic: AcousticModel, vocoder: Vocoder, voices: VoiceBank, vocabulary: Mapping[str, int]
    ) -> None:
        self._acoustic = acoustic
        self._vocoder = vocoder
        self._voices = voices
        self._vocabulary = vocabulary

    @classmethod
    def load(
        cls,
        store: ModelStore,
        *,
        threads: int,
        vocoder: VocoderKind | Literal["fastest"] = "fastest",
        progress: ProgressCallback | None = None,
    ) -> KokoroEngine:
        """Load the models; the first time they are fetched and the graph is cut.

        Args:
            store: where the models are kept.
            threads: cores that each model may use.
            vocoder: how it computes, or as is fastest here.
            progress: told how far a fetch is.
        """
        model, voices = (store.ensure(name, progress) for name in artifacts("kokoro"))
        kind = fastest_vocoder() if vocoder == "fastest" else vocoder
        folder = graphs(store, model / _MODEL_FILE, kind)
        vocabulary = json.loads((model / _VOCABULARY_FILE).read_text(encoding="utf-8"))["vocab"]
        files = DURATION_FILE, FRAMES_FILE
        duration, frames = (Session(folder / file, threads, arena=False) for file in files)
        acoustic = AcousticModel(duration, frames)
        return cls(acoustic, load_vocoder(folder, kind, threads), VoiceBank(voices), vocabulary)

    def lacks(self, sentence: Sentence) -> tuple[Span, ...]:  # noqa: ARG002 - as of every engine
        """Written stretches that it cannot say: none."""
        return ()

    def economical(self) -> KokoroEngine:
        """Itself: it has no cheaper vocoder."""
        return self

    def speak(
        self, sentence: Sentence, score: Score, voice: str, *, soon: bool = False
    ) -> Iterator[AudioChunk]:
        """Speak a sentence clause by clause; the times of words count from each chunk's own beginning.

        Durations and F0 are predicted over the whole sentence, before the first clause is vocoded.

        Args:
            sentence: at most 510 phonemes.
            score: how to say it. Emotions are expressed in it as rate, pitch, range and energy already.
            voice: a voice's name or a blend.
            soon: give the first clause as early as possible; it is a little clearer in a longer piece.

        Raises:
            UnknownVoiceError: no such voice.
            EngineError: a model failed.
        """
        yield from (silent(clause) for clause in sentence.clauses if not clause.words)
        sentence = performed(sentence, score)
        if soon:
            sentence = with_short_start(sentence)
        tokens = tokenise(sentence, self._vocabulary)
        if tokens.ids:
            style = self._voices.style(voice, len(tokens.ids))
            with timed("acoustic"):
                frames = self._frames(tokens, style)
            yield from self._perform(sentence, tokens, frames, style, soon=soon)

    def contours(self, sentence: Sentence, score: Score, voice: str) -> Contours:
        """F0 and energy of a sentence as they would be spoken, without vocoding it.

        Raises:
            UnknownVoiceError: no such voice.
            EngineError: a model failed.
        """
        sentence = performed(sentence, score)
        tokens = tokenise(sentence, self._vocabulary)
        frames = self._frames(tokens, self._voices.style(voice, len(tokens.ids)))
        words = [word for clause in sentence.clauses for word in clause.words]
        times = _word_times(tokens, frames, len(words))
        return Contours(
            f0=np.where(frames.f0 > VOICED_HZ, frames.f0, np.nan),
            energy=frames.energy + energy_contour(frames, tokens.prosodies) * NEPERS_PER_DB,
            words=tuple(
                (word.spoken, start / SAMPLE_RATE, end / SAMPLE_RATE)
                for word, (start, end) in zip(words, times, strict=True)
                if end > start
            ),
        )

    def _frames(self, tokens: TokenSequence, style: NDArray[np.float32]) -> Frames:
        rates = np.array([p.rate for p in tokens.prosodies], dtype=np.float32)
        return perform_pitch(self._acoustic(tokens.ids, style, rates, tokens.holds), tokens.prosodies)

    def _perform(
        self,
        sentence: Sentence,
        tokens: TokenSequence,
        frames: Frames,
        style: NDArray[np.float32],
        *,
        soon: bool,
    ) -> Iterator[AudioChunk]:
        clauses = [clause for clause in sentence.clauses if clause.words]
        times = _word_times(tokens, frames, sum(len(clause.words) for clause in clauses))
        first_words = list(accumulate((len(clause.words) for clause in clauses), initial=0))
        gains = gain_contour(frames, tokens.prosodies)
        groups = plan(frames, tokens.clause_ends, [clause.pause for clause in clauses], soon=soon)
        for index, group in enumerate(groups):
            natural = silence_after(frames, groups, index)
            rendered = timed_items("vocoder", render(self._vocoder, frames, style, group))
            for piece, samples in zip(group, rendered, strict=True):
                begin = piece.start * SAMPLES_PER_FRAME - (MARGIN if piece is not group[0] else 0)
                if gains is not None:
                    np.multiply(samples, gains[begin : begin + len(samples)], out=samples)
                said = clauses[piece.clauses.start : piece.clauses.stop]
                first = first_words[piece.clauses.start]
                words = [word for clause in said for word in clause.words]
                spoken = times[first : first + len(words)]
                timings = word_timings(words, spoken, begin, begin + len(samples), SAMPLE_RATE)
                span = said[0].span[0], said[-1].span[1]
                silence = _pause_samples(said[-1], natural)
                yield AudioChunk(np.pad(samples, (0, silence)), SAMPLE_RATE, span, timings)


def _pause_samples(clause: Clause, natural: float) -> int:
    """Samples of silence to add behind a clause so that, with what is silent there, its pause is as asked."""
    if clause.pause is None:
        return 0
    return round(max(0.0, clause.pause - natural) * SAMPLE_RATE)


def _word_times(tokens: TokenSequence, frames: Frames, words: int) -> list[Span]:
    """The samples of the sentence that each word lasts. Tokens stand between two boundaries."""
    return word_samples(frames.durations, (-1, *tokens.words, -1), words, SAMPLES_PER_FRAME)

"""IndexTTS-2.5: sentences in, pieces of 22.05 kHz audio out, in the voice of a recording."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from copy import copy
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from declaim.audio.chunk import AudioChunk
from declaim.engines.indextts.acoustic import AcousticModel, Spoken
from declaim.engines.indextts.cast import Cast
from declaim.engines.indextts.emotion import EmotionTable, towards
from declaim.engines.indextts.features import HOP, MEL_RATE, N_FFT, filters_of_the_mel
from declaim.engines.indextts.graph import Graph
from declaim.engines.indextts.layout import ModelFolder, model_folder
from declaim.engines.indextts.pieces import Piece, pieces_of
from declaim.engines.indextts.tokeniser import LANGUAGE_NUMBERS, Tokeniser
from declaim.engines.indextts.voice import Analyser, Voice, VoiceCache
from declaim.engines.indextts.word_times import estimated, heard
from declaim.engines.indextts.wording import language_of, words_of, written
from declaim.models.store import cache_folder
from declaim.prosody.performing import performed
from declaim.stopwatch import timed
from declaim.vocoder.griffin_lim import GriffinLim

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from declaim.engines.indextts.settings import IndexTTSConfig
    from declaim.prosody.emotion import Emotion
    from declaim.prosody.score import Score
    from declaim.text.sentence import Clause, Sentence, Span

_LOG = logging.getLogger(__name__)

Vocoder: TypeAlias = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Takes a mel (1, 80, T), natural logarithms; gives samples (256·T,)."""

_BETWEEN = 0.2
"""Seconds of silence between two pieces of a sentence, unless the score asks for another length."""


class IndexTTSEngine:
    """Speaks sentences with IndexTTS-2.5.

    Of a score it performs the emotion, the rate (by a piece's mean), the energy (likewise) and the pauses.
    The model has no say over pitch, pitch range and emphasis: these are left out.

    Args:
        acoustic: makes mels of text.
        vocoder: makes samples of mels.
        tokenise: makes tokens of text.
        voices: what the models make of recordings.
        cast: who speaks with which recording.
        settings: how to speak.
        emotions: vectors of emotions; without it they come from recordings alone.
    """

    sample_rate = MEL_RATE

    def __init__(
        self,
        acoustic: AcousticModel,
        vocoder: Vocoder,
        tokenise: Tokeniser,
        *,
        voices: VoiceCache,
        cast: Cast,
        settings: IndexTTSConfig,
        emotions: EmotionTable | None,
    ) -> None:
        self._acoustic = acoustic
        self._vocoder = vocoder
        self._tokenise = tokenise
        self._voices = voices
        self._cast = cast
        self._settings = settings
        self._emotions = emotions

    @classmethod
    def load(
        cls,
        settings: IndexTTSConfig,
        *,
        threads: int,
        cache: Path | None = None,
    ) -> IndexTTSEngine:
        """Load the models from the user's folder.

        Args:
            settings: which folder, and how to speak.
            threads: cores that each model may use.
            cache: where voices are kept; in the platform's cache folder by default.

        Raises:
            ConfigError: the licence has not been accepted, or the settings cannot be used.
            ModelMissingError: files are missing.
            ModelError: a file is damaged.
        """
        folder = model_folder(settings)
        cast = Cast(settings.voices)
        acoustic = AcousticModel.load(folder, settings, threads)
        analyser = Analyser(folder, acoustic.regulator, threads)
        vocoder = _griffin_lim() if settings.vocoder == "griffin_lim" else _bigvgan(folder, threads)
        return cls(
            acoustic,
            vocoder,
            Tokeniser(folder.vocabulary),
            voices=VoiceCache(analyser, folder, cache or cache_folder() / "indextts"),
            cast=cast,
            settings=settings,
            emotions=_emotions(folder, settings),
        )

    def lacks(self, sentence: Sentence) -> tuple[Span, ...]:  # noqa: ARG002 - as of every engine
        """Written stretches that it cannot say: none, since it was taught Chinese and English alike."""
        return ()

    def economical(self) -> IndexTTSEngine:
        """The same with Griffin-Lim in place of the network, which shares all else."""
        other = copy(self)
        other._vocoder = _griffin_lim()  # noqa: SLF001 - its own kind
        return other

    def speak(
        self, sentence: Sentence, score: Score, voice: str, *, soon: bool = False
    ) -> Iterator[AudioChunk]:
        """Speak a sentence in pieces; the times of words are estimates, from each chunk's own beginning.

        Args:
            sentence: of any length.
            score: how to say it; see the class for what of it is performed.
            voice: a voice's name or a blend, which stands for a recording.
            soon: give the first clause by itself, as early as possible.

        Raises:
            UnknownVoiceError: there is no recording for the voice.
            ConfigError: its recording cannot be used.
            EngineError: a model failed, said nothing, or did not end.
        """
        for clause in sentence.clauses:
            if not clause.words:
                yield AudioChunk(_silence(clause.pause or 0.0), MEL_RATE, clause.span)
        clauses = [clause for clause in performed(sentence, score).clauses if clause.words]
        if not clauses:
            return
        with timed("acoustic"):
            known = self._voices[self._cast.recording(voice)]
            emotion = self._emotion(score.emotion, known)
        chance = np.random.default_rng(self._settings.seed)
        pieces = self._pieces(clauses, soon=soon)
        for piece in pieces:
            samples = self._said(piece, known, emotion, chance, is_last=piece is pieces[-1])
            pause = _pause_samples(piece[-1], samples, is_last=piece is pieces[-1])
            yield AudioChunk(
                np.pad(samples, (0, pause)),
                MEL_RATE,
                (piece[0].span[0], piece[-1].span[1]),
                estimated(piece, samples, MEL_RATE),
            )

    def _pieces(self, clauses: Sequence[Clause], *, soon: bool) -> list[Piece]:
        return pieces_of(
            clauses,
            lambda piece: len(self._tokens(piece, is_last=False)),
            limit=self._settings.max_text_tokens,
            soon=soon,
            all_short=self._settings.pieces == "clause",
        )

    def _tokens(self, piece: Sequence[Clause], *, is_last: bool) -> list[int]:
        text = written(piece, pronunciations=self._settings.pronunciations, is_last=is_last)
        return self._tokenise(text, language_of(words_of(piece)))

    def _said(
        self,
        piece: Piece,
        voice: Voice,
        emotion: NDArray[np.float32],
        chance: np.random.Generator,
        *,
        is_last: bool,
    ) -> NDArray[np.float32]:
        words = words_of(piece)
        lengths = [max(1, len(word.phonemes)) for word in words]
        duration = np.average([1 / word.prosody.rate for word in words], weights=lengths)
        energy = np.average([word.prosody.energy for word in words], weights=lengths)
        spoken = Spoken(
            self._tokens(piece, is_last=is_last),
            LANGUAGE_NUMBERS[language_of(words)],
            float(duration) * self._settings.duration_factor,
        )
        with timed("acoustic"):
            mel = self._acoustic(spoken, voice, emotion, chance)
        with timed("vocoder"):
            return self._vocoder(mel) * np.float32(10 ** (energy / 20))

    def _emotion(self, emotion: Emotion, voice: Voice) -> NDArray[np.float32]:
        """(1, 1280): the voice's own, another recording's if one is set, and what the score asks for."""
        own, strength = voice.emotion, self._settings.emotion_strength
        if self._settings.emotion_reference:
            own = towards(own, self._voices[self._settings.emotion_reference].emotion, strength)
        if self._emotions:
            own = self._emotions.blend(emotion, strength, voice.style, own)
        return own


def _emotions(folder: ModelFolder, settings: IndexTTSConfig) -> EmotionTable | None:
    if settings.emotion == "reference":
        return None
    if settings.emotion is None and not folder.has_emotions:
        _LOG.warning(
            "%s lacks %s: indextts takes its emotions from recordings, not from the text",
            folder.path,
            " and ".join(path.name for path in folder.emotions if not path.is_file()),
        )
        return None
    return EmotionTable.load(folder, settings.emotion_rows)


def _bigvgan(folder: ModelFolder, threads: int) -> Vocoder:
    graph = Graph(folder.graph("bigvgan"), threads, ("mel",))
    return lambda mel: graph(mel=mel).reshape(-1)[: mel.shape[2] * HOP]


def _griffin_lim() -> Vocoder:
    vocoder = GriffinLim(filters_of_the_mel(), hop=HOP, window=N_FFT, centre=HOP // 2)
    return lambda mel: vocoder(np.exp(mel[0].T))


def _silence(seconds: float) -> NDArray[np.float32]:
    return np.zeros(round(seconds * MEL_RATE), dtype=np.float32)


def _pause_samples(clause: Clause, samples: NDArray[np.float32], *, is_last: bool) -> int:
    """Samples of silence to add behind a piece, so that with what is silent there its pause is as asked."""
    asked = clause.hold if clause.pause is None else clause.pause
    if asked is None:
        asked = _BETWEEN if clause.punctuation and not is_last else 0.0
    return max(0, round(asked * MEL_RATE) - (len(samples) - heard(samples)[1]))

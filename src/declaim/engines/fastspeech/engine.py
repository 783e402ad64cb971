"""FastSpeech2: sentences in, clauses of 24 kHz audio out. One Mandarin voice."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, islice
from typing import TYPE_CHECKING

import numpy as np

from declaim.acoustic.fastspeech import FRAME_RATE, SAMPLE_RATE, SAMPLES_PER_FRAME, AcousticModel, MelFrames
from declaim.audio.chunk import AudioChunk
from declaim.engines.fastspeech.graph import DECODER_FILE, PREDICTOR_FILE, RECIPE, cut
from declaim.engines.fastspeech.symbols import Symbols, SymbolSequence, approximated
from declaim.engines.silence import silent
from declaim.engines.voices import parse_blend
from declaim.engines.word_times import word_samples, word_timings
from declaim.models.litert import LiteRtModel
from declaim.models.recipe import recipe_version
from declaim.prosody.performing import performed
from declaim.stopwatch import timed, timed_items
from declaim.vocoder.baker_griffin_lim import BakerGriffinLim
from declaim.vocoder.mb_melgan import MbMelGan
from declaim.vocoder.mel_pieces import MelVocoder, Piece, plan, render, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from declaim.engines.fastspeech.settings import FastSpeechConfig
    from declaim.models.progress import ProgressCallback
    from declaim.models.store import ModelStore
    from declaim.prosody.score import Score
    from declaim.text.sentence import Clause, Sentence, Span

ARTIFACT = "fastspeech"
_MODEL_FILE, _VOCODER_FILE, _SYMBOLS_FILE = "fastspeech2_quan.tflite", "mb_melgan.tflite", "baker_mapper.json"

LEVEL = 6.5
"""dB that bring its own level (−22.6 LUFS over eleven Chinese sentences) to Kokoro's (−16.1)."""

_UTTERANCE = 50
"""Syllables that the acoustic model reads at once: some twelve seconds, half of what its decoder reaches, so
that half the rate fits in, too."""
_DRAWN_OUT = 8
"""Frames (0.1 s) at the beginning of a pause's symbol in which the vowel before it dies away."""
_SMOOTHING = 5
"""Frames (62 ms) over which one word's level glides into the next one's."""


class FastSpeechEngine:
    """Speaks Mandarin with FastSpeech2 and a vocoder; threads may share it, and wait for each other.

    It has one voice, the woman of the Baker corpus, which stands in for every voice that is asked for.
    """

    sample_rate = SAMPLE_RATE

    def __init__(self, acoustic: AcousticModel, vocoder: MelVocoder, symbols: Symbols) -> None:
        self._acoustic = acoustic
        self._vocoder = vocoder
        self._symbols = symbols

    @classmethod
    def load(
        cls,
        store: ModelStore,
        settings: FastSpeechConfig,
        *,
        threads: int,
        progress: ProgressCallback | None = None,
    ) -> FastSpeechEngine:
        """Load the models; the first time they are fetched and the graph is cut.

        Args:
            store: where the models are kept.
            settings: which vocoder.
            threads: cores that each model may use.
            progress: told how far a fetch is.

        Raises:
            ModelError: the models cannot be had, or LiteRT is not installed.
        """
        model = store.ensure(ARTIFACT, progress)
        folder = store.derive(
            ARTIFACT,
            f"litert-{recipe_version(*RECIPE)}",
            lambda target: cut(model / _MODEL_FILE, target),
        )
        predictor, decoder = (LiteRtModel(folder / name, threads) for name in (PREDICTOR_FILE, DECODER_FILE))
        vocoder = _vocoder(settings, model / _VOCODER_FILE, threads)
        return cls(AcousticModel(predictor, decoder), vocoder, Symbols.load(model / _SYMBOLS_FILE))

    def lacks(self, sentence: Sentence) -> tuple[Span, ...]:
        """Written stretches that it can only approximate: whatever is not Mandarin."""
        return approximated(sentence)

    def economical(self) -> FastSpeechEngine:
        """Itself: it has no cheaper vocoder."""
        return self

    def speak(
        self, sentence: Sentence, score: Score, voice: str, *, soon: bool = False
    ) -> Iterator[AudioChunk]:
        """Speak a sentence in chunks of clauses; the times of words count from each chunk's own beginning.

        Durations, F0 and spectrum are predicted over the whole sentence, unless it is very long; then its
        clauses are vocoded, short ones together.

        Args:
            sentence: of any language; words that are not Chinese are approximated.
            score: how to say it. Emotions are expressed in it as rate, pitch, range and energy already.
            voice: a voice's name or a blend; there is one voice for all of them.
            soon: give the first clause by itself.

        Raises:
            UnknownVoiceError: no such voice.
            EngineError: a model failed.
        """
        parse_blend(voice)
        for is_heard, clauses in groupby(performed(sentence, score).clauses, key=self._is_heard):
            if is_heard:
                for utterance in self._utterances(clauses):
                    yield from self._perform(utterance, soon=soon)
                    soon = False
            else:
                yield from map(silent, clauses)

    def _is_heard(self, clause: Clause) -> bool:
        return any(self._symbols.syllables(word) for word in clause.words)

    def _utterances(self, clauses: Iterable[Clause]) -> Iterator[list[Clause]]:
        """Clauses that are read at once: those of a sentence, or as many as are not too long."""
        group: list[Clause] = []
        length = 0
        for clause in clauses:
            syllables = sum(len(self._symbols.syllables(word)) for word in clause.words)
            if group and length + syllables > _UTTERANCE:
                last = group[-1]  # nothing can be held beyond the end of an utterance: it is a pause there
                yield group if last.hold is None else [*group[:-1], replace(last, pause=last.hold)]
                group, length = [], 0
            group.append(clause)
            length += syllables
        if group:
            yield group

    def _perform(self, clauses: list[Clause], *, soon: bool) -> Iterator[AudioChunk]:
        sequence = self._symbols.write(clauses)
        with timed("acoustic"):
            frames = self._acoustic(sequence.ids, sequence.prosodies, sequence.is_voiced, _held(sequence))
        pieces = plan(frames, sequence.clause_ends, [clause.pause for clause in clauses])
        gains = _gains(sequence, frames)
        groups = together(pieces, soon=soon)
        stretches = [(group[0].start, group[-1].end) for group in groups]
        rendered = timed_items("vocoder", render(self._vocoder, frames.mel, stretches))
        spoken = zip(clauses, _word_times(clauses, pieces, sequence, frames), strict=True)
        for group, samples in zip(groups, rendered, strict=True):
            yield _chunk(group, list(islice(spoken, len(group))), samples, gains)


def _chunk(
    group: Sequence[Piece],
    spoken: Sequence[tuple[Clause, Sequence[Span]]],
    samples: NDArray[np.float32],
    gains: NDArray[np.float32],
) -> AudioChunk:
    """What was vocoded at once: some clauses, each with the samples of the utterance that its words last."""
    begin, end = group[0].start * SAMPLES_PER_FRAME, group[-1].end * SAMPLES_PER_FRAME
    words = [word for clause, _ in spoken for word in clause.words]
    times = [time for _, clause_times in spoken for time in clause_times]
    silence = round(group[-1].silence * SAMPLE_RATE)
    span = spoken[0][0].span[0], spoken[-1][0].span[1]
    timings = word_timings(words, times, begin, end, SAMPLE_RATE)
    return AudioChunk(np.pad(samples * gains[begin:end], (0, silence)), SAMPLE_RATE, span, timings)


def _vocoder(settings: FastSpeechConfig, path: Path, threads: int) -> MelVocoder:
    if settings.vocoder == "griffin_lim":
        return BakerGriffinLim(settings.n_iter, settings.n_fft, settings.momentum)
    return MbMelGan(LiteRtModel(path, threads))


def _held(sequence: SymbolSequence) -> dict[int, int]:
    """Frames for each pause whose length is given, with the end of the vowel that lies in it."""
    return {symbol: _DRAWN_OUT + round(hold * FRAME_RATE) for symbol, hold in sequence.holds.items()}


def _word_times(
    clauses: Sequence[Clause], pieces: Sequence[Piece], sequence: SymbolSequence, frames: MelFrames
) -> Iterator[list[Span]]:
    """For each clause the samples of the utterance that its words last."""
    counts = [len(clause.words) for clause in clauses]
    times = iter(word_samples(frames.durations, sequence.words, sum(counts), SAMPLES_PER_FRAME))
    for count, piece in zip(counts, pieces, strict=True):
        yield _drawn_out(list(islice(times, count)), piece)


def _drawn_out(times: list[Span], piece: Piece) -> list[Span]:
    """The last word of a clause lasts until nothing more is heard: its vowel dies away in the pause."""
    last = max((i for i, (start, end) in enumerate(times) if end > start), default=None)
    if last is None:
        return times
    start, end = times[last]
    return [*times[:last], (start, max(end, piece.sound_end * SAMPLES_PER_FRAME)), *times[last + 1 :]]


def _gains(sequence: SymbolSequence, frames: MelFrames) -> NDArray[np.float32]:
    """(300 T,): the gain of each sample that the energies (dB) of the symbols ask for.

    The model's own energies are left alone: the file's ratio moves the level by 0.4 dB when it is doubled.
    """
    decibels = np.repeat([p.energy for p in sequence.prosodies], frames.durations) + LEVEL
    window = np.hanning(_SMOOTHING + 2)[1:-1]
    smooth = np.convolve(np.pad(decibels, _SMOOTHING // 2, mode="edge"), window / window.sum(), mode="valid")
    times = np.arange(len(frames) * SAMPLES_PER_FRAME)
    centres = (np.arange(len(frames)) + 0.5) * SAMPLES_PER_FRAME
    return np.power(10, np.interp(times, centres, smooth) / 20).astype(np.float32)

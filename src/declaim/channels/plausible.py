"""Whether what a channel gives can be the speech that it was asked for, before anybody hears it.

The limits are far from anything that an engine here does when it is well. They are there for decoders that
lost their place, models that repeat themselves or fall silent, and files that are not what they should be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.audio.chunk import AudioChunk
from declaim.errors import EngineError
from declaim.prosody.score import Score
from declaim.text.clauses import tokens
from declaim.text.sentence import Clause, Span, Word

_PHONEMES_A_SECOND: Final = 25.0
"""At rate 1, spaces and tone marks counted: Kokoro's voices say long clauses so fast, and short ones at half
of it. Of 281 chunks at rates 0.5 to 2, one-letter sentences included, none was shorter than 0.97 of that."""
_SHORTEST: Final = 0.25
_LONGEST: Final = 4.0
"""Times the length expected. An engine that knows no rate is off by 2, and voices differ by half."""
_SPARE_SECONDS: Final = 3.0
"""On top of the longest: the silence around a clause, and words of one letter that are held."""
_HIGHEST_PEAK: Final = 16.0
"""Full scale = 1: 24 dB. Kokoro at an energy of +10 dB has peaks of 6; samples of 16 bits are thousands."""
_FRAME: Final = SAMPLE_RATE // 50
"""Samples (20 ms): the loudest part of any syllable is longer."""
_SILENCE: Final = 1e-3
"""RMS (-60 dBFS). Speech with an energy of -20 dB has vowels 20 dB above."""
_NOISE_RMS: Final = 0.5
_NOISE_CREST: Final = (1.5, 2.0)
"""Bytes that are no samples sound as noise at full scale: an RMS of 0.58, and a peak of 1.7 times that.
Speech as loud (-6 dBFS) has peaks of 4 and more times its RMS."""
_LEAST_CHANGE: Final = 2.8
"""dB, of :func:`_change`. Noise, hum, a tone and clicks have 0 to 1.9, also when their level moves; speech
has 4.1 and more, unless all of it is one syllable (docs/channels.md)."""
_JUDGED_SECONDS, _JUDGED_SOUNDS = 1.0, 8
"""What a text should last, and the different phonemes that it has, before its sound is judged by that."""
_BANDS: Final = slice(2, 82)
_BAND_BINS: Final = 10
"""Of a frame's spectrum, 50 Hz each: eight bands from 100 to 4100 Hz."""
_WINDOW: Final = 0.1
"""Seconds around a clause's words in which it may be heard: cloud services round the times of words."""


class ImplausibleChunkError(EngineError):
    """A chunk cannot be the speech that was asked for."""


def check_chunk(chunk: AudioChunk, clauses: Sequence[Clause], score: Score, lacks: Sequence[Span]) -> None:
    """Look at a chunk before it is let through.

    Args:
        chunk: its span has been looked at already.
        clauses: that it says.
        score: of the sentence; its first pauses are those of the clauses.
        lacks: stretches that the channel only approximates, if it says anything for them.

    Raises:
        ImplausibleChunkError: what is wrong with it.
    """
    _check_samples(chunk)
    _check_timings(chunk, clauses)
    _check_length(chunk, clauses, score, lacks)
    for clause in clauses:
        if sayable(clause.words, lacks) and not _is_heard(clause, chunk):
            raise ImplausibleChunkError(f"it is silent where characters {clause.span} should be heard")
    if _is_varied(clauses, score, lacks) and _change(chunk.samples) < _LEAST_CHANGE:
        raise ImplausibleChunkError("it sounds the same from beginning to end, as no speech does")


def sayable(words: Iterable[Word], lacks: Sequence[Span] = ()) -> list[Word]:
    """The words that can be heard: those with phonemes, without those that a channel lacks."""
    return [
        word
        for word in words
        if word.phonemes and not any(word.span[0] < end and start < word.span[1] for start, end in lacks)
    ]


def _check_samples(chunk: AudioChunk) -> None:
    samples: object = chunk.samples
    if not isinstance(samples, np.ndarray) or samples.dtype != np.float32 or samples.ndim != 1:
        raise ImplausibleChunkError("its samples are not one channel of float32")
    if chunk.sample_rate != SAMPLE_RATE:
        raise ImplausibleChunkError(f"its sample rate is {chunk.sample_rate} Hz and not {SAMPLE_RATE}")
    if not len(samples):
        return
    peak = float(np.abs(samples).max())
    if not peak <= _HIGHEST_PEAK:  # nor is NaN
        raise ImplausibleChunkError(f"its highest sample is {peak:g}")
    rms = float(np.sqrt(np.mean(np.square(samples))))
    if rms > _NOISE_RMS and _NOISE_CREST[0] < peak / rms < _NOISE_CREST[1]:
        raise ImplausibleChunkError(f"it is as even and loud as noise: RMS {rms:.2f}, peak {peak:.2f}")


def _check_timings(chunk: AudioChunk, clauses: Sequence[Clause]) -> None:
    spans = {word.span for clause in clauses for word in clause.words}
    for timing in chunk.words:
        if timing.span not in spans:
            raise ImplausibleChunkError(f"it times characters {timing.span}, which are not said in it")
        if not 0 <= timing.start <= timing.end <= chunk.seconds + _WINDOW:
            raise ImplausibleChunkError(f"a word lasts from {timing.start:g} s to {timing.end:g} s in it")
    if any(later.start < earlier.start for earlier, later in pairwise(chunk.words)):
        raise ImplausibleChunkError("its words' times do not rise")


def _check_length(chunk: AudioChunk, clauses: Sequence[Clause], score: Score, lacks: Sequence[Span]) -> None:
    words = [word for clause in clauses for word in clause.words]
    silence = sum(clause.pause or 0.0 for clause in clauses)
    silence += sum(pause or 0.0 for pause in score.pauses[: len(clauses)])
    shortest = _SHORTEST * _expected_seconds(sayable(words, lacks), score)
    longest = _LONGEST * _expected_seconds(words, score) + silence + _SPARE_SECONDS
    if not shortest <= chunk.seconds <= longest:
        raise ImplausibleChunkError(
            f"it lasts {chunk.seconds:.2f} s, and {shortest:.2f} to {longest:.2f} s are plausible"
        )


def _expected_seconds(words: Iterable[Word], score: Score) -> float:
    spoken = [word for word in words if word.phonemes]
    return sum(tokens(word) / (score.prosody * word.prosody).rate for word in spoken) / _PHONEMES_A_SECOND


def _is_heard(clause: Clause, chunk: AudioChunk) -> bool:
    """Whether there is sound where a clause's words are; anywhere in the chunk, if it has no times."""
    spans = {word.span for word in clause.words}
    own = [timing for timing in chunk.words if timing.span in spans]
    if not own:
        return _loudest(chunk.samples) > _SILENCE
    begin, end = own[0].start, own[-1].end
    others = [timing for timing in chunk.words if timing.span not in spans]
    start = max([begin - _WINDOW, *(other.end for other in others if other.end <= begin)])
    stop = min([end + _WINDOW, *(other.start for other in others if other.start >= end)])
    return _loudest(chunk.samples[max(0, round(start * SAMPLE_RATE)) : round(stop * SAMPLE_RATE)]) > _SILENCE


def _is_varied(clauses: Sequence[Clause], score: Score, lacks: Sequence[Span]) -> bool:
    """Whether a text is so long, and has so many sounds, that its speech must change."""
    words = sayable((word for clause in clauses for word in clause.words), lacks)
    sounds = {sound for word in words for sound in word.phonemes}
    return _expected_seconds(words, score) >= _JUDGED_SECONDS and len(sounds) >= _JUDGED_SOUNDS


def _change(samples: NDArray[np.float32]) -> float:
    """How much the spectrum's shape changes in the course of time, whatever the level does.

    Each frame within 20 dB of the loudest has the levels of eight bands, less their mean. It is the standard
    deviation of these over time in dB, on average over the bands.
    """
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    powers = np.mean(np.square(frames), axis=1)
    loud = frames[powers > 0.01 * powers.max(initial=0.0)] * np.hanning(_FRAME)
    spectra = np.abs(np.fft.rfft(loud)[:, _BANDS]) ** 2
    bands = spectra.reshape(len(loud), -1, _BAND_BINS).sum(axis=2)
    levels = 10 * np.log10(bands + 1e-6 * bands.max(initial=1e-9))
    return float((levels - levels.mean(axis=1, keepdims=True)).std(axis=0).mean()) if len(loud) else 0.0


def _loudest(samples: NDArray[np.float32]) -> float:
    """The highest RMS of a frame."""
    starts = np.arange(0, len(samples), _FRAME)
    if not len(starts):
        return 0.0
    powers = np.add.reduceat(np.square(samples), starts) / _FRAME
    return float(np.sqrt(powers.max()))

"""The engine but for its networks: a symbol lasts six frames, and is loud if it stands for a sound."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from baker_symbols import NAMES, symbols
from declaim.acoustic.fastspeech import F0_DEVIATION, F0_MEAN, AcousticModel
from declaim.audio.chunk import AudioChunk
from declaim.engines.fastspeech.engine import FastSpeechEngine
from declaim.errors import UnknownVoiceError
from declaim.prosody.score import Emphasis, Score
from declaim.text.sentence import Clause, Sentence, Word

RATE, FRAMES = 24_000, 6
SILENT = {NAMES.index(name) for name in ("sil", "eos", "#3")}


class Predictor:
    """States are the ids."""

    def run(self, ids: NDArray[np.int32]) -> list[NDArray[Any]]:
        lengths = np.where(np.isin(ids, list(SILENT)), 20, FRAMES).astype(np.float32)
        return [ids[..., None].astype(np.float32), lengths, np.ones_like(lengths), np.zeros_like(lengths)]


class Decoder:
    """Band 0 says whether a frame is loud, band 1 its F0, the others follow band 0."""

    def run(
        self,
        states: NDArray[np.float32],
        f0: NDArray[np.float32],
        energy: NDArray[np.float32],  # noqa: ARG002 - as the model has it
        durations: NDArray[np.int32],
    ) -> list[NDArray[Any]]:
        assert durations.dtype == np.int32
        level = np.where(np.isin(states[0, :, 0], list(SILENT)), -2.2, 1.0)
        mel = np.repeat(np.repeat(level[:, None], 80, axis=1), durations[0], axis=0)
        mel[:, 1] = np.repeat(f0[0], durations[0])
        return [mel[None].astype(np.float32)]


class Tone:
    """Loud frames are 1, silent ones 0."""

    context = 4

    def __call__(self, mel: NDArray[np.float32]) -> NDArray[np.float32]:
        self.f0 = mel[:, 1]
        return np.repeat((mel[:, 0] > 0).astype(np.float32), 300)


TONE = Tone()
ENGINE = FastSpeechEngine(AcousticModel(Predictor(), Decoder()), TONE, symbols())  # type: ignore[arg-type]


def word(*pinyin: str, at: int = 0) -> Word:
    return Word((at, at + len(pinyin)), "字" * len(pinyin), "a", "zh", pinyin)


FIRST = Clause((word("jin1", "tian1"), word("hao3", at=2)), (0, 4), ",")
SECOND = Clause((word("wo3", "men5", at=4), word("zou3", at=6)), (4, 8), ".", pause=0.4)
SENTENCE = Sentence((FIRST, SECOND))
SYLLABLE = 3 * FRAMES / 80


def speak(
    sentence: Sentence = SENTENCE, score: Score | None = None, *, soon: bool = True
) -> list[AudioChunk]:
    """With its first clause by itself, unless nobody waits for it."""
    return list(ENGINE.speak(sentence, score or Score(), "zf_xiaoxiao", soon=soon))


def loud(chunk: AudioChunk) -> float:
    """Seconds of sound."""
    return float((chunk.samples > 0.5 * chunk.samples.max()).sum()) / RATE


def test_a_chunk_for_each_clause() -> None:
    chunks = speak()
    assert [chunk.span for chunk in chunks] == [(0, 4), (4, 8)]
    assert [[w.span for w in chunk.words] for chunk in chunks] == [[(0, 2), (2, 3)], [(4, 6), (6, 7)]]
    assert all(chunk.sample_rate == RATE and chunk.samples.dtype == np.float32 for chunk in chunks)


def test_short_clauses_are_one_chunk_where_nobody_waits() -> None:
    first, second = speak()
    (both,) = speak(soon=False)
    assert both.span == (0, 8)
    np.testing.assert_allclose(both.samples, np.concatenate([first.samples, second.samples]), atol=1e-6)
    later = [replace(w, start=w.start + first.seconds, end=w.end + first.seconds) for w in second.words]
    for word_, expected in zip(both.words, [*first.words, *later], strict=True):
        assert word_.span == expected.span
        assert (word_.start, word_.end) == pytest.approx((expected.start, expected.end))


def test_a_pause_that_is_asked_for_parts_chunks() -> None:
    assert len(speak(score=Score(pauses=(1.0,)), soon=False)) == 2


def test_words_sound_while_their_timings_say_so() -> None:
    for chunk in speak():
        for timing in chunk.words:
            middle = chunk.samples[round(timing.start * RATE) + 130 : round(timing.end * RATE) - 130]
            assert middle.min() > 0.5 * chunk.samples.max()
            assert timing.end - timing.start >= SYLLABLE - FRAMES / 80
        sound = np.flatnonzero(chunk.samples > 0.5 * chunk.samples.max()) / RATE
        assert chunk.words[0].start == pytest.approx(sound[0], abs=0.01)
        assert chunk.words[-1].end == pytest.approx(sound[-1], abs=0.01)


def test_the_pause_behind_a_sentence_is_added() -> None:
    asked, default = speak(), speak(Sentence((FIRST, Clause(SECOND.words, SECOND.span, "."))))
    assert asked[1].seconds - default[1].seconds == pytest.approx(0.4 - 10 / 80, abs=0.01)


def test_a_held_pause_is_longer_within_the_melody() -> None:
    held = speak(score=Score(pauses=(0.5,)))
    assert sum(c.seconds for c in held) - sum(c.seconds for c in speak()) == pytest.approx(
        0.5 + 8 / 80 - 20 / 80, abs=0.02
    )
    cut = speak(score=Score(pauses=(1.0,)))
    silence = cut[0].seconds - cut[0].words[-1].end + cut[1].words[0].start
    assert silence == pytest.approx(1.0, abs=0.02)


def test_twice_the_rate_is_half_as_long() -> None:
    assert loud(speak(score=Score(rate=2.0))[0]) == pytest.approx(loud(speak()[0]) / 2, rel=0.05)


def test_an_emphasised_word_is_longer_and_louder() -> None:
    plain = speak()[0]
    chunk = speak(score=Score(emphasis=(Emphasis(word="字", start=2, strength=1.0),)))[0]
    assert chunk.words[1].end - chunk.words[1].start > 1.15 * (plain.words[1].end - plain.words[1].start)
    middles = [chunk.samples[round((w.start + w.end) / 2 * RATE)] for w in chunk.words]
    assert 20 * np.log10(middles[1] / middles[0]) == pytest.approx(2.5, abs=0.1)


def test_energy_is_in_decibels() -> None:
    quiet, plain = speak(score=Score(energy=-6.0))[0], speak()[0]
    assert 20 * np.log10(quiet.samples.max() / plain.samples.max()) == pytest.approx(-6, abs=0.05)


def test_pitch_is_in_semitones_where_there_is_a_pitch() -> None:
    speak(Sentence((FIRST,)), Score(pitch=-4.0))
    hertz = F0_MEAN + F0_DEVIATION * TONE.f0
    moved = hertz[np.abs(TONE.f0 - 1) > 1e-3]
    assert moved == pytest.approx((F0_MEAN + F0_DEVIATION) * 2 ** (-4 / 12), rel=1e-3)
    assert 0 < len(moved) < len(hertz)  # j and t have none


def test_clauses_without_sound_are_silence_in_their_place() -> None:
    leading = Clause((), (0, 3), pause=0.5)
    unread = Clause((Word((3, 4), "〇", "", "zh", ("",)),), (3, 4), ",")
    sentence = Sentence((leading, unread, Clause((word("hao3", at=4),), (4, 6), ".")))
    chunks = speak(sentence)
    assert [chunk.span for chunk in chunks] == [(0, 3), (3, 4), (4, 6)]
    assert chunks[0].seconds == 0.5
    assert not chunks[0].samples.any()


def test_a_very_long_sentence_is_read_in_parts() -> None:
    clause = [
        Clause((word(*["hao3"] * 20, at=20 * i),), (20 * i, 20 * i + 20), "." if i == 9 else ",")
        for i in range(10)
    ]
    chunks = speak(Sentence(tuple(clause)), Score(rate=0.5))
    assert [chunk.span for chunk in chunks] == [c.span for c in clause]
    assert all(loud(chunk) > 1.9 * 20 * SYLLABLE * 0.85 for chunk in chunks)


def test_a_pause_between_parts_is_as_long_as_any() -> None:
    clauses = [Clause((word(*["hao3"] * 40, at=40 * i),), (40 * i, 40 * i + 40), ",") for i in range(2)]
    first, second = speak(Sentence(tuple(clauses)), Score(pauses=(0.5,)))
    silence = first.seconds - first.words[-1].end + second.words[0].start
    assert silence == pytest.approx(0.5, abs=0.02)


def test_english_is_approximated_and_said_to_be() -> None:
    mixed = Clause((word("wo3"), Word((1, 5), "like", "lˈIk", "en"), word("ni3", at=5)), (0, 6), ".")
    sentence = Sentence((mixed,))
    assert ENGINE.lacks(sentence) == ((1, 5),)
    assert ENGINE.lacks(SENTENCE) == ()
    (chunk,) = speak(sentence)
    assert [w.span for w in chunk.words] == [(0, 1), (1, 5), (5, 6)]
    assert chunk.words[1].end - chunk.words[1].start == pytest.approx(2 * SYLLABLE, abs=0.02)


def test_every_voice_is_the_same_and_none_is_invented() -> None:
    other = list(ENGINE.speak(SENTENCE, Score(), "am_adam*0.5+bf_emma"))
    np.testing.assert_array_equal(other[0].samples, speak(soon=False)[0].samples)
    with pytest.raises(UnknownVoiceError):
        list(ENGINE.speak(SENTENCE, Score(), "nobody"))

"""Chunks that cannot be the speech that was asked for."""

from dataclasses import replace

import numpy as np
import pytest

from declaim.audio.chunk import AudioChunk
from declaim.channels.plausible import ImplausibleChunkError, check_chunk
from declaim.channels.takeover import divide
from declaim.engines.kokoro import KokoroEngine
from declaim.engines.to_say import ToSay
from declaim.prosody.score import Score
from declaim.text.frontend import TextFrontend
from declaim.text.sentence import Clause, Word
from toy_channels import GARBAGE, chunk_of, sentences_of, spoilt, text_of

SENTENCE = sentences_of(text_of(1))[0]
SPANS = {"elsewhere", "beyond", "within a word"}  # are found before, see test_takeover


def check(chunk: AudioChunk, score: Score | None = None, lacks: tuple[tuple[int, int], ...] = ()) -> None:
    check_chunk(chunk, SENTENCE.clauses, score or Score(), lacks)


@pytest.fixture
def chunk() -> AudioChunk:
    return chunk_of(SENTENCE.clauses)


def test_what_is_well(chunk: AudioChunk) -> None:
    check(chunk)
    check(replace(chunk, words=()))
    check(replace(chunk, samples=chunk.samples * np.float32(1e-2)), Score(energy=-20))
    check(replace(chunk, samples=chunk.samples * np.float32(3)), Score(energy=10))


@pytest.mark.parametrize("how", sorted({*GARBAGE} - SPANS))
def test_garbage(chunk: AudioChunk, how: str) -> None:
    with pytest.raises(ImplausibleChunkError):
        check(spoilt(chunk, how))


def test_sound_that_does_not_change_is_no_speech() -> None:
    """Of the right length, and no louder than speech: a vocoder that hums, or hisses."""
    time = np.arange(3 * 24_000) / 24_000
    hiss = np.random.default_rng(5).standard_normal(len(time))
    sounds = [
        hiss,
        hiss * (1 + np.sin(2 * np.pi * 4 * time)),  # with a rhythm
        np.cumsum(hiss) / 300,
        np.sin(2 * np.pi * 300 * time),
        np.sign(np.sin(2 * np.pi * 120 * time)),
        np.arange(len(time)) % 2400 < 24,  # clicks
    ]
    words = [Word((4 * i, 4 * i + 4), "words", "abcdefghi", "en") for i in range(6)]
    for sound in sounds:
        chunk = AudioChunk((0.1 * sound).astype(np.float32), 24_000, (0, 24))
        with pytest.raises(ImplausibleChunkError, match="the same"):
            check_chunk(chunk, [Clause(tuple(words), (0, 24))], Score(), ())
        same = [replace(word, phonemes="haha") for word in words * 2]
        check_chunk(chunk, [Clause(tuple(same), (0, 24))], Score(), ())  # "ha ha ha" may sound like that
        check_chunk(chunk, [Clause(tuple(words[:2]), (0, 24))], Score(), ())  # too short to tell


def test_a_clause_that_is_silent_among_others(chunk: AudioChunk) -> None:
    samples = chunk.samples.copy()
    samples[2 * 2400 : 4 * 2400] = 0
    with pytest.raises(ImplausibleChunkError, match=r"\(11, 22\)"):
        check(replace(chunk, samples=samples))
    check(replace(chunk, samples=samples), lacks=((11, 15), (16, 20)))  # it had nothing to say there


def test_times_that_fall_back(chunk: AudioChunk) -> None:
    with pytest.raises(ImplausibleChunkError, match="rise"):
        check(replace(chunk, words=chunk.words[::-1]))


def test_asked_silence_is_no_excess_of_length() -> None:
    clauses = (*SENTENCE.clauses[:-1], replace(SENTENCE.clauses[-1], pause=20.0))
    chunk = chunk_of(clauses)
    check_chunk(chunk, clauses, Score(), ())
    check(chunk, Score(pauses=(None, None, 20.0)))
    with pytest.raises(ImplausibleChunkError, match="lasts"):
        check(chunk)


def test_silence_where_no_word_is() -> None:
    clause = Clause((), (0, 10), pause=1.5)
    check_chunk(chunk_of_silence(clause), [clause], Score(), ())
    empty = AudioChunk(np.zeros(0, np.float32), 24_000, (0, 10))
    check_chunk(empty, [replace(clause, pause=None)], Score(), ())


def chunk_of_silence(clause: Clause) -> AudioChunk:
    return AudioChunk(np.zeros(36_000, np.float32), 24_000, clause.span)


@pytest.mark.parametrize("score", [Score(), Score(rate=2, energy=10), Score(rate=0.5, energy=-20)])
@pytest.mark.parametrize(
    "text", ["Hm. A B C. 我。 OK!", "今天14:30，我们去了 IKEA，买了3/8的东西。Why not?", "1" * 90]
)
def test_what_the_engine_says_is_let_through(tiny_engine: KokoroEngine, text: str, score: Score) -> None:
    for sentence in TextFrontend().read(text):
        rest: ToSay | None = ToSay(sentence, score, "af_heart", soon=True)
        for chunk in tiny_engine.speak(sentence, score, "af_heart", soon=True):
            assert rest
            said = rest
            clauses, rest = divide(said, chunk.span)
            check_chunk(chunk, clauses, said.score, ())
        assert rest is None

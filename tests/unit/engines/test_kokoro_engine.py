import numpy as np
import pytest

import tiny_kokoro as tiny
from declaim.audio.chunk import AudioChunk
from declaim.engines.kokoro import KokoroEngine
from declaim.errors import UnknownVoiceError
from declaim.prosody.expression import emphasis_effect
from declaim.prosody.prosody import NEUTRAL, Prosody
from declaim.prosody.score import Emphasis, Score
from declaim.text.sentence import Clause, Sentence, Word

RATE = 24_000
FRAME = 0.025
NOTHING = Score()


def words(*phonemes: str, at: int = 0, prosody: Prosody = NEUTRAL) -> tuple[Word, ...]:
    return tuple(
        Word((at + 2 * i, at + 2 * i + 1), sound, sound, "en", prosody=prosody)
        for i, sound in enumerate(phonemes)
    )


FIRST = Clause(words("hɛlOhɛlO", "ðɛɹwɜɹldðɛɹ"), (0, 4), ",")
SECOND = Clause(words("ɡʊdbIɡʊdbI", "mIfɹɛndmIfɹɛnd", at=4), (4, 8), ".", pause=0.4)
SENTENCE = Sentence((FIRST, SECOND))


def speak(
    engine: KokoroEngine,
    sentence: Sentence = SENTENCE,
    score: Score = NOTHING,
    voice: str = "af_heart",
    *,
    soon: bool = False,
) -> list[AudioChunk]:
    return list(engine.speak(sentence, score, voice, soon=soon))


def together(chunks: list[AudioChunk]) -> np.ndarray:
    return np.concatenate([chunk.samples for chunk in chunks])


def level(samples: np.ndarray) -> float:
    return float(np.sqrt((samples.astype(np.float64) ** 2).mean()))


def hertz(samples: np.ndarray) -> float:
    """Frequency of a sine, by its zero crossings."""
    crossings = np.flatnonzero(np.diff(np.signbit(samples)))
    return (len(crossings) - 1) / 2 * RATE / (crossings[-1] - crossings[0])


def test_a_chunk_for_each_long_clause(tiny_engine: KokoroEngine) -> None:
    long = [
        Clause(words("a" * 60, "ð" * 60, at=4 * i), (4 * i, 4 * i + 4), mark) for i, mark in enumerate(",,.")
    ]
    chunks = speak(tiny_engine, Sentence(tuple(long)))
    assert [chunk.span for chunk in chunks] == [(0, 4), (4, 8), (8, 12)]
    assert [[word.span for word in chunk.words] for chunk in chunks] == [
        [(at, at + 1), (at + 2, at + 3)] for at in (0, 4, 8)
    ]


def test_short_clauses_are_one_chunk_unless_it_is_to_be_heard_soon(tiny_engine: KokoroEngine) -> None:
    (chunk,) = speak(tiny_engine)
    assert (chunk.span, len(chunk.words)) == ((0, 8), 4)
    chunks = speak(tiny_engine, soon=True)
    assert [chunk.span for chunk in chunks] == [(0, 4), (4, 8)]
    assert [len(chunk.words) for chunk in chunks] == [2, 2]
    assert all(chunk.sample_rate == RATE and chunk.samples.dtype == np.float32 for chunk in chunks)
    assert np.isfinite(together(chunks)).all()


@pytest.mark.parametrize("soon", [False, True])
def test_a_word_sounds_while_its_timing_says_so(tiny_engine: KokoroEngine, soon: bool) -> None:
    chunks = speak(tiny_engine, soon=soon)
    assert len(chunks) == 1 + soon
    begin = 0.0
    samples = together(chunks)
    sounding = np.zeros(len(samples), bool)
    for chunk in chunks:
        for word in chunk.words:
            start, end = (round((begin + time) * RATE) for time in (word.start, word.end))
            assert level(samples[start:end]) > 0.05
            sounding[start:end] = True
        begin += chunk.seconds
    assert level(samples[~sounding]) < 0.01
    phonemes = sum(len(word.phonemes) for clause in SENTENCE.clauses for word in clause.words)
    assert sounding.sum() == phonemes * tiny.PHONEME_FRAMES * FRAME * RATE


def test_the_voice_is_the_one_asked_for(tiny_engine: KokoroEngine) -> None:
    sentence = Sentence((Clause(words("aaaaaaaaaaaaaaaaaaaa"), (0, 1), "."),))
    token = tiny.VOCABULARY["a"]
    for voice in ("af_heart", "zf_xiaoxiao"):
        (chunk,) = speak(tiny_engine, sentence, voice=voice)
        assert hertz(chunk.samples[4000:20000]) == pytest.approx(tiny.pitch_of(token, voice) + 0.5, abs=1)
    (blend,) = speak(tiny_engine, sentence, voice="af_heart+zf_xiaoxiao")
    assert hertz(blend.samples[4000:20000]) == pytest.approx(tiny.pitch_of(token) + 40 + 0.5, abs=1)
    with pytest.raises(UnknownVoiceError):
        speak(tiny_engine, sentence, voice="nobody")


def test_prosody_reaches_the_audio(tiny_engine: KokoroEngine) -> None:
    sentence = Sentence((Clause(words("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), (0, 1), "."),))
    (plain,) = speak(tiny_engine, sentence)
    (high,) = speak(tiny_engine, sentence, Score(pitch=2))
    (soft,) = speak(tiny_engine, sentence, Score(energy=-6))
    (slow,) = speak(tiny_engine, sentence, Score(rate=0.5))
    inside = slice(4000, 30000)
    assert 12 * np.log2(hertz(high.samples[inside]) / hertz(plain.samples[inside])) == pytest.approx(
        2, abs=0.05
    )
    assert 20 * np.log10(level(soft.samples[inside]) / level(plain.samples[inside])) == pytest.approx(
        -6, abs=0.1
    )
    assert slow.words[0].end - slow.words[0].start == pytest.approx(
        2 * (plain.words[0].end - plain.words[0].start)
    )


def test_one_words_energy_is_its_own(tiny_engine: KokoroEngine) -> None:
    clause = Clause(
        (*words("aaaaaaaaaaaa"), *words("aaaaaaaaaaaa", at=2, prosody=Prosody(energy=-12))), (0, 4), "."
    )
    (chunk,) = speak(tiny_engine, Sentence((clause,)))
    loud, soft = (
        chunk.samples[round(word.start * RATE) + 2000 : round(word.end * RATE) - 2000] for word in chunk.words
    )
    assert 20 * np.log10(level(soft) / level(loud)) == pytest.approx(-12, abs=0.2)


@pytest.mark.parametrize("pause", [0.025, 0.1, 0.11, 0.15, 0.24, 0.26, 0.4, 3.0])
def test_the_silence_behind_a_clause_is_as_asked(tiny_engine: KokoroEngine, pause: float) -> None:
    first = Clause(FIRST.words, FIRST.span, ",", pause=pause)
    chunks = speak(tiny_engine, Sentence((first, SECOND)))
    gap = chunks[0].seconds + chunks[1].words[0].start - chunks[0].words[-1].end
    assert gap == pytest.approx(pause, abs=1e-3)


def test_no_pause_leaves_one_frame_before_the_onset(tiny_engine: KokoroEngine) -> None:
    first = Clause(FIRST.words, FIRST.span, ",", pause=0.0)
    chunks = speak(tiny_engine, Sentence((first, SECOND)))
    assert chunks[0].seconds + chunks[1].words[0].start - chunks[0].words[-1].end == pytest.approx(FRAME)


@pytest.mark.parametrize("pause", [0.1, 0.15, 0.24, 0.26, 0.4, 3.0])
def test_the_silence_between_sentences_is_as_asked(tiny_engine: KokoroEngine, pause: float) -> None:
    sentence = Sentence((FIRST, Clause(SECOND.words, SECOND.span, ".", pause=pause)))
    (chunk,) = speak(tiny_engine, sentence)
    (following,) = speak(tiny_engine)
    gap = chunk.seconds - chunk.words[-1].end + following.words[0].start
    assert gap == pytest.approx(pause, abs=1e-3)


def test_silence_before_any_word(tiny_engine: KokoroEngine) -> None:
    lead = Clause((), (0, 0), pause=0.5)
    chunks = speak(tiny_engine, Sentence((lead, FIRST, SECOND)), soon=True)
    assert [chunk.span for chunk in chunks] == [(0, 0), (0, 4), (4, 8)]
    assert len(chunks[0].samples) == 0.5 * RATE
    assert not chunks[0].samples.any()


def test_a_sentence_of_silence_only(tiny_engine: KokoroEngine) -> None:
    (chunk,) = speak(tiny_engine, Sentence((Clause((), (0, 3), pause=1.0),)))
    assert (chunk.seconds, chunk.span, chunk.words) == (1.0, (0, 3), ())


def test_words_of_one_written_stretch_are_one_timing(tiny_engine: KokoroEngine) -> None:
    year = tuple(Word((0, 4), sound, sound, "en") for sound in ("twɛnti", "twɛnti", "fɔɹ"))
    (chunk,) = speak(tiny_engine, Sentence((Clause((*year, *words("jɪɹ", at=5)), (0, 6), "."),)))
    assert [word.span for word in chunk.words] == [(0, 4), (5, 6)]
    assert chunk.words[0].end - chunk.words[0].start == pytest.approx((6 + 1 + 6 + 1 + 3) * 2 * FRAME)


def test_a_word_that_is_not_heard_has_no_timing(tiny_engine: KokoroEngine) -> None:
    (chunk,) = speak(tiny_engine, Sentence((Clause(words("hɛlO", "", "ʘ", "wɜɹld"), (0, 8), "."),)))
    assert [word.span for word in chunk.words] == [(0, 1), (6, 7)]


def test_short_clauses_share_a_chunk_and_its_span(tiny_engine: KokoroEngine) -> None:
    short = tuple(Clause(words("aa", at=2 * i), (2 * i, 2 * i + 2), ",") for i in range(4))
    chunks = speak(tiny_engine, Sentence(short), soon=True)
    assert chunks[0].span[0] == 0
    assert chunks[-1].span[1] == 8
    assert [chunk.span[0] for chunk in chunks[1:]] == [chunk.span[1] for chunk in chunks[:-1]]
    assert 1 < len(chunks) < 4
    assert sum(len(chunk.words) for chunk in chunks) == 4


def test_nothing_is_vocoded_before_it_is_asked_for(
    tiny_engine: KokoroEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    vocoder = tiny_engine._vocoder
    monkeypatch.setattr(tiny_engine, "_vocoder", lambda *given: calls.append(1) or vocoder(*given))
    chunks = tiny_engine.speak(SENTENCE, NOTHING, "af_heart", soon=True)
    assert calls == []
    next(chunks)
    assert calls == [1]
    next(chunks)
    assert calls == [1, 1]


def test_the_longest_sentence_the_model_takes(tiny_engine: KokoroEngine) -> None:
    (chunk,) = speak(tiny_engine, Sentence((Clause(words("a" * 509), (0, 1), "."),)))
    assert chunk.words[0].end - chunk.words[0].start == pytest.approx(509 * 2 * FRAME)


LONG_WORDS = Sentence(
    (
        Clause(words("a" * 20, "a" * 20), (0, 4), ","),
        Clause(words("a" * 20, "a" * 20, at=4), (4, 8), "."),
    )
)


def lengths(chunks: list[AudioChunk]) -> list[float]:
    return [word.end - word.start for chunk in chunks for word in chunk.words]


def test_an_emphasised_word_is_longer_higher_and_louder_and_no_other_is(tiny_engine: KokoroEngine) -> None:
    score = Score(emphasis=(Emphasis(word="a", strength=1, start=2),))
    (plain,), (said,) = (speak(tiny_engine, LONG_WORDS, asked) for asked in (NOTHING, score))
    effect = emphasis_effect(1)
    for index, (before, after) in enumerate(zip(plain.words, said.words, strict=True)):
        is_it = index == 1
        wanted = (before.end - before.start) / (effect.rate if is_it else 1)
        assert after.end - after.start == pytest.approx(wanted, abs=FRAME)
        old, new = (
            chunk.samples[round(word.start * RATE) + 2400 : round(word.end * RATE) - 2400]
            for chunk, word in ((plain, before), (said, after))
        )
        semitones = 12 * np.log2(hertz(new) / hertz(old))
        decibels = 20 * np.log10(level(new) / level(old))
        assert semitones == pytest.approx(effect.pitch if is_it else 0, abs=0.05)
        assert decibels == pytest.approx(effect.energy if is_it else 0, abs=0.1)


def test_the_silence_behind_an_emphasised_word_is_not_longer(tiny_engine: KokoroEngine) -> None:
    score = Score(emphasis=(Emphasis(word="a", strength=1, start=2),))
    (plain,), (said,) = (speak(tiny_engine, LONG_WORDS, asked) for asked in (NOTHING, score))
    silence, before = (chunk.words[2].start - chunk.words[1].end for chunk in (said, plain))
    assert silence == pytest.approx(before)


@pytest.mark.parametrize("pause", [0.1, 0.5, 0.6])
def test_a_pause_inside_changes_the_boundary_only(tiny_engine: KokoroEngine, pause: float) -> None:
    (plain,), (held,) = (speak(tiny_engine, LONG_WORDS, asked) for asked in (NOTHING, Score(pauses=(pause,))))
    assert lengths([held]) == pytest.approx(lengths([plain]))
    gap = held.words[2].start - held.words[1].end
    assert gap == pytest.approx(pause + 2 * FRAME)  # the space behind the comma besides
    assert held.seconds - plain.seconds == pytest.approx(gap - (plain.words[2].start - plain.words[1].end))
    for before, after in zip(plain.words, held.words, strict=True):
        old, new = (
            chunk.samples[round(word.start * RATE) + 600 : round(word.end * RATE) - 600]
            for chunk, word in ((plain, before), (held, after))
        )
        assert hertz(new) == pytest.approx(hertz(old), rel=1e-3)


def test_a_long_pause_inside_is_a_cut_of_that_length(tiny_engine: KokoroEngine) -> None:
    chunks = speak(tiny_engine, LONG_WORDS, Score(pauses=(1.5, 2.0)))
    assert len(chunks) == 2
    assert lengths(chunks) == pytest.approx(lengths(speak(tiny_engine, LONG_WORDS)))
    assert chunks[0].seconds + chunks[1].words[0].start - chunks[0].words[-1].end == pytest.approx(1.5)
    (following,) = speak(tiny_engine)
    assert chunks[1].seconds - chunks[1].words[-1].end + following.words[0].start == pytest.approx(2.0)


def test_contours_are_those_that_are_spoken(tiny_engine: KokoroEngine) -> None:
    score = Score(pitch=2, energy=-6, pauses=(0.5,))
    own, said = (tiny_engine.contours(LONG_WORDS, asked, "af_heart") for asked in (NOTHING, score))
    assert len(said.f0) == len(said.energy)
    assert len(said.f0) - len(own.f0) == 2 * (20 - tiny.PUNCTUATION_FRAMES)
    assert [(word, round(end - start, 6)) for word, start, end in said.words] == [("a" * 20, 1.0)] * 4
    for (_, start, end), (_, begin, stop) in zip(said.words, own.words, strict=True):
        moved, before = (
            said.f0[round(start * 80) : round(end * 80)],
            own.f0[round(begin * 80) : round(stop * 80)],
        )
        assert 12 * np.log2(moved / before) == pytest.approx(2, abs=1e-3)
        softer = said.energy[round(start * 80) : round(end * 80)]
        usual = own.energy[round(begin * 80) : round(stop * 80)]
        assert (softer - usual) * 20 / np.log(10) == pytest.approx(-6, abs=0.01)
    assert np.isnan(said.f0[:4]).all()  # silence


def test_contours_name_the_words_that_are_heard(tiny_engine: KokoroEngine) -> None:
    sentence = Sentence((Clause(words("hɛlO", "", "ʘ", "wɜɹld"), (0, 8), "."),))
    found = tiny_engine.contours(sentence, NOTHING, "af_heart").words
    assert [word for word, _, _ in found] == ["hɛlO", "wɜɹld"]
    with pytest.raises(UnknownVoiceError):
        tiny_engine.contours(sentence, NOTHING, "nobody")

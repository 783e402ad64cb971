"""Speech of the real model, measured."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from measured import RATE, fundamental, level, median_pitch, seconds_of_speech
from numpy.typing import NDArray

from declaim import AudioChunk, Synthesizer
from declaim.acoustic.frames import SAMPLES_PER_FRAME, Frames
from declaim.vocoder.pieces import MARGIN

pytestmark = pytest.mark.real

SENTENCES = {
    "zh": "今天天气真好,我们一起去公园散步吧,顺便买一点水果。",
    "en": "The weather is lovely today, so we are going for a walk, and then we buy some fruit.",
    "mixed": "今天天气真好,我们去 Central Park 散步吧,然后 have lunch together。",
}
in_each_language = pytest.mark.parametrize("language", SENTENCES)


def speak(speaker: Synthesizer, text: str, **options: Any) -> tuple[list[AudioChunk], NDArray[np.float32]]:
    chunks = list(speaker.speak(text, **options))
    return chunks, np.concatenate([chunk.samples for chunk in chunks])


@in_each_language
def test_each_language_is_spoken(speaker: Synthesizer, language: str) -> None:
    text = SENTENCES[language]
    chunks, samples = speak(speaker, text)
    assert np.isfinite(samples).all()
    assert 0.05 < np.abs(samples).max() < 1.2
    assert -35 < level(samples) < -12
    assert 3 < len(samples) / RATE < 9
    assert (chunks[0].span[0], chunks[-1].span[1]) == (0, len(text))
    words = [word for chunk in chunks for word in chunk.words]
    assert all(word.text == text[slice(*word.span)] for word in words)
    assert all(before.end <= after.start for before, after in pairwise(words))
    for word in words:  # every word is heard when it is said to be
        assert level(samples[int(word.start * RATE) : int(word.end * RATE)]) > -45, word


@in_each_language
def test_joins_do_not_click(speaker: Synthesizer, language: str) -> None:
    chunks, samples = speak(speaker, SENTENCES[language])
    assert len(chunks) > 1
    joins = np.cumsum([len(chunk.samples) for chunk in chunks])[:-1]
    steps = np.abs(np.diff(samples))
    at_joins = np.zeros(len(steps), bool)
    for join in joins:
        at_joins[join - 1 : join + 2 * MARGIN] = True
    assert steps[at_joins].max() < np.percentile(steps[~at_joins], 99.9)


@in_each_language
def test_a_short_beginning_changes_neither_times_nor_level(speaker: Synthesizer, language: str) -> None:
    soon, early = speak(speaker, SENTENCES[language])
    plain, whole = speak(speaker, SENTENCES[language], soon=False)
    assert 0.5 < soon[0].seconds < 0.6 * len(early) / RATE
    assert soon[0].seconds < 0.75 * plain[0].seconds
    assert len(early) == len(whole)
    assert level(early) == pytest.approx(level(whole), abs=2)
    said, expected = ([word for chunk in chunks for word in chunk.words] for chunks in (soon, plain))
    for word, other in zip(said, expected, strict=True):
        assert word.span == other.span
        assert (word.start, word.end) == pytest.approx((other.start, other.end), abs=0.05)  # a cut may end it


class Kept:
    """The vocoder, and the frames that it was given last."""

    def __init__(self, vocoder: Any) -> None:
        self.vocoder = vocoder

    def __call__(
        self, frames: Frames, style: NDArray[np.float32], start: int, end: int
    ) -> NDArray[np.float32]:
        self.frames, self.style = frames, style
        made: NDArray[np.float32] = self.vocoder(frames, style, start, end)
        return made


@in_each_language
@pytest.mark.parametrize("voice", ["zf_xiaoxiao", "af_heart"])
def test_pieces_are_as_long_and_as_loud_as_in_the_whole(
    speaker: Synthesizer, language: str, voice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Kept(speaker._speaker._engine._vocoder)
    monkeypatch.setattr(speaker._speaker._engine, "_vocoder", kept)
    chunks, samples = speak(speaker, SENTENCES[language], voice=voice)
    whole = kept.vocoder(kept.frames, kept.style, 0, len(kept.frames))
    words = [word for chunk in chunks for word in chunk.words]
    # Where the audio begins in the whole: the first word begins with the first token behind the boundary.
    skipped = int(kept.frames.durations[0]) * SAMPLES_PER_FRAME - round(words[0].start * RATE)
    # To the end of the last phoneme, which full stop and boundary follow: nothing is clipped.
    end = int(kept.frames.durations[:-2].sum()) * SAMPLES_PER_FRAME
    heard = whole[skipped:end]
    assert seconds_of_speech(samples) == pytest.approx(seconds_of_speech(whole[skipped:]), abs=0.05)
    last = slice(round((words[-1].end - 0.3) * RATE), round(words[-1].end * RATE))
    assert level(samples[last]) == pytest.approx(level(heard[last]), abs=4)
    begin = 0
    for chunk in chunks:
        clause = slice(begin, begin + len(chunk.samples))
        assert level(samples[clause]) == pytest.approx(level(whole[skipped:][clause]), abs=2), chunk.span
        begin += len(chunk.samples)


@pytest.mark.parametrize("voice", ["zf_xiaoxiao", "am_michael"])
@pytest.mark.parametrize("semitones", [2, -2])
def test_semitones(speaker: Synthesizer, voice: str, semitones: float) -> None:
    text = SENTENCES["zh" if voice.startswith("z") else "en"]
    _, plain = speak(speaker, text, voice=voice)
    _, moved = speak(speaker, text, voice=voice, pitch=semitones)
    both = np.nanmedian(12 * np.log2(fundamental(moved) / fundamental(plain)))  # durations are the same
    assert both == pytest.approx(semitones, abs=0.3)


@pytest.mark.parametrize(("language", "rate"), [("zh", 0.8), ("en", 0.8), ("mixed", 1.25)])
def test_rate(speaker: Synthesizer, language: str, rate: float) -> None:
    _, plain = speak(speaker, SENTENCES[language])
    _, moved = speak(speaker, SENTENCES[language], rate=rate)
    assert seconds_of_speech(plain) / seconds_of_speech(moved) == pytest.approx(rate, abs=0.03 * rate / 0.8)


@pytest.mark.parametrize("decibels", [-6, 4])
def test_energy(speaker: Synthesizer, decibels: float) -> None:
    _, plain = speak(speaker, SENTENCES["zh"])
    _, moved = speak(speaker, SENTENCES["zh"], energy=decibels)
    assert level(moved) - level(plain) == pytest.approx(decibels, abs=0.5)


def test_a_monotone_voice_moves_less(speaker: Synthesizer) -> None:
    spreads = []
    for spread in (0.0, 1.0):
        _, samples = speak(speaker, SENTENCES["en"], pitch_range=spread)
        pitch = np.log2(fundamental(samples))
        spreads.append(np.nanpercentile(pitch, 90) - np.nanpercentile(pitch, 10))
    assert spreads[0] < 0.4 * spreads[1]


def test_a_blend_is_neither_parent(speaker: Synthesizer) -> None:
    names = ["zf_xiaoxiao", "zm_yunxi", "zf_xiaoxiao*0.5+zm_yunxi*0.5"]
    first, second, blend = (median_pitch(speak(speaker, SENTENCES["zh"], voice=name)[1]) for name in names)
    assert min(first, second) * 1.05 < blend < max(first, second) / 1.05


@pytest.mark.parametrize(
    "voice",
    ["af_nicole", "am_onyx", "bf_emma", "ef_dora", "hf_beta", "jm_kumo", "zf_xiaobei", "zm_yunyang"],
)
def test_voices_of_all_kinds_speak(speaker: Synthesizer, voice: str) -> None:
    text = "你好!" if voice.startswith("z") else "Hello!"
    _, samples = speak(speaker, text, voice=voice)
    assert np.isfinite(samples).all()
    assert -40 < level(samples) < -7
    assert 0.3 < seconds_of_speech(samples) < 2.5


def test_the_same_text_gives_the_same_audio(speaker: Synthesizer) -> None:
    first, second = (speak(speaker, "你好, friend.")[1] for _ in range(2))
    np.testing.assert_array_equal(first, second)

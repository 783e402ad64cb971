"""The understudy for Mandarin with its real weights."""

from difflib import SequenceMatcher
from typing import Any

import numpy as np
import pytest
from measured import level, median_pitch, seconds_of_speech
from recognised import heard

pytest.importorskip("ai_edge_litert")

from declaim.audio.chunk import AudioChunk
from declaim.engines.fastspeech.engine import ARTIFACT, FastSpeechEngine
from declaim.engines.fastspeech.settings import FastSpeechConfig
from declaim.models.litert import LiteRtModel
from declaim.models.store import ModelStore
from declaim.prosody.score import Score
from declaim.text.frontend import TextFrontend
from declaim.text.sentence import Sentence
from declaim.vocoder.baker_griffin_lim import mel_statistics
from declaim.vocoder.mb_melgan import MbMelGan
from declaim.vocoder.mel_filters import mel_filters

pytestmark = pytest.mark.real

RATE = 24_000
TEXT = "今天天气真好，我们一起去公园散步吧。"
PLAIN = Score()


@pytest.fixture(scope="module")
def engine() -> FastSpeechEngine:
    return FastSpeechEngine.load(ModelStore(), FastSpeechConfig(), threads=2)


@pytest.fixture(scope="module")
def frontend() -> TextFrontend:
    return TextFrontend()


@pytest.fixture(scope="module")
def sentence(frontend: TextFrontend) -> Sentence:
    return next(iter(frontend.read(TEXT)))


def speak(
    engine: FastSpeechEngine, sentence: Sentence, score: Score = PLAIN, *, soon: bool = False
) -> list[AudioChunk]:
    return list(engine.speak(sentence, score, "zf_xiaoxiao", soon=soon))


def together(chunks: list[AudioChunk]) -> Any:
    return np.concatenate([chunk.samples for chunk in chunks])


def understood(text: str) -> int:
    """How many of the sixteen characters were."""
    blocks = SequenceMatcher(None, "今天天气真好我们一起去公园散步吧", text).get_matching_blocks()
    return sum(block.size for block in blocks)


def test_it_is_understood(engine: FastSpeechEngine, sentence: Sentence) -> None:
    # Whisper base takes the 吧 at the end for a 白.
    assert understood(heard(together(speak(engine, sentence)))) >= 15


def test_griffin_lim_is_understood(sentence: Sentence) -> None:
    settings = FastSpeechConfig(vocoder="griffin_lim")
    samples = together(speak(FastSpeechEngine.load(ModelStore(), settings, threads=2), sentence))
    assert understood(heard(samples)) >= 14


def test_the_same_each_time(engine: FastSpeechEngine, sentence: Sentence) -> None:
    np.testing.assert_array_equal(together(speak(engine, sentence)), together(speak(engine, sentence)))


def test_a_chunk_for_each_clause_with_its_words(engine: FastSpeechEngine, sentence: Sentence) -> None:
    chunks = speak(engine, sentence, soon=True)
    assert [TEXT[slice(*chunk.span)] for chunk in chunks] == ["今天天气真好，", "我们一起去公园散步吧。"]
    for chunk in chunks:
        starts = [word.start for word in chunk.words]
        assert starts == sorted(starts)
        assert all(0 <= word.start < word.end <= chunk.seconds for word in chunk.words)
        first, last = chunk.words[0].start, chunk.words[-1].end
        inside = chunk.samples[round(first * RATE) : round(last * RATE)]
        assert level(inside) > level(chunk.samples) - 0.5


def test_clauses_sound_the_same_together(engine: FastSpeechEngine, frontend: TextFrontend) -> None:
    (sentence,) = frontend.read("说起来容易，做起来难，想明白了，再动手，也不晚。")
    chunks = speak(engine, sentence)
    parted = speak(engine, sentence, soon=True)
    assert chunks[0].span[1] > parted[0].span[1]  # the first clause is by itself
    np.testing.assert_allclose(together(chunks), together(parted), atol=1e-4)


def test_a_stretch_sounds_as_in_its_place() -> None:
    vocoder = MbMelGan(LiteRtModel(ModelStore().ensure(ARTIFACT) / "mb_melgan.tflite", 2))
    mel = np.random.default_rng(0).standard_normal((150, 80)).astype(np.float32)
    whole = vocoder(mel)
    part = vocoder(mel[60 - vocoder.context : 100 + vocoder.context])
    start = vocoder.context * 300
    np.testing.assert_allclose(part[start : start + 40 * 300], whole[60 * 300 : 100 * 300], atol=1e-4)


def test_a_few_frames_are_enough() -> None:
    vocoder = MbMelGan(LiteRtModel(ModelStore().ensure(ARTIFACT) / "mb_melgan.tflite", 1))
    assert [vocoder(np.zeros((n, 80), dtype=np.float32)).shape for n in (1, 9, 10)] == [
        (300,), (2700,), (3000,),
    ]  # fmt: skip


def test_rate_and_pitch_are_performed(engine: FastSpeechEngine, sentence: Sentence) -> None:
    plain = together(speak(engine, sentence))
    slow = together(speak(engine, sentence, Score(rate=0.75)))
    assert seconds_of_speech(slow) / seconds_of_speech(plain) == pytest.approx(1 / 0.75, rel=0.06)
    for semitones in (-3.0, 3.0):
        moved = together(speak(engine, sentence, Score(pitch=semitones)))
        assert 12 * np.log2(median_pitch(moved) / median_pitch(plain)) == pytest.approx(semitones, abs=1.0)


def test_energy_is_performed(engine: FastSpeechEngine, sentence: Sentence) -> None:
    plain, loud = (together(speak(engine, sentence, Score(energy=e))) for e in (0.0, 6.0))
    assert level(loud) - level(plain) == pytest.approx(6, abs=0.1)


def test_english_words_are_spoken(engine: FastSpeechEngine, frontend: TextFrontend) -> None:
    text = "我喜欢喝 coffee 和 tea。"
    mixed = next(iter(frontend.read(text)))
    assert [text[slice(*span)] for span in engine.lacks(mixed)] == ["coffee", "tea"]
    (chunk,) = speak(engine, mixed)
    times = {text[slice(*word.span)]: word for word in chunk.words}
    for name in ("coffee", "tea"):
        said = chunk.samples[round(times[name].start * RATE) : round(times[name].end * RATE)]
        assert len(said) > 0.15 * RATE
        assert level(said) > level(chunk.samples) - 6


def test_long_and_slow_is_spoken_whole(engine: FastSpeechEngine, frontend: TextFrontend) -> None:
    text = "他说" + "我们走了很远很远的路" * 12 + "。"
    seconds = {}
    for rate in (1.0, 0.5):
        seconds[rate] = sum(
            chunk.seconds for each in frontend.read(text) for chunk in speak(engine, each, Score(rate=rate))
        )
    assert seconds[0.5] / seconds[1.0] == pytest.approx(2, rel=0.15)


def test_the_bands_are_those_of_the_statistics(engine: FastSpeechEngine, sentence: Sentence) -> None:
    """What MB-MelGAN makes of a spectrogram has that spectrogram, once it is normalised as we think."""
    symbols = engine._symbols.write(sentence.clauses)
    mel = engine._acoustic(symbols.ids, symbols.prosodies, symbols.is_voiced, {}).mel
    samples = MbMelGan(LiteRtModel(ModelStore().ensure(ARTIFACT) / "mb_melgan.tflite", 2))(mel)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(1200) / 1200)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(samples, 600), 1200)[::300][: len(mel)]
    amplitudes = np.abs(np.fft.rfft(frames * window, 2048)) @ mel_filters(RATE, 2048, 80, 80.0, 7600.0).T
    mean, deviation = mel_statistics()
    difference = 20 * (np.log10(np.maximum(amplitudes, 1e-10)) - (mel * deviation + mean))[mel > 0]
    assert abs(difference.mean()) < 1
    assert difference.std() < 5  # GAN and log: single frames and bands stray

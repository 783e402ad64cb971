import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reference_package import recording

from declaim.audio.chunk import AudioChunk
from declaim.engines.indextts.engine import IndexTTSEngine
from declaim.engines.indextts.layout import ModelFolder
from declaim.engines.indextts.settings import IndexTTSConfig
from declaim.engines.indextts.word_times import heard
from declaim.errors import ConfigError, EngineError
from declaim.prosody.emotion import Emotion
from declaim.prosody.score import Score
from declaim.text.sentence import Sentence

Load = Callable[..., IndexTTSEngine]
Say = Callable[..., list[AudioChunk]]
Samples = Callable[..., np.ndarray]
TEXT = "你好世界，今天的天气真不错, let us walk in the park today."


@pytest.fixture
def said(read: Callable[[str], Sentence]) -> Say:
    def speak(engine: IndexTTSEngine, text: str = TEXT, *, soon: bool = False, **score: Any) -> Any:
        return list(engine.speak(read(text), Score(**score), "zf_xiaoxiao", soon=soon))

    return speak


@pytest.fixture
def samples(said: Say) -> Callable[..., np.ndarray]:
    return lambda *arguments, **options: np.concatenate(
        [chunk.samples for chunk in said(*arguments, **options)]
    )


@pytest.mark.parametrize("soon", [False, True])
def test_chunks_tile_the_sentence_and_say_when_each_word_is_heard(
    indextts: Load, said: Say, read: Callable[[str], Sentence], soon: bool
) -> None:
    chunks = said(indextts(), soon=soon)
    assert len(chunks) == (2 if soon else 1)
    ends = [chunk.span for chunk in chunks]
    assert (ends[0][0], ends[-1][1]) == (0, len(TEXT))
    assert [start for start, _ in ends[1:]] == [end for _, end in ends[:-1]]
    for chunk in chunks:
        assert (chunk.sample_rate, chunk.samples.dtype, chunk.samples.ndim) == (22_050, np.float32, 1)
        times = [time for word in chunk.words for time in (word.start, word.end)]
        assert times == sorted(times)
        assert 0 <= times[0] < times[-1] <= chunk.seconds + 1e-6
        assert all(chunk.span[0] <= word.span[0] < word.span[1] <= chunk.span[1] for word in chunk.words)
    spans = [word.span for chunk in chunks for word in chunk.words]
    assert spans == [word.span for clause in read(TEXT).clauses for word in clause.words]


def test_it_lacks_no_text(indextts: Load, read: Callable[[str], Sentence]) -> None:
    assert indextts().lacks(read(TEXT)) == ()


def test_a_seed_makes_speech_the_same_each_time(indextts: Load, samples: Samples) -> None:
    first = samples(indextts(seed=3))
    assert np.array_equal(first, samples(indextts(seed=3)))
    assert not np.array_equal(first[:1000], samples(indextts(seed=4))[:1000])
    unseeded = indextts(seed=None)
    assert not np.array_equal(samples(unseeded)[:1000], samples(unseeded)[:1000])


def test_rate_divides_the_length(indextts: Load, samples: Samples) -> None:
    usual, fast, slow = (len(samples(indextts(), rate=rate)) for rate in (1.0, 2.0, 0.5))
    assert fast / usual == pytest.approx(0.5, abs=0.02)
    assert slow / usual == pytest.approx(2, abs=0.05)
    assert len(samples(indextts(duration_factor=1.5))) / usual == pytest.approx(1.5, abs=0.03)


def test_energy_is_gain(indextts: Load, samples: Samples) -> None:
    usual, loud = samples(indextts()), samples(indextts(), energy=6.0)
    np.testing.assert_allclose(loud, usual * 10 ** (6 / 20), rtol=1e-5)


def test_pitch_is_left_out(indextts: Load, samples: Samples) -> None:
    np.testing.assert_array_equal(samples(indextts(), pitch=5.0, pitch_range=2.0), samples(indextts()))


def test_the_scores_emotion_is_heard_as_strong_as_set(indextts: Load, samples: Samples) -> None:
    sad = Emotion(sad=0.7)
    neutral, strong, weak, none = (
        samples(indextts(emotion_strength=strength, temperature=5), emotion=emotion)
        for strength, emotion in ((1, Emotion()), (1, sad), (0.5, sad), (0, sad))
    )
    assert not np.array_equal(strong, neutral)
    assert not np.array_equal(strong, weak)
    assert np.array_equal(none, neutral)
    from_recording = indextts(emotion="reference", temperature=5)
    assert np.array_equal(samples(from_recording, emotion=sad), neutral)


def test_another_recordings_emotion(indextts: Load, tmp_path: Path, samples: Samples) -> None:
    other = tmp_path / "other.wav"
    other.write_bytes(recording(seconds=2.5, rate=16_000))
    usual = samples(indextts())
    assert not np.array_equal(samples(indextts(emotion_reference=other))[:1000], usual[:1000])
    assert np.array_equal(samples(indextts(emotion_reference=other, emotion_strength=0)), usual)


def test_without_emotion_files_the_log_says_so(
    tiny_folder: ModelFolder,
    indextts: Load,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    samples: Samples,
) -> None:
    model = Path(shutil.copytree(tiny_folder.path, tmp_path / "model"))
    (model / "feat2.pt").unlink()
    engine = indextts(model_dir=model)
    assert "lacks feat2.pt" in caplog.text
    assert np.array_equal(samples(engine, emotion=Emotion(sad=0.5)), samples(engine))


@pytest.mark.parametrize("seconds", [0.0, 0.5, 3.0])
def test_pauses_last_as_long_as_asked(indextts: Load, seconds: float, said: Say) -> None:
    chunks = said(indextts(), pauses=(seconds, seconds, seconds))
    assert len(chunks) == 3
    for chunk in chunks:
        silence = (len(chunk.samples) - heard(chunk.samples)[1]) / 22_050
        assert silence == pytest.approx(seconds, abs=0.01)


def test_pieces_of_a_sentence_have_a_breath_between(indextts: Load, said: Say) -> None:
    first, _ = said(indextts(), soon=True)
    assert (len(first.samples) - heard(first.samples)[1]) / 22_050 == pytest.approx(0.2, abs=0.01)


def test_silence_before_any_word(indextts: Load, said: Say) -> None:
    text = '<speak><break time="700ms"/>你好世界</speak>'
    chunks = said(indextts(), text)
    assert chunks[0].seconds == pytest.approx(0.7)
    assert not chunks[0].samples.any()
    assert (chunks[0].span[0], chunks[-1].span[1]) == (0, len(text))


def test_clause_by_clause_when_asked_for(indextts: Load, said: Say) -> None:
    assert len(said(indextts(pieces="clause"))) == 3


def test_speech_that_does_not_end_is_no_speech(indextts: Load, said: Say) -> None:
    with pytest.raises(EngineError, match="not ended"):
        said(indextts(max_codes=3))


def test_griffin_lim_needs_no_network(tiny_folder: ModelFolder, reference: Path, said: Say) -> None:
    settings = IndexTTSConfig(
        model_dir=tiny_folder.path, accept_licence=True, voices={"female": reference}, vocoder="griffin_lim"
    )
    (chunk,) = said(IndexTTSEngine.load(settings, threads=1, cache=reference.parent))
    assert np.isfinite(chunk.samples).all()
    assert chunk.samples.any()


def test_the_economical_one_needs_no_network_either(indextts: Load, said: Say) -> None:
    usual = indextts()
    economical = usual.economical()
    (dear,), (cheap,) = said(usual), said(economical)
    assert len(cheap.samples) == len(dear.samples)
    assert not np.array_equal(cheap.samples, dear.samples)
    np.testing.assert_array_equal(said(usual)[0].samples, dear.samples)


def test_the_licence_comes_first(indextts: Load) -> None:
    with pytest.raises(ConfigError, match="licence"):
        indextts(accept_licence=False, voices={})

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

import tiny_kokoro as tiny
from declaim import AudioChunk, Config, Emotion, Emphasis, Score, Synthesizer
from declaim.errors import (
    ConfigError,
    LexiconError,
    MalformedTextError,
    MarkupError,
    NothingToSayError,
    OptionError,
    StorageError,
    UnknownVoiceError,
)
from declaim.manner import main_language

ENGLISH = "Good morning, dear friends. It is 14:30 in 2024, and 5% warmer.\n\nShall we go home?"
CHINESE = "今天天气真好,我们去散步吧。二零二四年,你好!"
MIXED = "我们去 Central Park 散步吧,然后 have lunch。"
DATE = "We met on 5/3/2024, in York. Call +1 (555) 123-4567 now."
TEXTS = pytest.mark.parametrize("text", [ENGLISH, CHINESE, MIXED, DATE], ids=["en", "zh", "mixed", "date"])


def hertz(samples: np.ndarray) -> float:
    crossings = np.flatnonzero(np.diff(np.signbit(samples)))
    return (len(crossings) - 1) / 2 * 24_000 / (crossings[-1] - crossings[0])


def seconds(chunks: list[AudioChunk]) -> float:
    return sum(chunk.seconds for chunk in chunks)


@TEXTS
def test_spans_of_chunks_tile_the_text(synthesizer: Synthesizer, text: str) -> None:
    spans = [chunk.span for chunk in synthesizer.speak(text)]
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text)
    assert all(before[1] == after[0] for before, after in pairwise(spans))


@TEXTS
def test_words_are_slices_of_the_text_with_times_that_rise(synthesizer: Synthesizer, text: str) -> None:
    chunks = list(synthesizer.speak(text))
    words = [word for chunk in chunks for word in chunk.words]
    assert words
    for word in words:
        assert word.text == text[slice(*word.span)]
        assert word.text.strip() == word.text != ""
        assert word.start < word.end
    for before, after in pairwise(words):
        assert before.span[1] <= after.span[0] or before.span == after.span
        assert before.end <= after.start
    assert words[-1].end <= seconds(chunks)


@TEXTS
def test_times_are_those_of_all_audio(synthesizer: Synthesizer, text: str) -> None:
    chunks = list(synthesizer.speak(text))
    samples = np.concatenate([chunk.samples for chunk in chunks])
    for word in (word for chunk in chunks for word in chunk.words):
        part = samples[round(word.start * 24_000) : round(word.end * 24_000)]
        assert np.abs(part).max() > 0.05


def test_a_words_chunk_is_where_it_is_heard(synthesizer: Synthesizer) -> None:
    begin = 0.0
    for chunk in synthesizer.speak(ENGLISH):
        for word in chunk.words:
            assert begin <= word.start < begin + chunk.seconds
            assert chunk.span[0] <= word.span[0] < word.span[1] <= chunk.span[1]
        begin += chunk.seconds


def gaps(chunks: list[AudioChunk]) -> list[float]:
    words = [word for chunk in chunks for word in chunk.words]
    return [after.start - before.end for before, after in pairwise(words)]


@pytest.mark.usefixtures("tiny_machine")
def test_pauses_are_as_configured(synthesizer: Synthesizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("declaim.composer.TextFrontend", lambda **_: synthesizer._composer._frontend)
    other = Synthesizer(Config(sentence_pause=1.0, paragraph_pause=2.0))
    found = gaps(list(other.speak("One two. Three four.\n\nFive six.")))
    assert found[1] == pytest.approx(1.0, abs=0.05)
    assert found[3] == pytest.approx(2.0, abs=0.05)
    assert found[0] < 0.1


def test_a_pause_in_markup_is_kept_to(synthesizer: Synthesizer) -> None:
    found = gaps(list(synthesizer.speak("One two [pause 800ms] three four.")))
    assert found[1] == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("Hello my friend.", "af_heart"),
        ("我的朋友,你好。", "zf_xiaoxiao"),
        ("我们去 Central Park 散步吧。", "zf_xiaoxiao"),
        ("The word 你好 means hello in Chinese.", "af_heart"),
    ],
)
def test_the_voice_fits_the_language(synthesizer: Synthesizer, text: str, voice: str) -> None:
    own, expected = (
        np.concatenate([c.samples for c in synthesizer.speak(text, voice=asked)]) for asked in (None, voice)
    )
    np.testing.assert_array_equal(own, expected)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("你好", "zh"),
        ("hello", "en"),
        ("14:30", "zh"),
        ("<speak><prosody rate='slow' pitch='low'>你好吗</prosody></speak>", "zh"),
        ("[voice zf_xiaoyi]你好[/voice]", "zh"),
        ("你好 (https://www.example.com/some/long/path/to/a/page)", "zh"),
        ("<speak>Good morning<break time='1s'/></speak>", "en"),
        ("a < b and c > d", "en"),
    ],
)
def test_markup_does_not_decide_the_language(text: str, language: str) -> None:
    assert main_language(text) == language


def test_options_reach_the_audio(synthesizer: Synthesizer) -> None:
    text = "Hello my friend."
    plain = list(synthesizer.speak(text))
    assert seconds(list(synthesizer.speak(text, rate=0.5))) > 1.5 * seconds(plain)
    low, high = (
        hertz(np.concatenate([chunk.samples for chunk in synthesizer.speak(text, **asked)])[4000:12000])
        for asked in ({}, {"pitch": 12.0})
    )
    assert high > 1.5 * low


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"rate": 0}, OptionError), ({"rate": float("nan")}, OptionError), ({"rate": 3}, OptionError),
        ({"pitch": 13}, OptionError), ({"pitch": float("inf")}, OptionError), ({"energy": 11}, OptionError),
        ({"pitch_range": -1}, OptionError), ({"voice": "nobody"}, UnknownVoiceError),
        ({"voice": "af_heart*0"}, UnknownVoiceError), ({"voice": ""}, UnknownVoiceError),
        ({"expressiveness": float("nan")}, OptionError), ({"expressiveness": -0.1}, OptionError),
        ({"expressiveness": 2.1}, OptionError),
    ],
)  # fmt: skip
def test_options_are_checked_at_once(
    synthesizer: Synthesizer, options: dict[str, float], error: type
) -> None:
    with pytest.raises(error):
        synthesizer.speak("Hello.", **options)


MARKED = "Is it you?! Well… come in, all of you!\n\n“他来了!”(她笑了。)好吧……"


def audio(chunks: Iterable[AudioChunk]) -> np.ndarray:
    return np.concatenate([chunk.samples for chunk in chunks])


def another(synthesizer: Synthesizer, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> Synthesizer:
    monkeypatch.setattr("declaim.composer.TextFrontend", lambda **_: synthesizer._composer._frontend)
    return Synthesizer(Config(**settings))


@pytest.mark.usefixtures("tiny_machine")
@pytest.mark.parametrize("text", [ENGLISH, CHINESE, MIXED, DATE, MARKED])
def test_no_expressiveness_is_prosody_off_to_the_bit(
    synthesizer: Synthesizer, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    off = another(synthesizer, monkeypatch, prosody="off")
    silent = another(synthesizer, monkeypatch, prosody="rules", expressiveness=0)
    expected = audio(off.speak(text))
    np.testing.assert_array_equal(audio(silent.speak(text)), expected)
    np.testing.assert_array_equal(audio(synthesizer.speak(text, expressiveness=0)), expected)
    np.testing.assert_array_equal(audio(off.speak(text, expressiveness=2)), expected)
    if text is MARKED:
        assert len(audio(synthesizer.speak(text))) != len(expected)
        np.testing.assert_array_equal(
            audio(silent.speak(text, expressiveness=1)), audio(synthesizer.speak(text))
        )


@pytest.mark.usefixtures("tiny_machine")
def test_what_is_loaded_later_sounds_the_same(synthesizer: Synthesizer) -> None:
    spared = Synthesizer(Config(prosody="rules"), text=CHINESE)
    for text in (CHINESE, ENGLISH, MIXED):
        np.testing.assert_array_equal(audio(spared.speak(text)), audio(synthesizer.speak(text)))


def test_what_a_score_gives_is_heard_whatever_the_text_says(synthesizer: Synthesizer) -> None:
    loud, plain = (
        audio(synthesizer.speak(text, score=Score(rate=1, pitch=0, pitch_range=1, energy=0)))
        for text in ("Come here now!", "Come here now;")
    )
    length = len(plain) - 12_000  # the marks and what follows them differ
    np.testing.assert_allclose(loud[:length], plain[:length], atol=1e-3)
    assert np.abs(audio(synthesizer.speak("Come here now!")))[:length].max() > 1.05 * np.abs(plain).max()


def test_an_emotion_is_heard(synthesizer: Synthesizer) -> None:
    text = "Hello my friend."
    plain, sad = (
        audio(synthesizer.speak(text, score=Score(emotion=Emotion(**given)))) for given in ({}, {"sad": 1.0})
    )
    assert len(sad) > len(plain)
    assert np.abs(sad).max() < 0.8 * np.abs(plain).max()
    assert hertz(sad[4000:12000]) < hertz(plain[4000:12000])


def test_emphasis_is_on_its_word_only(synthesizer: Synthesizer) -> None:
    text = "In 2024, my good friend, it is 2024."
    score = Score(emphasis=(Emphasis(word="2024", strength=1),))
    plain, said = (
        {
            word.span: word.end - word.start
            for chunk in synthesizer.speak(text, score=asked)
            for word in chunk.words
        }
        for asked in (Score(emphasis=()), score)
    )
    assert said.pop((3, 7)) > 1.1 * plain.pop((3, 7))
    assert said == pytest.approx(plain, abs=1e-6)


def test_rates_of_the_score_and_the_option_multiply(synthesizer: Synthesizer) -> None:
    text = "Hello my friend."
    both = list(synthesizer.speak(text, rate=0.8, score=Score(rate=0.625)))
    assert seconds(both) == pytest.approx(seconds(list(synthesizer.speak(text, score=Score(rate=0.5)))))


def test_a_score_is_saved_too(synthesizer: Synthesizer, tmp_path: Path) -> None:
    for name, options in (("plain", {}), ("slow", {"score": Score(rate=0.5)})):
        synthesizer.save("Hello my friend.", tmp_path / f"{name}.wav", **options)
    plain, slow = ((tmp_path / f"{name}.wav").stat().st_size for name in ("plain", "slow"))
    assert slow > 1.5 * plain


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", NothingToSayError), ("   \n", NothingToSayError), ("😀🎉", NothingToSayError),
        ("?!…", NothingToSayError),
        ("a \ud800 b", MalformedTextError), ("<speak>Hello", MarkupError),
        ("[voice nobody]Hi[/voice]", UnknownVoiceError),
    ],
)  # fmt: skip
def test_texts_are_checked_at_once(synthesizer: Synthesizer, text: str, error: type) -> None:
    with pytest.raises(error):
        synthesizer.speak(text)


def test_ten_megabytes_of_emoji_are_refused_soon(synthesizer: Synthesizer) -> None:
    with pytest.raises(NothingToSayError):
        synthesizer.speak("😀" * 2_500_000)


def test_a_long_text_begins_at_once(synthesizer: Synthesizer) -> None:
    chunks = synthesizer.speak("Hello my friend. " * 20_000)
    assert next(chunks).words[0].text == "Hello"


LONG = "Good friends go home together when all the long days of summer have come to an end, and then sleep."


def test_only_the_first_sentence_begins_with_a_short_chunk(synthesizer: Synthesizer) -> None:
    soon = list(synthesizer.speak(f"{LONG} {LONG}"))
    plain = list(synthesizer.speak(f"{LONG} {LONG}", soon=False))
    assert soon[0].seconds < 0.5 * plain[0].seconds
    ends = [[chunk.span[1] for chunk in chunks if chunk.span[0] > len(LONG)] for chunks in (soon, plain)]
    assert ends[0] == ends[1] != []  # the second sentence is in the same chunks


def test_what_is_said_is_the_same_soon_or_not(synthesizer: Synthesizer) -> None:
    soon, plain = (list(synthesizer.speak(LONG, soon=soon)) for soon in (True, False))
    for chunks in (soon, plain):
        assert (chunks[0].span[0], chunks[-1].span[1]) == (0, len(LONG))
        assert all(before.span[1] == after.span[0] for before, after in pairwise(chunks))
    said, expected = ([word for chunk in chunks for word in chunk.words] for chunks in (soon, plain))
    assert [word.span for word in said] == [word.span for word in expected]
    for word, other in zip(said, expected, strict=True):
        assert (word.start, word.end) == pytest.approx((other.start, other.end), abs=1e-6)


def test_a_file_has_no_use_for_a_short_beginning(
    synthesizer: Synthesizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    engine = synthesizer._speaker._engine
    speak = engine.speak
    monkeypatch.setattr(engine, "speak", lambda *given, soon: asked.append(soon) or speak(*given, soon=soon))
    synthesizer.save("One. Two.", tmp_path / "a.wav")
    assert asked == [False, False]
    list(synthesizer.speak("One. Two."))
    assert asked == [False, False, True, False]


def test_a_text_without_any_punctuation_is_spoken_whole(synthesizer: Synthesizer) -> None:
    text = " ".join(["strength"] * 300)
    words = [word for chunk in synthesizer.speak(text) for word in chunk.words]
    assert len(words) == 300


def test_two_texts_in_turns(synthesizer: Synthesizer) -> None:
    alone = [chunk.samples for chunk in synthesizer.speak(ENGLISH)]
    first, second = synthesizer.speak(ENGLISH), synthesizer.speak(CHINESE)
    turns = []
    for chunk in first:
        turns.append(chunk.samples)
        next(second, None)
    assert all(np.array_equal(a, b) for a, b in zip(alone, turns, strict=True))


def test_threads_may_share_one(synthesizer: Synthesizer) -> None:
    texts = [ENGLISH, CHINESE, MIXED] * 3

    def said(text: str) -> list[tuple[bytes, object]]:
        return [(chunk.samples.tobytes(), chunk.words) for chunk in synthesizer.speak(text)]

    alone = [said(text) for text in texts]
    with ThreadPoolExecutor(len(texts)) as threads:
        assert list(threads.map(said, texts)) == alone


def test_a_bad_configuration_fails_before_models_are_loaded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(
        "declaim.models.store.ModelStore.ensure", lambda *_: pytest.fail("models were asked for")
    )
    with pytest.raises(UnknownVoiceError):
        Synthesizer(Config(voice="nobody"))
    (tmp_path / "words.txt").write_text("重庆 = nonsense9\n", encoding="utf-8")
    with pytest.raises((LexiconError, ConfigError)):
        Synthesizer(Config(lexicon=tmp_path / "words.txt"))
    with pytest.raises((LexiconError, ConfigError)):
        Synthesizer(Config(lexicon=tmp_path / "none.txt"))


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3", "opus", "m4a", "aac"])
def test_save(synthesizer: Synthesizer, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"speech.{suffix}"
    synthesizer.save("Hello my friend.", path, voice="af_bella")
    wanted = seconds(list(synthesizer.speak("Hello my friend.", voice="af_bella")))
    with av.open(str(path)) as container:
        decoded = sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))
    assert decoded == pytest.approx(wanted, abs=0.1)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("text", "name", "error"),
    [
        ("Hello.", "speech.xyz", OptionError), ("Hello.", "speech", OptionError),
        ("", "speech.wav", NothingToSayError),
        ("Hello.", "none/speech.wav", StorageError),
    ],
)  # fmt: skip
def test_a_failed_save_leaves_no_file(
    synthesizer: Synthesizer, tmp_path: Path, text: str, name: str, error: type
) -> None:
    with pytest.raises(error):
        synthesizer.save(text, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_option_of_save_is_a_type_error(synthesizer: Synthesizer, tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        synthesizer.save("Hello.", tmp_path / "speech.wav", speed=2)
    assert list(tmp_path.iterdir()) == []


def test_the_tiny_voices_differ() -> None:
    assert len(set(tiny.VOICES.values())) == len(tiny.VOICES)

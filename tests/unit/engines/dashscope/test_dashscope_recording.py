from dataclasses import replace

import numpy as np
import pytest
from dashscope_sentences import sentence_of

from declaim.audio.chunk import AudioChunk
from declaim.engines.dashscope.errors import DashScopeError
from declaim.engines.dashscope.messages import TimedSentence, TimedWord
from declaim.engines.dashscope.recording import Recording
from declaim.engines.dashscope.script import script_of
from declaim.text.sentence import Clause, Word

TEXT = "今天天气很好，我们去公园，你好世界。"
CLAUSES = sentence_of(TEXT).clauses
RATE = 24_000


def recording(
    clauses: tuple[Clause, ...] = CLAUSES, *, sample_rate: int = RATE, gain: float = 1.0
) -> Recording:
    return Recording(script_of(clauses), rate=1.0, sample_rate=sample_rate, gain=gain)


def tone(seconds: float, rate: int = RATE, level: float = 0.5) -> bytes:
    samples = level * np.sin(np.arange(round(seconds * rate)) * (2 * np.pi * 440 / rate))
    return (samples * 32_767).astype("<i2").tobytes()


def times(text: str, begin: float, each: float = 0.2) -> TimedSentence:
    words = (TimedWord(c, begin + i * each, begin + (i + 1) * each) for i, c in enumerate(text))
    return TimedSentence(begin, tuple(words))


def together(chunks: list[AudioChunk]) -> np.ndarray:
    return np.concatenate([chunk.samples for chunk in chunks])


def test_a_clause_is_given_when_its_audio_and_the_next_word_s_time_are_there() -> None:
    made = recording()
    made.hear(tone(1.0))
    made.note(times("今天天气很好", 0.0))
    made.hear(tone(1.0))
    assert list(made.chunks()) == []
    made.note(times("我", 1.4))
    (chunk,) = made.chunks()
    assert chunk.span == CLAUSES[0].span
    assert chunk.seconds == pytest.approx(1.3)  # half way between 1.2 and 1.4
    assert [word.span for word in chunk.words] == [word.span for word in CLAUSES[0].words]
    assert chunk.words[1].start == pytest.approx(0.4)


def test_times_that_run_ahead_wait_for_the_audio() -> None:
    made = recording()
    made.note(times("今天天气很好", 0.0))
    made.note(times("我们去公园", 1.4))
    made.hear(tone(1.29))
    assert list(made.chunks()) == []
    made.hear(tone(0.02))
    assert len(list(made.chunks())) == 1


def test_nothing_is_lost_or_doubled() -> None:
    made = recording()
    chunks = []
    audio = tone(4.0)
    made.note(times("今天天气很好", 0.0))
    made.note(times("我们去公园", 1.4))
    made.note(times("你好世界", 2.8))
    for start in range(0, len(audio), 999):  # frames that end within samples
        made.hear(audio[start : start + 999])
        chunks += made.chunks()
    chunks.append(made.last())
    assert [chunk.span for chunk in chunks] == [clause.span for clause in CLAUSES]
    expected = np.frombuffer(audio, "<i2").astype(np.float32) / 32_768
    np.testing.assert_array_equal(together(chunks), expected)
    assert [w.start for w in chunks[1].words] == pytest.approx([0.1, 0.5, 0.9])  # since 1.3


def test_late_times_still_part_the_clauses() -> None:
    made = recording()
    made.hear(tone(4.0))
    for each in (times("今天天气很好", 0.0), times("我们去公园", 1.4), times("你好世界", 2.8)):
        made.note(each)
    assert [chunk.span for chunk in [*made.chunks(), made.last()]] == [clause.span for clause in CLAUSES]


def test_without_times_there_is_one_chunk() -> None:
    made = recording()
    made.hear(tone(4.0))
    assert list(made.chunks()) == []
    chunk = made.last()
    assert (chunk.span, chunk.words) == ((0, len(TEXT)), ())
    assert chunk.seconds == pytest.approx(4.0)


def test_clauses_whose_border_is_not_known_come_together() -> None:
    made = recording()
    made.hear(tone(4.0))
    made.note(times("今天天气很好", 0.0))
    made.note(times("你好世界", 2.8))  # the second clause was not reported
    assert [chunk.span for chunk in [*made.chunks(), made.last()]] == [(0, len(TEXT))]
    made = recording()
    made.hear(tone(4.0))
    made.note(times("很好", 0.8))
    made.note(times("公园", 2.0))
    made.note(times("你好世界", 2.8))
    assert [chunk.span for chunk in [*made.chunks(), made.last()]] == [(0, 13), (13, 18)]


def test_times_that_leave_a_clause_no_room_are_not_believed() -> None:
    made = recording()
    made.hear(tone(4.0))
    made.note(times("今天天气很好我们去公园", 0.0, each=0.01))
    assert list(made.chunks()) == []


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_other_rates_become_24_khz(rate: int) -> None:
    made = recording(sample_rate=rate)
    audio = tone(3.0, rate)
    for start in range(0, len(audio), 4_000):
        made.hear(audio[start : start + 4_000])
    chunk = made.last()
    assert chunk.sample_rate == RATE
    assert chunk.seconds == pytest.approx(3.0, abs=1 / RATE)
    expected = 0.5 * np.sin(np.arange(len(chunk.samples)) * (2 * np.pi * 440 / RATE))
    assert np.abs(chunk.samples - expected)[1_000:-1_000].max() < 0.002


def test_gain() -> None:
    made = recording(gain=2.0)
    made.hear(tone(3.0))
    assert np.abs(made.last().samples).max() == pytest.approx(1.0, abs=0.001)


def test_the_pause_behind_a_clause() -> None:
    made = recording((CLAUSES[0], replace(CLAUSES[1], pause=0.5)))
    made.hear(tone(2.5) + bytes(2 * round(0.2 * RATE)))
    chunk = made.last()
    assert chunk.seconds == pytest.approx(2.5 + 0.5, abs=0.001)
    assert not chunk.samples[-round(0.5 * RATE) :].any()


def test_a_shorter_pause_than_the_voice_s_leaves_it() -> None:
    made = recording((replace(CLAUSES[0], pause=0.1),))
    made.hear(tone(2.0) + bytes(2 * round(0.2 * RATE)))
    assert made.last().seconds == pytest.approx(2.2)


def test_a_hold_within_the_sentence() -> None:
    made = recording((replace(CLAUSES[0], hold=0.6), CLAUSES[1]))
    made.hear(tone(1.2) + bytes(2 * round(0.2 * RATE)) + tone(1.0))
    made.note(times("今天天气很好", 0.0))
    made.note(times("我们去公园", 1.4))
    chunks = [*made.chunks(), made.last()]
    assert together(chunks).size == pytest.approx((1.2 + 0.6 + 1.0) * RATE, abs=40)


def test_words_of_one_written_stretch_have_one_time() -> None:
    words = tuple(Word((0, 4), part, "x", "zh") for part in ("二零", "二四"))
    made = recording((Clause((*words, Word((4, 5), "年", "x", "zh")), (0, 5)),))
    made.hear(tone(2.0))
    made.note(times("二零二四年", 0.0))
    assert [(w.span, w.start, w.end) for w in made.last().words] == [
        ((0, 4), 0, pytest.approx(0.8)),
        ((4, 5), pytest.approx(0.8), pytest.approx(1.0)),
    ]


def test_times_that_trail_behind_end_with_the_audio() -> None:
    made = recording(CLAUSES[:1])
    made.hear(tone(1.0))
    made.note(times("今天天气很好", 0.3))
    chunk = made.last()
    assert max(word.end for word in chunk.words) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("audio", "message"),
    [
        (b"", "without any audio"),
        (tone(3.0) + b"\x01", "within a sample"),
        (tone(0.5), "not all"),
        (bytes(200_000), "silence"),
    ],
)
def test_what_is_not_the_whole_sentence(audio: bytes, message: str) -> None:
    made = recording()
    made.hear(audio)
    with pytest.raises(DashScopeError, match=message):
        made.last()


def test_words_without_audio_are_missed() -> None:
    made = recording()
    made.hear(tone(1.5))
    made.note(times("今天天气很好我们去公园", 0.0))
    made.note(times("你好世界", 2.8))
    with pytest.raises(DashScopeError, match=r"ends at 1\.50 seconds, its words at 3\.60"):
        made.last()


def test_a_rest_that_is_missing_is_missed() -> None:
    made = recording()
    made.hear(tone(2.75))
    for each in (times("今天天气很好", 0.0), times("我们去公园", 1.4), times("你好", 2.8)):
        made.note(each)
    assert len(list(made.chunks())) == 2
    with pytest.raises(DashScopeError, match="not all"):
        made.last()


@pytest.mark.parametrize("head", [b"RIFF\0\0\0\0WAVE", b"ID3\4", b"OggS"])
def test_what_is_no_bare_audio(head: bytes) -> None:
    with pytest.raises(DashScopeError, match="container"):
        recording().hear(head + tone(1.0))


def test_too_much_of_it() -> None:
    made = recording()
    for _ in range(60):
        made.hear(tone(10.0))
    with pytest.raises(DashScopeError, match="more than 600"):
        made.hear(tone(0.1))

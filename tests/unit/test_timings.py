from __future__ import annotations

import io
import json
import re
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declaim.errors import OptionError
from declaim.timings import (
    LINE_WIDTH,
    MAX_SECONDS,
    WIDE_COLUMNS,
    Cue,
    CueBuilder,
    TimingsFormat,
    TimingsWriter,
    WordTiming,
    timings_format_of,
)

WORD = re.compile(
    r"<[^>]*>|\]\([^)]*\)|\[[a-z]+ ?\d\w*\]|&\w+;|"
    r"(?P<word>[\u4e00-\u9fff]{1,2}|[A-Za-z0-9][A-Za-z0-9'.]*[A-Za-z0-9]|[A-Za-z0-9])"
)


def timed(text: str, seconds: float = 0.3) -> list[WordTiming]:
    matches = [match for match in WORD.finditer(text) if match["word"]]
    return [
        WordTiming(match["word"], match.span(), index * seconds, (index + 1) * seconds)
        for index, match in enumerate(matches)
    ]


def cues(text: str, words: list[WordTiming] | None = None) -> list[Cue]:
    builder = CueBuilder(text)
    found = [cue for word in (timed(text) if words is None else words) for cue in builder.add(word)]
    return found + builder.close()


def written(text: str, form: TimingsFormat, *, word_times: bool = False) -> str:
    stream = io.StringIO()
    writer = TimingsWriter(stream, text, form, word_times=word_times)
    writer.write(timed(text))
    writer.close()
    return stream.getvalue()


def width(line: str) -> float:
    return sum(WIDE_COLUMNS if ord(letter) > 0x2E80 else 1 for letter in line)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好。再见!", ["你好。", "再见!"]),
        ("“走吧。”他说:「好！」", ["“走吧。”", "他说:「好！」"]),
        ('He said: "No." "Why?" she asked.', ['He said: "No."', '"Why?"', "she asked."]),
        ("Dr. Who met J. Smith. Then 3.14 came.", ["Dr. Who met J. Smith.", "Then 3.14 came."]),
        ("a *bold* <b>word</b> and 重[chong2]庆 here", ["a bold word and 重庆 here"]),
        ("see [Kokoro](/kokoro/) now [pause 800ms] please", ["see Kokoro now please"]),
        ("Q&amp;A, R &amp; D", ["Q&A, R & D"]),
        ("Title\n\nBody\nof it", ["Title", "Body of it"]),
    ],
)
def test_cue_shows_the_users_text_sentence_by_sentence(text: str, expected: list[str]) -> None:
    assert [cue.text for cue in cues(text)] == expected


def test_long_sentence_is_cut_after_a_clause() -> None:
    text = "The old keeper climbed the long stairs up to the lamp, and when he was there he lit it at once"
    assert [cue.text for cue in cues(text)] == [
        "The old keeper climbed the long stairs up to the lamp,",
        "and when he was there he lit it at once",
    ]


def test_words_of_one_number_stay_together() -> None:
    text = "in 2024 now"
    spoken = [("in", (0, 2)), ("2024", (3, 7)), ("2024", (3, 7)), ("2024", (3, 7)), ("now", (8, 11))]
    words = [WordTiming(name, span, 3.0 * i, 3.0 * i + 3) for i, (name, span) in enumerate(spoken)]
    found = cues(text, words)
    assert [cue.text for cue in found] == ["in", "2024", "now"]
    assert found[1].offsets == (0, 0, 0)
    assert found[1].span == (3, 7)


def test_a_word_that_goes_on_in_the_next_line_breaks_no_cue() -> None:
    text = "on May 3,\r\n\r\n2024 now"
    words = [
        WordTiming("on", (0, 2), 0, 1),
        WordTiming(text[3:17], (3, 17), 1, 2),
        WordTiming("now", (18, 21), 2, 3),
    ]
    (cue,) = cues(text, words)
    assert cue.text == "on May 3, 2024 now"
    assert [cue.text[offset:][:3] for offset in cue.offsets] == ["on ", "May", "now"]


def test_short_cue_stays_until_the_next_one_needs_its_place() -> None:
    words = [
        WordTiming("Hi", (0, 2), 0, 0.2),
        WordTiming("Oh", (4, 6), 0.7, 0.9),
        WordTiming("No", (8, 10), 5, 6),
    ]
    assert [(cue.start, cue.end) for cue in cues("Hi! Oh! No!", words)] == [(0, 0.7), (0.7, 1.7), (5, 6)]


LETTERS = "今天气好我们走，。！「」“” abcdefg,.!?\n\"'<>&[]*(3"


@given(st.text(LETTERS, max_size=300), st.floats(0.05, 3))
def test_every_word_is_in_one_cue_that_can_be_read(text: str, seconds: float) -> None:
    words = timed(text, seconds)
    found = cues(text, words)
    assert [word for cue in found for word in cue.words] == words
    for cue in found:
        assert "\n" not in cue.text
        for word, offset in zip(cue.words, cue.offsets, strict=True):
            assert cue.text[offset:].lstrip("\"'「“[(").startswith(word.text)
        assert cue.start < cue.end
        if len(cue.words) > 1:
            assert cue.words[-1].end - cue.start <= MAX_SECONDS
            assert all(width(line) <= LINE_WIDTH + 1e-6 for line in lines_of(cue))
    assert all(cue.end <= following.start + 1e-9 for cue, following in pairwise(found))


def lines_of(cue: Cue) -> list[str]:
    at = cue.line_break
    return [cue.text] if at is None else [cue.text[:at].rstrip(), cue.text[at:]]


def test_srt() -> None:
    text = "今天天气真好，我们去 Central Park 散步吧。好!"
    assert written(text, "srt") == (
        "1\n00:00:00,000 --> 00:00:02,700\n今天天气真好，我们去\nCentral Park 散步吧。\n\n"
        "2\n00:00:02,700 --> 00:00:03,700\n好!\n\n"
    )


def test_vtt_escapes_what_its_syntax_would_take() -> None:
    text = "Tom & Jerry --> 5 < 6"
    assert (
        written(text, "vtt") == "WEBVTT\n\n00:00:00.000 --> 00:00:01.200\nTom &amp; Jerry --&gt; 5 &lt; 6\n\n"
    )


def test_vtt_word_times_rise_within_the_cue_and_change_no_text() -> None:
    text = 'He said: "one & two", which is 3.14 or so in all the many cases that were ever seen here.'
    plain, timed_text = written(text, "vtt"), written(text, "vtt", word_times=True)
    assert re.sub(r"<[^>]*>", "", timed_text) == plain
    assert 'said: <00:00:00.600>"one &amp; <00:00:00.900>two",' in timed_text
    stamps = re.findall(r"(?<=<)[\d:.]+(?=>)", timed_text)
    assert stamps == sorted(set(stamps))


def test_json_holds_cues_and_words() -> None:
    text = "你好。Good morning!"
    data = json.loads(written(text, "json"))
    assert [cue["text"] for cue in data["cues"]] == ["你好。", "Good morning!"]
    assert data["cues"][1]["words"][1] == {"text": "morning", "span": [8, 15], "start": 0.6, "end": 0.9}
    assert json.loads(written("…", "json")) == {"cues": []}


def test_clock_carries_over_hours() -> None:
    word = WordTiming("x", (0, 1), 3599.9996, 36_000.0)
    stream = io.StringIO()
    writer = TimingsWriter(stream, "x", "srt")
    writer.write([word])
    writer.close()
    assert "01:00:00,000 --> 10:00:00,000" in stream.getvalue()


def test_cost_grows_with_the_length_and_no_faster() -> None:
    text = "今天天气真好，我们去公园散步吧。" * 3000
    begin = time.process_time()
    assert written(text, "srt").count("-->") == 3000
    assert time.process_time() - begin < 10


@pytest.mark.parametrize(("path", "form"), [("a/b.srt", "srt"), ("B.VTT", "vtt"), ("x.json", "json")])
def test_format_by_suffix(path: str, form: str) -> None:
    assert timings_format_of(path) == form


def test_unknown_suffix() -> None:
    with pytest.raises(OptionError, match="ass"):
        timings_format_of("x.ass")

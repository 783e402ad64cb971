"""Bracketed markup: taken off exactly, errors placed exactly, everything else left alone."""

import time

import pytest

from declaim.errors import MarkupError
from declaim.text.markup import MarkedText, parse_brackets, parse_duration, position


def voices(marked: MarkedText) -> list[tuple[str, str | None]]:
    """The text in stretches of one voice."""
    stretches: list[tuple[str, str | None]] = []
    for char, offset in zip(marked.text.text, marked.text.starts, strict=True):
        voice = marked.style_at(offset).voice
        if stretches and stretches[-1][1] == voice:
            stretches[-1] = stretches[-1][0] + char, voice
        else:
            stretches.append((char, voice))
    return stretches


def pronounced(marked: MarkedText) -> dict[str, object]:
    """The stretches that have a pronunciation."""
    found: dict[object, tuple[str, object]] = {}
    for char, offset in zip(marked.text.text, marked.text.starts, strict=True):
        style = marked.style_at(offset)
        if style.pronunciation is not None:
            found[style] = found.get(style, ("", None))[0] + char, style.pronunciation
    return dict(found.values())


@pytest.mark.parametrize(
    ("text", "pauses", "left"),
    [
        ("你好[pause 800ms]世界", [(2, 0.8)], "你好 世界"),
        ("[pause 1.5s]a", [(0, 1.5)], " a"),
        ("a[pause .5s]", [(1, 0.5)], "a "),
        ("a[pause 800 ms]b", [(1, 0.8)], "a b"),
        ("a[pause]b", [(1, 0.5)], "a b"),
        ("a[pause 0s]b", [(1, 0.0)], "a b"),
        ("[pause 1s][pause 250ms]a", [(0, 1.0), (10, 0.25)], "  a"),
        ("[pause for effect]", [], "[pause for effect]"),
        ("[paused] [Pause] [pause\n1s]", [], "[paused] [Pause] [pause\n1s]"),
        ("[笑] [1] [voices] a[0]", [], "[笑] [1] [voices] a[0]"),
        (r"\[pause 1s\]", [], "[pause 1s]"),
        ("use `[pause 1s]` here", [], "use `[pause 1s]` here"),
        ("```\n[voice x]\n```\n[pause]", [(18, 0.5)], "```\n[voice x]\n```\n "),
    ],
)
def test_pauses(text: str, pauses: list[tuple[int, float]], left: str) -> None:
    marked = parse_brackets(text)
    assert marked.pauses == pauses
    assert marked.text.text == left


def test_offsets_survive() -> None:
    text = "中😀[pause 1s]文[voice a]字[/voice]\\[符]"
    marked = parse_brackets(text)
    for char, start, end in zip(marked.text.text, marked.text.starts, marked.text.ends, strict=True):
        if char != " ":
            assert text[start:end] == char


def test_voices_nest() -> None:
    marked = parse_brackets("一[voice a]二[voice b]三[/voice]四[/voice]五")
    assert voices(marked) == [("一", None), ("二", "a"), ("三", "b"), ("四", "a"), ("五", None)]
    assert marked.voices == {"a": 1, "b": 11}


def test_a_blend_is_a_voice() -> None:
    marked = parse_brackets("[voice a*0.7 + b*0.3]一[/voice]")
    assert voices(marked) == [("一", "a*0.7 + b*0.3")]


@pytest.mark.parametrize(
    ("text", "word", "pronunciation"),
    [
        ("去[重庆](/chong2 qing4/)吧", "重庆", ("chong2", "qing4")),
        ("[绿](/lü4/)", "绿", ("lv4",)),
        ("[Kokoro](/kˈOkəɹO/)", "Kokoro", "kˈOkəɹO"),
        ("[bit](/b'It/)", "bit", "bˈIt"),
        ("[K歌](/kˈA ɡɤ/)", "K歌", "kˈA ɡɤ"),
    ],
)
def test_pronunciations(text: str, word: str, pronunciation: object) -> None:
    marked = parse_brackets(text)
    assert pronounced(marked) == {word: pronunciation}
    assert "(" not in marked.text.text


def test_two_pronunciations_in_a_row_are_two() -> None:
    marked = parse_brackets("[重](/chong2/)[重](/zhong4/)")
    styles = [marked.style_at(offset).pronunciation for offset in marked.text.starts]
    assert styles == [("chong2",), ("zhong4",)]
    assert not marked.is_joined(1)


def test_a_pronunciation_keeps_the_voice() -> None:
    marked = parse_brackets("[voice a][重](/chong2/)新[/voice]来")
    assert voices(marked) == [("重新", "a"), ("来", None)]
    assert marked.style_at(marked.text.starts[1]).pronunciation is None


@pytest.mark.parametrize(
    "link",
    [
        "[About](/about/)",
        "[About](/about/us-2024/)",
        "[About](/about/?a=b&c#d/)",
        "[关于](/about/)",
        "[关于](/关于/)",
        "[第一页](/page1/)",
        "[重庆](/chongqing/)",
        "[home](/)",
        "[x](https://example.com/)",
        "[重庆](chong2 qing4)",
    ],
)
def test_links_stay_links(link: str) -> None:
    marked = parse_brackets(link)
    assert marked.text.text == link
    assert pronounced(marked) == {}


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("a\n字[pause 800]", 2, 2, "not a duration"),
        ("[pause -1s]", 1, 1, "not a duration"),
        ("[pause 1m]", 1, 1, "not a duration"),
        ("[pause 61s]", 1, 1, "longer than 60s"),
        ("[pause 99999999999999999999s]", 1, 1, "longer"),
        ("ok\r\n [voice]", 2, 2, "names no voice"),
        ("ok [voice a]b[voice b]c[/voice]", 1, 4, "never closed"),
        ("ok[/voice]", 1, 3, "closes nothing"),
        ("[voice a][/voice][/voice]", 1, 18, "closes nothing"),
        ("[重庆](/chong2/)", 1, 1, "2 Chinese characters"),
        ("😀[重](/chongg2/)", 1, 2, "not a pinyin syllable"),
        ("[K歌](/ge1/)", 1, 1, "not all Chinese"),
        ("[Kokoro](/kˈOк/)", 1, 1, "not in the phoneme alphabet"),
    ],
)
def test_malformed_markup_is_placed(text: str, line: int, column: int, says: str) -> None:
    with pytest.raises(MarkupError, match=says) as caught:
        parse_brackets(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert f"line {line}, column {column}" in str(caught.value)


@pytest.mark.parametrize(("text", "seconds"), [("800ms", 0.8), ("2s", 2.0), ("1.5s", 1.5), ("60s", 60.0)])
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "1", "1 minute", "1e3s", "nan s", "-1s", "１s", "60001ms"])
def test_wrong_durations(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|longer"):
        parse_duration(text)


def test_position() -> None:
    assert position("ab\ncd", 0) == (1, 1)
    assert position("ab\ncd", 2) == (1, 3)
    assert position("ab\ncd", 4) == (2, 2)
    assert position("ab\r\ncd\ref", 8) == (3, 2)


@pytest.mark.parametrize("piece", ["[", "[a](/", "`", "```a\n", "~~~\n", "\\[", "[pause ", "[voice a", "](/"])
def test_time_is_linear(piece: str) -> None:
    start = time.perf_counter()
    parse_brackets(piece * 100_000)
    assert time.perf_counter() - start < 10

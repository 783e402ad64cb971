"""SSML: what each element asks for, where it stands, and what is refused."""

import pytest

from declaim.errors import MarkupError
from declaim.prosody.prosody import NEUTRAL, Prosody
from declaim.text.markup import MarkedText, Style
from declaim.text.ssml import is_ssml, parse_ssml


def parsed(inside: str) -> MarkedText:
    return parse_ssml(f"<speak>{inside}</speak>")


def style_of(marked: MarkedText, words: str) -> Style:
    """The style of a stretch of the text that is left, which must be one."""
    start = marked.text.text.index(words)
    styles = [marked.style_at(offset) for offset in marked.text.starts[start : start + len(words)]]
    assert all(style is styles[0] for style in styles)
    return styles[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<speak>a</speak>", True),
        (' \n<speak version="1.1">a</speak>', True),
        ("\ufeff<speak>a</speak>", True),
        ('<?xml version="1.0"?>\n<!-- a --><!-- b -->\n<speak>a</speak>', True),
        ("<!DOCTYPE speak [<!ENTITY a 'b'>]><speak>a</speak>", True),
        ("<speak", False),
        ("<speaker>a</speaker>", False),
        ("say <speak>a</speak>", False),
        ("a & b < c", False),
        ("", False),
        ("<!-- -->" * 50_000, False),
    ],
)
def test_is_ssml(text: str, expected: bool) -> None:
    assert is_ssml(text) is expected


@pytest.mark.parametrize(
    ("attributes", "prosody"),
    [
        ('rate="80%"', Prosody(rate=0.8)),
        ('rate="+20%"', Prosody(rate=1.2)),
        ('rate="-20%"', Prosody(rate=0.8)),
        ('rate="1.5"', Prosody(rate=1.5)),
        ('rate="slow"', Prosody(rate=0.75)),
        ('pitch="+2st"', Prosody(pitch=2)),
        ('pitch="-1.5st"', Prosody(pitch=-1.5)),
        ('pitch="x-high"', Prosody(pitch=6)),
        ('pitch="+100%"', Prosody(pitch=12)),
        ('pitch="50%"', Prosody(pitch=-12)),
        ('volume="+6dB"', Prosody(energy=6)),
        ('volume="-3.5db"', Prosody(energy=-3.5)),
        ('volume="silent"', Prosody(energy=-20)),
        ('range="0"', Prosody(pitch_range=0)),
        ('range="high"', Prosody(pitch_range=1.4)),
        ('rate=" fast " pitch="low" volume="loud"', Prosody(rate=1.25, pitch=-3, energy=4)),
        ("", NEUTRAL),
    ],
)
def test_prosody(attributes: str, prosody: Prosody) -> None:
    marked = parsed(f"一<prosody {attributes}>二</prosody>三")
    assert style_of(marked, "二").prosody == prosody
    assert style_of(marked, "一").prosody == style_of(marked, "三").prosody == NEUTRAL


def test_nesting_multiplies() -> None:
    marked = parsed(
        '<prosody rate="1.5" pitch="+2st">一<prosody rate="80%" pitch="+1st">二</prosody></prosody>'
    )
    assert style_of(marked, "二").prosody == Prosody(rate=1.5 * 0.8, pitch=3)
    both = parsed('<prosody rate="2"><prosody rate="2" volume="-20dB">一</prosody></prosody>')
    assert style_of(both, "一").prosody == Prosody(rate=2, energy=-20)  # clipped


def test_emphasis() -> None:
    marked = parsed(
        '一<emphasis>二</emphasis><emphasis level="strong">三</emphasis><emphasis level="none">四</emphasis>'
    )
    assert style_of(marked, "四").emphasis == NEUTRAL
    moderate, strong = style_of(marked, "二").emphasis, style_of(marked, "三").emphasis
    assert strong.energy > moderate.energy > 0
    assert strong.rate < moderate.rate < 1


@pytest.mark.parametrize(
    ("attributes", "seconds"),
    [
        ('time="800ms"', 0.8),
        ('time=" 1.5s "', 1.5),
        ('strength="none"', 0.0),
        ('strength="strong"', 0.7),
        ('strength="weak" time="3s"', 3.0),
        ("", 0.4),
    ],
)
def test_break(attributes: str, seconds: float) -> None:
    marked = parsed(f"一<break {attributes}/>二")
    assert marked.pauses == [(8, seconds)]
    assert marked.text.text == "一 二"


def test_sub() -> None:
    text = '<speak>一<sub alias="World Wide Web">WWW</sub>二</speak>'
    marked = parse_ssml(text)
    assert marked.text.text == "一World Wide Web二"
    start, end = marked.text.source(1, 15)
    assert text[start:end] == "WWW"


@pytest.mark.parametrize(
    ("element", "content", "pronunciation"),
    [
        ('<phoneme alphabet="ipa" ph="kˈOkəɹO">Kokoro</phoneme>', "Kokoro", "kˈOkəɹO"),
        ('<phoneme ph="təˈmeɪtoʊ">tomato</phoneme>', "tomato", "təˈmAtO"),
        ('<phoneme alphabet="pinyin" ph="chong2 qing4">重庆</phoneme>', "重庆", ("chong2", "qing4")),
        ('<phoneme alphabet="x-pinyin" ph="lü4">\n绿&#10;</phoneme>', " 绿 ", ("lv4",)),
        ('<phoneme ph="a&amp;b"/>', None, None),
        ('<phoneme alphabet="pinyin" ph="ˈeɪ">重</phoneme>', None, None),
        ('<phoneme alphabet="pinyin" ph="chong2">重庆</phoneme>', None, None),
        ('<phoneme alphabet="x-sampa" ph="a">重庆</phoneme>', None, None),
        ("<phoneme>重庆</phoneme>", None, None),
        ('<phoneme ph="ˈA">重<break/></phoneme>', None, None),
    ],
)
def test_phoneme(element: str, content: str | None, pronunciation: object) -> None:
    if content is None:
        with pytest.raises(MarkupError, match=r"<phoneme>.*line 1, column") as caught:
            parsed(f"好{element}吧")
        assert caught.value.column >= 9
    else:
        marked = parsed(f"好{element}吧")
        assert style_of(marked, content).pronunciation == pronunciation
        assert style_of(marked, "吧").pronunciation is None


def test_say_as_and_voice() -> None:
    marked = parsed('<voice name="a">一<say-as interpret-as="digits" format="x">12</say-as></voice>三')
    style = style_of(marked, "12")
    assert (style.interpret_as, style.voice) == ("digits", "a")
    assert style_of(marked, "三").voice is None
    assert marked.voices == {"a": 7}


def test_paragraphs_and_sentences() -> None:
    marked = parsed("<p><s>一</s><s>二</s></p>三<s>四</s>\n五")
    lines = [line.strip() for line in marked.text.text.split("\n")]
    assert [line for line in lines if line] == ["一", "二", "三", "四", "五"]
    assert "一\n二\n\n" in marked.text.text
    assert "三\n四\n" in marked.text.text
    assert marked.lines_are_sentences


def test_line_breaks_mean_nothing() -> None:
    assert parsed("one\ntwo\r\nthree\rfour").text.text == "one two three four"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_places_of_characters(line_end: str) -> None:
    text = (
        f'\ufeff {line_end}<?xml version="1.0" encoding="UTF-8"?>{line_end}<speak version="1.1" '
        'xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="zh-CN"><!-- 注 & 释 -->汉😀&amp;字&#x4E2D;'
        f"<![CDATA[<&amp; &] 文]]>{line_end}é<lang xml:lang='en'>w</lang><mark name='m'/></speak>{line_end}"
    )
    marked = parse_ssml(text)
    assert marked.text.text == "汉😀&字中<&amp; &] 文 éw"
    sources = [text[start:end] for start, end in zip(marked.text.starts, marked.text.ends, strict=True)]
    assert sources == [*"汉😀", "&amp;", "字", "&#x4E2D;", *"<&amp; &] 文", line_end, *"éw"]


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("<speak>\n汉字<audio src='x'/></speak>", 2, 3, "<audio>: this element is not supported"),
        ("<speak>汉字</speek>", 1, 12, "mismatched tag"),
        ("<speak>汉字", 1, 10, "no element found"),
        ("<speak>a & b</speak>", 1, 11, "not well-formed"),
        ("<speak>a < b</speak>", 1, 11, "not well-formed"),
        ("<speak>&nbsp;</speak>", 1, 8, "undefined entity"),
        ("<speak>a</speak>b", 1, 17, "junk after document element"),
        ("<speak>\0</speak>", 1, 8, "not well-formed"),
        ("<speak>汉<break time='1'/></speak>", 1, 9, "not a duration"),
        ("<speak><break strength='huge'/></speak>", 1, 8, "'huge' is not one of none"),
        ("<speak><prosody rate='0'>a</prosody></speak>", 1, 8, "rate 0 is not between"),
        ("<speak><prosody rate='nan'>a</prosody></speak>", 1, 8, "'nan' is not a label"),
        ("<speak><prosody pitch='200Hz'>a</prosody></speak>", 1, 8, "not a label, semitones"),
        ("<speak><prosody volume='50'>a</prosody></speak>", 1, 8, "not a label or decibels"),
        ("<speak><prosody contour='(0%,+2st)'>a</prosody></speak>", 1, 8, "contour: only rate"),
        ("<speak><emphasis level='huge'>a</emphasis></speak>", 1, 8, "'huge' is not one of"),
        ("<speak><say-as interpret-as='poem'>a</say-as></speak>", 1, 8, "'poem' is not one of"),
        ("<speak><say-as>a</say-as></speak>", 1, 8, "it needs interpret-as"),
        ("<speak><voice gender='female'>a</voice></speak>", 1, 8, "it needs name"),
        ("<speak>a<sub>b</sub></speak>", 1, 9, "it needs alias"),
        ("<speak><sub alias='x'>a<break/></sub></speak>", 1, 24, "<sub> may hold text only"),
        ("<!DOCTYPE speak>\n<speak>a</speak>", 1, 1, "document type"),
    ],
)
def test_what_is_refused(text: str, line: int, column: int, says: str) -> None:
    with pytest.raises(MarkupError, match=says) as caught:
        parse_ssml(text)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_entities_cannot_explode() -> None:
    entities = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE speak [<!ENTITY a0 "ha">{entities}]><speak>&a12;</speak>'
    assert is_ssml(bomb)
    with pytest.raises(MarkupError, match="document type"):
        parse_ssml(bomb)

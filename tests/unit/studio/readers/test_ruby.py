"""Ruby text: pinyin in all its spellings, Bopomofo, IPA, and what is no pronunciation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from declaim.studio.readers.ruby import Gloss, given_glosses, glosses
from declaim.text.markup import parse_brackets
from declaim.text.pinyin import SYLLABLES

SPACED = sorted(SYLLABLES - {"hm", "hng", "m", "n", "ng"})


def pairs(xml: str) -> list[tuple[str, str | None]]:
    return [(gloss.base, gloss.pronunciation) for gloss in glosses(etree.fromstring(f"<ruby>{xml}</ruby>"))]


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ("重<rt>chóng</rt>庆<rt>qìng</rt>", [("重", "chong2"), ("庆", "qing4")]),
        ("北京<rp>(</rp><rt>Běijīng</rt><rp>)</rp>", [("北京", "bei3 jing1")]),
        ("<rb>北</rb><rb>京</rb><rt>běi</rt><rt>jīng</rt>", [("北", "bei3"), ("京", "jing1")]),
        ("<rb>北</rb><rb>京</rb><rtc><rt>běi</rt><rt>jīng</rt></rtc>", [("北", "bei3"), ("京", "jing1")]),
        ("北京<rt>běi jīng</rt>", [("北京", "bei3 jing1")]),
        ("女儿<rt>nǚ'ér</rt>", [("女儿", "nv3 er2")]),
        ("西安<rt>Xī’ān</rt>", [("西安", "xi1 an1")]),
        ("略<rt>lüè</rt>", [("略", "lve4")]),
        ("長<rt>zhang3</rt>", [("長", "zhang3")]),
        ("椅子<rt>yǐzi</rt>", [("椅子", "yi3 zi5")]),
        ("的<rt>de</rt>", [("的", "de5")]),
        ("重慶<rt>ㄔㄨㄥˊ ㄑㄧㄥˋ</rt>", [("重慶", "chong2 qing4")]),
        ("媽<rt>ㄇㄚ</rt>", [("媽", "ma1")]),
        ("嗎<rt>˙ㄇㄚ</rt>", [("嗎", "ma5")]),
        ("Kokoro<rt>/kˈOkəɹO/</rt>", [("Kokoro", "kˈOkəɹO")]),
    ],
)
def test_pronunciations(xml: str, said: list[tuple[str, str]]) -> None:
    assert pairs(xml) == said


@pytest.mark.parametrize(
    "xml",
    [
        "王之力<rt>Geass</rt>",
        "日本<rt>にほん</rt>",
        "重<rt>chong</rt>",
        "重庆<rt>chóng</rt>",
        "重<rt></rt>",
        "WHO<rt>世卫组织</rt>",
    ],
)
def test_glosses_that_say_something_else(xml: str) -> None:
    assert [said for _, said in pairs(xml)] == [None]


@given(st.lists(st.tuples(st.sampled_from(SPACED), st.sampled_from("1234")), min_size=1, max_size=4))
def test_spaced_pinyin_of_any_syllables_is_read(syllables: list[tuple[str, str]]) -> None:
    beside = " ".join(base.replace("v", "ü") + tone for base, tone in syllables)
    gloss = Gloss("字" * len(syllables), beside)
    assert gloss.pronunciation is not None
    assert parse_brackets(f"[{gloss.base}](/{gloss.pronunciation}/)").text.text == gloss.base


def test_markup_in_plain_text_is_a_gloss() -> None:
    parts = list(given_glosses("去[重庆](/chong2 qing4/)看[关于](/about/)。"))
    assert [(part.base, part.pronunciation) for part in parts] == [
        ("去", None),
        ("重庆", "chong2 qing4"),
        ("看[关于](/about/)。", None),
    ]

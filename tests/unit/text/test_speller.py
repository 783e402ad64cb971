"""A sentence in both languages, written out as it is spoken."""

from __future__ import annotations

import pytest

from declaim.text.aligned import AlignedText
from declaim.text.lexicon import Lexicon
from declaim.text.markup import MarkedText, Style
from declaim.text.normalisation import Normaliser
from declaim.text.speller import Speller

spell = Speller(Normaliser(), Lexicon({}))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("我用 iPhone 15 拍照，存了128GB。", "我用 iPhone 十五 拍照，存了一百二十八GB。"),
        ("他2008年以$1.2M买下B-204室。", "他二零零八年以一百二十万美元买下B二零四室。"),
        ("G1234次列车跑了5 km。", "G幺二三四次列车跑了五公里。"),
        ("I have 3 苹果", "I have three 苹果"),
        ("用了Python 3.11 version很好", "用了Python three point eleven version很好"),
        ("CO₂是气体", "CO二是气体"),
        ("见第IV章", "见第四章"),
        ("在A座1203会议室，10:08分", "在A座幺二零三会议室，十点零八分"),
        ("我的QQ号是123456", "我的QQ号是幺二三四五六"),
        ("气温25°C，夜里-5 °C", "气温二十五摄氏度，夜里零下五度"),
        ("It is 25°C 今天", "It is twenty-five degrees Celsius 今天"),
    ],
)
def test_figures_in_a_mixed_sentence(written: str, said: str) -> None:
    text = AlignedText.of(written)
    spoken = spell(text, MarkedText(text, styles=[(0, Style())]), "zh").text
    assert spoken.text == said
    assert spoken.source(0, len(spoken)) == (0, len(written))

"""Tone sandhi, the neutral tone and erhua, as they are said."""

import pytest

from declaim.text.chinese import ChinesePhonemizer

SAID = """
你好 ni2 hao3
很好 hen2 hao3
我很好 wo3 hen2 hao3
展览馆 zhan2 lan2 guan3
洗澡水 xi2 zao2 shui3
小老虎 xiao3 lao2 hu3
纸老虎 zhi3 lao2 hu3
五把伞 wu3 ba2 san3
我也想买五把伞 wo3 ye2 xiang3 mai2 wu3 ba2 san3
美好理想 mei2 hao3 li2 xiang3
我，你 wo3 ni3
一个人 yi2 ge5 ren2
一定 yi2 ding4
一天 yi4 tian1
一年 yi4 nian2
一起 yi4 qi3
一样 yi2 yang4
第一 di4 yi1
第一次 di4 yi1 ci4
统一 tong3 yi1
星期一 xing1 qi1 yi1
十一 shi2 yi1
二十一 er4 shi2 yi1
一百 yi4 bai3
一万 yi2 wan4
一月一日 yi1 yue4 yi1 ri4
一楼 yi1 lou2
看一看 kan4 yi5 kan4
千万一定 qian1 wan4 yi2 ding4
这一次 zhe4 yi2 ci4
二零二一年 er4 ling2 er4 yi1 nian2
不是 bu2 shi4
不好 bu4 hao3
不来 bu4 lai2
不要 bu2 yao4
我不 wo3 bu4
好不好 hao3 bu5 hao3
看不见 kan4 bu5 jian4
妈妈 ma1 ma5
姐姐 jie3 jie5
看看 kan4 kan5
想想 xiang2 xiang5
常常 chang2 chang2
东西 dong1 xi5
知道 zhi1 dao5
知识 zhi1 shi5
谢谢 xie4 xie5
试试吧 shi4 shi5 ba5
桌子上 zhuo1 zi5 shang5
路上 lu4 shang5
上课 shang4 ke4
实在太好 shi2 zai4 tai4 hao3
漂亮 piao4 liang5
我们 wo3 men5
孩子 hai2 zi5
孔子 kong2 zi3
石头 shi2 tou5
哪里 na2 li5
这个 zhe4 ge5
个人 ge4 ren2
什么 shen2 me5
花儿 hua1 er5
那儿 na4 er5
玩儿 wan2 er5
一会儿 yi2 hui4 er5
小孩儿 xiao3 hai2 er5
女儿 nv3 er2
婴儿 ying1 er2
儿子 er2 zi5
幼儿园 you4 er2 yuan2
儿童 er2 tong2
""".strip().splitlines()


@pytest.mark.parametrize("line", SAID)
def test_said(phonemizer: ChinesePhonemizer, line: str) -> None:
    text, *syllables = line.split()
    assert [syllable for word in phonemizer(text) for syllable in word.pinyin] == syllables


def test_given_is_said_just_so_and_its_neighbours_hear_it(phonemizer: ChinesePhonemizer) -> None:
    said = [s for word in phonemizer("你好", {0: "ni3"}) for s in word.pinyin]
    assert said == ["ni3", "hao3"]
    said = [s for word in phonemizer("很好", {1: "hao4"}) for s in word.pinyin]
    assert said == ["hen3", "hao4"]
    said = [s for word in phonemizer("一天", {1: "tian4"}) for s in word.pinyin]
    assert said == ["yi2", "tian4"]

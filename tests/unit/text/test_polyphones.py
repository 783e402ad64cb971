"""Polyphones read by context: every bracketed character is followed by its reading."""

import json
import re

import pytest

from declaim.text import readings as tables
from declaim.text.chinese import ChinesePhonemizer
from declaim.text.polyphone_network import PolyphoneNetwork
from declaim.text.readings import Readings

SENTENCES = """
鸡蛋[壳ke2]和地[壳qiao4]不同。
我在[重chong2]庆工作。
这件事很[重zhong4]要。
请[重chong2]新来过。
他在银[行hang2]上班。
他们[行xing2]走在路上。
孩子[长zhang3]大了。
万里[长chang2]城很[长chang2]。
他喜欢听音[乐yue4]。
祝你生日快[乐le4]。
他去图书馆[还huan2]书。
我[还hai2]有一本书。
他跑[得de5]很快。
你[得dei3]去一趟。
他[得de2]到了奖品。
这是一块土[地di4]。
她慢慢[地de5]走了。
他看[着zhe5]我。
孩子睡[着zhao2]了。
他[着zhuo2]手研究。
我[了liao3]解这件事。
他走[了le5]。
面[朝chao2]大海。
年轻人很有[朝zhao1]气。
数[数shu3]数。
[数shu4]学很难。
这是一个[传chuan2]说。
他写了一本自[传zhuan4]。
我们[调diao4]查过了。
把音量[调tiao2]整一下。
差[差cha1]别很大。
他经常出[差chai1]。
[差cha4]不多了。
[当dang1]然可以。
他上[当dang4]了。
因[为wei4]下雨。
成[为wei2]朋友。
他[弹tan2]钢琴。
一颗子[弹dan4]。
我[曾ceng2]经去过。
[曾zeng1]国藩是湖南人。
用碗[盛cheng2]饭。
[盛sheng4]大的典礼。
[乘cheng2]公共汽车。
水平[参cen1][差ci1]不齐。
[参can1]加会议。
[参shen1]宿在西方。
首[相xiang4]发表讲话。
互[相xiang1]帮助。
有的[放fang4]矢。
我们的目[的di4]。
这[的di2]确如此。
我[的de5]书。
爱[好hao4]者。
[好hao3]朋友。
西[藏zang4]高原。
收[藏cang2]品。
没[没mei2]有。
[没mo4]收财产。
[都du1]市生活。
大家[都dou1]来了。
一[只zhi1]猫。
[只zhi3]有一个。
[干gan1]净的水。
[干gan4]部。
[中zhong4]奖了。
[中zhong1]国。
[率shuai4]领军队。
效[率lv4]很高。
头[发fa4]白了。
这个箱子很[重zhong4]。
那[只zhi1]鸟飞走了，两[只zhi1]手。
那[只zhi3]是开始。
一[觉jiao4]醒来。
他[中zhong4]了大奖。
谁[教jiao1]你的？
他买了海[鲜xian1]。
我干不[了liao3]。
这条裙[子zi5]和那把尺[子zi5]。
孙[子zi3]兵法。
[发fa1]展很快。
""".strip().splitlines()


@pytest.mark.parametrize("sentence", SENTENCES)
def test_reading_in_context(phonemizer: ChinesePhonemizer, sentence: str) -> None:
    text = re.sub(r"\[(.)\w+]", r"\1", sentence)
    readings = phonemizer.citation(text)
    removed = 0
    for match in re.finditer(r"\[(.)(\w+)]", sentence):
        at = match.start() - removed
        assert readings[at] == match[2], text
        removed += len(match[0]) - 1


@pytest.mark.parametrize(
    ("traditional", "readings"),
    [
        ("一隻貓", {1: "zhi1"}),
        ("頭髮乾燥", {1: "fa4", 2: "gan1"}),
        ("乾隆皇帝", {0: "qian2"}),
        ("著名音樂家", {0: "zhu4", 3: "yue4"}),
        ("他看著我", {2: "zhe5"}),
        ("去銀行還書", {2: "hang2", 3: "huan2"}),
        ("孩子長大了", {2: "zhang3"}),
        ("戰鬥", {1: "dou4"}),
        ("甚麼", {0: "shen2", 1: "me5"}),
    ],
)
def test_traditional(phonemizer: ChinesePhonemizer, traditional: str, readings: dict[int, str]) -> None:
    found = phonemizer.citation(traditional)
    assert {at: found[at] for at in readings} == readings


def test_every_polyphone_alone_has_one_of_its_readings(phonemizer: ChinesePhonemizer) -> None:
    for character, readings in phonemizer._resolver.readings.polyphones.items():
        (found,) = phonemizer.citation(character)
        assert found in readings or found in phonemizer._resolver.readings.of(character)


def test_a_table_that_is_laid_out_otherwise_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    common = PolyphoneNetwork().readings
    looked_up = Readings(common)
    table = tables._table

    def relaid(name: str) -> bytes:
        members = list(json.loads(table(name)).items())
        return json.dumps(dict(reversed(members))).encode()

    monkeypatch.setattr(tables, "_table", relaid)
    read_whole = Readings(common)
    text = "长大成人以后在银行里行走重要重复重庆"
    wanted = {at for at, character in enumerate(text) if character in looked_up.polyphones}
    assert looked_up.covering(text, wanted)
    assert read_whole.covering(text, wanted) == looked_up.covering(text, wanted)

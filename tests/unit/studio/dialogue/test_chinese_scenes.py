"""Who speaks in Chinese where no tag says so: who comes, goes, is seen, heard or called."""

from __future__ import annotations

import pytest

from declaim.studio.book import Block, BlockKind, Book, Chapter
from declaim.studio.dialogue.attribution import attribute
from declaim.studio.dialogue.chinese_scenes import is_no_person
from declaim.studio.dialogue.lines import Dialogue, Evidence

_MET = ("“早。”李明说。", "“早。”王芳说。")


def heard(*texts: str) -> Dialogue:
    blocks = tuple(Block(BlockKind.PARAGRAPH, text) for text in texts)
    return attribute(Book("title", (Chapter("chapter", blocks),)))


def speakers(*texts: str) -> list[str]:
    return [line.speaker for line in heard(*texts).lines]


def test_quotes_that_meet_are_two_peoples() -> None:
    assert speakers(*_MET, "“走吗？”“走。”")[2:] == ["李明", "王芳"]


def test_a_quote_that_is_not_over_goes_on_behind_the_next() -> None:
    assert speakers(*_MET, "李明说：“我看，”“还是走吧。”")[2:] == ["李明", "李明"]


def test_who_acted_in_the_paragraph_before_speaks() -> None:
    dialogue = heard(*_MET, "“走吧。”李明说。", "李明打开门，看了看外面。", "“下雨了。”")
    assert (dialogue.lines[3].speaker, dialogue.lines[3].evidence) == ("李明", Evidence.LED_IN)


def test_who_kept_silent_does_not() -> None:
    dialogue = heard(*_MET, "“走吧。”李明说。", "王芳没有回答。", "“走不走？”", "“不走。”王芳说。")
    assert dialogue.lines[3].evidence is Evidence.NEARBY
    assert dialogue.lines[3].speaker == ""


def test_what_is_not_sure_is_nobodys() -> None:
    dialogue = heard("“早。”李明说。", "王芳笑了。王芳来了。", "到处都是水。", "“啊！”")
    assert not [line for line in dialogue.lines if line.speaker and line.confidence < 0.65]


def test_a_voice_is_whose_it_is() -> None:
    assert speakers(*_MET, "“等等我！”楼下忽然传来王芳的喊声。")[2] == "王芳"


def test_somebody_is_nobody_who_is_known() -> None:
    assert speakers(*_MET, "李明正要走，背后有人说：“站住！”")[2] == ""


def test_several_are_nobody() -> None:
    assert speakers(*_MET, "看热闹的人都嚷道：“打呀！”")[2] == ""


def test_who_left_takes_no_turns() -> None:
    said = speakers(
        "“早。”李明说。",
        "“早。”赵刚说。",
        "“我先走了。”王芳说。",
        "王芳站起身，出去了。",
        "“她怎么了？”李明说。",
        "“不知道。”",
    )
    assert said[-1] == "赵刚"


def test_time_that_passes_ends_the_turns() -> None:
    said = speakers(*_MET, "第二天，赵刚来找李明。", "“吃了吗？”赵刚问。", "“吃了。”")
    assert said[-1] != "王芳"


def test_whoever_is_seen_speaks_behind_it() -> None:
    assert speakers(*_MET, "李明早看见王芳在街边坐着，远远地说：“这边！”")[2] == "王芳"


def test_somebody_new_has_a_name_of_their_own() -> None:
    assert speakers(*_MET, "桌边坐着一个红衣女子，抬头笑道：“请坐。”")[2] == "红衣女子"


def test_thoughts_in_narration_have_no_subjects() -> None:
    said = speakers(*_MET, "王芳心里计算：李明该来了。但又有些着急，便轻轻的说：", "“怎么还不来？”")
    assert said[2] == "王芳"


def test_a_name_behind_a_description_is_the_name() -> None:
    assert speakers("“早。”七斤嫂说。", "伊的儿媳⑵七斤嫂走到桌边，说：“吃饭。”")[1] == "七斤嫂"


@pytest.mark.parametrize(
    ("called", "who"), [("王小姐", "王芳"), ("小芳", "王芳"), ("李先生", "李明"), ("老李", "李明")]
)
def test_titles_and_short_names_mean_who_has_the_name(called: str, who: str) -> None:
    said = speakers(*_MET, "“我去。”赵刚说。", f"“{called}，走吧。”赵刚说。", "“好。”")
    assert said[-1] == who


def test_a_title_tells_the_gender() -> None:
    dialogue = heard("“早。”李明说。", "“早。”沈青说。", "“沈小姐，请坐。”李明说。", "“谢谢。”")
    shen = next(one for one in dialogue.people if one.name == "沈青")
    assert (shen.gender, shen.aliases) == ("female", ("沈小姐",))


@pytest.mark.parametrize("phrase", ["酒店里", "时候", "跄跄", "两手叉", "目光", "两个人", "脑后"])
def test_places_times_and_hands_are_no_people(phrase: str) -> None:
    assert is_no_person(phrase)


@pytest.mark.parametrize("phrase", ["妈妈", "老王", "红衣女子", "手艺人", "歌手"])
def test_people_are_people(phrase: str) -> None:
    assert not is_no_person(phrase)


def test_a_wife_is_not_her_husband() -> None:
    said = speakers(
        "钱伯远近来回家很晚。钱伯远自己也不知道为什么。钱伯远又在街上走了半夜。",
        "钱太太还没有睡，坐在灯下。",
        "“薪水发了么？”她抬头问。",
        "“没有。”他说。",
        "“那么明天的米呢？”钱太太说。",
        "“赊罢。”",
    )
    assert said == ["钱太太", "钱伯远", "钱太太", "钱伯远"]


def test_somebody_by_what_they_do() -> None:
    said = speakers("老板说，“他不来了。”一个挑担的人说道，“怎么？”老板说，“哦！”“他病了。”")
    assert said == ["老板", "挑担的人", "老板", "挑担的人"]

"""The user's text → plain text."""

# ruff: noqa: E501 - a table reads best with a line for a case
from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declaim.text.aligned import AlignedText
from declaim.text.cleaning import clean


def cleaned(text: str, *, markdown: bool = True) -> str:
    return clean(AlignedText.of(text), markdown=markdown).text


MARKDOWN = [
    ("# 第一章", "第一章"),
    ("## Title ##\nText", "Title\n\nText"),
    ("Title\n===\nText", "Title\n\nText"),
    ("**重点**和*斜体*", "重点和斜体"),
    ("**bold *it* text**", "bold it text"),
    ("***both***", "both"),
    ("__bold__ and _it_", "bold and it"),
    ("~~删除~~文字", "删除文字"),
    ('[链接](https://a.com/b_(c) "t")', "链接"),
    ("![图](a.png)一张", "图一张"),
    ("[![图](a.png)](b)", "图"),
    ("See [doc][ref].\n\n[ref]: https://x.y", "See doc."),
    ("[小明]: 你好", "[小明]: 你好"),
    ("- 一\n- 二\n* 三", "一\n\n二\n\n三"),
    ("- [x] done", "done"),
    ("1. First\n2. 第二", "1, First\n\n2、第二"),
    ("1.标题", "1、标题"),
    ("> 引用\n> 还有", "引用\n还有"),
    ("| 名 | 值 |\n|---|:-:|\n| a | 1 |\n| 乙 | |", "名，值\n\na, 1\n\n乙"),
    ("a | b\n--|--\nc | d", "a, b\n\nc, d"),
    ("一\n\n***\n\n二", "一\n\n二"),
    ("文字[^1]。\n\n[^1]: 注释", "文字。\n\n注释"),
    ("`code` 和 ``b``", "code 和 b"),
    ("前\n```py\nprint(1)\n```\n后", "前\n\n后"),
    ("前\n```\n没有结束", "前\n\n没有结束"),
    ("---\ntitle: x\n---\n正文", "正文"),
    (r"\*not\*", "*not*"),
    ("北京[1]是首都[2,3]。", "北京是首都。"),
]  # fmt: skip

LOOKS_LIKE_MARKDOWN = [
    "snake_case", "5*3*2", "2**3", "C#", "#1", "1 > 0", "[笑]", "a < b", "<3", "List<T>", "f(x)", "a_1", "x|y",
    "arr[0]", "(a)", "5 > 3", "C++", "I'm", "T恤", "1-2", "3.14", "U.S.", "“好”", "《书》", "他说：", "a@b",
    "x =3", "2 :3", "比分 :3",
]  # fmt: skip

CHARACTERS = [
    ("太好了😀", "太好了"),
    ("a👨‍👩‍👧b", "a b"),
    ("🇨🇳中国", "中国"),
    ("1️⃣第一", "第一"),
    ("👍🏽好❤️吧", "好 吧"),
    ("★重点★", "重点"),
    ("北京→上海", "北京，上海"),
    ("A → B", "A, B"),
    ("┌──┐\n│框│\n└──┘", "框"),
    ("好(｡･ω･｡)ﾉ吧", "好 吧"),
    ("嗯 :-) 好 ^_^", "嗯 好"),
    ("¯\\_(ツ)_/¯ 行", "行"),
    ("(T_T) 哭", "哭"),
    ("\ufeff零\u200b宽\u00ad\u202e字", "零宽字"),
    ("a\x00b\x07c", "abc"),
    ("ＡＢＣ１２３％", "ABC123%"),
    ("１４：３０", "14:30"),
    ("你好，世界！（真的）", "你好，世界！（真的）"),
    ("cafe\u0301", "café"),
    ("z\u0336\u0337a\u0300\u0301\u0302l", "zàl"),
    ("𝗕𝗼𝗹𝗱 ﬁne", "Bold fine"),
    ("⼈⽂", "人文"),
    ("５㎏ 10㎡", "5kg 10m²"),
    ("图①", "图 1"),
    ("①打开", "1、打开"),
    ("a\u00a0b\tc\u3000d", "a b c d"),
    ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
    ("真的!!!!!", "真的!"),
    ("什么？！？！", "什么？"),
    ("嗯……好。。。", "嗯…好…"),
    ("wait....", "wait…"),
    ("好～～～", "好～"),
    ("这 --- 是", "这 —— 是"),
    ("=====\n正文\n-----", "正文"),
    ("a，，b", "a，b"),
    ("#话题#好", "话题好"),
    ("#中国", "中国"),
]

HYPERTEXT = [
    ("<b>x</b>一<br>二", "x一\n二"),
    ("<p>一</p><p>二</p>", "一\n\n二"),
    ("<!-- 注 -->文", "文"),
    ("<script>x()</script>文<style>a{}</style>", "文"),
    ("<a href='x'>链</a>", "链"),
    ("&amp; &nbsp;&#20013;&lt;b&gt;&#x56fd;", "& 中<b>国"),
    ("AT&T &unknown; R&D", "AT&T &unknown; R&D"),
    ("漢<rp>(</rp><rt>han</rt><rp>)</rp>", "漢"),
]

ADDRESSES = [
    ("see https://www.example.com/a?b=c.", "see example dot com."),
    ("访问 https://www.example.com/a/b 查看", "访问 example点com 查看"),
    ("www.bbc.co.uk is", "bbc dot co dot U K is"),
    ("上163.com看", "上一六三点com看"),
    ("<https://a.org/x>", "a dot org"),
    ("mail john.smith@example.com now", "mail john dot smith at example dot com now"),
    ("邮箱a_b-1@qq.com", "邮箱a下划线b杠一艾特qq点com"),
    ("http://localhost:8000/x", "localhost"),
    ("Tell.me more", "Tell.me more"),
    ("Use Node.js and e.g. this", "Use Node.js and e.g. this"),
    ("github.com/a/b（代码）", "github点com（代码）"),
    ("end.The next", "end.The next"),
]


@pytest.mark.parametrize(("written", "plain"), [*MARKDOWN, *CHARACTERS, *HYPERTEXT, *ADDRESSES])
def test_cleaning(written: str, plain: str) -> None:
    assert cleaned(written) == plain


@pytest.mark.parametrize("text", LOOKS_LIKE_MARKDOWN)
def test_what_only_looks_like_markup_stays(text: str) -> None:
    assert cleaned(text) == text
    assert cleaned(f"这是 {text} 吧") == f"这是 {text} 吧"


def test_markdown_can_be_turned_off() -> None:
    assert cleaned("- **a**", markdown=False) == "- **a**"
    assert cleaned("<b>a</b>", markdown=False) == "a"


def test_text_maps_to_its_source() -> None:
    source = "# 标题\n\n**重点** 见 https://a.com/x 😀 &amp; 完"
    text = clean(AlignedText.of(source, offset=10))
    for word, origin in [
        ("标题", "标题"),
        ("重点", "重点"),
        ("a点com", "https://a.com/x"),
        ("&", "&amp;"),
        ("完", "完"),
    ]:
        start = text.text.index(word)
        low, high = text.source(start, start + len(word))
        assert source[low - 10 : high - 10] == origin


PIECES = st.lists(
    st.sampled_from(
        ["**", "*", "_", "# ", "\n", "\n\n", "- ", "1. ", "> ", "|", "`", "~~", "[", "]", "(", ")", "!", "😀", "\u200b", "。",
         "，", " ", "&amp;", "<br>", "<b>", "</b>", "★", "→", "…", "---", "\\", "中", "文字", "word", "Ab", "é", "5", "＃", ":", "/"]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@given(PIECES)
def test_no_word_or_ideograph_is_lost(text: str) -> None:
    if re.search(r"```|~~~|\]\(|\]:|<", text.replace("<b", "").replace("</b", "").replace("\u200b", "")):
        return  # fenced code, link targets and definitions are left out on purpose
    result = iter(cleaned(text))
    source = text.replace("&amp;", "").replace("<br>", "").replace("<b>", "").replace("</b>", "")
    assert all(char in result for char in source if char.isalpha())


@given(st.text(max_size=60))
def test_the_guarantees_hold_for_any_text(text: str) -> None:
    result = clean(AlignedText.of(text))
    assert len(result.text) == len(result.starts) == len(result.ends)
    assert list(result.starts) == sorted(result.starts)
    assert list(result.ends) == sorted(result.ends)
    assert not re.search(r"\n{3}|  | \n|\n |\A\s|\s\Z|\t|\r", result.text)
    assert not any(
        unicodedata.category(char) in ("Cc", "Cf", "Co", "Cn", "So")
        for char in result.text
        if char != "\n" and char not in "°№℃℉↑↓←→⇒"
    )


@given(st.text(alphabet="今天气很好，。！？ qxk.,!?\n", max_size=60))  # letters that end no address
def test_plain_text_is_only_tidied(text: str) -> None:
    assert re.sub(r"[\W_]", "", cleaned(text)) == re.sub(r"[\W_]", "", text)


@pytest.mark.parametrize(
    "text", ["今天，天气很好。我们走吧！", "Hello, world! It is 3.14.\nNext line.\n\nNew paragraph."]
)
def test_clean_text_stays_as_it_is(text: str) -> None:
    assert cleaned(text) == text


@pytest.mark.parametrize(
    "piece",
    ["😀👨‍👩‍👧", "*a ", "[", "<b ", "<!--", "<script>", "_a", "_a ", "`", "`a", "|", "#", " ", "\n", "&a", "a@", "a.", "http://", "-",
     "> ", "1. ", "(", "a|b\n", "[a](", "[a][b]", "a[1", "~~a", " \n", "a  ", "a-", "a", "```\n", "````\n", "![", "\\", "a\u0300", "（", "（｡",
     "[x]: ", "www.", "<a", "a*", "!?", ". ", "#a", "。"],
)  # fmt: skip
def test_hostile_text_takes_linear_time(piece: str) -> None:
    """Quadratic patterns would need minutes for a hundred thousand characters."""
    cleaned(piece * (100_000 // len(piece)))


def test_emoji_only_is_nothing() -> None:
    assert cleaned("😀👨‍👩‍👧🇨🇳❤️👍🏽" * 1000) == ""

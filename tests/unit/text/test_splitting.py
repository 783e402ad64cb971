"""Sentences: where they end, where they don't, and that nothing is lost or cut in two on the way."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaim.text.splitting import MAX_CHARACTERS, is_abbreviation, split_sentences


def sentences(text: str) -> list[str]:
    """The sentences without the white space between them."""
    return [text[s.start : s.end].strip() for s in split_sentences(text) if text[s.start : s.end].strip()]


def paragraphs(text: str) -> list[str]:
    joined, found = "", []
    for extent in split_sentences(text):
        joined += text[extent.start : extent.end]
        if extent.ends_paragraph:
            found.append(joined.strip())
            joined = ""
    assert not joined.strip()
    return [paragraph for paragraph in found if paragraph]


@pytest.mark.parametrize(
    "parts",
    [
        ["今天下雨。", "明天呢？", "太好了！", "走吧"],
        ["It rains. ", "Does it? ", "Yes! ", "Go"],
        ["他说“好。”", "她走了。"],
        ["真的吗？！", "是的。"],
        ["用Python 3.11。", "不用2.7。"],
        ["版本是3.", "我们升级了。"],
        ["I waited… ", "Nobody came."],
        ["Wait... ", "What?"],
        ['"Stop!" ', "He ran."],
        ["He said no. ", "Then he left."],
        ["No. ", "I will not."],
        ["Give me a sec. ", "Please."],
        ["It is you and I. ", "We go."],
        ["At 5 p.m. ", "He left the U.S. ", "They stayed."],
        ["Vitamin C. ", "It helps."],
        ["Items, etc. ", "The end."],
    ],
)
def test_sentences_end(parts: list[str]) -> None:
    assert sentences("".join(parts)) == [part.strip() for part in parts]


@pytest.mark.parametrize(
    "sentence",
    [
        "Dr. Smith and Mrs. Jones met at St. Paul's.",
        "Pi is 3.14 or so.",
        "Use it, e.g. Tuesday, i.e. The day after.",
        "The U.S. Navy and the U.S. government agree.",
        "J. R. R. Tolkien wrote it.",
        "George W. Bush spoke.",
        "Yahoo! is old, and Yahoo!'s site too.",
        "I waited... and waited… in vain.",
        "我……不知道他…怎么了。",
        "See No. 5 on p. 12, Fig. 3.",
        "See Sec. IV and Fig. B.",
        "“Really?” she asked.",
        "“It is late. Go home,” he said.",
        "他问：“你来吗？我等你。”",
        "（见第3页。另见附录。）",
        "This (see p. 5. It is long.) is it.",
        "at 5 p.m. Monday",
        "He has a Ph.D. Nobody knew.",
        'a 6" pipe and a 5" one',
        "www.example.com/a.b.c",
        "v2.0.1",
        "",
        "...",
    ],
)
def test_sentences_do_not_end(sentence: str) -> None:
    assert sentences(sentence) == ([sentence] if sentence else [])


def test_a_long_quotation_is_split_inside() -> None:
    said = "我等你很久了，你怎么现在才来呢？" * 10
    assert len(sentences(f"他说：“{said}”然后他走了。")) > 5


def test_quotations_and_brackets_stay_balanced() -> None:
    text = "他说：“走吧。我们走。”（他笑了。真的！）然后《书。名》里写着：「好！『对。』是。」完。" * 20
    for sentence in sentences(text):
        for opener, closer in ("“”", "（）", "《》", "「」", "『』"):
            assert sentence.count(opener) == sentence.count(closer), sentence


def test_inches_do_not_quote_what_follows() -> None:
    assert sentences('A 6" pipe. Then a 5" pipe. Done.') == ['A 6" pipe.', 'Then a 5" pipe.', "Done."]


def test_wrapped_prose_is_joined() -> None:
    text = (
        "It was a bright cold day in the month of April, and the clocks of the\n"
        "Town Hall were striking. Nobody in the street looked up at them, for it\n"
        "was late.\n\nNext paragraph."
    )
    assert paragraphs(text) == [text.partition("\n\n")[0], "Next paragraph."]
    assert len(sentences(text)) == 3


def test_a_wrapped_line_may_end_with_its_sentence() -> None:
    text = (
        "It was a bright cold day in the month of April, said the clock.\n"
        "Nobody looked up at it and so it went on."
    )
    assert len(sentences(text)) == 2
    assert len(paragraphs(text)) == 1


def test_wrapped_chinese_is_joined() -> None:
    line = "这是一段很长很长的文字它在第二十多个字的地方被折断了然后"
    assert len(sentences(f"{line}\n{line}。")) == 1


def test_chinese_novels_have_a_paragraph_a_line() -> None:
    text = "他走进房间，看了看四周，没有人。\n“有人吗？”他问。\n没有人回答。"
    assert paragraphs(text) == text.split("\n")


def test_headings_and_verses() -> None:
    assert paragraphs("第一章\n春天来了。") == ["第一章", "春天来了。"]
    assert paragraphs("Chapter One\nIt was late.") == ["Chapter One", "It was late."]
    assert paragraphs("床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。") == [
        "床前明月光，\n疑是地上霜。",
        "举头望明月，\n低头思故乡。",
    ]


def test_lines_of_markup_are_sentences() -> None:
    extents = list(split_sentences("one two\nthree\n\nfour", lines_are_sentences=True))
    assert [extent.ends_paragraph for extent in extents] == [False, True, True]


def test_joined_characters_stay_together() -> None:
    text = "Go to Yahoo! News now. " + "很" * 1000
    word = text.index("Yahoo!")
    kept = {*range(word + 1, word + 6), *range(430, 500)}
    ends = {extent.end for extent in split_sentences(text, is_joined=kept.__contains__)}
    assert not ends & kept
    assert word + 7 not in ends


@pytest.mark.parametrize(
    "text",
    [
        "今天天气很好我们去公园散步然后回家吃饭" * 10_000,
        "the quick brown fox jumps over the lazy dog " * 5_000,
        "今天天气很好，我们去公园散步，" * 10_000,
        "a" * 200_000,
        "1,234,567," * 20_000,
        "“" * 200_000,
        "“好。" * 60_000,
        "\n " * 100_000,
        ". " * 100_000,
        "ไทยไม่มีช่องว่าง" * 12_000,
    ],
    ids=lambda text: text[:6],
)
def test_any_length_without_sentence_marks(text: str) -> None:
    start = time.perf_counter()
    extents = list(split_sentences(text))
    assert time.perf_counter() - start < 20
    assert extents[0].start == 0
    assert extents[-1].end == len(text)
    assert all(left.end == right.start for left, right in pairwise(extents))
    if not text.isspace():
        assert all(0 < extent.end - extent.start <= MAX_CHARACTERS + 10 for extent in extents)


def test_long_text_is_cut_between_words() -> None:
    english = "incomprehensibilities " * 200
    for extent in split_sentences(english):
        assert english[extent.end - 1] == " "
    words = ("今天", "天气", "公园", "散步", "我们")
    chinese = "".join(words) * 200
    for extent in split_sentences(chinese):
        assert extent.end % 2 == 0, chinese[extent.end - 3 : extent.end + 3]
    figures = "it costs 1,234,567 or 12:30 " * 60
    for extent in split_sentences(figures):
        assert figures[extent.end - 1] == " "


def test_long_text_is_cut_at_clauses_first() -> None:
    text = ("今天天气很好我们去公园散步" * 10 + "，") * 10
    assert all(text[extent.end - 1] == "，" for extent in split_sentences(text))


@given(st.text(st.sampled_from("今天天。！？…\n \t.!?a1AI“”()\"',，"), max_size=600))
@settings(max_examples=300, deadline=None)
def test_extents_tile(text: str) -> None:
    extents = list(split_sentences(text))
    assert "".join(text[extent.start : extent.end] for extent in extents) == text
    assert all(extent.end > extent.start for extent in extents)
    assert not extents or extents[-1].end == len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Who", True),
        ("xDr. Who", False),
        ("no. 5", True),
        ("no. Then", False),
        ("J. Smith", True),
        ("I. We", False),
    ],
)
def test_abbreviations(text: str, expected: bool) -> None:
    assert is_abbreviation(text, text.index(".")) is expected

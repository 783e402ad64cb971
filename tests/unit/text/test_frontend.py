"""Stage 1 as a whole: no character is lost, nothing is read that should not be, and all of it is lazy."""

from __future__ import annotations

import logging
import random
import time
import tracemalloc
from collections import Counter
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from declaim.errors import MalformedTextError, MarkupError, NothingToSayError, UnknownVoiceError
from declaim.prosody.expression import emphasis_effect
from declaim.prosody.prosody import NEUTRAL, Prosody
from declaim.text.clauses import MAX_CLAUSE_TOKENS, MAX_SENTENCE_TOKENS, tokens
from declaim.text.cleaning import clean
from declaim.text.frontend import TextFrontend
from declaim.text.lexicon import Lexicon
from declaim.text.markup import parse_brackets
from declaim.text.ssml import is_ssml, parse_ssml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from declaim.text.sentence import Clause, Sentence, Word

VOICES = {"a", "b", "zm_yunxi"}


def check_voice(name: str) -> None:
    if name not in VOICES:
        raise UnknownVoiceError(f"there is no voice {name!r}", hint="look at the list")


@pytest.fixture(scope="module")
def frontend() -> TextFrontend:
    return TextFrontend(check_voice=check_voice)


def words(sentences: list[Sentence]) -> list[Word]:
    return [word for clause in clauses(sentences) for word in clause.words]


def clauses(sentences: list[Sentence]) -> list[Clause]:
    return [clause for sentence in sentences for clause in sentence.clauses]


def spoken(sentences: list[Sentence]) -> list[str]:
    """For each sentence what it says, with its punctuation."""
    return [
        " ".join(" ".join(word.spoken for word in clause.words) + clause.punctuation for clause in s.clauses)
        for s in sentences
    ]


def check(text: str, sentences: list[Sentence]) -> None:
    """The promises of stage 1 that hold for every text."""
    every = clauses(sentences)
    assert every[0].span[0] == 0
    assert every[-1].span[1] == len(text)
    assert all(left.span[1] == right.span[0] for left, right in pairwise(every))
    assert "".join(text[slice(*clause.span)] for clause in every) == text
    said = words(sentences)
    assert all(0 <= start < end <= len(text) for start, end in (word.span for word in said))
    for left, right in pairwise(said):  # they may share what one spelling made of both
        assert left.span[0] <= right.span[0]
        assert left.span[1] <= right.span[1]
    stretches = Counter[tuple[int, int]]()
    for word in said:
        stretches[word.span] += tokens(word)
    for clause in every:
        assert all(
            clause.span[0] <= word.span[0] and word.span[1] <= clause.span[1]
            for word in clause.words
            if stretches[word.span] <= MAX_CLAUSE_TOKENS
        )
        assert sum(map(tokens, clause.words)) <= MAX_CLAUSE_TOKENS
        assert clause.punctuation in {"", *",.!?:;—…"}
    for sentence in sentences:
        assert sum(tokens(w) for c in sentence.clauses for w in c.words) <= MAX_SENTENCE_TOKENS
    assert uncovered(text, said) == ""


def uncovered(text: str, said: list[Word]) -> str:
    """The letters and digits left by markup and cleaning that stand in no word."""
    marked = parse_ssml(text) if is_ssml(text) else parse_brackets(text)
    cleaned = clean(marked.text, markdown=not is_ssml(text))
    covered = bytearray(len(text))
    for word in said:
        start, end = word.span
        covered[start:end] = b"\1" * (end - start)
    return "".join(
        char
        for char, start in zip(cleaned.text, cleaned.starts, strict=True)
        if char.isalnum() and is_readable(char) and not covered[start]
    )


def is_readable(char: str) -> bool:
    """Common Chinese characters, Latin and digits; what else there is may be left out."""
    is_han = "\u4e00" <= char <= "\u9fff" and bool(char.encode("gb2312", "ignore"))
    return char.isascii() or is_han or "\u00c0" <= char <= "\u024f"


WORDS = (
    "今天天气真好 我们 去 Central Park 散步 吧 重庆 银行 行长 hello World iPhone GPT-4 café "
    "don't U.S. Dr. 3.14 2024年 "
    "14:30 $5 50% 1,000 v2.5.1 G1234 12345678901 5kg 一二三 I A . , ! ? … — ， 。 ！ ？ ； ： 、 ..."
)
MARKUP = (
    "[pause]|[pause 0.5s]|[voice a]和b[/voice]|[重庆](/chong2 qing4/)|[Kokoro](/kˈOkəɹO/)|"
    "\\[|**|# |- |> |&amp;"
)
ODD = "مرحبا|שלום|こんにちは|안녕|Привет|αβγ|ไทย|𠀀|½|²|①|Ⅳ|😀|👨‍👩‍👧|\u200b|\ufeff|\r\n|\n\n|　　"
TEXT = st.lists(
    st.one_of(
        st.sampled_from(WORDS.split(" ")),
        st.sampled_from(" \n\t　“”‘’「」『』（）()《》\"'-–—/&<>_*#~+=%@|\\[]{}"),
        st.sampled_from(MARKUP.split("|")),
        st.sampled_from(ODD.split("|")),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
).map("".join)


@given(TEXT)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example("第3.14章。“他说：‘走吧！’”")
@example("[pause]好[pause]")
@example("a¹ b")
@example("hello14:3012345678901")
def test_clauses_tile_any_text(frontend: TextFrontend, text: str) -> None:
    try:
        sentences = list(frontend.read(text))
    except (NothingToSayError, MarkupError):
        return
    check(text, sentences)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello14:30", "hello fourteen thirty"),
        ("room3:2", "room three to two"),
        ("hello5%", "hello five percent"),
        ("on2024-03-05we", "on March fifth twenty twenty-four we"),
    ],
)
def test_numbers_are_kept_apart_from_letters(frontend: TextFrontend, text: str, said: str) -> None:
    assert " ".join(word.spoken for word in words(list(frontend.read(text, language="en")))) == said


SSML_TEXT = st.sampled_from(
    [
        *["今天", "天气 ", "hello ", "World.", "3.14", "2024年", "。", "，", "\n", "😀", "\r\n"],
        *["&amp;", "&#x4E2D;", "&lt;", "<!-- x -->", "<![CDATA[a & b < c]]>"],
        *[
            "<break/>",
            '<break time="300ms"/>',
            '<sub alias="World Wide. Web, and ">WWW</sub>',
            '<mark name="m"/>',
        ],
        '<phoneme alphabet="pinyin" ph="chong2 qing4">重庆</phoneme>',
        '<phoneme ph="kˈOkəɹO">Kokoro</phoneme>',
        '<say-as interpret-as="characters">AB-12</say-as>',
    ]
)
SSML_ELEMENTS = ["p", "s", 'prosody rate="80%"', "emphasis", 'voice name="a"']
SSML = st.recursive(
    st.lists(SSML_TEXT, max_size=6).map("".join),
    lambda inner: st.builds(
        lambda before, tag, inside, after: f"{before}<{tag}>{inside}</{tag.split()[0]}>{after}",
        inner,
        st.sampled_from(SSML_ELEMENTS),
        inner,
        inner,
    ),
    max_leaves=8,
).map("<speak>{}</speak>".format)


@given(SSML)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_clauses_tile_any_ssml(frontend: TextFrontend, text: str) -> None:
    try:
        sentences = list(frontend.read(text))
    except NothingToSayError:
        return
    check(text, sentences)


def test_what_a_sentence_says(frontend: TextFrontend) -> None:
    text = "今天天气真好,我们去 Central Park 散步吧。Dr. Smith has 3.5 kg!\n\n第二段"
    sentences = list(frontend.read(text))
    assert ["".join(said.split()) for said in spoken(sentences)] == [
        "今天天气真好,我们去CentralPark散步吧.",
        "doctorSmithhasthreepointfivekilograms!",
        "第二段",
    ]
    assert [sentence.ends_paragraph for sentence in sentences] == [False, True, True]
    check(text, sentences)


def test_words_know_their_place_and_language(frontend: TextFrontend) -> None:
    text = "我们用 Python 写 GPT4，花了$5。"
    said = words(list(frontend.read(text)))
    languages = {text[slice(*word.span)]: word.language for word in said}
    assert languages["Python"] == "en"
    assert languages["我们"] == "zh"
    assert all(word.phonemes for word in said)
    assert all(len(word.pinyin) == len(word.spoken) for word in said if word.language == "zh")
    assert not any(word.pinyin for word in said if word.language == "en")


def test_what_is_written_as_one_is_said_in_one_clause(frontend: TextFrontend) -> None:
    text = "On 2024-03-05 we met, and on March 5, 2024, too."
    sentences = list(frontend.read(text))
    check(text, sentences)
    assert [text[slice(*clause.span)] for clause in clauses(sentences)] == [
        "On 2024-03-05 we met, ",
        "and on March 5, 2024, ",
        "too.",
    ]
    fifth, *_ = [word for word in words(sentences) if word.spoken == "fifth"]
    assert fifth.phonemes == "fˈɪfθ,"


def test_no_sentence_ends_inside_an_alias(frontend: TextFrontend) -> None:
    text = '<speak>好<sub alias="One two. Three four.">x</sub>吧。<sub alias="三"/></speak>'
    sentences = list(frontend.read(text))
    check(text, sentences)
    three = next(word for word in words(sentences) if word.spoken == "Three")
    assert text[slice(*three.span)] == "x"
    assert len(sentences) == 2


def test_codes_are_read_whole(frontend: TextFrontend) -> None:
    (sentence,) = spoken(list(frontend.read("坐G1234次列车。")))
    assert "".join(sentence.split()) == "坐G幺二三四次列车."


@pytest.mark.parametrize(("language", "said"), [("zh", "百四十"), ("en", "hundred")])
def test_the_default_language(frontend: TextFrontend, language: str, said: str) -> None:
    sentences = list(frontend.read("2340", language=language))  # type: ignore[arg-type]
    assert said in spoken(sentences)[0].replace(" ", "" if language == "zh" else " ")
    assert {word.language for word in words(sentences)} == {language}


def test_line_breaks_inside_a_sentence_make_no_pause(frontend: TextFrontend) -> None:
    text = "It was a bright cold day in the month of April, and all the\nclocks were striking."
    assert spoken(list(frontend.read(text))) == [
        "It was a bright cold day in the month of April, and all the clocks were striking."
    ]
    line = "这是一段很长很长的文字它在第二十多个字的地方被折断了然后又"
    (sentence,) = frontend.read(f"{line}继\n续下去。")
    assert any("继续" in word.spoken for word in words([sentence]))


@pytest.mark.parametrize(
    ("text", "pauses"),
    [
        ("[pause 1s]你好。", [("", 1.0), ("你好", None)]),
        ("你好。[pause 1s]再见。", [("你好", 1.0), ("再见", None)]),
        ("你好。\n\n[pause 1s]\n\n再见。", [("你好", 1.0), ("再见", None)]),
        ("我们[pause 300ms]走", [("我们", 0.3), ("走", None)]),
        ("我们，[pause 300ms]走", [("我们", 0.3), ("走", None)]),
        ("我们[pause 300ms]，走", [("我们", 0.3), ("走", None)]),
        ("我们[pause 300ms][pause 0.5s]走", [("我们", 0.8), ("走", None)]),
        ("我们走。[pause 2s]", [("我们走", 2.0)]),
        ("我们走。[pause 2s]。。[pause 1s]", [("我们走", 3.0)]),
        ("我们走。[pause 2s]\n\n——\n\n", [("我们走", 2.0)]),
        ("[pause 1s]。[pause 1s]走", [("", 2.0), ("走", None)]),
        ("我们[pause 0s]走", [("我们走", None)]),
        ("他说“[pause 1s]走”", [("他说", 1.0), ("走", None)]),
        ("他来了。“[pause 1s]走！”", [("他来了", None), ("", 1.0), ("走", None)]),
        ("hel[pause 1s]lo", [("hel", 1.0), ("lo", None)]),
    ],
)
def test_pauses(frontend: TextFrontend, text: str, pauses: list[tuple[str, float | None]]) -> None:
    sentences = list(frontend.read(text))
    assert [("".join(w.spoken for w in c.words), c.pause) for c in clauses(sentences)] == pauses
    check(text, sentences)


def test_a_voice_inside_a_sentence_makes_sentences_of_its_own(frontend: TextFrontend) -> None:
    text = "他说：[voice a]“你好，世界”[/voice]然后走了。"
    sentences = list(frontend.read(text))
    assert [sentence.voice for sentence in sentences] == [None, "a", None]
    assert [text[slice(*sentence.span)] for sentence in sentences] == [
        "他说：[voice a]",
        "“你好，世界”[/voice]",
        "然后走了。",
    ]
    check(text, sentences)


def test_figures_of_two_voices_are_two(frontend: TextFrontend) -> None:
    sentences = list(frontend.read("[voice a]5[/voice][voice b]6[/voice]", language="en"))
    assert [(sentence.voice, spoken([sentence])) for sentence in sentences] == [
        ("a", ["five"]),
        ("b", ["six"]),
    ]


def test_prosody_reaches_exactly_its_words(frontend: TextFrontend) -> None:
    text = '<speak>我们<prosody rate="80%">去<emphasis>公园</emphasis></prosody>散步</speak>'
    said = {word.spoken: (word.prosody, word.emphasis) for word in words(list(frontend.read(text)))}
    slow = Prosody(rate=0.8)
    assert said["我们"] == said["散步"] == (NEUTRAL, NEUTRAL)
    assert said["去"] == (slow, NEUTRAL)
    assert said["公园"] == (slow, emphasis_effect(0.6))


def test_prosody_does_not_part_a_figure_from_its_unit(frontend: TextFrontend) -> None:
    (said,) = spoken(list(frontend.read("<speak>2024<emphasis>年</emphasis>3月</speak>")))
    assert said.replace(" ", "") == "二零二四年三月"


def test_ssml_is_read(frontend: TextFrontend) -> None:
    text = (
        '<speak>去<phoneme alphabet="pinyin" ph="chong2 qing4">重庆</phoneme>。'
        '<s>Call <say-as interpret-as="characters">AB-1</say-as></s>'
        '<sub alias="万维网">WWW</sub> a &lt; b</speak>'
    )
    sentences = list(frontend.read(text))
    (city,) = [word for word in words(sentences) if "重" in word.spoken]
    assert city.pinyin == ("chong2", "qing4")
    said = " ".join(spoken(sentences))
    assert "A B dash one" in said or "A B 杠 一" in said
    assert "less than" in said or "小于" in said
    (alias,) = [word for word in words(sentences) if "网" in word.spoken]
    assert text[slice(*alias.span)] == "WWW"
    check(text, sentences)


def test_sentences_of_ssml_are_no_paragraphs(frontend: TextFrontend) -> None:
    sentences = list(frontend.read("<speak><p><s>One</s><s>Two</s></p><p>Three</p></speak>"))
    assert spoken(sentences) == ["One", "Two", "Three"]
    assert [sentence.ends_paragraph for sentence in sentences] == [False, True, True]


def test_symbols_of_markup_in_plain_text_are_text(frontend: TextFrontend) -> None:
    assert spoken(list(frontend.read("A & B, 3 < 5.", language="en"))) == ["A and B, three less than five."]


def test_what_the_user_has_fixed(frontend: TextFrontend) -> None:
    said = words(
        list(
            frontend.read("[重庆](/chong2 qing4/)的[行](/hang2/)业，[Kokoro](/kˈOkəɹO/) is [K歌](/kˈA ɡɤ/)。")
        )
    )
    by_text = {word.spoken: word for word in said}
    assert by_text["Kokoro"].phonemes == "kˈOkəɹO"
    assert by_text["K歌"].phonemes == "kˈA ɡɤ"
    pinyin = [syllable for word in said for syllable in word.pinyin]
    assert pinyin[:2] == ["chong2", "qing4"]
    assert pinyin[3] == "hang2"


def test_what_the_user_has_fixed_is_never_split(frontend: TextFrontend) -> None:
    for text in (
        "Try [Yahoo! Mail v2. Now](/jˈɑhu/) today.",
        "很" * 395 + "[重庆](/chong2 qing4/)" + "好" * 300,
    ):
        sentences = list(frontend.read(text))
        check(text, sentences)
        fixed = [w for w in words(sentences) if w.phonemes == "jˈɑhu" or w.pinyin == ("chong2", "qing4")]
        assert len(fixed) == 1


def test_lexicon() -> None:
    lexicon = Lexicon({"kokoro": "kˈOkəɹO", "行长": "hang2 zhang3", "K歌": "kˈA ɡɤ", "三星": "san1 xing4"})
    frontend = TextFrontend(lexicon=lexicon)
    text = "行长用Kokoro去K歌，[三星](/san1 xing1/)。"
    said = words(list(frontend.read(text)))
    by_text = {word.spoken: word for word in said}
    assert by_text["Kokoro"].phonemes == "kˈOkəɹO"
    assert by_text["K歌"].phonemes == "kˈA ɡɤ"
    pinyin = [syllable for word in said for syllable in word.pinyin]
    assert pinyin[:2] == ["hang2", "zhang3"]
    assert pinyin[-2:] == ["san1", "xing1"]  # markup goes before the lexicon
    check(text, list(frontend.read(text)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "😀👍🏽",
        "。！？…",
        "——",
        "[pause 2s]",
        "<speak/>",
        "<speak><break/></speak>",
        "\0\x01",
        "[voice a][/voice]",
        "𪚦。",
    ],
)
def test_nothing_to_say(frontend: TextFrontend, text: str) -> None:
    with pytest.raises(NothingToSayError):
        list(frontend.read(text))


def test_nothing_to_say_is_known_at_once(frontend: TextFrontend) -> None:
    with pytest.raises(NothingToSayError):
        frontend.read("😀")


def test_lone_surrogates(frontend: TextFrontend) -> None:
    with pytest.raises(MalformedTextError, match=r"U\+D83D, at line 2, column 3"):
        frontend.read("好\n好好\ud83d好")
    with pytest.raises(MalformedTextError):
        frontend.read("<speak>\udc00</speak>")


def test_unknown_voices_are_placed(frontend: TextFrontend) -> None:
    with pytest.raises(UnknownVoiceError, match=r"no voice 'x' \(line 2, column 3\)") as caught:
        frontend.read("好[voice a]好[/voice]\n好吧[voice x]好[/voice]")
    assert caught.value.hint == "look at the list"
    with pytest.raises(UnknownVoiceError, match=r"line 1, column 8"):
        frontend.read('<speak><voice name="x">好</voice></speak>')


def test_malformed_markup_is_known_at_once(frontend: TextFrontend) -> None:
    with pytest.raises(MarkupError):
        frontend.read("好。" * 1000 + "[pause 800]")


@pytest.mark.parametrize(
    "text",
    [
        "\0好\0的\0",
        "مرحبا بالعالم hello",
        "שלום 你好",
        "こんにちは世界",
        "안녕하세요 세계",
        "สวัสดี ok",
        "Привет, мир!",
        "\u202e好\u202c",
        "①好",
        "𠀀",
    ],
)
def test_odd_text_is_read_on(frontend: TextFrontend, text: str) -> None:
    check(text, list(frontend.read(text)))


def test_unread_letters_are_logged_once_a_sentence(
    frontend: TextFrontend, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="declaim.text"):
        said = words(list(frontend.read("今天𪛐𪛐，𪛐好。")))
    assert "".join(word.spoken for word in said).endswith("好")
    assert len(caplog.records) == 1
    assert "𪛐" in caplog.text


def test_kana_are_said_by_their_names(frontend: TextFrontend) -> None:
    said = words(list(frontend.read("鲜の每日，スーパー好。")))
    assert [word.phonemes for word in said if word.language == "en"] == ["nˈO", "sˈu", "pˈɑ"]


def test_text_without_any_mark(frontend: TextFrontend) -> None:
    for text in (
        "今天天气很好我们去公园散步" * 800,
        "the quick brown fox jumps over it " * 300,
        "a" * 10_000,
    ):
        check(text, list(frontend.read(text)))


def test_emoji_without_end(frontend: TextFrontend) -> None:
    text = "😀" * 1_000_000 + " hello"
    start = time.perf_counter()
    sentences = list(frontend.read(text))
    assert time.perf_counter() - start < 30
    assert [clause.span for clause in clauses(sentences)] == [(0, len(text))]
    assert [word.spoken for word in words(sentences)] == ["hello"]


def test_marks_without_end(frontend: TextFrontend) -> None:
    text = "好" + "! ? " * 50_000 + "好"
    check(text, list(frontend.read(text)))


class Counting(TextFrontend):
    """Counts the sentences that are phonemised."""

    def __init__(self) -> None:
        super().__init__()
        self.read_sentences = 0
        read_words = self._read_words

        def count(spoken_sentence: object) -> object:
            self.read_sentences += 1
            return read_words(spoken_sentence)  # type: ignore[arg-type]

        self._read_words = count  # type: ignore[assignment]


def novel(characters: int) -> Iterator[str]:
    chance = random.Random(1)
    phrases = [
        "今天天气真好",
        "我们去 Central Park 散步吧",
        "他说",
        "花了3.5元",
        "The train leaves at 14:30",
        "没有人回答",
    ]
    while characters > 0:
        phrase = chance.choice(phrases) + chance.choice(["，", "。", "！", "。\n"])
        characters -= len(phrase)
        yield phrase


def test_sentences_are_read_as_they_are_taken() -> None:
    frontend = Counting()
    sentences = frontend.read("".join(novel(200_000)))
    assert frontend.read_sentences == 0
    next(sentences)
    assert frontend.read_sentences <= 1
    list(islice(sentences, 10))
    assert frontend.read_sentences <= 12


def test_memory_does_not_grow(frontend: TextFrontend) -> None:
    sentences = frontend.read("".join(novel(60_000)))
    next(sentences)
    tracemalloc.start()
    for _ in islice(sentences, 30):
        pass
    early, _ = tracemalloc.get_traced_memory()
    for _ in islice(sentences, 300):
        pass
    late, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert late - early < 1_000_000

"""Stage 1 as a whole: no character is lost, nothing is read that should not be, and all of it is lazy."""

from __future__ import annotations

import logging
import random
import time
import tracemalloc
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from declaim.errors import MalformedTextError, MarkupError, NothingToSayError, UnknownVoiceError
from declaim.prosody.score import NEUTRAL, Prosody
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


def plain(text: str) -> str:
    """What is to be read of a text, by the offsets in it."""
    return "".join(text.split())


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
    for clause in every:
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
    """Chinese, Latin and digits; superscripts and letters of other scripts may be left out."""
    return char.isascii() or "\u3400" <= char <= "\u9fff" or "\u00c0" <= char <= "\u024f"


TEXT = st.lists(
    st.one_of(
        st.sampled_from(
            "今天天气真好 我们 去 Central Park 散步 吧 重庆 银行 行长 hello World iPhone GPT-4 café don't U.S. Dr. "
            "3.14 2024年 14:30 $5 50% 1,000 v2.5.1 G1234 12345678901 5kg 一二三 I A . , ! ? … — ， 。 ！ ？ ； ： 、 ...".split(
                " "
            )
        ),
        st.sampled_from(list(" \n\t　“”‘’「」『』（）()《》\"'-–—/&<>_*#~+=%@|\\[]{}")),
        st.sampled_from(["\n\n", "😀", "👨‍👩‍👧", "\u200b", "\ufeff", "\r\n", "　　", "&amp;", "**", "# ", "- ", "> "]),
        st.sampled_from(
            ["[pause]", "[pause 0.5s]", "[voice a]和b[/voice]", "[重庆](/chong2 qing4/)", "[Kokoro](/kˈOkəɹO/)", "\\["]
        ),
        st.sampled_from(["مرحبا", "שלום", "こんにちは", "안녕", "Привет", "αβγ", "ไทย", "𠀀", "½", "²", "①", "Ⅳ"]),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
).map("".join)


@given(TEXT)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example("第3.14章。“他说：‘走吧！’”")
@example("[pause]好[pause]")
@example("a¹ b")
def test_clauses_tile_any_text(frontend: TextFrontend, text: str) -> None:
    try:
        sentences = list(frontend.read(text))
    except (NothingToSayError, MarkupError):
        return
    check(text, sentences)


SSML_TEXT = st.sampled_from(
    ["今天", "天气 ", "hello ", "World.", "3.14", "2024年", "。", "，", "\n", "&amp;", "&#x4E2D;", "&lt;", "<!-- x -->", "😀", "\r\n"]
    + ["<![CDATA[a & b < c]]>", "<break/>", '<break time="300ms"/>', '<sub alias="World Wide Web">WWW</sub>']
    + ['<phoneme alphabet="pinyin" ph="chong2 qing4">重庆</phoneme>', '<phoneme ph="kˈOkəɹO">Kokoro</phoneme>']
    + ['<say-as interpret-as="characters">AB-12</say-as>', '<mark name="m"/>']
)
SSML = st.recursive(
    st.lists(SSML_TEXT, max_size=6).map("".join),
    lambda inner: st.builds(
        "{0}<{1[0]}>{2}</{1[1]}>{3}".format,
        inner,
        st.sampled_from(
            [("p", "p"), ("s", "s"), ('prosody rate="80%"', "prosody"), ("emphasis", "emphasis"), ('voice name="a"', "voice")]
        ),
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

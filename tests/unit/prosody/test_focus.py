"""Sentences that are not those of the bench. What is expected in focus stands between stars."""

import re

import pytest

from declaim.prosody.focus import CONTRAST, ITEM, NARROW, NEWS, foci
from declaim.prosody.reading import reading_of
from declaim.prosody.terms import Discourse
from declaim.text.frontend import TextFrontend


@pytest.fixture(scope="module")
def frontend() -> TextFrontend:
    return TextFrontend()


def found(frontend: TextFrontend, text: str) -> dict[str, float]:
    """The words in focus of the last sentence of a text, as they are spoken, and their strengths."""
    discourse = Discourse()
    strengths: dict[str, float] = {}
    for sentence in frontend.read(text):
        reading = reading_of(sentence)
        focus = foci(discourse.read(reading), is_question=sentence.clauses[-1].punctuation == "?")
        strengths = {reading.words[index].word.spoken: strength for index, strength in focus.items()}
    return strengths


def check(frontend: TextFrontend, marked: str, strength: float) -> None:
    starred = re.findall(r"\*(.+?)\*", marked)
    assert found(frontend, marked.replace("*", "")) == dict.fromkeys(starred, strength)


@pytest.mark.parametrize(
    "text",
    [
        "The farmer sold his old *tractor*.",
        "A farmer bought a tractor. He *painted* the tractor.",
        "The farmer arrives in *winter* on Monday.",
        "She left her bag at the *station* yesterday.",
        "We will meet in the *garden*, please.",
        "农民卖掉了他的旧*拖拉机*。",
        "农民买了一台拖拉机。他把拖拉机*修理*了。",
        "他们把船*拖走*了。",
    ],
)
def test_the_last_new_word_has_the_main_accent(frontend: TextFrontend, text: str) -> None:
    check(frontend, text, NEWS)


@pytest.mark.parametrize(
    "text",
    [
        "He was *angry*, she was *glad*.",
        "I asked for *bread*, not *cake*.",
        "It is not a *wolf*, it is a *dog*.",
        "He didn't *walk*, he *ran*.",
        "Shall we go by *train* or by *plane*?",
        "They *did* warn us.",
        "这不是*狼*，是*狗*。",
        "他不是*老师*，而是*律师*。",
        "你要*红茶*还是*绿茶*？",
    ],
)
def test_contrast(frontend: TextFrontend, text: str) -> None:
    check(frontend, text, CONTRAST)


@pytest.mark.parametrize(
    "text",
    [
        "Only the *cook* survived.",
        "Even her *enemies* respected her.",
        "It was the *butler* who stole the ring.",
        "连*厨师*都跑了。",
        "只有*厨师*活了下来。",
        "这封信是*奶奶*写的。",
        "他*昨天*才回来。",
        "这到底是*谁*的主意？",
        "你买了*多少*苹果？",
    ],
)
def test_a_narrow_focus_takes_the_main_accents_place(frontend: TextFrontend, text: str) -> None:
    check(frontend, text, NARROW)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("I sell apples, pears, plums and cherries.", ["apples", "pears", "plums", "cherries"]),
        ("桌上有苹果、梨、李子和樱桃。", ["苹果", "梨", "李子", "樱桃"]),
    ],
)
def test_the_items_of_a_list(frontend: TextFrontend, text: str, items: list[str]) -> None:
    strengths = found(frontend, text)
    assert sorted(strengths) == sorted(items)
    assert [strengths[item] for item in items] == [ITEM, ITEM, ITEM, NEWS]


def test_two_clauses_are_no_list(frontend: TextFrontend) -> None:
    check(frontend, "She opened the door, and the cat ran into the *garden*.", NEWS)


@pytest.mark.parametrize(
    ("text", "focus"),
    [
        ("Forty workers repaired the bridge.", {"Forty", "bridge"}),
        ("On March second they repaired the bridge.", {"bridge"}),
        ("四十个工人修好了大桥。", {"四十个", "大桥"}),
        ("一个工人修好了大桥。", {"大桥"}),
        ("三月五号他们修好了大桥。", {"大桥"}),
    ],
)
def test_numbers_but_not_dates_and_articles(frontend: TextFrontend, text: str, focus: set[str]) -> None:
    assert found(frontend, text) == dict.fromkeys(focus, NEWS)


def test_a_question_asked_and_not_asked(frontend: TextFrontend) -> None:
    assert found(frontend, "Did they warn us?") == {"warn": NEWS}
    assert "什么" not in found(frontend, "他什么都不吃。")


@pytest.mark.parametrize("text", ["Hello.", "Good morning.", "你好。", "是的。", "And so it is."])
def test_short_sentences_and_grammar_alone_have_no_focus(frontend: TextFrontend, text: str) -> None:
    assert found(frontend, text) == {}


def test_no_terms_have_no_focus() -> None:
    assert foci([], is_question=False) == {}


def test_never_more_than_four(frontend: TextFrontend) -> None:
    text = "Two men, three women, four children, five dogs, six cats and seven birds left."
    assert len(found(frontend, text)) == 4

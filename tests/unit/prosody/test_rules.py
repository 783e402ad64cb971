import time
from collections.abc import Callable
from typing import TypeAlias

import pytest

from declaim.prosody.emotion import Emotion
from declaim.prosody.prosody import NEUTRAL, Prosody
from declaim.prosody.rules import RulesReader, rule_score
from declaim.prosody.score import Score
from declaim.synthesizer import Synthesizer
from declaim.text.sentence import Clause, Sentence, Word

Read: TypeAlias = Callable[[str], list[Score]]

EXCLAMATION = Prosody(rate=1.02, pitch=0.5, pitch_range=1.1, energy=1)
TRAILING_OFF = Prosody(rate=0.95, pitch_range=0.95, energy=-0.5)
SPEECH = Prosody(pitch=0.4, pitch_range=1.08)
ASIDE = Prosody(rate=1.04, pitch=-0.6, pitch_range=0.9, energy=-1.5)
BEGINS, ENDS = Prosody(pitch=0.4), Prosody(rate=0.98, pitch=-0.2)


@pytest.fixture
def read(synthesizer: Synthesizer) -> Read:
    def scores(text: str) -> list[Score]:
        sentences = synthesizer._composer._frontend.read(text)
        return [score for _, score in RulesReader().read(sentences, text)]

    return scores


@pytest.mark.parametrize(
    ("written", "said"),
    [
        *((f"He is here{mark}", NEUTRAL) for mark in (".", "?", "", ",", ";", ":", "—")),
        *((f"他来了{mark}", NEUTRAL) for mark in ("。", "？", "", "，", "；", "：", "——", "、", "～", "?")),
        *((f"He is here{mark}", EXCLAMATION) for mark in ("!", "!!!", "?!", "!?", "!”")),
        *((f"他来了{mark}", EXCLAMATION) for mark in ("！", "!", "！！", "？！", "！？", "?!")),
        *((f"He is here{mark}", TRAILING_OFF) for mark in ("...", "…", "……")),
        *((f"他来了{mark}", TRAILING_OFF) for mark in ("……", "…", "。。。", "...")),
        *((written, SPEECH) for written in ("“You are here.”", '"You are here."', "“你来了。”", "「是你」")),
        *((written, SPEECH) for written in ("“你终于来了，”他说。", "“But you are here at last,” he said.")),
        *((written, NEUTRAL) for written in ("He said “no” to all of them.", "他对大家说了一声“不”字。")),
        *((written, ASIDE) for written in ("(He is here.)", "（他来了。）", "(他来了)。")),
        ("He is (as ever) here.", NEUTRAL),
        ("“You are here!”", EXCLAMATION * SPEECH),
        ("“你来了！”", EXCLAMATION * SPEECH),
        ("“You are here...”", TRAILING_OFF * SPEECH),
        ("Stop! (He is here.)", EXCLAMATION * BEGINS),
        ("<speak>He is here.<break time='1s'/></speak>", NEUTRAL),
        ('<speak><s xml:lang="en-GB-x-something-long">Hi.</s></speak>', NEUTRAL),
    ],
)  # fmt: skip
def test_what_each_mark_says(read: Read, written: str, said: Prosody) -> None:
    assert read(written)[0].prosody == said


@pytest.mark.parametrize("text", ["Is he here?!", "Is he here!?", "他来了？！", "他来了！？", "他来了?!"])
def test_astonishment(read: Read, text: str) -> None:
    (score,) = read(text)
    assert score.emotion == Emotion(surprised=0.5)


@pytest.mark.parametrize("text", ["He is here!", "Is he here?", "他来了！", "“你来了？”他说。"])
def test_no_single_mark_is_an_emotion(read: Read, text: str) -> None:
    assert all(score.emotion == Emotion() for score in read(text))


@pytest.mark.parametrize("text", ["Well, he is here...", "嗯，他来了……"])
def test_a_pause_behind_what_trails_off(read: Read, text: str) -> None:
    (score,) = read(text)
    assert score.pauses == (None, 0.6)


def test_no_pause_of_its_own_anywhere_else(read: Read) -> None:
    assert [score.pauses for score in read("Well… he is here, I think. He is! Is he? 他来了，是吗？")] == [
        ()
    ] * 4


def test_paragraphs_begin_high_and_end_slow(read: Read) -> None:
    scores = read("One.\n\nTwo. Three. Four.\n\n五。六。")
    assert [score.prosody for score in scores] == [NEUTRAL, BEGINS, NEUTRAL, ENDS, BEGINS, ENDS]


def test_a_text_of_one_sentence_is_no_paragraph(read: Read) -> None:
    assert read("Hello.") == read("你好。") == [Score()]


def test_a_sentence_without_words_or_marks() -> None:
    silence = Sentence((Clause((), (0, 3), pause=1.0),))
    assert rule_score(silence, "   ", begins_paragraph=False) == Score()


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("The hen is in the barn. A fox has eaten the hen!", [[18], [34]]),
        ("鸡在谷仓里。狐狸把鸡吃掉了！", [[2], [10]]),
        ("It cost 1,250 euros.", [[8]]),
    ],
)
def test_words_in_focus_are_emphasised(read: Read, text: str, starts: list[list[int]]) -> None:
    found = read(text)
    assert [[each.start for each in score.emphasis] for score in found] == starts


def test_a_text_is_new_to_each_reading(read: Read) -> None:
    text = "A fox has eaten the hen. The fox is gone."
    assert read(text) == read(text)


def test_a_sentence_of_thousands_of_words_has_no_emphasis() -> None:
    words = tuple(Word((i, i + 1), f"word{i}", "a", "en") for i in range(20_000))
    sentence = Sentence((Clause(words, (0, 20_000), "."),))
    began = time.perf_counter()
    ((_, score),) = RulesReader().read([sentence], "a" * 20_000)
    assert score.emphasis == ()
    assert time.perf_counter() - began < 1


def test_it_takes_no_time() -> None:
    text = "“" + "(" * 100_000 + "”!"
    words = (Word((0, 1), "a", "a", "en"),)
    sentence = Sentence((Clause(words, (0, len(text)), "!"),))
    began = time.perf_counter()
    rule_score(sentence, text, begins_paragraph=True)
    assert time.perf_counter() - began < 1

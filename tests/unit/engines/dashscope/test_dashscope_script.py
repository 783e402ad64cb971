from dataclasses import replace

import pytest
from dashscope_sentences import sentence_of

from declaim.engines.dashscope.script import least_seconds, runs, script_of
from declaim.text.frontend import TextFrontend
from declaim.text.sentence import Clause, Sentence, Word


@pytest.fixture(scope="module")
def frontend() -> TextFrontend:
    return TextFrontend()


def test_what_is_sent() -> None:
    script = script_of(sentence_of("今天天气很好，我们去公园，hello world。").clauses)
    assert script.text == "今天天气很好，我们去公园，hello world."
    assert script.letters == "今天天气很好我们去公园helloworld"
    assert [script.letters[i] for i, owner in enumerate(script.owners) if owner == 1] == ["天", "气"]
    assert [len(words) for words in script.clause_words] == [3, 3, 2]


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("It's 14:30, is it?", "It's fourteen thirty, is it?"),
        ("他用iPhone打电话！", "他用 iPhone 打电话！"),
        ("2024年3月5日。", "二零二四年三月五日。"),
    ],
)
def test_what_is_sent_of_a_text(frontend: TextFrontend, text: str, sent: str) -> None:
    (sentence,) = frontend.read(text)
    assert script_of(sentence.clauses).text == sent


def test_a_mark_within_a_written_stretch_is_sent(frontend: TextFrontend) -> None:
    (sentence,) = frontend.read("On 3/5/2024.")
    assert "fifth, twenty" in script_of(sentence.clauses).text


def test_silence_of_a_wanted_length_parts_tasks() -> None:
    first, second, third = sentence_of().clauses
    silence = Clause((), (0, 0), pause=1.0)
    clauses = (silence, replace(first, pause=0.8), second, replace(third, pause=0.3))
    assert list(runs(Sentence(clauses))) == [(silence,), clauses[1:2], clauses[2:]]
    assert list(runs(Sentence((first, silence, second)))) == [(first,), (silence,), (second,)]


def test_the_least_time_of_words() -> None:
    words = [Word((0, 2), "你好", "", "zh"), Word((2, 7), "it's", "", "en")]
    assert least_seconds(words, 1.0) == pytest.approx(2 * 0.07 + 3 * 0.02)
    assert least_seconds(words, 2.0) == pytest.approx(0.1)

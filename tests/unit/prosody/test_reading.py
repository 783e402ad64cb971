import pytest

from declaim.prosody.reading import reading_of
from declaim.synthesizer import Synthesizer
from declaim.text.sentence import Clause, Sentence, Word


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("He is here, isn't he?", "He is here, isn't he?"),
        ("今天天气真好,我们去散步吧!", "今天天气真好，我们去散步吧！"),
        ("我们去 Central Park 散步吧。", "我们去Central Park散步吧。"),
        ("我们来了, Central Park 很好。", "我们来了，Central Park很好。"),
        ("He said 你好 and left.", "He said你好and left."),
        ("“Come in,” he said.", "Come in, he said."),
        ("他来了……好;是:对——不?", "他来了……好；是：对——不？"),
        ("*Never* say `never`!", "Never say never!"),
        ("<speak>Good <emphasis>morning</emphasis>, all.</speak>", "Good morning, all."),
        ("It cost 5% in 2024.", "It cost five percent in twenty twenty-four."),
    ],
)
def test_a_sentence_as_it_is_spoken(synthesizer: Synthesizer, text: str, reading: str) -> None:
    (sentence,) = synthesizer._composer._frontend.read(text)
    assert reading_of(sentence).text == reading


@pytest.mark.parametrize(
    "text", ["It was 5 o'clock, in 2024, 我们去 Central Park 散步吧, OK? 好,是的。", "One. (Two!) 三。"]
)
def test_each_word_stands_where_it_says_in_its_clause(synthesizer: Synthesizer, text: str) -> None:
    for sentence in synthesizer._composer._frontend.read(text):
        reading = reading_of(sentence)
        assert [each.word for each in reading.words] == [
            word for clause in sentence.clauses for word in clause.words
        ]
        end = 0
        for each in reading.words:
            assert reading.text[each.start : each.end] == each.word.spoken
            assert each.start >= end
            assert each.word in sentence.clauses[each.clause].words
            end = each.end


def test_silence_has_no_words() -> None:
    silence = Clause((), (0, 2), pause=1.0)
    assert reading_of(Sentence((silence,))).text == ""
    word = Word((2, 3), "a", "a", "en")
    reading = reading_of(Sentence((silence, Clause((word,), (2, 4), "."))))
    assert (reading.text, reading.words[0].clause, reading.words[0].start) == ("a.", 1, 0)

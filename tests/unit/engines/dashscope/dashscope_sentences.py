"""Sentences for DashScope's tests, made without the text stage."""

import re

from declaim.text.sentence import Clause, Sentence, Word

_CLAUSE = re.compile(r"([^，。！？,.!?]+)([，。！？,.!?])\s*")
_WORD = re.compile(r"[A-Za-z']+|[\u4e00-\u9fff]{1,2}")
_MARKS = dict(zip("，。！？", ",.!?", strict=True))

SENTENCE = "今天天气很好，我们去公园，hello world。"


def sentence_of(text: str = SENTENCE, *, start: int = 0) -> Sentence:
    """Chinese words have two characters, clauses end at marks."""
    clauses = []
    for match in _CLAUSE.finditer(text):
        words = tuple(
            Word(
                (start + match.start() + word.start(), start + match.start() + word.end()),
                word.group(),
                "x",
                "en" if word.group().isascii() else "zh",
            )
            for word in _WORD.finditer(match[1])
        )
        span = start + match.start(), start + match.end()
        clauses.append(Clause(words, span, _MARKS.get(match[2], match[2])))
    return Sentence(tuple(clauses))

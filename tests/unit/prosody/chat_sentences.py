"""Sentences for tests of the chat reader, made without the text stage."""

import re

from declaim.text.sentence import Clause, Sentence, Word

_SENTENCE = re.compile(r"[^.!?。！？]+[.!?。！？]\s*")
_WORD = re.compile(r"[A-Za-z']+|[\u4e00-\u9fff]{1,2}")


def sentences_in(text: str, *, paragraphs: bool = False) -> list[Sentence]:
    """The sentences of a plain text; Chinese words have two characters, clauses end at commas."""
    return [
        Sentence(tuple(_clauses(match.group(), match.start())), ends_paragraph=paragraphs)
        for match in _SENTENCE.finditer(text)
    ]


def _clauses(written: str, start: int) -> list[Clause]:
    clauses = []
    for match in re.finditer(r"[^,，.!?。！？]+([,，.!?。！？])\s*", written):
        words = tuple(
            Word(
                (start + match.start() + word.start(), start + match.start() + word.end()),
                word.group(),
                "x",
                "en" if word.group().isascii() else "zh",
            )
            for word in _WORD.finditer(match.group())
        )
        mark = {"，": ",", "。": ".", "！": "!", "？": "?"}.get(match[1], match[1])
        clauses.append(Clause(words, (start + match.start(), start + match.end()), mark))
    return clauses

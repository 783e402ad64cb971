"""Sentences with marks: ``*so*`` at words that a reader would stress, ``_so_`` at those that he must not."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from declaim.text.frontend import TextFrontend
    from declaim.text.sentence import Language, Sentence, Span

_MARK = re.compile(r"([*_])(.+?)\1")


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence behind its context."""

    language: Language
    kind: str
    split: str
    text: str
    """The context and the sentence, free of marks."""
    begins: int
    """Where the sentence does, in the text."""
    stressed: tuple[Span, ...]
    unstressed: tuple[Span, ...]

    def read(self, frontend: TextFrontend) -> tuple[list[Sentence], Sentence]:
        """Return the sentences of the context, and the one that is marked."""
        *context, own = frontend.read(self.text, language=self.language)
        if own.span[0] > self.begins:
            raise ValueError(f"more than one sentence is marked: {self.text}")
        return context, own


def load(language: Language, split: str) -> list[Marked]:
    """Return the sentences of a language, of ``dev`` or ``test``."""
    lines = (Path(__file__).parent / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    return [marked(language, **entry) for entry in entries if entry["split"] == split]


def marked(language: Language, *, kind: str, split: str, context: str, sentence: str) -> Marked:
    """Take the marks out of a sentence and note where they were."""
    text = context + (" " if context and language == "en" else "")
    begins, spans, at = len(text), {"*": [], "_": []}, 0
    for match in _MARK.finditer(sentence):
        text += sentence[at : match.start()]
        spans[match[1]].append((len(text), len(text) + len(match[2])))
        text += match[2]
        at = match.end()
    text += sentence[at:]
    return Marked(language, kind, split, text, begins, tuple(spans["*"]), tuple(spans["_"]))

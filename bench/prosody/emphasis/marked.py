"""Sentences in which the words are marked that a reader would stress (``*so*``) and those he must not (``_so_``)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from declaim.prosody.reading import Reading, reading_of

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

    def read(self, frontend: TextFrontend) -> tuple[list[Sentence], list[Sentence]]:
        """The sentences of the context, and the one that is marked (which may be cut in two)."""
        sentences = list(frontend.read(self.text, language=self.language))
        own = [each for each in sentences if each.span[0] >= self.begins]
        return sentences[: len(sentences) - len(own)], own


def load(language: Language, split: str) -> list[Marked]:
    """The sentences of a language, of ``dev`` or ``test``."""
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

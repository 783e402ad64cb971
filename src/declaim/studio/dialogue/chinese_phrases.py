"""Pieces of Chinese narration: clauses without what leads them in, noun phrases, and whom they mean."""

from __future__ import annotations

import re

import rjieba

from declaim.studio.dialogue.chinese_words import ADVERBS, FIRST, HE, LEADING, OTHER, SHE, SPEECH_VERBS, THEY
from declaim.studio.dialogue.mention import Mention, MentionKind

_LEADING = re.compile(rf"(?:{'|'.join(sorted(LEADING, key=len, reverse=True))}|[\s　])*")
_NOUN_TAGS = frozenset(
    {"n", "nr", "ns", "nt", "nz", "ng", "nrt", "nrfg", "m", "q", "b", "j", "f", "k", "an", "vn"}
)
_NOT_IN_NAMES = re.compile(r"[^\u3400-\u9fffA-Za-zＡ-Ｚａ-ｚ·．]")
LONGEST_SUBJECT = 9
VERB = re.compile("|".join(sorted(SPEECH_VERBS, key=len, reverse=True)))
SENTENCE_END = re.compile(r"[。！？；!?;…\n”」』]")


def is_quoted(text: str, start: int) -> bool:
    """Whether a clause is what somebody thinks or says in a sentence that is over.

    As the second clause of 心里计算：宝儿该有活命了。 is.
    """
    end = SENTENCE_END.search(text, start)
    if end is None:
        return False
    begin = max((match.end() for match in SENTENCE_END.finditer(text, 0, start)), default=0)
    return bool(re.search("[：:]", text[begin:start]))


def after_leading(clause: str) -> int:
    """Where a clause begins behind 于是, 忽然 and the like."""
    leading = _LEADING.match(clause)
    return leading.end() if leading else 0


def noun_phrase(text: str) -> str:
    """The noun phrase that a text begins with, by its parts of speech; empty if there is none."""
    phrase, nouns = "", 0
    for word, tag in rjieba.tag(text):
        if word in ADVERBS or VERB.fullmatch(word) or _NOT_IN_NAMES.search(word):
            break
        if tag == "r" and (not phrase or phrase.endswith("的")):
            nouns += word in {"那人", "此人", "他人", "某人"}
        elif word == "的" and phrase:
            nouns = 0
        elif tag == "q" and word not in {"个", "位", "次", "回", "声", "下", "种", "天", "年", "时"}:
            nouns += len(phrase) == 1 and phrase not in "一两几"
        elif tag not in _NOUN_TAGS and tag not in {"a", "eng", "x"}:
            break
        elif tag not in {"m", "q", "b", "f", "a"} or word in {"老", "小"}:
            nouns += 1
        phrase += word
    phrase = phrase.strip("的")
    return phrase if nouns and len(phrase) <= LONGEST_SUBJECT else ""


def mention_of(text: str, start: int) -> Mention:
    """Somebody as called at an offset: a pronoun of some kind, or else a name."""
    kinds = (
        (HE, MentionKind.HE),
        (SHE, MentionKind.SHE),
        (THEY, MentionKind.THEY),
        (FIRST, MentionKind.I),
        (OTHER, MentionKind.OTHER),
    )
    for words, kind in kinds:
        if text in words:
            return Mention(text, kind, start)
    return Mention(text, MentionKind.NAME, start)

"""Which quotes of a chapter are speech: titles, irony and words that are only mentioned are not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from declaim.studio.book import Block, BlockKind
from declaim.studio.dialogue.dashes import dash_quotes, speaks_in_dashes
from declaim.studio.dialogue.marks import Quote, closes_first, quotes_in

_LOOK_AHEAD = 12
"""Blocks in which a quote that was not closed may find its end."""
_ENDS_UTTERANCE = re.compile(r"(?:[.!?…。！？，,;；~～—–-]|\.\.\.)[”’'\"」』»）)\s]*$")
_INTRODUCES = re.compile(r"[:：]\s*(?:——|—)?\s*$|[,，]\s*$|[—–-]\s*$")
_SENTENCE_BEFORE = re.compile(r"(?:^|[.!?…。！？；;”」』’\"*])\s*$")
_SAID_BEFORE = re.compile(
    r"(?:\b(?:said|says|say|cried|asked|replied|answered|called out|shouted|whispered|exclaimed|repeated"
    r"|began|added|muttered|murmured|thought|remarked)|[说道問问喊嚷骂想答](?:了|着|过|道)?(?:[一两几]声|[一几]句)?"
    r"|叫(?:了|着|道|了?[一两几]声))\s*$",
    re.IGNORECASE,
)
_NAMING_BEFORE = re.compile(
    r"(?:所谓|所謂|叫做|叫作|称为|称作|称之为|名叫|名为|绰号|外号|题为|题作|写着|写道是|这个?|那个?|的|是|了|有|用"
    r"|\b(?:called|named|titled|entitled|so-called|the|a|an|word|words|term|phrase|of|his|her|their|or|and|than))"
    r"\s*$",
    re.IGNORECASE,
)
_MENTION_AFTER = re.compile(r"\s*(?:的|这|那|之|等|两个?字|[一二三四五六七八九十]个?字|二字|三字|四字|云者)")
_TAG_AFTER = re.compile(
    r"\s*(?:\w+\s+){0,3}(?:said|cried|asked|replied|answered|thought|shouted|whispered)\b"
)
_LETTER = re.compile(r"\w")
_SHORT = 12
_LONG = 60
"""Characters: whoever mentions a word does not mention so many."""


def speech_in(blocks: Sequence[Block]) -> list[list[Quote]]:
    """The quotes of each block of a chapter that are speech or thought, in order.

    Args:
        blocks: of the chapter. Headings have no speech.
    """
    in_dashes = speaks_in_dashes(blocks)
    carried = ""
    found: list[list[Quote]] = []
    for index, block in enumerate(blocks):
        if block.kind in {BlockKind.HEADING, BlockKind.SCENE_BREAK}:
            found.append([])
            continue
        quotes = quotes_in(block.text, carried)
        if in_dashes and not quotes:
            quotes = dash_quotes(block.text)
        carried = _left_open(quotes, blocks, index)
        found.append(_speech(block.text, quotes, is_open=bool(carried)))
    return _joined(found)


def _left_open(quotes: Sequence[Quote], blocks: Sequence[Block], index: int) -> str:
    """The mark of a quote that goes on in the next block without one of its own, or empty."""
    if not quotes or quotes[-1].closed or quotes[-1].mark in "—-":
        return ""
    mark = quotes[-1].mark
    for block in blocks[index + 1 : index + 1 + _LOOK_AHEAD]:
        if block.kind is BlockKind.HEADING:
            return ""
        closed = closes_first(block.text, mark)
        if closed is not None:
            return mark if closed else ""
    return ""


def _speech(text: str, quotes: Sequence[Quote], *, is_open: bool) -> list[Quote]:
    """Those that are speech; what was opened and never closed is no quote unless it begins or ends as one."""
    kept = [quote for quote in quotes if is_speech(text, quote)]
    if kept and not kept[-1].closed and not is_open and not _may_be_unclosed(text, kept[-1]):
        kept.pop()
    return kept


def _may_be_unclosed(text: str, quote: Quote) -> bool:
    return quote.start == 0 or bool(_INTRODUCES.search(text[max(0, quote.start - 8) : quote.start]))


def is_speech(text: str, quote: Quote) -> bool:  # noqa: PLR0911 - one answer after the other
    """Whether a quote is said or thought rather than mentioned.

    Args:
        text: of its block.
        quote: in it.
    """
    if quote.goes_on or quote.mark in "—-":
        return True
    inside = text[quote.start + 1 : quote.end]
    before = text[max(0, quote.start - 24) : quote.start]
    after = text[quote.end : quote.end + 24]
    if not _LETTER.search(before) and not _LETTER.search(after) and _stands_alone(text, quote):
        return True
    if _is_mentioned(inside, before, after):
        return False
    if _SAID_BEFORE.search(before) or re.search(r"[:：]\s*$", before):
        return True
    if _is_chinese_term(inside, after):
        return False
    if len(inside) > _LONG or _SENTENCE_BEFORE.search(before):
        return bool(_ENDS_UTTERANCE.search(inside)) or not _goes_on_in_sentence(after) or len(inside) > _LONG
    return _is_embedded_speech(inside, before, after)


def _stands_alone(text: str, quote: Quote) -> bool:
    outside = text[: quote.start][-200:] + text[quote.end :][:200]
    return not _LETTER.search(outside)


def _goes_on_in_sentence(after: str) -> bool:
    return bool(re.match(r"\s?[a-z\u3400-\u9fff]", after)) and not re.match(r"[,，]", after)


def _is_embedded_speech(inside: str, before: str, after: str) -> bool:
    """Of a short quote in the middle of a sentence."""
    if before[-2:].strip()[-1:].isascii() and before.rstrip()[-1:].isalpha():
        return _is_english_speech(inside, after)
    utterance = bool(_ENDS_UTTERANCE.search(inside))
    if _NAMING_BEFORE.search(before) or _MENTION_AFTER.match(after):
        return utterance and bool(re.search(r"[.!?。！？…][”’'\"」』»\s]*$", inside)) and len(inside) > _SHORT
    return utterance or bool(_INTRODUCES.search(before) and before.isascii() and " " in inside)


def _is_mentioned(inside: str, before: str, after: str) -> bool:
    """Whether a bare 说 only mentions a word, as 是说“心火”克制了“肺金” does."""
    if _ENDS_UTTERANCE.search(inside) or not re.search(r"[说想讲]\s*$", before):
        return False
    return bool(re.match(r"[\u3400-\u9fff]", after))


def _is_chinese_term(inside: str, after: str) -> bool:
    """Whether a Chinese quote has no end of its own, and what follows is about it."""
    bare = inside.rstrip("”’」』\"' ")
    if not bare or not "\u3400" <= bare[-1] <= "\u9fff":
        return False
    return bool(re.match(r"[，,、]", after)) and not re.match(r".{1,8}?[说道问喊叫笑]", after)


def _is_english_speech(inside: str, after: str) -> bool:
    """Of a short quote that follows a word without a comma: a smothered “Enough!” is one."""
    if inside[:1].islower():
        return False
    return bool(re.search(r"[.!?…—-][”’'\"»\s]*$", inside)) or bool(_TAG_AFTER.match(after))


def _joined(found: list[list[Quote]]) -> list[list[Quote]]:
    """A quote that repeats the mark of one that was not closed goes on from it."""
    for before, here in pairwise(found):
        if before and here and not before[-1].closed and not here[0].goes_on and here[0].start == 0:
            first = here[0]
            if before[-1].mark == first.mark and first.mark not in "—-":
                here[0] = Quote(first.start, first.end, first.mark, closed=first.closed, goes_on=True)
    return found

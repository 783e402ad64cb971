"""Headings in text that has no markup: 第十二章, Chapter XII, 楔子, Prologue, Part Two."""

from __future__ import annotations

import re
from enum import IntEnum

from declaim.studio.readers.block_lines import columns

_LONGEST = 80
"""Columns of a heading in plain text; an ideograph takes two."""
_NUMBER_ZH = r"[〇零一二三四五六七八九十百千万两廿卅壹贰叁肆伍陆柒捌玖拾佰0-9０-９]{1,9}"
_NUMBER_EN = (
    r"(?:\d{1,4}|[IVXLC]{1,8}|(?:the\s+)?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:[- ]\w{3,6})?|"
    r"first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last)\b)"
)
_TITLE_ZH = r"(?:[\s　:：·、.．—-]\s*\S.*|(?![，。；？！、的])\S{0,20})?"
_TITLE_EN = r"\.?(?:\s*[:—–-]\s*\S.*|\.?\s+\S.*)?"
_ENDS_SENTENCE = re.compile(r"[。；，,;…]$|(?<![A-Z])[a-z]{3,}[.]$")


class Rank(IntEnum):
    """What a heading in plain text opens."""

    PART = 1
    CHAPTER = 2
    MATTER = 3
    """What stands before the first chapter or behind the last: a preface, an appendix."""


_PATTERNS = (
    (
        Rank.PART,
        re.compile(
            rf"(?:第{_NUMBER_ZH}[卷部编编篇辑集]|[卷部]{_NUMBER_ZH}|[上中下][卷部篇编])(?:$|{_TITLE_ZH}$)"
        ),
    ),
    (Rank.CHAPTER, re.compile(rf"(?:正文\s*)?第\s*{_NUMBER_ZH}\s*[章回节節折话話幕](?:$|{_TITLE_ZH}$)")),
    (
        Rank.MATTER,
        re.compile(
            r"(?:楔子|引子|引言|前言|序言?|自序|代序|序[章幕曲]|绪论|開場|开场白|尾声|尾聲|终章|終章|后记|後記|跋|"
            r"附录|附錄|番外|结语|結語|致谢|致謝|献词)"
            r"(?:$|[\s　:：·—-]+\S.{0,30}$|[一二三四五六七八九十]{1,3}$)"
        ),
    ),
    (Rank.PART, re.compile(rf"(?:part|book|volume)\s+{_NUMBER_EN}{_TITLE_EN}$", re.IGNORECASE)),
    (
        Rank.CHAPTER,
        re.compile(rf"(?:chapter|canto|scene|letter|stave)\s+{_NUMBER_EN}{_TITLE_EN}$", re.IGNORECASE),
    ),
    (
        Rank.MATTER,
        re.compile(
            r"(?:prologue|epilogue|preface|foreword|introduction|afterword|interlude|appendix(?:\s+[A-Z0-9])?|"
            r"acknowledge?ments|author[’']s note|dedication|conclusion)(?:\s*[:—–.-]\s*\S.{0,60}|\.)?$",
            re.IGNORECASE,
        ),
    ),
)


def heading_rank(line: str) -> Rank | None:
    """What a line by itself opens, or None if it is no heading.

    It must be short, and no sentence: "Chapter two was the worst of all." is one.
    """
    text = line.strip()
    if not text or columns(text) > _LONGEST or _ENDS_SENTENCE.search(text):
        return None
    for rank, pattern in _PATTERNS:
        if (match := pattern.match(text)) and not _is_prose(text, match):
            return rank
    return None


def _is_prose(text: str, match: re.Match[str]) -> bool:
    """Whether an English line begins like a heading and goes on in small letters, as a sentence does."""
    words = re.findall(r"[A-Za-z][\w’']*", match.group())
    behind = words[2:]
    small = [word for word in behind if word.islower() and len(word) > 3]  # noqa: PLR2004 - "of", "the", "and"
    return text.isascii() and len(small) > 1 and not re.search(r"[:—–]|\.\s", text)


def levels_of(ranks: list[Rank]) -> list[int]:
    """The depth of each heading of a text: chapters are in parts where there are parts.

    What stands before the first part is of its level; a foreword inside a part is of the chapters'.
    """
    if Rank.PART not in ranks:
        return [1] * len(ranks)
    first_part = ranks.index(Rank.PART)
    last_chapter = max((i for i, rank in enumerate(ranks) if rank is Rank.CHAPTER), default=len(ranks))
    return [_level(rank, first_part < i <= last_chapter) for i, rank in enumerate(ranks)]


def _level(rank: Rank, inside: bool) -> int:  # noqa: FBT001
    return 2 if inside and rank is not Rank.PART else 1

"""Who says each line of a book: tags first, then what people do, then whose turn it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from declaim.studio.book import Block, Book, Chapter
from declaim.studio.dialogue import english
from declaim.studio.dialogue.chinese import Chinese
from declaim.studio.dialogue.chinese_names import ClauseStarts
from declaim.studio.dialogue.conversation import Conversation
from declaim.studio.dialogue.english import English
from declaim.studio.dialogue.lines import Dialogue, Line
from declaim.studio.dialogue.marks import Quote
from declaim.studio.dialogue.mention import Grammar, MentionKind
from declaim.studio.dialogue.people import People
from declaim.studio.dialogue.speech import speech_in
from declaim.studio.dialogue.turns import LEAST_SURE, Utterance

_HAN_FIRST, _HAN_LAST = "\u3400", "\u9fff"
_SAMPLE = 400
_LEAST_NAMED = 2
_GENERIC = 2
"""Characters of 女人 and 孩子, by which nobody is told from others who are not named."""
_LEAST_FIRST_PERSON = 5
_FIRST_PERSON_EVERY = 400
"""Characters of narration in which a narrator who is in the story speaks of himself at least once."""
_WINDOW = 500
"""Characters of narration on each side of a quote that are looked at."""


def attribute(book: Book) -> Dialogue:
    """Find all dialogue in a book and who says it, by rules.

    The time is proportional to the book's length.
    """
    quotes = [speech_in(chapter.blocks) for chapter in book.chapters]
    starts = ClauseStarts(text for text in _narration(book, quotes) if _is_chinese(text))
    people = _people(book, quotes, starts)
    grammars = _Grammars(people.names(), starts)
    lines: list[Line] = []
    for index, chapter in enumerate(book.chapters):
        lines += _chapter_lines(index, chapter, quotes[index], people, grammars)
    counts = Counter(line.speaker for line in lines)
    return Dialogue(tuple(lines), people.persons(counts))


class _Grammars:
    """The grammar of each language, chosen by a block's letters."""

    def __init__(self, names: Iterable[str], starts: ClauseStarts) -> None:
        self._english = English()
        self._chinese = Chinese((name for name in names if _is_chinese(name)), starts)

    def of(self, text: str) -> Grammar:
        return self._chinese if _is_chinese(text) else self._english


def _is_chinese(text: str) -> bool:
    sample = text[:_SAMPLE]
    han = sum(_HAN_FIRST <= letter <= _HAN_LAST for letter in sample)
    latin = sum("a" <= letter <= "z" for letter in sample)
    return 4 * han >= latin and han > 0


def _people(book: Book, quotes: Sequence[Sequence[Sequence[Quote]]], starts: ClauseStarts) -> People:
    """Everybody whom a tag names. Two rounds: names found in the first are known in the second."""
    names: Counter[str] = Counter()
    grammars = _Grammars((), starts)
    for _ in range(2):
        names = Counter()
        for chapter, found in zip(book.chapters, quotes, strict=True):
            told = ""
            for block, in_block in zip(chapter.blocks, found, strict=True):
                names.update(_named(told, block.text, in_block, grammars.of(block.text)))
                told = block.text[in_block[-1].end if in_block else 0 :][-_WINDOW:]
        grammars = _Grammars(list(names), starts)
    people = People(names + _subjects(book, quotes, names, starts))
    for name in _called(book, quotes, grammars):
        people.hear(name)
    people.listen(_narration(book, quotes))
    return people


def _called(book: Book, quotes: Sequence[Sequence[Sequence[Quote]]], grammars: _Grammars) -> Iterator[str]:
    """By which names people call each other."""
    for chapter, found in zip(book.chapters, quotes, strict=True):
        for block, in_block in zip(chapter.blocks, found, strict=True):
            for quote in in_block:
                yield from grammars.of(block.text).addressed(block.text[quote.start : quote.end])


def _subjects(
    book: Book, quotes: Sequence[Sequence[Sequence[Quote]]], names: Counter[str], starts: ClauseStarts
) -> Counter[str]:
    """Names of those who do something now and then, but whom no tag names."""
    counts: Counter[str] = Counter()
    for text in _narration(book, quotes):
        if not _is_chinese(text):
            counts.update(english.named_subjects(text))
    found = {name for name, count in counts.items() if count >= _LEAST_NAMED or english.has_title(name)}
    found |= set(starts.subjects())
    return Counter(dict.fromkeys(found - set(names), 1))


def _named(told: str, text: str, quotes: Sequence[Quote], grammar: Grammar) -> Iterator[str]:
    """Whom the tags of a block name; ``told`` stands before it and may introduce its first quote."""
    introduced = told if quotes and not text[: quotes[0].start].strip() else ""
    comes = grammar.leading(introduced) if introduced else None
    if comes and comes.kind is MentionKind.NAME and len(comes.text) > _GENERIC:
        yield comes.text
    for before, behind in surroundings(text, quotes):
        tags = (grammar.tag_before(before or introduced), grammar.tag_behind(behind))
        introduced = ""
        for is_behind, tag in enumerate(tags):
            if tag and (tag.is_sure or is_behind) and tag.who.kind is MentionKind.NAME:
                yield tag.who.text


def _narration(book: Book, quotes: Sequence[Sequence[Sequence[Quote]]]) -> Iterator[str]:
    for chapter, found in zip(book.chapters, quotes, strict=True):
        yield from _told(chapter, found)


def _told(chapter: Chapter, quotes: Sequence[Sequence[Quote]]) -> Iterator[str]:
    """What is not said in a chapter, stretch by stretch."""
    for block, in_block in zip(chapter.blocks, quotes, strict=True):
        start = 0
        for quote in in_block:
            yield block.text[start : quote.start]
            start = quote.end
        yield block.text[start:]


def surroundings(text: str, quotes: Sequence[Quote]) -> Iterator[tuple[str, str]]:
    """The narration before and behind each quote, as far as the next quote or what can matter."""
    for index, quote in enumerate(quotes):
        start = quotes[index - 1].end if index else 0
        end = quotes[index + 1].start if index + 1 < len(quotes) else len(text)
        yield (
            text[max(start, quote.start - _WINDOW) : quote.start],
            text[quote.end : min(end, quote.end + _WINDOW)],
        )


def _chapter_lines(
    index: int, chapter: Chapter, quotes: Sequence[Sequence[Quote]], people: People, grammars: _Grammars
) -> list[Line]:
    talk = Conversation(people, _first_person(chapter, quotes))
    for number, (block, in_block) in enumerate(zip(chapter.blocks, quotes, strict=True)):
        _hear(talk, number, block, in_block, grammars.of(block.text))
    talk.look_back()
    lines = []
    for said in talk.said:
        place = replace(said.line.place, chapter=index, block=said.block)
        speaker = said.line.speaker if said.line.confidence >= LEAST_SURE else ""
        lines.append(replace(said.line, place=place, speaker=speaker))
    return lines


def _first_person(chapter: Chapter, quotes: Sequence[Sequence[Quote]]) -> str:
    """What the narrator calls himself, if he is one of the people in the chapter; else empty."""
    told = "".join(_told(chapter, quotes))
    for pronoun in ("我", "I"):
        count = len(re.findall(rf"(?<!\w){pronoun}(?!\w)" if pronoun.isascii() else pronoun, told))
        if count >= _LEAST_FIRST_PERSON and count * _FIRST_PERSON_EVERY >= len(told):
            return pronoun
    return ""


def _hear(talk: Conversation, number: int, block: Block, quotes: Sequence[Quote], grammar: Grammar) -> None:
    if not block.text or block.level:
        talk.pause()
        return
    if not quotes:
        talk.narrate(number, block.text[-4 * _WINDOW :], grammar)
        return
    utterances = [
        Utterance(quote, block.text[quote.start : quote.end], before, behind)
        for quote, (before, behind) in zip(quotes, surroundings(block.text, quotes), strict=True)
    ]
    talk.speak(number, utterances, grammar)

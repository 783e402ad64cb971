"""Manuscripts out of grammars: scenes of narration and dialogue, in chapters, in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from bench.books.grammar import Grammar
from bench.books.manuscript import Manuscript, Piece, Section

_HERE = Path(__file__).parent
_DIGITS = "零一二三四五六七八九"
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
SCENES = 3
"""Scenes of a chapter."""


class Manner(NamedTuple):
    """How a language's books are made."""

    title: str
    author: str
    people: tuple[str, ...]
    chapters: int
    """Of each part."""
    exchanges: int
    """Pairs of lines that a dialogue has at most."""
    paragraphs: int
    """Of narration in a scene."""
    joint: str
    """Between sentences."""
    before: str
    """Title of what stands before the first part."""
    part: Callable[[int, str], str]
    chapter: Callable[[int, str], str]
    line: Callable[[Grammar, str, str, str], str]
    """What somebody says, with who says it and a verb for that."""


def chinese() -> Manuscript:
    """A novel of more than 60,000 characters."""
    return _Author("zh-Hans", _CHINESE, seed=20_11).write()


def english() -> Manuscript:
    """A novel of more than 30,000 words."""
    return _Author("en", _ENGLISH, seed=20_12).write()


class _Author:
    def __init__(self, language: str, manner: Manner, *, seed: int) -> None:
        self._language = language
        self._manner = manner
        self._grammar = Grammar(_HERE / f"{language[:2]}.grammar", seed)
        self._turn = 0

    def write(self) -> Manuscript:
        manner = self._manner
        sections = [Section(manner.before, 1, tuple(self._scene()))]
        number = 0
        for part, name in enumerate(self._grammar.ways("part"), 1):
            sections.append(Section(manner.part(part, name), 1))
            for _ in range(manner.chapters):
                number += 1
                title = manner.chapter(number, self._grammar.deal("title"))
                sections.append(Section(title, 2, tuple(self._chapter(number))))
        return Manuscript(manner.title, manner.author, self._language, tuple(sections), manner.people)

    def _chapter(self, number: int) -> Iterator[Piece]:
        for index in range(SCENES):
            if index:
                yield Piece("scene break")
            yield from self._scene()
        if number % 3 == 0:
            yield from self._letter()
        if number % 4 == 1:
            yield Piece("verse", self._grammar.deal("verse"))

    def _scene(self) -> Iterator[Piece]:
        scene = self._cast()
        for index in range(self._manner.paragraphs):
            yield self._narration(scene, note=index == 1)
            if index % 2 == 0:
                yield from self._dialogue(scene)
        if self._language.startswith("zh"):
            yield self._glossed(scene)

    def _cast(self) -> dict[str, str]:
        people = self._manner.people
        self._turn += self._grammar.choose(1, len(people) - 1)
        other = self._turn + self._grammar.choose(1, len(people) - 1)
        scene = {"a": people[self._turn % len(people)], "b": people[other % len(people)]}
        return scene | {"place": self._grammar.deal("place"), "thing": self._grammar.deal("thing")}

    def _narration(self, scene: dict[str, str], *, note: bool) -> Piece:
        sentences = [self._sentence(scene) for _ in range(self._grammar.choose(3, 5))]
        text = self._manner.joint.join(sentences)
        return Piece("paragraph", text, note=self._grammar.deal("note") if note else "")

    def _sentence(self, scene: dict[str, str]) -> str:
        text = self._grammar.say("narration", scene)
        return text[0].upper() + text[1:]

    def _dialogue(self, scene: dict[str, str]) -> Iterator[Piece]:
        asks, answers = scene["a"], scene["b"]
        for _ in range(self._grammar.choose(2, self._manner.exchanges)):
            yield self._line("question", asks, scene)
            yield self._line("answer", answers, scene)
            asks, answers = answers, asks
        yield self._line("remark", asks, scene)

    def _line(self, kind: str, speaker: str, scene: dict[str, str]) -> Piece:
        verb = self._grammar.deal("asks" if kind == "question" else "says")
        said = self._manner.line(self._grammar, speaker, verb, self._grammar.say(kind, scene))
        return Piece("paragraph", said, speaker)

    def _letter(self) -> Iterator[Piece]:
        for _ in range(2):
            yield Piece("quotation", self._grammar.say("letter", self._cast()))

    def _glossed(self, scene: dict[str, str]) -> Piece:
        character, pinyin, template = self._grammar.deal("ruby").split("|")
        before, _, behind = template.partition(f"{{{character}}}")
        before, behind = self._grammar.fill(before, scene), self._grammar.fill(behind, scene)
        return Piece("paragraph", before + character + behind, ruby=(len(before), character, pinyin))


def _chinese_line(grammar: Grammar, speaker: str, verb: str, said: str) -> str:
    bare = said[:-1] + "，" if said[-1] == "。" else said
    return (
        f"{speaker}{verb}：“{said}”",
        f"“{bare}”{speaker}{verb}。",
        f"“{said}”{speaker}{grammar.deal('look')}。",
        f"“{said}”",
    )[grammar.choose(0, 3)]


def _english_line(grammar: Grammar, speaker: str, verb: str, said: str) -> str:
    bare = said[:-1] + "," if said[-1] == "." else said
    return (
        f"“{bare}” {verb if ' ' not in verb else 'said'} {speaker}.",
        f"“{bare}” {speaker} {verb}.",
        f"{speaker} {grammar.deal('look')}. “{said}”",
        f"“{said}”",
    )[grammar.choose(0, 3)]


def _numeral(number: int) -> str:
    """1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return head + (_DIGITS[ones] if ones else "")


def _roman(number: int) -> str:
    letters = ""
    for value, letter in _ROMAN:
        letters, number = letters + letter * (number // value), number % value
    return letters


_CHINESE = Manner(
    title="白石镇的灯塔",
    author="宣读",
    people=("老周", "林老师", "小满", "陈大海", "苏晴", "阿杰"),
    chapters=8,
    exchanges=4,
    paragraphs=5,
    joint="",
    before="楔子",
    part=lambda number, name: f"第{_numeral(number)}卷 {name}",
    chapter=lambda number, title: f"第{_numeral(number)}章 {title}",
    line=_chinese_line,
)
_ENGLISH = Manner(
    title="The Lamp at White Stone",
    author="Declaim",
    people=("Anna", "Mr. Hale", "Tom", "Captain Reed", "Mary", "Doctor Moss"),
    chapters=8,
    exchanges=4,
    paragraphs=6,
    joint=" ",
    before="Prologue",
    part=lambda number, name: f"Part {('One', 'Two')[number - 1]}: {name}",
    chapter=lambda number, title: f"Chapter {_roman(number)}: {title}",
    line=_english_line,
)

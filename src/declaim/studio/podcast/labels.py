"""Which lines of a script begin with a speaker's name, and which only have a colon in them.

The rule, for a line ``NAME: …`` or ``NAME (hint): …`` with an ASCII or full-width colon:

1. The name of a declared speaker, or another name declared for one, begins a turn, always. Upper and lower
   case, full and half width and spaces do not count.
2. Any other beginning is a name only if it looks like one: it begins with a letter, has at most four words
   and 24 characters, no punctuation but ``. ' ’ · - &``, and is none of the words that announce a remark
   (*Note*, *Warning*, 注意, 例如 …). So ``10:30``, a link's ``https:`` and
   "He said this, and then: …" are text.
3. Where no speaker is declared, what looks like a name is one if it begins two lines or more. One that stands
   there once is a speaker if a hint follows it, or if a turn may begin there: at the script's beginning,
   after a blank line, a heading, a pause or another line with a name.
4. Where speakers are declared, nobody else may speak: what looks like a name and begins two lines or more,
   or differs from a declared name in a letter, is an error, for otherwise somebody would read out
   somebody else's lines. What stands there once is text.

Whatever looks like a name and is read as text is warned of.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from declaim.studio.podcast.errors import ScriptError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_LABEL: Final = re.compile(
    r"\s{0,8}(?P<name>[^\s:：()（）\[\]][^:：()（）\[\]\n]{0,60}?)[ \t\u3000]{0,8}"
    r"(?:[(（](?P<hint>[^()（）\n]{1,80})[)）][ \t\u3000]{0,8})?"
    r"(?P<colon>[:：])(?![/\\]{2})"
)
_LOOKS_LIKE_NAME: Final = re.compile(r"[^\W\d_][\w .'’·&-]*")
_LONGEST: Final = 24
_MOST_WORDS: Final = 4
_REMARK: Final = re.compile(
    r"note|nb|ps|p\.s\.|warning|tip|hint|example|remember|caution|important|reminder|summary|update|sources?"
    r"|https?|ftp|mailto|注意|注|附注|备注|提示|例如|比如|例|说明|警告|譬如|换句话说|也就是说|总之|结论|原因|来源|时间|地点"
)
_ALIKE: Final = 0.8
"""Similarity (Ratcliff and Obershelp's ratio) from which a name is a misspelling of another."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a line begins with that may be somebody's name.

    Attributes:
        name: as written.
        hint: what stands in parentheses behind it; empty without any.
        end: offset in the line behind the colon.
    """

    name: str
    hint: str
    end: int


def label_of(line: str) -> Label | None:
    """What stands before the first colon, if that might be a name."""
    match = _LABEL.match(line)
    return match and Label(match["name"].strip(), (match["hint"] or "").strip(), match.end())


def folded(name: str) -> str:
    """A name as it is compared."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


class Speakers:
    """Who speaks in a script.

    Args:
        lines: of the script; those that nobody says or that are a pause alone are empty,
            headings are None.
        declared: name by each of the folded names that somebody goes by; empty lets the lines decide.

    Raises:
        ScriptError: somebody speaks who is not declared.
    """

    def __init__(self, lines: Sequence[str | None], declared: Mapping[str, str]) -> None:
        labels = [(number, label_of(line)) for number, line in enumerate(lines, 1) if line]
        alike = [(number, label) for number, label in labels if label and _is_like_a_name(label)]
        counts = Counter(folded(label.name) for _, label in alike)
        self._names = dict(declared)
        if declared:
            _refuse_strangers(alike, counts, declared)
        else:
            self._find(lines, alike, counts)
        self.passed_over = [
            (number, label.name) for number, label in alike if folded(label.name) not in self._names
        ]
        """What looks like a name and is none: its line, from 1, and how it is written."""

    def _find(
        self, lines: Sequence[str | None], alike: Iterable[tuple[int, Label]], counts: Mapping[str, int]
    ) -> None:
        for number, label in alike:
            key = folded(label.name)
            is_name = counts[key] > 1 or label.hint or _may_begin_turn(lines, number)
            if is_name and key not in self._names:
                self._names[key] = label.name

    @property
    def are_named(self) -> bool:
        """Whether there is anybody whom a line may name."""
        return bool(self._names)

    def named(self, line: str) -> tuple[str, Label] | None:
        """The speaker that a line names, as written first or declared, and the label; None if it has none."""
        label = label_of(line)
        if label is None:
            return None
        name = self._names.get(folded(label.name))
        return None if name is None else (name, label)


def _is_like_a_name(label: Label) -> bool:
    name = folded(label.name)
    return (
        len(name) <= _LONGEST
        and len(name.split()) <= _MOST_WORDS
        and not _REMARK.fullmatch(name)
        and _LOOKS_LIKE_NAME.fullmatch(name) is not None
    )


def _may_begin_turn(lines: Sequence[str | None], number: int) -> bool:
    """Whether a turn may begin on a line, by what stands before it."""
    before = lines[number - 2] if number > 1 else None
    if not before:  # the beginning, a heading, a blank line
        return True
    label = label_of(before)
    return label is not None and _is_like_a_name(label)


def _refuse_strangers(
    alike: Iterable[tuple[int, Label]], counts: Mapping[str, int], declared: Mapping[str, str]
) -> None:
    for number, label in alike:
        key = folded(label.name)
        if key in declared:
            continue
        close = difflib.get_close_matches(key, declared, n=1, cutoff=_ALIKE)
        if not close and counts[key] == 1:
            continue
        hint = f"did you mean {declared[close[0]]}? " if close else ""
        names = ", ".join(dict.fromkeys(declared.values()))
        raise ScriptError(
            f"{label.name!r} is none of the show's speakers",
            line=number,
            hint=f"{hint}Declared are {names}; declare everybody who speaks, or nobody.",
        )

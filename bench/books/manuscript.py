"""A book before it is a file: what a reader of any format has to find again."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of a manuscript.

    Attributes:
        kind: ``paragraph``, ``verse``, ``quotation`` or ``scene break``.
        text: as printed, without the mark of a note; verse has line breaks.
        speaker: who says what is in quotation marks; empty for narration.
        note: a footnote to its end; empty without one.
        ruby: offset, character and pinyin with a tone mark, of a character that a gloss stands over.
    """

    kind: str
    text: str = ""
    speaker: str = ""
    note: str = ""
    ruby: tuple[int, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter, or the title page of a part.

    Attributes:
        title: its heading.
        level: 1, or 2 for a chapter in a part.
        pieces: what is under the heading; none on a part's page.
    """

    title: str
    level: int
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A whole book.

    Attributes:
        title, author, language: for its metadata.
        sections: in reading order.
        characters: names of those who speak.
    """

    title: str
    author: str
    language: str
    sections: tuple[Section, ...]
    characters: tuple[str, ...] = field(default=())

    def text(self) -> str:
        """Everything that is to be heard, headings included, a block a line."""
        lines = []
        for section in self.sections:
            lines.append(section.title)
            lines += [piece.text for piece in section.pieces if piece.text]
        return "\n".join(lines)

"""The pages of an EPUB of a manuscript, with its notes, glosses, verse and page numbers."""

from __future__ import annotations

from html import escape

from bench.books.manuscript import Piece, Section

NOTES = "notes.xhtml"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_DOCTYPE_2 = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">\n'
)


class Pages:
    """Makes pages of sections, and keeps what stands at the end of an EPUB 2: its notes.

    Args:
        language: for the pages' ``lang``.
        version: 2 or 3.
    """

    def __init__(self, language: str, version: int) -> None:
        self._language = language
        self._version = version
        self._notes: list[str] = []
        self._page = 0

    def section(self, name: str, section: Section) -> str:
        """The page of a chapter or of a part's title."""
        asides: list[str] = []
        body = [f"<h{section.level} id='start'>{escape(section.title)}</h{section.level}>"]
        for index, piece in enumerate(section.pieces):
            if self._version == 3 and index % 12 == 0:
                self._page += 1
                body.append(
                    f'<span epub:type="pagebreak" id="p{self._page}" title="{self._page}">{self._page}</span>'
                )
            body.append(self._piece(name, piece, asides))
        return self._whole(section.title, "\n".join([*body, *asides]))

    def notes(self, title: str) -> str:
        """The page of all notes, in an EPUB 2."""
        return self._whole(title, f"<h1>{title}</h1>\n" + "\n".join(self._notes))

    def cover(self, title: str, picture: str) -> str:
        """The page that shows the cover."""
        return self._whole(title, f'<div><img src="{picture}" alt="{escape(title)}"/></div>')

    def _piece(self, name: str, piece: Piece, asides: list[str]) -> str:
        text = self._text(piece) + (self._mark(name, piece.note, asides) if piece.note else "")
        if piece.kind == "scene break":
            return "<hr/>" if self._version == 3 else "<p>* * *</p>"
        if piece.kind == "verse":
            lines = "<br/>\n".join(escape(line) for line in piece.text.split("\n"))
            return f'<div class="poem"><p>{lines}</p></div>'
        if piece.kind == "quotation":
            return f"<blockquote><p>{text}</p></blockquote>"
        return f"<p>{text}</p>"

    def _text(self, piece: Piece) -> str:
        if piece.ruby is None:
            return escape(piece.text, quote=False)
        at, character, pinyin = piece.ruby
        before, behind = piece.text[:at], piece.text[at + len(character) :]
        return f"{before}<ruby>{character}<rp>(</rp><rt>{pinyin}</rt><rp>)</rp></ruby>{behind}"

    def _mark(self, name: str, note: str, asides: list[str]) -> str:
        if self._version == 3:
            number = len(asides) + 1
            asides.append(f'<aside epub:type="footnote" id="n{number}"><p>{escape(note)}</p></aside>')
            return f'<a epub:type="noteref" href="#n{number}">{number}</a>'
        number = len(self._notes) + 1
        back = f'<a href="{name}#r{number}">{number}</a>'
        self._notes.append(f'<p id="n{number}">{back} {escape(note)}</p>')
        return f'<sup><a id="r{number}" href="{NOTES}#n{number}">{number}</a></sup>'

    def _whole(self, title: str, body: str) -> str:
        spaces = 'xmlns="http://www.w3.org/1999/xhtml"'
        if self._version == 3:
            start = (
                _HEAD + f'<html {spaces} xmlns:epub="http://www.idpf.org/2007/ops" lang="{self._language}">'
            )
        else:
            start = _HEAD + _DOCTYPE_2 + f'<html {spaces} xml:lang="{self._language}">'
        return f"{start}\n<head><title>{escape(title)}</title></head>\n<body>\n{body}\n</body>\n</html>\n"

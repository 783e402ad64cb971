"""What files say of their book, in the words that FFmpeg's muxers translate for each container."""

from __future__ import annotations

from collections.abc import Mapping

from declaim.studio.book import Book
from declaim.studio.outputs.languages import iso_639_2, tag_of
from declaim.studio.outputs.names import one_line
from declaim.studio.outputs.settings import OutputSettings


def authors_of(book: Book) -> str:
    """The authors' names on one line; empty if none is known."""
    return ", ".join(map(one_line, book.authors))


def book_tags(book: Book, settings: OutputSettings) -> dict[str, str]:
    """Tags that all files of a book share, in a fixed order; what is not known is not there.

    The narrator is the composer, as audiobook players read it, since neither ID3 nor Vorbis comments have a
    field for one.
    """
    about = book.metadata
    tags = {
        "album": book.title,
        "artist": authors_of(book),
        "album_artist": authors_of(book),
        "composer": settings.narrator,
        "publisher": about.publisher,
        "date": about.published,
        "genre": settings.genre,
        "language": iso_639_2(tag_of(book)),
        "copyright": about.rights,
        "SERIES": about.series,
        "SERIES-PART": about.series_index,
        "TRANSLATOR": ", ".join(about.translators),
        "IDENTIFIER": about.identifier,
    }
    return {key: one_line(value) for key, value in tags.items() if one_line(value)}


def chapter_tags(
    common: Mapping[str, str], title: str, number: int, count: int, *, is_vorbis: bool
) -> dict[str, str]:
    """Tags of a chapter's file: ``number`` of ``count`` is one tag in ID3, two in Vorbis comments."""
    track = {"track": str(number), "TRACKTOTAL": str(count)} if is_vorbis else {"track": f"{number}/{count}"}
    return {"title": title} | track | dict(common)

"""The entry of an episode in a feed: RSS 2.0 with Apple's and Podcasting 2.0's elements."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from pathlib import Path

    from declaim.studio.podcast.show import Show

_ITUNES: Final = "http://www.itunes.com/dtds/podcast-1.0.dtd"
_PODCAST: Final = "https://podcastindex.org/namespace/1.0"
_NAMESPACE: Final = uuid.UUID("5a7a3a64-6c8c-53ab-9a92-2cf5b0a1d6a1")
"""Ours, for the names of episodes."""
_TRANSCRIPTS: Final = {
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".transcript.json": "application/json",
    ".html": "text/html",
}
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""


@dataclass(frozen=True, slots=True)
class Published:
    """What was made of an episode.

    Attributes:
        audio: the MP3.
        size: its bytes.
        seconds: its length.
        language: a BCP 47 tag.
    """

    audio: Path
    size: int
    seconds: float
    language: str


def feed_xml(show: Show, published: Published) -> str:
    """The episode's ``<item>``, or a whole feed with it if the show asks for one."""
    ET.register_namespace("itunes", _ITUNES)
    ET.register_namespace("podcast", _PODCAST)
    if not show.publication.feed:
        root = ET.Element("item")
        _fill_item(root, show, published)
    else:
        root = ET.Element("rss", version="2.0")
        channel = ET.SubElement(root, "channel")
        _fill_channel(channel, show, published)
        _fill_item(ET.SubElement(channel, "item"), show, published)
    ET.indent(root)
    written = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def guid_of(show: Show) -> str:
    """The entry's lasting name: the same however often and in whatever voices the episode is made."""
    publication = show.publication
    if publication.guid:
        return publication.guid
    number = f"{publication.season or ''}/{publication.episode}" if publication.episode else show.title
    return str(
        uuid.uuid5(_NAMESPACE, f"{show.podcast or publication.url or ''}\n{number}\n{publication.kind}")
    )


def _fill_channel(channel: ET.Element, show: Show, published: Published) -> None:
    publication = show.publication
    _add(channel, "title", show.podcast or show.title)
    _add(channel, "link", str(publication.link or publication.url or ""))
    _add(channel, "description", show.description or show.podcast or show.title)
    _add(channel, "language", published.language)
    _add(channel, f"{{{_ITUNES}}}author", show.author)
    _add(channel, f"{{{_ITUNES}}}explicit", "true" if publication.explicit else "false")
    if publication.image:
        _add(channel, f"{{{_ITUNES}}}image", href=str(publication.image))
    if publication.category:
        _add(channel, f"{{{_ITUNES}}}category", text=_clean(publication.category))


def _fill_item(item: ET.Element, show: Show, published: Published) -> None:
    publication = show.publication
    _add(item, "title", show.title)
    _add(item, "description", show.description)
    _add(item, "guid", guid_of(show), isPermaLink="false")
    _add(item, "pubDate", _date(publication.date))
    _add(item, "link", "" if publication.feed else str(publication.link or ""))
    _add(
        item, "enclosure", url=_url(show, published.audio.name), length=str(published.size), type="audio/mpeg"
    )
    _add(item, f"{{{_ITUNES}}}duration", str(round(published.seconds)))
    _add(item, f"{{{_ITUNES}}}author", show.author)
    _add(item, f"{{{_ITUNES}}}explicit", "true" if publication.explicit else "false")
    _add(item, f"{{{_ITUNES}}}season", str(publication.season or ""))
    _add(item, f"{{{_ITUNES}}}episode", str(publication.episode or ""))
    _add(item, f"{{{_ITUNES}}}episodeType", publication.kind)
    if publication.image:
        _add(item, f"{{{_ITUNES}}}image", href=str(publication.image))
    stem = published.audio.name.removesuffix(published.audio.suffix)
    for suffix, kind in _TRANSCRIPTS.items():
        _add(
            item,
            f"{{{_PODCAST}}}transcript",
            url=_url(show, stem + suffix),
            type=kind,
            language=published.language,
        )
    _add(
        item,
        f"{{{_PODCAST}}}chapters",
        url=_url(show, stem + ".chapters.json"),
        type="application/json+chapters",
    )


def _add(parent: ET.Element, name: str, content: str = "", /, **attributes: str) -> None:
    """Add an element, unless there is nothing to say in it."""
    if content or attributes.keys() - {"isPermaLink"}:
        ET.SubElement(parent, name, attributes).text = _clean(content) or None


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def _url(show: Show, name: str) -> str:
    """Where a file will lie; the name alone as long as nobody has said where."""
    folder = str(show.publication.url or "")
    return f"{folder}{'' if folder.endswith('/') or not folder else '/'}{quote(name)}"


def _date(date: dt.datetime | dt.date | None) -> str:
    if date is None:
        return ""
    if not isinstance(date, dt.datetime):
        date = dt.datetime.combine(date, dt.time(), dt.UTC)
    return format_datetime(date if date.tzinfo else date.replace(tzinfo=dt.UTC))

"""Chapters of an episode, and the file of them that feeds point to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from declaim.studio.podcast.script import Script
    from declaim.studio.podcast.show import Show
    from declaim.studio.podcast.timeline import Timeline


@dataclass(frozen=True, slots=True)
class ChapterMark:
    """A chapter of the episode.

    Attributes:
        title: never empty.
        start: seconds of the episode.
        end: seconds of the episode; the next chapter's start.
    """

    title: str
    start: float
    end: float


def chapters_of(show: Show, script: Script, timeline: Timeline) -> tuple[ChapterMark, ...]:
    """A chapter for each section that is heard; together they are the whole episode."""
    starts = [start for _, start in timeline.sections]
    ends = [*starts[1:], timeline.seconds]
    titles = [script.sections[section].title or show.title for section, _ in timeline.sections]
    return tuple(ChapterMark(*each) for each in zip(titles, starts, ends, strict=True))


def chapters_json(show: Show, chapters: tuple[ChapterMark, ...], file_name: str) -> str:
    """Podcasting 2.0's JSON chapters, version 1.2.0 (Podcastindex-org/podcast-namespace)."""
    about = {
        "version": "1.2.0",
        "title": show.title,
        "author": show.author,
        "podcastName": show.podcast,
        "fileName": file_name,
    }
    marks = [
        {"startTime": round(mark.start, 3), "endTime": round(mark.end, 3), "title": mark.title}
        for mark in chapters
    ]
    return (
        json.dumps({k: v for k, v in about.items() if v} | {"chapters": marks}, ensure_ascii=False, indent=1)
        + "\n"
    )

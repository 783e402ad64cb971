"""Whether an M4B is the book it was made of: ``python -m bench.books.check zh.json zh.m4b``.

``zh.json`` is what ``python -m bench.books`` wrote beside the book: the author's text, which no reader of
ours has touched. The manifest is taken from beside the M4B. Chapters, tags, cover and length are read with
mutagen and with ffprobe, and the manifest is laid beside the text character by character.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from mutagen.mp4 import MP4

from bench.books.cover import draw_cover

_FRAME = 2 * 1024 / 24_000
"""Seconds by which a length may differ: mutagen counts the delay of the encoder."""
_NEAR = 0.002
"""Seconds of rounding."""


def main() -> None:
    """Print a line for each check; the exit status is 1 if one fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manuscript", type=Path)
    parser.add_argument("m4b", type=Path)
    parser.add_argument("--no-cover", action="store_true", help="the book has none: a text file")
    given = parser.parse_args()
    book = json.loads(given.manuscript.read_text(encoding="utf-8"))
    manifest = json.loads(given.m4b.with_suffix(".json").read_text(encoding="utf-8"))
    failed = 0
    for what, is_right, found in [
        *_text(book, manifest),
        *_times(manifest),
        *_file(book, manifest, given.m4b, [] if given.no_cover else [draw_cover()]),
    ]:
        failed += not is_right
        print(f"{'ok  ' if is_right else 'FAIL'} {what}: {found}")
    sys.exit(failed > 0)


def _text(book: dict[str, Any], manifest: dict[str, Any]) -> Iterator[tuple[str, bool, str]]:
    """Every letter of the author's is in a sentence of the manifest, in order, and each was spoken."""
    yield "sentences spoken", manifest["unspoken"] == 0, f"{manifest['spoken']}, {manifest['unspoken']} not"
    wanted = "".join(_letters(text) for text in _author(book))
    listed = "".join(_letters(each["text"]) for each in _sentences(manifest))
    differs = next(
        (i for i, pair in enumerate(zip(wanted, listed, strict=False)) if pair[0] != pair[1]), None
    )
    if differs is None and len(wanted) != len(listed):
        differs = min(len(wanted), len(listed))
    told = (
        "the same"
        if differs is None
        else f"{wanted[differs : differs + 20]!r}, not {listed[differs : differs + 20]!r}"
    )
    yield (
        "letters and figures in the manifest",
        differs is None,
        f"{len(listed):,} of {len(wanted):,}, {told}",
    )
    words = sum(len(text.split()) for text in _author(book))
    characters = sum(map(len, _author(book)))
    yield "length of the text", True, f"{characters:,} characters, {words:,} words by spaces"


def _author(book: dict[str, Any]) -> Iterator[str]:
    """The manuscript's text as it is to be heard."""
    for section in book["sections"]:
        yield section["title"]
        yield from (piece["text"] for piece in section["pieces"] if piece["text"])


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def _sentences(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (sentence for chapter in manifest["chapters"] for sentence in chapter["sentences"])


def _times(manifest: dict[str, Any]) -> Iterator[tuple[str, bool, str]]:
    """Sentences follow each other without overlap, chapters without a hole."""
    spoken = [each for each in _sentences(manifest) if "take" in each]
    overlaps = sum(later["start"] < earlier["end"] - _NEAR for earlier, later in pairwise(spoken))
    longest = max(later["start"] - earlier["end"] for earlier, later in pairwise(spoken))
    yield "sentences in order of time", overlaps == 0, f"{overlaps} overlap; longest silence {longest:.2f} s"
    holes = [b["start"] - a["end"] for a, b in pairwise(manifest["chapters"])]
    yield "chapters without a hole", max(map(abs, holes)) < _NEAR, f"{max(map(abs, holes)):.3f} s at most"


def _file(
    book: dict[str, Any], manifest: dict[str, Any], path: Path, covers: list[bytes]
) -> Iterator[tuple[str, bool, str]]:
    chapters = [chapter for chapter in manifest["chapters"] if chapter["end"] > chapter["start"]]
    titles = [section["title"] for section in book["sections"]]
    starts = [chapter["start"] for chapter in chapters]
    file, probed = MP4(path), _probed(path)
    for name, found in (
        ("mutagen", [(each.title, each.start) for each in file.chapters]),
        ("ffprobe", [(each["tags"]["title"], float(each["start_time"])) for each in probed["chapters"]]),
    ):
        same = len(found) == len(starts) and all(
            abs(at - start) < _NEAR for (_, at), start in zip(found, starts, strict=True)
        )
        named = len(found) == len(titles) and all(
            title.endswith(wanted) for (title, _), wanted in zip(found, titles, strict=True)
        )
        yield (
            f"{name}: chapters",
            same and named,
            f"{len(found)} of {len(titles)}, from {found[0]} to {found[-1]}",
        )
    length = float(probed["format"]["duration"])
    yield (
        "ffprobe: length",
        abs(length - manifest["seconds"]) < _NEAR,
        f"{length:.3f} of {manifest['seconds']} s",
    )
    close = abs(file.info.length - manifest["seconds"]) <= _FRAME
    yield "mutagen: length", close, f"{file.info.length:.3f} s"
    yield from _tags(book, file, probed, covers)


def _tags(
    book: dict[str, Any], file: MP4, probed: dict[str, Any], wanted_covers: list[bytes]
) -> Iterator[tuple[str, bool, str]]:
    tags, told = file.tags, probed["format"]["tags"]
    wanted = [[book["title"]], [book["author"]]]
    yield "mutagen: title, author", [tags["©nam"], tags["©ART"]] == wanted, f"{tags['©nam']}, {tags['©ART']}"
    both = told["title"] == book["title"] and told["artist"] == book["author"]
    yield "ffprobe: title, artist", both, f"{told['title']}, {told['artist']}"
    covers = [bytes(each) for each in tags.get("covr", [])]
    yield "mutagen: cover", covers == wanted_covers, f"{len(covers)}, {sum(map(len, covers))} bytes"
    kinds = [(each["codec_type"], each["codec_name"]) for each in probed["streams"]]
    yield "ffprobe: streams", kinds[0] == ("audio", "aac"), ", ".join(map("/".join, kinds))


def _probed(path: Path) -> dict[str, Any]:
    told = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", "-show_chapters", path],
        check=True,
        capture_output=True,
    )
    found: dict[str, Any] = json.loads(told.stdout)
    return found


if __name__ == "__main__":
    main()

"""Write the books: ``python -m bench.books FOLDER``.

The Chinese one and the English one, each as EPUB 3, EPUB 2 and text, and as JSON what a reader has to find in
them and who says what.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path

from bench.books.epub_file import write_epub
from bench.books.manuscript import Manuscript
from bench.books.story import chinese, english
from bench.books.text_file import write_text


def write_books(folder: Path, pieces: int | None = None) -> list[Path]:
    """Write all books into a folder; it is made if it is not there.

    Args:
        folder: of the books.
        pieces: of each chapter at most; None is all of them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    books = [_shortened(each, pieces) for each in (chinese(), english())]
    return [path for manuscript in books for path in _write(manuscript, folder)]


def _shortened(manuscript: Manuscript, pieces: int | None) -> Manuscript:
    sections = tuple(replace(each, pieces=each.pieces[:pieces]) for each in manuscript.sections)
    return replace(manuscript, sections=sections)


def _write(manuscript: Manuscript, folder: Path) -> list[Path]:
    stem = folder / manuscript.language[:2]
    paths = [stem.with_suffix(suffix) for suffix in (".epub", ".epub2.epub", ".txt", ".json")]
    write_epub(manuscript, paths[0], version=3)
    write_epub(manuscript, paths[1], version=2)
    write_text(manuscript, paths[2])
    paths[3].write_text(json.dumps(asdict(manuscript), ensure_ascii=False, indent=1), encoding="utf-8")
    if manuscript.language.startswith("zh"):
        paths.append(stem.with_suffix(".gb18030.txt"))
        write_text(manuscript, paths[-1], encoding="gb18030")
    return paths


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pieces", type=int, help="paragraphs of each chapter at most: a book of minutes")
    given = parser.parse_args()
    for written in write_books(given.folder, given.pieces):
        print(f"{written.stat().st_size:>9,}  {written}")

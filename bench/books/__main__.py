"""Write the books: ``python -m bench.books FOLDER``.

The Chinese one and the English one, each as EPUB 3, EPUB 2 and text, and as JSON what a reader has to find in
them and who says what.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from bench.books.epub_file import write_epub
from bench.books.manuscript import Manuscript
from bench.books.story import chinese, english
from bench.books.text_file import write_text


def write_books(folder: Path) -> list[Path]:
    """Write all books into a folder; it is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    return [path for manuscript in (chinese(), english()) for path in _write(manuscript, folder)]


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
    for written in write_books(parser.parse_args().folder):
        print(f"{written.stat().st_size:>9,}  {written}")

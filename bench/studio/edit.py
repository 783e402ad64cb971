"""What an edit costs: a sentence of chapter 3 is changed, and takes are counted.

``python -m bench.studio.edit`` makes a book of 3 chapters with the real weights, changes one sentence in the
last, and makes it again.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench.studio.runs import finished, take_names
from bench.studio.small_book import written


def main() -> None:
    """Print how many takes there were, and how many are new."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=3, help="of the book, in each language a chapter")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        output = Path(name) / "out"
        book = written(Path(name) / "book.txt", given.lines)
        finished(book, output)
        before = take_names(output)
        text = book.read_text(encoding="utf-8")
        place = text.index("“今天真好！”", text.index("第3章"))
        book.write_text(text[:place] + text[place:].replace("今天真好", "今天真冷", 1), encoding="utf-8")
        finished(book, output)
        print(f"{len(before)} takes; after the edit {len(take_names(output) - before)} new")


if __name__ == "__main__":
    main()

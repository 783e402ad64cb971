"""A small book, printed and spoken: tones instead of speech."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from spoken_books import RATE, Speak, picture, tone, write_take

from declaim.studio.book import Block, BlockKind, Book, Chapter, Cover, Metadata, Skipped, SkippedKind
from declaim.studio.passage import Place
from declaim.studio.recording import RecordedChapter, Take
from declaim.text.splitting import split_sentences

WORDS = (
    Block(BlockKind.HEADING, "Chapter 1", level=2),
    Block(BlockKind.PARAGRAPH, "“Come in,” said Anna. He came in & sat <down>. It was late."),
    Block(BlockKind.SCENE_BREAK),
    Block(BlockKind.VERSE, "Roses are red,\nviolets are blue."),
    Block(BlockKind.QUOTATION, "Dear Sir, I remain yours."),
)
CHINESE = (
    Block(BlockKind.HEADING, "第一章 😀", level=2),
    Block(BlockKind.PARAGRAPH, "今天天气很好。老王说：“我们去公园吧！”大家都同意了。"),
)


@pytest.fixture(scope="session")
def speak(tmp_path_factory: pytest.TempPathFactory) -> Speak:
    """Give a chapter the takes that a reader of its sentences would make, a tenth of a second a word."""
    folder = tmp_path_factory.mktemp("takes")

    def sentences(chapter: Chapter, index: int, seconds: float | None, pause: float) -> Iterator[Take]:
        for number, block in enumerate(chapter.blocks):
            for extent in split_sentences(block.text):
                text = block.text[extent.start : extent.end].rstrip()
                length = round((seconds or 0.05 * len(text)) * RATE)
                path = folder / f"{length}-{len(text) % 7}.flac"
                if not path.exists():
                    write_take(path, tone(length / RATE, 110 + 20 * (len(text) % 7)))
                place = Place(index, number, extent.start, extent.start + len(text))
                yield Take(path, length, text, place, pause=pause)

    def speak(
        chapter: Chapter, index: int = 0, *, seconds: float | None = None, pause: float = 0.3
    ) -> RecordedChapter:
        takes = tuple(sentences(chapter, index, seconds, pause))
        return RecordedChapter(chapter.title, takes, chapter.level)

    return speak


@pytest.fixture(scope="session")
def book() -> Book:
    """Two parts, a chapter of the same name in each, one in Chinese and one without anything to say."""
    return Book(
        title="The Book\n<of> “Tests” & 测试",
        chapters=(
            Chapter("Part One", (Block(BlockKind.HEADING, "Part One", level=1),), 1),
            Chapter("Chapter 1", WORDS, 2),
            Chapter("***\u202e", (Block(BlockKind.PARAGRAPH, "(Plate 7)"),), 2),
            Chapter("Part Two", (Block(BlockKind.HEADING, "Part Two", level=1),), 1),
            Chapter("Chapter 1", CHINESE, 2),
        ),
        authors=("Ada Author", "鲁迅"),
        language="en-GB",
        cover=Cover(picture(64, 96), "image/jpeg"),
        metadata=Metadata(
            publisher="Press & Sons",
            published="2019-04-01",
            description="About <tests>.\n\nIn two paragraphs.",
            subjects=("Fiction", "测试"),
            identifier="urn:isbn:9780000000002",
            rights="© 2019",
            translators=("Tom Translator",),
            series="Saga",
            series_index="2.5",
        ),
        skipped=(Skipped(SkippedKind.NOTE, "Chapter 1", "a footnote", 3),),
    )


@pytest.fixture(scope="session")
def recorded(book: Book, speak: Speak) -> tuple[RecordedChapter, ...]:
    chapters = [speak(chapter, index) for index, chapter in enumerate(book.chapters)]
    chapters[2] = RecordedChapter(book.chapters[2].title, (), 2)
    return tuple(chapters)

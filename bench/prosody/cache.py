"""``python -m bench.prosody.cache``: what the embedded models cost, and what the cache saves.

Reads forty sentences, Chinese and English: once with the language model's cache, and once without it, each
sentence behind as much of the passage as the cache would have held. Then the whole stage, sentence by
sentence; then its memory, each reader in a fresh process.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import psutil

from bench.quality.report import table
from declaim.config import Config
from declaim.models.store import ModelStore
from declaim.prosody.embedded import EmbeddedReader
from declaim.prosody.language_model import model as language_model
from declaim.prosody.language_model.model import LanguageModel, Passage
from declaim.prosody.reader import load_reader
from declaim.prosody.reading import reading_of
from declaim.text.frontend import TextFrontend

if TYPE_CHECKING:
    from declaim.text.sentence import Sentence

PASSAGE = Path(__file__).parent / "passage.txt"
TAKEN_FOR = {"llm": "embedded models", "rules": "rules"}


def main() -> None:
    """Print the tables as Markdown."""
    options = parser().parse_args()
    if options.memory_of:
        print(json.dumps(memory_of(options.memory_of, options.threads)))
        return
    store, text = ModelStore(), passage()
    sentences = list(TextFrontend().read(text, language="zh"))
    load_reader(Config(prosody="llm"), store, threads=options.threads)  # makes the graphs, the first time
    started = time.perf_counter()
    reader = load_reader(Config(prosody="llm"), store, threads=options.threads)
    loaded = time.perf_counter() - started
    model = LanguageModel.load(store, threads=options.threads)
    print(f"{len(sentences)} sentences, {options.threads} threads.\n")
    print(table(("language model", "s", "tokens evaluated"), cache_rows(model, sentences)), "\n")
    print(f"Each sentence's median of {options.repeat} runs:\n")
    print(table(("whole stage", "ms a sentence"), stage_rows(reader, sentences, text, options.repeat)), "\n")
    print(table(("process with", "RSS MB", "private MB"), memory_rows(options.threads)), "\n")
    print(f"Loading both models, their graphs made before: {loaded:.2f} s.")


def parser() -> argparse.ArgumentParser:
    """Build the command line's parser."""
    line = argparse.ArgumentParser(prog="python -m bench.prosody.cache", description=__doc__)
    line.add_argument("--threads", type=int, default=2, help="threads of each model (default: 2)")
    line.add_argument("--repeat", type=int, default=3, help="runs of the stage (default: 3)")
    line.add_argument("--memory-of", choices=TAKEN_FOR, help=argparse.SUPPRESS)
    return line


def passage() -> str:
    """Return the forty sentences."""
    return PASSAGE.read_text(encoding="utf-8")


def cache_rows(model: LanguageModel, sentences: list[Sentence]) -> list[tuple[str, ...]]:
    """Time both ways of reading."""
    texts = [reading_of(sentence).text for sentence in sentences]
    read_on(model, texts[:3])  # the first run allocates
    (with_cache, once), (without, again) = read_on(model, texts), read_again(model, texts)
    return [
        ("with its cache", f"{with_cache:.2f}", f"{once}"),
        ("without", f"{without:.2f}", f"{again}"),
        ("with / without", f"{with_cache / without:.3f}", f"{once / again:.3f}"),
    ]


def read_on(model: LanguageModel, texts: list[str]) -> tuple[float, int]:
    """Read sentence by sentence; gives the seconds and the tokens evaluated."""
    started, whole = time.perf_counter(), Passage(model)
    for text in texts:
        whole.read(text)
    return time.perf_counter() - started, whole.evaluated


def read_again(model: LanguageModel, texts: list[str]) -> tuple[float, int]:
    """Read every sentence behind as much of the passage as the cache would hold, from nothing."""
    started, evaluated = time.perf_counter(), 0
    for last in range(len(texts)):
        anew = Passage(model)
        first = first_held(model, texts, last)
        anew.read(" ".join(texts[first : last + 1]))
        evaluated += anew.evaluated
    return time.perf_counter() - started, evaluated


def first_held(model: LanguageModel, texts: list[str], last: int) -> int:
    """Return the first sentence that fits into the cache with all up to the last: no more would be read."""
    room, first = language_model.CACHE_LIMIT, last + 1
    while first and (room := room - len(model.tokenize(texts[first - 1], continues=True))) >= 0:
        first -= 1
    return min(first, last)


def stage_rows(reader: object, sentences: list[Sentence], text: str, repeat: int) -> list[tuple[str, ...]]:
    """Time the stage on each sentence, as a listener waits for it."""
    assert isinstance(reader, EmbeddedReader)
    times: list[list[float]] = [[] for _ in sentences]
    for _ in range(repeat):
        started = time.perf_counter()
        for index, _ in enumerate(reader.read(sentences, text)):
            times[index].append(time.perf_counter() - started)
            started = time.perf_counter()
    medians = [1000 * median(each) for each in times]
    english = [each for each, sentence in zip(medians, sentences, strict=True) if is_english(sentence)]
    chinese = [each for each, sentence in zip(medians, sentences, strict=True) if not is_english(sentence)]
    rows = [("all", medians), ("English", english), ("Chinese", chinese)]
    return [(f"median, {name} ({len(values)})", f"{median(values):.0f}") for name, values in rows] + [
        ("longest", f"{max(medians):.0f}")
    ]


def is_english(sentence: Sentence) -> bool:
    """Tell by its first word."""
    return next(word.language for clause in sentence.clauses for word in clause.words) == "en"


def memory_rows(threads: int) -> list[tuple[str, ...]]:
    """Measure fresh processes that have read the passage, with the rules and with the models."""
    measured = {}
    for prosody in ("rules", "llm"):
        command = [
            sys.executable,
            "-m",
            "bench.prosody.cache",
            "--memory-of",
            prosody,
            "--threads",
            f"{threads}",
        ]
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        measured[prosody] = json.loads(output.splitlines()[-1])
    rows = [(TAKEN_FOR[name], f"{rss:.0f}", f"{private:.0f}") for name, (rss, private) in measured.items()]
    added = [more - less for more, less in zip(measured["llm"], measured["rules"], strict=True)]
    return [*rows, ("added by the models", f"{added[0]:.0f}", f"{added[1]:.0f}")]


def memory_of(prosody: str, threads: int) -> tuple[float, float]:
    """Read the passage in this process; gives its resident and its private memory in 10^6 bytes.

    The engine's libraries are loaded either way: whoever reads aloud has them.
    """
    import declaim.engines.kokoro  # noqa: F401, PLC0415 - for its libraries

    text = passage()
    reader = load_reader(Config(prosody=prosody), ModelStore(), threads=threads)
    for _ in reader.read(TextFrontend().read(text, language="zh"), text):
        continue
    gc.collect()
    memory = psutil.Process().memory_full_info()
    return memory.rss / 1e6, memory.uss / 1e6


if __name__ == "__main__":
    main()

"""``python -m bench.memory``: does the memory of ``declaim say`` stay flat on a book-long text?

Runs the command line as a user would, text on standard input and audio from standard output, first on a short
text, then on a long one; prints resident memory over time, and how soon the long run stops on Ctrl-C.
"""

from __future__ import annotations

import argparse
import itertools
import shlex
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from typing import IO

import psutil

from bench.quality.corpus import SETS, load
from bench.quality.report import table

PCM_BYTES_PER_SECOND = 2 * 24_000
SHORT_CHARACTERS = 200
SENTENCES_PER_PARAGRAPH = 6
BETWEEN_PARAGRAPHS = "\n\n"


@dataclass(frozen=True, slots=True)
class Sample:
    """Where a run stood at one moment."""

    elapsed: float
    """Seconds since the start."""
    megabytes: float
    """Resident memory of the process and its children, in 10^6 bytes."""
    audio: float
    """Seconds of 16-bit 24 kHz audio received so far."""


@dataclass(slots=True)
class Run:
    """What a run of the command left behind."""

    samples: list[Sample] = field(default_factory=list)
    finished: bool = False
    """It spoke to the end, before the time was up."""
    seconds_to_stop: float = 0.0
    """From the interrupt until the process was gone."""
    exit_code: int = 0

    @property
    def peak(self) -> float:
        """Largest resident memory seen, in MB."""
        return max(sample.megabytes for sample in self.samples)


def main() -> None:
    """Print both runs and their ratio."""
    options = parser().parse_args()
    command = shlex.split(options.command)
    short = observe(command, text(SHORT_CHARACTERS), options.seconds, options.every)
    long = observe(command, text(options.characters), options.seconds, options.every)
    rows = [(f"{s.elapsed:.1f}", f"{s.audio:.1f}", f"{s.megabytes:.0f}") for s in _thin(long.samples)]
    print(table(("elapsed s", "audio s", "RSS MB"), rows), "\n")
    print(
        f"Short text ({SHORT_CHARACTERS} characters): peak {short.peak:.0f} MB, exit code {short.exit_code}."
    )
    print(f"Long text ({options.characters:,} characters): peak {long.peak:.0f} MB, {_ending(long)}.")
    print(f"Long / short: {long.peak / short.peak:.2f}")


def parser() -> argparse.ArgumentParser:
    """Build the command line's parser."""
    line = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    line.add_argument(
        "--command", default="declaim say -o -", help="reads text, writes WAV (default: %(default)s)"
    )
    line.add_argument("--characters", type=int, default=200_000, help="of the long text (default: 200000)")
    line.add_argument("--seconds", type=float, default=180.0, help="then Ctrl-C (default: 180)")
    line.add_argument("--every", type=float, default=0.25, help="seconds between two samples (default: 0.25)")
    return line


def text(characters: int) -> str:
    """Return that many characters of the quality bench's sentences, in paragraphs."""
    sentences = itertools.cycle(sentence.text for name in SETS for sentence in load(name))
    written, length = [], 0
    while length < characters:
        paragraph = " ".join(itertools.islice(sentences, SENTENCES_PER_PARAGRAPH))
        written.append(paragraph)
        length += len(paragraph) + len(BETWEEN_PARAGRAPHS)
    return BETWEEN_PARAGRAPHS.join(written)[:characters]


def observe(command: list[str], spoken: str, seconds: float, every: float) -> Run:
    """Run the command until it ends or the time is up, and watch its memory."""
    run = Run()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    received = ByteCount()
    threading.Thread(target=_feed, args=(process.stdin, spoken), daemon=True).start()
    reader = threading.Thread(target=received.drain, args=(process.stdout,), daemon=True)
    reader.start()
    started = time.perf_counter()
    while process.poll() is None and (elapsed := time.perf_counter() - started) < seconds:
        run.samples.append(Sample(elapsed, resident(process.pid), received.total / PCM_BYTES_PER_SECOND))
        time.sleep(every)
    run.finished = process.poll() is not None
    run.seconds_to_stop = _interrupt(process)
    run.exit_code = process.returncode
    reader.join()
    return run


class ByteCount:
    """Counts what a pipe brings, and forgets it."""

    def __init__(self) -> None:
        self.total = 0

    def drain(self, pipe: IO[bytes]) -> None:
        """Read to the end."""
        while block := pipe.read(1 << 16):
            self.total += len(block)


def resident(pid: int) -> float:
    """Return the resident memory of a process and its children in MB; 0 once it is gone."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return sum(float(member.memory_info().rss) for member in family) / 1e6
    except psutil.NoSuchProcess:
        return 0.0


def _feed(pipe: IO[bytes], spoken: str) -> None:
    try:
        with pipe:
            pipe.write(spoken.encode())
    except BrokenPipeError:
        return  # the command ended before it had read everything; its exit code tells


def _interrupt(process: subprocess.Popen[bytes]) -> float:
    if process.poll() is not None:
        return 0.0
    started = time.perf_counter()
    process.send_signal(signal.SIGINT)
    process.wait(timeout=60)
    return time.perf_counter() - started


def _thin(samples: list[Sample], rows: int = 24) -> list[Sample]:
    """Keep about ``rows`` samples, the last one among them."""
    step = max(1, len(samples) // rows)
    return samples[:-1:step] + samples[-1:]


def _ending(run: Run) -> str:
    if run.finished:
        return f"spoke to the end, exit code {run.exit_code}"
    return f"stopped {run.seconds_to_stop:.2f} s after Ctrl-C with exit code {run.exit_code}"


if __name__ == "__main__":
    main()

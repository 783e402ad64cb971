"""How many workers, with how many threads each."""

from __future__ import annotations

from dataclasses import dataclass

from declaim.config import Config
from declaim.doctor.machine import usable_cores, usable_memory
from declaim.engines.choice import LOCAL_ENGINES
from declaim.synthesizer import threads_of

SPEAKER_MEMORY = 550_000_000
"""Bytes that a speaker takes."""
READER_MEMORY = 450_000_000
"""Bytes that the reader takes, with its language models."""
UNDERSTUDY_MEMORY = 300_000_000
"""Bytes that the worker of an understudy takes: FastSpeech2's. IndexTTS takes gigabytes, by its weights."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of the pools."""

    speakers: int
    threads: int
    """Of each of them."""


def sizes_for(config: Config, *, cores: float | None = None, memory: int | None = None) -> Sizes:
    """As many speakers as make the best of the cores, and fit into the memory.

    One speaker with all of its threads makes a single request as fast as it can be. One more than fills the
    cores takes up what such a speaker leaves idle between the parts of a model: a sixth more audio in all on
    two cores (``python -m bench.load``).

    Args:
        config: its ``threads`` and ``server.workers`` are followed where they are set.
        cores: that may be used; by default those of this process, by affinity and control group.
        memory: bytes that may be used, likewise.
    """
    cores = usable_cores() if cores is None else cores
    memory = usable_memory() if memory is None else memory
    threads = threads_of(config)
    wanted = config.server.workers or max(2, int(cores) // threads + 1)
    if config.server.workers is None and memory is not None:
        understudies = len(LOCAL_ENGINES.keys() & config.channels[1:])
        left = memory - READER_MEMORY - understudies * UNDERSTUDY_MEMORY
        wanted = max(1, min(wanted, left // SPEAKER_MEMORY))
    return Sizes(wanted, threads)

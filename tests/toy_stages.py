"""Stages for worker processes in tests: a few lines instead of models."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from declaim.audio.chunk import AudioChunk
from declaim.engines.to_say import ToSay
from declaim.errors import EngineError, MarkupError, ModelMissingError
from declaim.server.workers.process import Stage
from toy_channels import chunk_of, pieces, spoilt

MEGABYTES = 1_000_000


def load_toy() -> Stage:
    """Does what its payload says."""
    return toy


def load_nothing() -> Stage:
    """Has no models."""
    raise ModelMissingError("no models", hint="fetch them")


def load_and_die() -> Stage:
    """Crashes while it loads."""
    os._exit(3)


def toy(payload: dict[str, Any], skip: int) -> Iterator[Any]:
    """Count from ``skip``, and at one number do something else."""
    hoard = []
    for number in range(skip, payload.get("count", 3)):
        time.sleep(payload.get("seconds", 0.0))
        if number == payload.get("at"):
            match payload["do"]:
                case "die once" if not Path(payload["mark"]).exists():
                    Path(payload["mark"]).touch()
                    os._exit(9)
                case "die":
                    os._exit(9)
                case "fail":
                    raise MarkupError("wrong", line=3, column=4, hint="mend it")
                case "break":
                    raise ZeroDivisionError("x / 0")
                case "hang":
                    time.sleep(3600)
                case "hoard":
                    hoard.append(np.ones(payload["megabytes"] * MEGABYTES // 8))
        yield np.full(4, number) if payload.get("arrays") else (number, os.getpid())


def load_tones() -> Stage:
    """Says tones, and does what the voice says: ``die 1`` before the second clause."""
    return tones


def tones(said: ToSay, skip: int) -> Iterator[AudioChunk]:
    fault, _, at = said.voice.partition(" ")
    for number, clauses in enumerate(pieces(said.sentence)):
        if number < skip:
            continue
        chunk = chunk_of(clauses)
        if at == str(number):
            match fault:
                case "die":
                    os._exit(9)
                case "hang":
                    time.sleep(3600)
                case "raise":
                    raise EngineError("the toy broke")
                case "end":
                    return
                case garbage:
                    chunk = spoilt(chunk, garbage)
        yield chunk

"""An engine for the tests of the protocol, in a process of its own."""

import os
import sys
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt


class ToySpeaker:
    sample_rate = 100

    def __init__(self, level: float) -> None:
        self._level = level

    def speak(
        self, text: str, voice: str, language: str, *, stream: bool
    ) -> Iterator[npt.NDArray[np.float32]]:
        sys.stdout.write(f"a library that prints {voice} {language}\n")
        if text == "crash":
            sys.stderr.write("out of memory\n")
            sys.stderr.flush()
            os._exit(3)
        for word in text.split() if stream else [text]:
            yield np.full(len(word), self._level, np.float32)


def load(files: Mapping[str, str], threads: int, level: float = 0.5) -> ToySpeaker:
    sys.stdout.write(f"loading {files} {threads}\n")
    return ToySpeaker(level)

"""One engine in a fresh process: loading time and peak memory, as a line of JSON for ``bench.latency``."""

from __future__ import annotations

import json
import resource
import sys
import time

from bench.engines import EngineSpec, create
from bench.latency.stopwatch import measure
from bench.latency.texts import TEXTS


def main() -> None:
    """Load the engine named on the command line, speak one of the texts, and report."""
    label, threads, text_index = sys.argv[1:]
    _, voice, text = TEXTS[int(text_index)]
    started = time.perf_counter()
    engine = create(EngineSpec.parse(label), int(threads))
    loaded = time.perf_counter() - started
    measure(engine, text, voice)
    print(json.dumps({"load_s": loaded, "peak_mb": peak_megabytes()}))


def peak_megabytes() -> float:
    """Return this process's largest resident set so far, in 10^6 bytes."""
    # ru_maxrss is in kibibytes on Linux, in bytes on macOS
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    main()

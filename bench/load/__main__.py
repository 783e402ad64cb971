"""``python -m bench.load``: the service with 1 to 128 clients that ask without a pause.

Every accepted request must end with all of its audio (checked by its length, and for one fixed sentence by
its bytes), every other one be refused with 429. The health check is called ten times a second meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx2
import numpy as np

from bench.load.clients import Outcomes, ask_until, fixed_digest
from bench.load.health import checked_health
from bench.load.server import Footprint, Server, serving

_TIMEOUT = httpx2.Timeout(180)


@dataclass(frozen=True, slots=True)
class Row:
    """What so many clients met."""

    clients: int
    seconds: float
    outcomes: Outcomes
    health: Sequence[float]
    """Seconds of each health check."""
    before: Footprint
    after: Footprint

    def cells(self) -> list[str]:
        """As it is printed."""
        first = np.array(self.outcomes.first_byte or [np.nan])
        return [
            str(self.clients),
            str(len(self.outcomes.first_byte)),
            str(self.outcomes.refused),
            str(len(self.outcomes.wrong)),
            f"{np.percentile(first, 50):.2f}",
            f"{np.percentile(first, 95):.2f}",
            f"{self.outcomes.audio / self.seconds:.2f}",
            f"{1000 * np.percentile(self.health, 99):.0f}",
            f"{self.before.memory:.0f} → {self.after.memory:.0f}",
            f"{self.before.files} → {self.after.files}",
            str(self.after.processes),
        ]


_HEAD = (
    "clients", "spoken", "refused", "wrong", "first byte p50, s", "p95, s", "audio s/s", "healthz p99, ms",
    "memory, MB", "open files", "processes",
)  # fmt: skip


async def load(server: Server, clients: int, seconds: float) -> Row:
    """Let so many clients ask for so long."""
    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(base_url=server.url, timeout=_TIMEOUT, limits=limits) as client:
        fixed = await fixed_digest(client)
        before, began = server.footprint(), time.monotonic()
        outcomes = Outcomes()
        end = began + seconds
        with checked_health(server.url) as health:
            await asyncio.gather(*(ask_until(end, client, seed, outcomes, fixed) for seed in range(clients)))
        took = time.monotonic() - began
    await asyncio.sleep(1)
    return Row(clients, took, outcomes, health, before, server.footprint())


def main() -> None:
    """Print a table, a row for each number of clients."""
    line = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    line.add_argument("--clients", type=int, nargs="+", default=[1, 2, 4, 8, 32, 128])
    line.add_argument("--seconds", type=float, default=60)
    line.add_argument("--workers", type=int, help="speakers (default: as `declaim serve` chooses)")
    options = line.parse_args()
    settings = {} if options.workers is None else {"workers": options.workers}
    print(f"| {' | '.join(_HEAD)} |\n{'|---' * len(_HEAD)}|")
    with serving(**settings) as server:
        for clients in options.clients:
            row = asyncio.run(load(server, clients, options.seconds))
            print(f"| {' | '.join(row.cells())} |", flush=True)
            for what in sorted(set(row.outcomes.wrong))[:5]:
                print(f"  wrong: {what}", flush=True)


if __name__ == "__main__":
    main()

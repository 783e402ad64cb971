"""Services with clients that ask without a pause: audio per second, and time to the first bytes."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import httpx2
import psutil

from bench.load.clients import Outcomes, ask_until
from bench.load.server import free_port, running, serving
from bench.memory import resident
from bench.peers.process import ROOT
from bench.peers.results import ServiceRun
from bench.peers.roster import BASELINE, DECLAIM, Peer
from bench.peers.setting import Setting
from bench.peers.speakers.fastkokoro_settings import variables as settings

_TIMEOUT = httpx2.Timeout(600)
_WARMING = 5
"""Seconds of one client that are not counted: phonemizers load with the first text of a language."""
SERVED = (DECLAIM, BASELINE, "fastkokoro")
"""Peers that are services, or have one written around them."""


@dataclass(frozen=True, slots=True)
class Load:
    """How services are asked."""

    clients: Sequence[int]
    """Numbers of them."""
    seconds: float
    """For which they begin requests."""
    repeat: int
    """Turns."""


def serve_clients(setting: Setting, load: Load, threads: int) -> None:
    """Ask one service after the other, with the same texts; all of them run, but only one computes.

    Args:
        setting: those of its peers that are in `SERVED` count; runs are added to its results.
        load: how much is asked.
        threads: of a peer's engine; ``declaim serve`` divides the cores itself.
    """
    served = [peer for peer in setting.peers if peer.name in SERVED]
    with ExitStack() as stack:
        services = {
            peer.label: stack.enter_context(_service(peer, threads, setting.files)) for peer in served
        }
        for url, _ in services.values():
            asyncio.run(_ask(url, 1, _WARMING))
        for clients, turn in itertools.product(load.clients, range(load.repeat)):
            for label, (url, process) in services.items():
                setting.say(f"{label}, {clients} clients, {turn + 1} of {load.repeat}")
                outcomes, took = asyncio.run(_ask(url, clients, load.seconds))
                first_byte, wrong = tuple(outcomes.first_byte), tuple(outcomes.wrong)
                memory = resident(process.pid)
                setting.results.service.append(
                    ServiceRun(
                        label,
                        clients,
                        turn,
                        took,
                        outcomes.audio,
                        first_byte,
                        outcomes.refused,
                        wrong,
                        memory,
                    )
                )
                setting.keep()


async def _ask(url: str, clients: int, seconds: float) -> tuple[Outcomes, float]:
    """Let so many clients ask for so long: what they met, and the seconds until the last was answered."""
    limits = httpx2.Limits(max_connections=None)
    outcomes, began = Outcomes(), time.monotonic()
    async with httpx2.AsyncClient(base_url=url, timeout=_TIMEOUT, limits=limits) as client:
        asking = (ask_until(began + seconds, client, seed, outcomes, None) for seed in range(clients))
        await asyncio.gather(*asking)
    return outcomes, time.monotonic() - began


@contextmanager
def _service(peer: Peer, threads: int, files: dict[str, str]) -> Iterator[tuple[str, psutil.Process]]:
    """Run a peer's service: its address, and the first of its processes."""
    if peer.name == DECLAIM:
        with serving() as server:
            yield server.url, server.process
        return
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command, variables, ready = _around(peer, port, threads, files)
    with running(command, variables, f"{url}{ready}") as process:
        yield url, process


def _around(
    peer: Peer, port: int, threads: int, files: dict[str, str]
) -> tuple[list[str], dict[str, str], str]:
    """How a peer's service is started, its environment, and the path that answers once it is ready."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    python = str(peer.python())
    if peer.name == BASELINE:
        variables |= {"MODEL": files["model"], "VOICES": files["voices"], "THREADS": str(threads)}
        return [python, "-m", "bench.peers.kokoro_service", str(port)], variables, "/readyz"
    if peer.name != "fastkokoro":
        sys.exit(f"{peer.label} has no service")
    variables |= settings(files, threads) | {"FASTKOKORO_HOST": "127.0.0.1", "FASTKOKORO_PORT": str(port)}
    return [str(peer.python().with_name("fastkokoro"))], variables, "/health"

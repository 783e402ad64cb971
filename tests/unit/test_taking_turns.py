"""Whoever is to be alone is alone, and is not kept waiting by those who come after."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from taking_turns import turn

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such locks")


@pytest.fixture
def run() -> Iterator[str]:
    name = f"test-{os.getpid()}-{time.monotonic_ns()}"
    yield name
    with turn(name, alone=True):  # all others have gone
        pass


def test_others_run_side_by_side(run: str) -> None:
    together = threading.Barrier(3)

    def other() -> None:
        with turn(run, alone=False):
            together.wait(20)

    with ThreadPoolExecutor(3) as pool:
        for each in [pool.submit(other) for _ in range(3)]:
            each.result()


def test_one_alone_waits_for_those_within_and_holds_up_those_after(run: str) -> None:
    order: list[str] = []
    within, leave = threading.Event(), threading.Event()

    def visit(name: str, *, alone: bool) -> None:
        with turn(run, alone=alone):
            order.append(f"{name} in")
            if name == "first":
                within.set()
                leave.wait(20)
            order.append(f"{name} out")

    with ThreadPoolExecutor(3) as pool:
        visits = [pool.submit(visit, "first", alone=False)]
        assert within.wait(20)
        visits.append(pool.submit(visit, "alone", alone=True))
        time.sleep(0.2)
        visits.append(pool.submit(visit, "last", alone=False))
        time.sleep(0.2)
        assert order == ["first in"]
        leave.set()
        for each in visits:
            each.result()
    assert order == [f"{name} {way}" for name in ("first", "alone", "last") for way in ("in", "out")]


def test_without_other_processes_nobody_waits() -> None:
    with turn(None, alone=True), turn(None, alone=True):
        pass

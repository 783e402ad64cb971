"""Running a generator on a thread of its own, so that the main one stays free to be interrupted."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_T = TypeVar("_T")
_POLL = 0.1
"""Seconds between looks at the queue: a wait without a limit would not see Ctrl-C on Windows."""


def in_background(items: Iterable[_T], *, ahead: int = 1) -> Iterator[_T]:
    """The same items, made on a daemon thread while the caller deals with those before.

    Native code cannot be interrupted by Ctrl-C; a thread that only waits for it can. An exception of the
    generator is raised here. Beyond the items taken, ``ahead`` wait and one more is being made.
    """
    waiting: queue.Queue[tuple[str, _T | BaseException | None]] = queue.Queue(maxsize=ahead)
    stopped = threading.Event()
    worker = threading.Thread(target=_work, args=(items, waiting, stopped), daemon=True, name="synthesis")
    worker.start()
    try:
        while True:
            try:
                kind, value = waiting.get(timeout=_POLL)
            except queue.Empty:
                continue
            if kind == "item":
                yield value  # type: ignore[misc] # an item has the items' type
            elif kind == "error":
                raise value  # type: ignore[misc] # an error is an exception
            else:
                return
    finally:
        stopped.set()


def _work(
    items: Iterable[_T],
    waiting: queue.Queue[tuple[str, _T | BaseException | None]],
    stopped: threading.Event,
) -> None:
    try:
        for item in items:
            _put(waiting, ("item", item), stopped)
            if stopped.is_set():
                return
    except BaseException as error:  # noqa: BLE001 - it is raised again by the one who waits
        _put(waiting, ("error", error), stopped)
    else:
        _put(waiting, ("end", None), stopped)


def _put(
    waiting: queue.Queue[tuple[str, _T | BaseException | None]],
    entry: tuple[str, _T | BaseException | None],
    stopped: threading.Event,
) -> None:
    while not stopped.is_set():
        try:
            waiting.put(entry, timeout=_POLL)
        except queue.Full:
            continue
        return

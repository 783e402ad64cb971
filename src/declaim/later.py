"""A value that is made when it is first asked for, or before that on a thread of its own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


class Later(Generic[_T]):
    """Makes a value once. Threads may share it.

    Args:
        make: makes the value. What it raises is raised where the value is asked for, and asking again tries
            again.
    """

    def __init__(self, make: Callable[[], _T]) -> None:
        self._make = make
        self._made: list[_T] = []
        self._lock = threading.Lock()
        self._ahead: threading.Thread | None = None
        self._failure: BaseException | None = None

    def begin(self) -> None:
        """Begin to make it, on a daemon thread. To load a model takes little of the interpreter's time."""
        if self._ahead is None and not self._made:
            self._ahead = threading.Thread(target=self._make_ahead, daemon=True, name="loading")
            self._ahead.start()

    def get(self) -> _T:
        """The value, made now unless it is there or on its way."""
        if self._made:
            return self._made[0]
        if self._ahead is not None:
            self._ahead.join()
        with self._lock:
            if self._failure is not None:
                failure, self._failure = self._failure, None
                raise failure
            if not self._made:
                self._made.append(self._make())
            return self._made[0]

    def _make_ahead(self) -> None:
        with self._lock:
            if self._made:
                return
            try:
                self._made.append(self._make())
            except BaseException as error:  # noqa: BLE001 - it is raised again where the value is asked for
                self._failure = error

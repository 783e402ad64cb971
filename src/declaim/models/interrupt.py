"""Ending a run of a model from another thread, within milliseconds."""

from __future__ import annotations

from contextvars import ContextVar

from onnxruntime.capi.onnxruntime_pybind11_state import RunOptions


class RunInterrupted(BaseException):
    """A run was ended because nobody wants its result any more.

    No ``Exception``, as :class:`asyncio.CancelledError` is none: whoever handles failures must not take it
    for one and go on in another way.
    """


class Interrupt:
    """A switch that ends the runs of the thread that installed it, between two operators of a model."""

    def __init__(self) -> None:
        self.options = RunOptions()
        """What the runtime looks at while it runs."""

    def install(self) -> None:
        """Let all runs of this thread obey."""
        _installed.set(self)

    def set(self) -> None:
        """End the run that is going on, and those that follow, with :class:`RunInterrupted`."""
        self.options.terminate = True

    def clear(self) -> None:
        """Let runs go on again."""
        self.options.terminate = False

    @property
    def is_set(self) -> bool:
        """Whether runs are being ended."""
        return bool(self.options.terminate)


_installed: ContextVar[Interrupt | None] = ContextVar("interrupt", default=None)


def installed() -> Interrupt | None:
    """The switch that this thread's runs obey."""
    return _installed.get()


def raise_if_interrupted() -> None:
    """For steps that do not run in ONNX Runtime.

    Raises:
        RunInterrupted: this thread's switch is set.
    """
    interrupt = installed()
    if interrupt and interrupt.is_set:
        raise RunInterrupted("interrupted between two steps of a model")

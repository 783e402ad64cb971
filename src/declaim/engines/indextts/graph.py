"""A graph of the folder: checked for the inputs it takes, run in ONNX Runtime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from declaim.errors import ModelError
from declaim.models.interrupt import installed
from declaim.models.session import Session

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from onnxruntime.capi.onnxruntime_inference_collection import OrtValue


class Graph(Session):
    """A session that knows the names of its inputs and outputs. Outputs go by their order, not their name.

    Args:
        path: the ONNX file.
        threads: cores that one run may use.
        inputs: that it must take, in any order, and no others.
        state: the beginning of the names of further inputs, which :meth:`advance` feeds.

    Raises:
        ModelError: the file is no model that this runtime can run, or takes other inputs.
    """

    def __init__(
        self, path: Path, threads: int, inputs: Collection[str], *, state: str | None = None
    ) -> None:
        try:
            super().__init__(path, threads)
        except ModelError as error:
            raise ModelError(str(error), hint=f"{path.name} may be damaged: copy it anew.") from error
        self.outputs: list[str] = [output.name for output in self._session.get_outputs()]
        names = [value.name for value in self._session.get_inputs()]
        self.state = [name for name in names if state and name.startswith(state)]
        """Inputs that are kept from run to run, in the order of the outputs behind the first."""
        if {*names} != {*inputs, *self.state}:
            raise ModelError(
                f"{path} takes {', '.join(names)} instead of {', '.join(inputs)}",
                hint="These are other graphs than those of index-tts-2-5-onnx 0.1.0.",
            )

    def __call__(self, **inputs: NDArray[Any]) -> NDArray[Any]:
        """Compute the first output.

        Raises:
            EngineError: the model failed.
            RunInterrupted: the thread's interrupt was set.
        """
        return self.run(self.outputs[:1], **inputs)[0]

    def advance(
        self, arrays: Mapping[str, NDArray[Any]], state: Sequence[OrtValue] = ()
    ) -> tuple[NDArray[Any], list[OrtValue]]:
        """Compute the first output; the others stay with the runtime, and are the state for the next run.

        No array is made of the state, nor is it copied: the runtime's own value goes in as it came out.

        Args:
            arrays: the other inputs.
            state: for the inputs :attr:`state`, in order.

        Raises:
            EngineError: the model failed.
            RunInterrupted: the thread's interrupt was set.
        """
        interrupt = installed()
        try:
            binding: Any = self._session.io_binding()
            for name, array in arrays.items():
                binding.bind_cpu_input(name, array)
            for name, value in zip(self.state, state, strict=True):
                binding.bind_ortvalue_input(name, value)
            for name in self.outputs:
                binding.bind_output(name)
            self._session.run_with_iobinding(binding, interrupt and interrupt.options)  # type: ignore[no-untyped-call]
            first, *kept = binding.get_outputs()
            return first.numpy(), kept
        except Exception as error:
            raise self._failure(error) from error

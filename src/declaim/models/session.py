"""ONNX Runtime, as all models here run in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from onnxruntime.capi.onnxruntime_inference_collection import InferenceSession, OrtValue
from onnxruntime.capi.onnxruntime_pybind11_state import SessionOptions

from declaim.errors import EngineError, ModelError
from declaim.models.interrupt import RunInterrupted, installed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray


class Session:
    """A model on the CPU.

    Args:
        path: the ONNX file.
        threads: cores that one run may use.
        arena: keep memory from run to run. Without, a run gives back what it took, which costs nothing where
            arrays are small, and a vocoder in floats a fifth of its speed.

    Raises:
        ModelError: the file is missing or no model that this runtime can run.
    """

    def __init__(self, path: Path, threads: int, *, arena: bool = True) -> None:
        options = SessionOptions()
        # Threads that wait for the next part of a run sleep. Spinning is no faster where nothing else runs,
        # and takes half the speed where something does: a second worker, a browser.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # A plan of memory is made and kept for each new shape of the inputs. No two sentences are alike, so
        # plans are hardly used again, and grow without end.
        options.enable_mem_pattern = False
        options.enable_cpu_mem_arena = arena
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors: warnings about other people's graphs help no user
        self._name = path.name
        try:
            self._session = InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise ModelError(
                f"{path} cannot be loaded: {error}",
                hint=f"Run `declaim doctor`. If it finds nothing, delete {path.parent}: it is made anew.",
            ) from error

    def run(self, outputs: list[str], **inputs: NDArray[Any]) -> list[NDArray[Any]]:
        """Compute the named outputs.

        Raises:
            EngineError: the model failed.
            RunInterrupted: the thread's interrupt was set.
        """
        interrupt = installed()
        try:
            results = self._session.run(outputs, inputs, interrupt and interrupt.options)
        except Exception as error:
            raise self._failure(error) from error
        return [np.asarray(result) for result in results]

    def run_in_place(
        self, outputs: Sequence[str], arrays: Mapping[str, NDArray[Any]], state: Mapping[str, OrtValue]
    ) -> list[NDArray[Any]]:
        """Compute the named outputs; what the model keeps from run to run is overwritten where it lies.

        Args:
            outputs: to give back.
            arrays: the other inputs.
            state: inputs NAME of which the model's outputs ``new_NAME`` take the place, in the same memory.

        Raises:
            EngineError: the model failed.
            RunInterrupted: the thread's interrupt was set.
        """
        interrupt = installed()
        try:
            binding: Any = self._session.io_binding()
            for name in outputs:
                binding.bind_output(name)
            for name, array in arrays.items():
                binding.bind_cpu_input(name, array)
            for name, value in state.items():
                binding.bind_ortvalue_input(name, value)
                binding.bind_ortvalue_output(f"new_{name}", value)
            self._session.run_with_iobinding(binding, interrupt and interrupt.options)  # type: ignore[no-untyped-call]
            return [value.numpy() for value in binding.get_outputs()[: len(outputs)]]
        except Exception as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> EngineError | RunInterrupted:
        interrupt = installed()
        if interrupt and interrupt.is_set:
            return RunInterrupted(f"{self._name} was interrupted")
        return EngineError(f"{self._name} failed: {error}")

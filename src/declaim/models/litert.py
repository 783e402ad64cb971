"""LiteRT (once TensorFlow Lite), for the models that come as ``.tflite``."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from declaim.errors import EngineError, ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_INSTALL = "Install it with `pip install 'declaim[fastspeech]'`."


def schema() -> Any:  # noqa: ANN401 - generated code without types
    """The classes that read and write ``.tflite`` files; 40 ms to import, and needed once only.

    Raises:
        ModelError: LiteRT is not installed.
    """
    try:
        from ai_edge_litert import schema_py_generated  # noqa: PLC0415
    except ImportError as error:
        raise _missing(error) from error
    return schema_py_generated


class LiteRtModel:
    """A model on the CPU. One run at a time: threads that share it wait for each other.

    A run cannot be ended from outside: the runtime has a way to cancel one, but not in Python.

    Args:
        path: the ``.tflite`` file.
        threads: cores that one run may use.

    Raises:
        ModelError: LiteRT is not installed, or the file is no model that it can run.
    """

    def __init__(self, path: Path, threads: int) -> None:
        try:
            from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415 - optional
        except ImportError as error:
            raise _missing(error) from error
        try:
            self._interpreter = Interpreter(model_path=str(path), num_threads=threads)
        except (ValueError, RuntimeError) as error:
            raise ModelError(
                f"{path} cannot be loaded: {error}", hint="run `declaim models verify`"
            ) from error
        self._inputs = [detail["index"] for detail in self._interpreter.get_input_details()]
        self._outputs = [detail["index"] for detail in self._interpreter.get_output_details()]
        self._shapes: list[tuple[int, ...]] = []
        self._name = path.name
        self._lock = threading.Lock()

    def run(self, *inputs: NDArray[Any]) -> list[NDArray[Any]]:
        """Compute all outputs from all inputs, in the order in which the model names them.

        Raises:
            EngineError: the model failed.
        """
        with self._lock:
            try:
                self._reshape([array.shape for array in inputs])
                for index, array in zip(self._inputs, inputs, strict=True):
                    self._interpreter.set_tensor(index, np.ascontiguousarray(array))
                self._interpreter.invoke()
                return [np.asarray(self._interpreter.get_tensor(index)) for index in self._outputs]
            except (ValueError, RuntimeError) as error:
                self._shapes = []
                raise EngineError(f"{self._name} failed: {error}") from error

    def _reshape(self, shapes: list[tuple[int, ...]]) -> None:
        """Have memory laid out for these shapes, unless it is already."""
        if shapes != self._shapes:
            for index, shape in zip(self._inputs, shapes, strict=True):
                self._interpreter.resize_tensor_input(index, shape)
            self._interpreter.allocate_tensors()
            self._shapes = shapes


def _missing(error: ImportError) -> ModelError:
    return ModelError(f"this model needs LiteRT, which is not installed ({error})", hint=_INSTALL)

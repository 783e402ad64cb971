"""ONNX Runtime, as all models here run in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from onnxruntime.capi.onnxruntime_inference_collection import InferenceSession
from onnxruntime.capi.onnxruntime_pybind11_state import SessionOptions

from declaim.errors import EngineError, ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


class Session:
    """A model on the CPU.

    Args:
        path: the ONNX file.
        threads: cores that one run may use.

    Raises:
        ModelError: the file is missing or no model that this runtime can run.
    """

    def __init__(self, path: Path, threads: int) -> None:
        options = SessionOptions()
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
        """
        try:
            results = self._session.run(outputs, inputs)
        except Exception as error:
            raise EngineError(f"{self._name} failed: {error}") from error
        return [np.asarray(result) for result in results]

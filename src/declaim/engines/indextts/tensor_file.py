"""Reading one tensor from a file that PyTorch saved, without PyTorch and without running what it says."""

from __future__ import annotations

import io
import pickle
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np

from declaim.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_KINDS = {"FloatStorage": np.float32, "HalfStorage": np.float16, "DoubleStorage": np.float64}
_DAMAGED = (OSError, EOFError, zipfile.BadZipFile, pickle.UnpicklingError)
_OTHER = (KeyError, ValueError, IndexError, TypeError, StopIteration)


def read_tensor(path: Path) -> NDArray[np.float32]:
    """The tensor of a file written by ``torch.save`` (1.6 and later: a ZIP of a pickle and raw storages).

    Of the pickle, only what a tensor is made of is understood.

    Raises:
        ModelError: the file is damaged, or holds something else.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            pickled = next(name for name in archive.namelist() if name.endswith("data.pkl"))
            reader = _TensorUnpickler(archive, pickled.removesuffix("data.pkl"), archive.read(pickled))
            tensor = reader.load()
            if not isinstance(tensor, np.ndarray):
                raise ValueError("it holds no tensor")  # noqa: TRY004 - of the file's content
            return tensor.astype(np.float32)
    except (*_DAMAGED, *_OTHER) as error:
        raise ModelError(f"{path} cannot be read as a tensor: {error}", hint="Copy it anew.") from error


class _TensorUnpickler(pickle.Unpickler):
    """Understands a tensor, and refuses to import anything."""

    def __init__(self, archive: zipfile.ZipFile, root: str, content: bytes) -> None:
        super().__init__(io.BytesIO(content))
        self._archive = archive
        self._root = root

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - pickle's own signature
        if module == "torch" and name in _KINDS:
            return _KINDS[name]
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if (module, name) == ("collections", "OrderedDict"):
            return dict
        raise pickle.UnpicklingError(f"it names {module}.{name}")

    def persistent_load(self, key: Any) -> NDArray[Any]:  # noqa: ANN401 - pickle's own signature
        """The storage that a key ``("storage", kind, name, device, length)`` stands for."""
        _, kind, name, _, length = key
        return np.frombuffer(self._archive.read(f"{self._root}data/{name}"), dtype=kind, count=length)


def _tensor(
    storage: NDArray[Any], offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object
) -> NDArray[Any]:
    """The part of a storage that a tensor is; strides count in items."""
    at = np.full(shape, offset, dtype=np.intp)
    for axis, (length, stride) in enumerate(zip(shape, strides, strict=True)):
        steps = np.arange(length) * stride
        at += steps.reshape([-1 if i == axis else 1 for i in range(len(shape))])
    return storage[at]

"""Writing an ONNX graph node by node, with ONNX Runtime's own operators where they are faster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from declaim.prosody.quantised import BLOCK, Blocks, quantise

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

OPSET = 20
_MICROSOFT = "com.microsoft"
_BITS = 8
_LARGE = 4096
"""Bytes from which a constant lies beside the graph, at a multiple of as many: the runtime maps it instead of
parsing it, and it need not be held while the graph is being written."""


class GraphBuilder:
    """A graph under construction. Values are named; every method gives the name of its result.

    Args:
        path: of the graph that :meth:`save` writes; its large constants go to ``.data`` beside it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data = path.with_suffix(".data")
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def input(self, name: str, shape: Sequence[int | str], kind: int = TensorProto.FLOAT) -> str:
        """Declare an input; strings are dimensions that vary."""
        self._inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, name: str, shape: Sequence[int | str]) -> None:
        """Declare a float value as an output."""
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Store a constant."""
        large = value.nbytes >= _LARGE
        tensor = self._stored(name, value) if large else numpy_helper.from_array(value, name)
        self._constants.append(tensor)
        return name

    def _stored(self, name: str, value: NDArray[Any]) -> onnx.TensorProto:
        """A constant whose values are appended to the file beside the graph."""
        with self._data.open("ab") as file:
            file.write(bytes(-file.tell() % _LARGE))
            place = {"location": self._data.name, "offset": file.tell(), "length": value.nbytes}
            file.write(np.ascontiguousarray(value).data)
        kind = helper.np_dtype_to_tensor_dtype(value.dtype)
        tensor = TensorProto(name=name, data_type=kind, dims=value.shape, data_location=TensorProto.EXTERNAL)
        for key, entry in place.items():
            tensor.external_data.add(key=key, value=str(entry))
        return tensor

    def node(self, operator: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        """Add a node of the standard operator set."""
        self._nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def fused(self, operator: str, inputs: Sequence[str], *outputs: str, **attributes: Any) -> str:
        """Add a node of ONNX Runtime's own operator set; gives its first output."""
        self._nodes.append(helper.make_node(operator, inputs, outputs, domain=_MICROSOFT, **attributes))
        return outputs[0]

    def linear(
        self,
        x: str,
        matrix: NDArray[np.float32] | Blocks,
        output: str,
        bias: NDArray[np.float32] | None = None,
    ) -> str:
        """``x`` times the transpose of a matrix (outputs, inputs) in 8 bits, computed in integers."""
        blocks = matrix if isinstance(matrix, Blocks) else quantise(matrix)
        rows, per_row = blocks.scales.shape
        operands = [
            x,
            self.constant(f"{output}.weight", blocks.values),
            self.constant(f"{output}.scales", blocks.scales.reshape(-1)),
        ]
        product = output if bias is None else f"{output}.product"
        self.fused(
            "MatMulNBits", operands, product, K=per_row * BLOCK, N=rows, bits=_BITS, block_size=BLOCK,
            accuracy_level=4,
        )  # fmt: skip
        if bias is None:
            return product
        return self.node("Add", [product, self.constant(f"{output}.bias", bias)], output)

    def save(self) -> None:
        """Write the graph."""
        graph = helper.make_graph(self._nodes, self._path.stem, self._inputs, self._outputs, self._constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(_MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets)
        model.ir_version = 10
        onnx.save(model, self._path)

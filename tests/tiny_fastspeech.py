"""A tiny FastSpeech2, generated: the published graph's tensor names and its random operators, no weights.

The encoder's states are a row of an embedding; durations, F0 and energy are columns of it; the decoder adds
up states, F0 and energy, each behind a dropout as in the published graph, and gives a frame to each symbol.
"""

from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

SYMBOLS, WIDTH = 8, 4
EMBEDDING = np.arange(SYMBOLS * WIDTH, dtype=np.float32).reshape(SYMBOLS, WIDTH) / 10
_FLOAT, _INT = schema.TensorType.FLOAT32, schema.TensorType.INT32


class _Graph:
    def __init__(self) -> None:
        self.model = schema.ModelT()
        self.model.version = 3
        self.model.buffers = [schema.BufferT()]
        self.model.operatorCodes = []
        self.graph = schema.SubGraphT()
        self.graph.tensors, self.graph.operators = [], []
        self.model.subgraphs = [self.graph]

    def tensor(self, name: str, shape: list[int], kind: int = _FLOAT, data: Any = None) -> int:
        tensor = schema.TensorT()
        tensor.name, tensor.shape, tensor.type, tensor.buffer = name.encode(), shape, kind, 0
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(np.asarray(data).tobytes(), dtype=np.uint8)
            tensor.buffer = len(self.model.buffers)
            self.model.buffers.append(buffer)
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1

    def operator(
        self, builtin: int, inputs: list[int], output: int, options: Any = None, kind: int = 0
    ) -> int:
        code = schema.OperatorCodeT()
        code.builtinCode = builtin
        code.deprecatedBuiltinCode = min(builtin, 127)
        if builtin == schema.BuiltinOperator.CUSTOM:
            code.customCode = b"FlexRandomUniform"
        self.model.operatorCodes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex = len(self.model.operatorCodes) - 1
        operator.inputs, operator.outputs = inputs, [output]
        operator.builtinOptions, operator.builtinOptionsType = options, kind
        self.graph.operators.append(operator)
        return output

    def multiply(self, left: int, right: int, output: int) -> int:
        options = schema.MulOptionsT()
        return self.operator(
            schema.BuiltinOperator.MUL, [left, right], output, options, schema.BuiltinOptions.MulOptions
        )

    def add(self, left: int, right: int, output: int) -> int:
        options = schema.AddOptionsT()
        return self.operator(
            schema.BuiltinOperator.ADD, [left, right], output, options, schema.BuiltinOptions.AddOptions
        )


def published_graph() -> Any:
    """Its model object."""
    g = _Graph()
    length = 3
    ids = g.tensor("input_ids", [1, length], _INT)
    ratios = g.tensor("f0_ratios", [1])
    table = g.tensor("table", [SYMBOLS, WIDTH], data=EMBEDDING)
    states = g.tensor("encoder/layer_._2/mul", [1, length, WIDTH])
    gather, kind = schema.GatherOptionsT(), schema.BuiltinOptions.GatherOptions
    g.operator(schema.BuiltinOperator.GATHER, [table, ids], states, gather, kind)
    predictions = {}
    for column, name in enumerate(("Relu;sub", "f0_predictor/Squeeze", "energy_predictor/Squeeze")):
        weights = g.tensor(f"column {column}", [SYMBOLS], data=EMBEDDING[:, column])
        found = g.tensor(name, [1, length])
        predictions[name] = g.operator(schema.BuiltinOperator.GATHER, [weights, ids], found, gather, kind)
    whole = g.tensor("Identity_2", [1, length], _INT)
    cast = schema.CastOptionsT()
    g.operator(
        schema.BuiltinOperator.CAST, [predictions["Relu;sub"]], whole, cast, schema.BuiltinOptions.CastOptions
    )
    summed = g.tensor("as float", [1, length])
    g.operator(schema.BuiltinOperator.CAST, [whole], summed, cast, schema.BuiltinOptions.CastOptions)
    shape = g.tensor("shape", [2], _INT, np.array([1, length], dtype=np.int32))
    two = g.tensor("two", [1], data=np.array([2.0], dtype=np.float32))
    for number, name, predicted in ((55, "f0", "Identity_3"), (56, "energy", "Identity_4")):
        performed = g.multiply(
            predictions[f"{name}_predictor/Squeeze"], ratios, g.tensor(predicted, [1, length])
        )
        embedded = g.multiply(performed, two, g.tensor(f"{name}_embeddings/BiasAdd", [1, length]))
        noise = g.tensor(f"noise {name}", [1, length])
        g.operator(schema.BuiltinOperator.CUSTOM, [shape], noise)
        dropped = g.multiply(embedded, noise, g.tensor(f"dropout_{number}/dropout/Mul_1", [1, length]))
        summed = g.add(summed, dropped, g.tensor(f"with {name}", [1, length]))
    axis = g.tensor("axis", [1], _INT, np.array([2], dtype=np.int32))
    mean = g.tensor("mean", [1, length])
    reducer = schema.ReducerOptionsT()
    g.operator(
        schema.BuiltinOperator.MEAN, [states, axis], mean, reducer, schema.BuiltinOptions.ReducerOptions
    )
    mel = g.add(summed, mean, g.tensor("Identity_1", [1, length]))
    g.graph.inputs, g.graph.outputs = [ids, ratios], [mel, whole]
    return g.model


def write(path: Path, model: Any = None) -> Path:
    builder = flatbuffers.Builder(1024)
    builder.Finish((model or published_graph()).Pack(builder), b"TFL3")
    path.write_bytes(bytes(builder.Output()))
    return path


def mel_of(ids: NDArray[np.int32], durations: NDArray[np.int32]) -> NDArray[np.float32]:
    """What the decoder makes of symbols whose predictions nobody changed."""
    rows = EMBEDDING[ids]
    whole: NDArray[np.float32] = durations + 2 * rows[..., 1] + 2 * rows[..., 2] + rows.mean(axis=-1)
    return whole

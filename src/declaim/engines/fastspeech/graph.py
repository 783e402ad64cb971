"""The FastSpeech2 graph cut in two, and freed from TensorFlow.

The file holds the whole of TensorFlowTTS's FastSpeech2: an encoder with its predictors of duration, F0 and
energy, a length regulator, and a decoder. Cut where the predictions are, it can be told how long each symbol
lasts and how high it is, rather than three ratios for a whole utterance.

F0 and energy pass a dropout of one half on their way into the decoder, which was left on when the file was
made, so that each run sounds a little different. It draws its noise with an operator of TensorFlow's that
LiteRT does not have. The cut leads the two embeddings around it: dropout at rest, which scales by one, as is
usual when a network is not being trained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from declaim.errors import ModelError
from declaim.models.litert import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

RECIPE = ("engines/fastspeech/graph.py", "models/litert.py")
"""Files whose change may change what is written here."""
PREDICTOR_FILE, DECODER_FILE = "predictor.tflite", "decoder.tflite"

_IDS = "input_ids"
_STATES = "encoder/layer_._2/mul"
_DURATIONS = "Relu;sub"  # frames, not rounded yet, before the speed ratio
_F0, _ENERGY = "f0_predictor/Squeeze", "energy_predictor/Squeeze"  # before their ratios
_PERFORMED_F0, _PERFORMED_ENERGY = "Identity_3", "Identity_4"
_WHOLE_DURATIONS = "Identity_2"
_MEL = "Identity_1"  # behind the postnet
_AROUND_DROPOUT = {
    "dropout_55/dropout/Mul_1": "f0_embeddings/BiasAdd",
    "dropout_56/dropout/Mul_1": "energy_embeddings/BiasAdd",
}


def cut(source: Path, target: Path) -> None:
    """Write the predictor and the decoder of ``fastspeech2_quan.tflite`` into a folder.

    Predictor: symbols (1, L) int32 → encoder states (1, L, 256); durations in frames, F0 and energy, (1, L)
    float each. Decoder: states, F0, energy and whole durations (1, L) int32 → mel (1, T, 80).

    Raises:
        ModelError: it is another graph.
    """
    predictor = _read(source)
    _extract(predictor, [_IDS], [_STATES, _DURATIONS, _F0, _ENERGY])
    _write(predictor, target / PREDICTOR_FILE)
    decoder = _read(source)
    _lead_around(decoder, _AROUND_DROPOUT)
    _extract(decoder, [_STATES, _PERFORMED_F0, _PERFORMED_ENERGY, _WHOLE_DURATIONS], [_MEL])
    _write(decoder, target / DECODER_FILE)


def _read(path: Path) -> Any:  # noqa: ANN401 - generated code without types
    content = bytearray(path.read_bytes())
    return schema().ModelT.InitFromObj(schema().Model.GetRootAs(content, 0))


def _write(model: Any, path: Path) -> None:  # noqa: ANN401
    import flatbuffers  # noqa: PLC0415 - comes with LiteRT, which is optional

    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    path.write_bytes(bytes(builder.Output()))


def _indices(model: Any, names: Iterable[str]) -> list[int]:  # noqa: ANN401
    known = {tensor.name.decode(): index for index, tensor in enumerate(model.subgraphs[0].tensors)}
    try:
        return [known[name] for name in names]
    except KeyError as error:
        raise ModelError(
            f"the FastSpeech2 graph has no tensor {error}", hint="run `declaim models verify`"
        ) from error


def _lead_around(model: Any, detours: dict[str, str]) -> None:  # noqa: ANN401
    """Have every operator that reads a key's tensor read the value's instead."""
    around = dict(zip(_indices(model, detours), _indices(model, detours.values()), strict=True))
    for operator in model.subgraphs[0].operators:
        operator.inputs = np.array([around.get(int(i), int(i)) for i in operator.inputs], dtype=np.int32)


def _extract(model: Any, inputs: Sequence[str], outputs: Sequence[str]) -> None:  # noqa: ANN401
    """Keep what leads from some tensors to others; weights that nothing reads any more are left out."""
    graph = model.subgraphs[0]
    begin, end = _indices(model, inputs), _indices(model, outputs)
    operators, tensors = _between(graph, begin, end)
    order = sorted(tensors)
    place = {-1: -1} | {index: position for position, index in enumerate(order)}  # -1: an input left out
    for operator in operators:
        for side in ("inputs", "outputs", "intermediates"):
            indices = getattr(operator, side)
            if indices is not None:
                setattr(operator, side, np.array([place[int(i)] for i in indices], dtype=np.int32))
    graph.operators = operators
    graph.tensors = [graph.tensors[index] for index in order]
    graph.inputs = np.array([place[index] for index in begin], dtype=np.int32)
    graph.outputs = np.array([place[index] for index in end], dtype=np.int32)
    model.signatureDefs = None
    _drop_unread_buffers(model)


def _between(graph: Any, begin: list[int], end: list[int]) -> tuple[list[Any], set[int]]:  # noqa: ANN401
    """The operators, in their order, that compute ``end`` from ``begin``, and all tensors they touch."""
    needed, tensors = set(end), set(begin) | set(end)
    operators = []
    for operator in reversed(graph.operators):  # their order is one of execution
        results = {int(index) for index in operator.outputs}
        if results & needed and not results & set(begin):
            read = {int(index) for index in operator.inputs} - {-1}
            needed |= read
            tensors |= read | results
            operators.append(operator)
    return operators[::-1], tensors


def _drop_unread_buffers(model: Any) -> None:  # noqa: ANN401
    read = {tensor.buffer for tensor in model.subgraphs[0].tensors}
    read |= {entry.buffer for entry in model.metadata or ()}
    for index, buffer in enumerate(model.buffers):
        if index not in read:
            buffer.data = None

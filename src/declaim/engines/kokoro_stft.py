"""The short-time Fourier transform of Kokoro's harmonic source, as a convolution.

ONNX Runtime's ``STFT`` takes a third as long as everything else before the generator, on one thread. A window
of 20 samples makes 22 numbers: as a convolution with 22 outputs that is next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from onnx import helper, numpy_helper

if TYPE_CHECKING:
    import onnx
    from numpy.typing import NDArray


_ROUNDED = 1e-12
_SILENT_PHASES = (3.14, 0.0, 2.490, -2.125, 0.793, -2.129, 0.173, 2.927, -1.345, 2.736, -1.547)
"""Radians, of each bin where the source is constant: measured on the published graph."""
_TINY = 1e-6


def stft_as_convolution(graph: onnx.GraphProto) -> None:
    """Replace the graph's one ``STFT``, and what takes its real and imaginary parts, by a convolution.

    The pattern is ``STFT → Transpose → Gather(0), Gather(1)``; it gives (1, bins, frames) each. A graph
    without one stays as it is.

    Raises:
        KeyError, ValueError: what follows is something else.
    """
    constants = {tensor.name: tensor for tensor in graph.initializer}
    stft = next((node for node in graph.node if node.op_type == "STFT"), None)
    if stft is None:
        return
    (transpose,) = _readers(graph, stft)
    signal, step, window, _ = stft.input
    parts = {
        int(numpy_helper.to_array(constants[gather.input[1]])): gather.output[0]
        for gather in _readers(graph, transpose)
    }
    basis, bias = _basis(numpy_helper.to_array(constants[window])), _bias()
    if len(basis) != len(bias):
        raise ValueError(f"{len(basis) // 2} bins instead of {len(bias) // 2}")
    graph.initializer.extend(
        [
            numpy_helper.from_array(basis, "stft/basis"),
            numpy_helper.from_array(bias, "stft/bias"),
            numpy_helper.from_array(np.array([1, 1, -1]), "stft/shape"),
        ]
    )
    made = [
        helper.make_node("Reshape", [signal, "stft/shape"], ["stft/signal"], name="stft/reshape"),
        helper.make_node(
            "Conv",
            ["stft/signal", "stft/basis", "stft/bias"],
            ["stft/spectrum"],
            name="stft/conv",
            strides=[int(numpy_helper.to_array(constants[step]))],
        ),
        helper.make_node(
            "Split", ["stft/spectrum"], [parts[0], parts[1]], name="stft/split", axis=1, num_outputs=2
        ),
    ]
    replaced = {stft.output[0], transpose.output[0], parts[0], parts[1]}
    nodes = []
    for node in graph.node:
        if node is stft or node.output[0] == stft.output[0]:
            nodes += made
        elif node.output[0] not in replaced:
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)


def _readers(graph: onnx.GraphProto, node: onnx.NodeProto) -> list[onnx.NodeProto]:
    return [reader for reader in graph.node if node.output[0] in reader.input]


def _basis(window: NDArray[np.float32]) -> NDArray[np.float32]:
    """(2 · bins, 1, window): real parts, then imaginary ones, of the one-sided transform.

    What is zero must be exactly so: the phase of a negative real number is π or −π by the sign of an
    imaginary part that is only rounded, and the generator hears the difference.
    """
    size = len(window)
    spectra = np.fft.rfft(np.diag(window.astype(np.float64))).T
    basis = np.concatenate([spectra.real, spectra.imag])
    basis[np.abs(basis) < _ROUNDED] = 0
    return basis.astype(np.float32).reshape(-1, 1, size)


def _bias() -> NDArray[np.float32]:
    """(22,): what gives silence the phases that the generator is used to.

    The source is constant where nothing is voiced. Then all bins but the lowest two are zero, and of the
    lowest two the imaginary part: phases are those of what rounding leaves, which ONNX Runtime's transform
    makes the same for each frame. Other phases are heard (log-mel distance of 1.3 dB instead of 0.8), so
    these are added, 120 dB below speech, where they decide only if nothing else does.
    """
    real, imaginary = _TINY * np.cos(_SILENT_PHASES), _TINY * np.sin(_SILENT_PHASES)
    real[:2] = 0
    imaginary[:2] = _TINY / 10, -_TINY / 6
    return np.concatenate([real, imaginary]).astype(np.float32)

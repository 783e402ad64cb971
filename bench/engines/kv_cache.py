"""``python -m bench.engines.kv_cache``: what it costs to hand a decoder its keys and values at each step.

A graph like IndexTTS-2.5's ``gpt_step``, without its 470 million weights: 24 layers of 20 heads of 64, whose
keys and values grow by one with each step. They go from run to run as 48 arrays, as the package
``index-tts-2-5-onnx`` has them, or as the runtime's own values through IOBinding, as ours has them. Both
include what the graph itself does: it joins the old to the new, and attends to them.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.capi.onnxruntime_inference_collection import OrtValue

from bench.quality.report import table
from declaim.engines.indextts.graph import Graph

LAYERS, HEADS, WIDTH, CODES = 24, 20, 64, 8_194
PROMPT = 100
"""Positions before the first step: three of the voice, the text, the start."""
_TOKEN = {"token": np.zeros((1, 1), dtype=np.int64)}


def main() -> None:
    """Print the table as Markdown."""
    options = parser().parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "step.onnx"
        write_graph(path)
        graph = Graph(path, options.threads, ("token",), state="past_kv_")
        runs = {"48 arrays": as_arrays, "IOBinding": as_values}
        for run in runs.values():
            run(graph, options.steps)  # the first run allocates
        times = {name: [] for name in runs}
        for _ in range(options.repeat):
            for name, run in runs.items():
                times[name].append(timed(run, graph, options.steps))
    print(
        f"ONNX Runtime {version('onnxruntime')}, {options.steps} steps from {PROMPT} positions, "
        f"{options.threads} threads; medians of {options.repeat} runs:\n"
    )
    print(table(("keys and values as", "ms a step", "CPU ms a step", "CPU, ratio"), rows(times)))


def parser() -> argparse.ArgumentParser:
    """Build the command line's parser."""
    line = argparse.ArgumentParser(prog="python -m bench.engines.kv_cache", description=__doc__)
    line.add_argument("--threads", type=int, default=2, help="threads of a run (default: 2)")
    line.add_argument("--steps", type=int, default=500, help="codes, 25 a second (default: 500)")
    line.add_argument("--repeat", type=int, default=5, help="runs of each (default: 5)")
    return line


def rows(times: dict[str, list[tuple[float, float]]]) -> list[tuple[str, ...]]:
    """Make rows of seconds a step, by the clock and of the processor."""
    medians = {
        name: [1000 * median(kind) for kind in zip(*taken, strict=True)] for name, taken in times.items()
    }
    _, base = next(iter(medians.values()))
    return [
        (name, f"{clock:.1f}", f"{processor:.1f}", f"{processor / base:.2f}")
        for name, (clock, processor) in medians.items()
    ]


def timed(run: Callable[[Graph, int], None], graph: Graph, steps: int) -> tuple[float, float]:
    """Time a step: seconds by the clock, and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    run(graph, steps)
    return (time.perf_counter() - clock) / steps, (time.process_time() - processor) / steps


def as_arrays(graph: Graph, steps: int) -> None:
    """Decode with the keys and values as arrays, which come out and go in."""
    state = beginning()
    for _ in range(steps):
        _, *state = graph.run(graph.outputs, **_TOKEN, **dict(zip(graph.state, state, strict=True)))


def as_values(graph: Graph, steps: int) -> None:
    """Decode with the keys and values left to the runtime."""
    state = [OrtValue.ortvalue_from_numpy(array) for array in beginning()]
    for _ in range(steps):
        _, state = graph.advance(_TOKEN, state)


def beginning() -> list[NDArray[Any]]:
    """Return the keys and values of what comes before the first step."""
    return [np.zeros((1, HEADS, PROMPT, WIDTH), dtype=np.float32) for _ in range(2 * LAYERS)]


def write_graph(path: Path) -> None:
    """Write the step: a code's embedding, 24 layers that attend to all before it, logits."""
    random = np.random.default_rng(0)
    constants = {
        "embeddings": random.standard_normal((CODES, HEADS * WIDTH)).astype(np.float32),
        "out": random.standard_normal((HEADS * WIDTH, CODES)).astype(np.float32),
        "heads": np.array([1, HEADS, 1, WIDTH]),
        "flat": np.array([1, HEADS * WIDTH]),
    }
    nodes = [
        helper.make_node("Gather", ["embeddings", "token"], ["embedding"]),
        helper.make_node("Reshape", ["embedding", "heads"], ["state_0"]),
    ]
    for layer in range(LAYERS):
        nodes += layer_nodes(layer)
    nodes.append(helper.make_node("Reshape", [f"state_{LAYERS}", "flat"], ["last"]))
    nodes.append(helper.make_node("MatMul", ["last", "out"], ["logits"]))
    shape = [1, HEADS, None, WIDTH]
    names = [f"kv_{layer}_{kind}" for layer in range(LAYERS) for kind in "kv"]
    inputs = [helper.make_tensor_value_info("token", TensorProto.INT64, [1, 1])]
    inputs += [helper.make_tensor_value_info(f"past_{name}", TensorProto.FLOAT, shape) for name in names]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, CODES])]
    outputs += [helper.make_tensor_value_info(f"present_{name}", TensorProto.FLOAT, shape) for name in names]
    weights = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "step", inputs, outputs, weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), path)


def layer_nodes(layer: int) -> list[onnx.NodeProto]:
    """Make a layer's nodes: the state is key, value and query at once."""
    state, after = f"state_{layer}", f"state_{layer + 1}"
    keys, values = (f"present_kv_{layer}_{kind}" for kind in "kv")
    join = [
        helper.make_node("Concat", [f"past_kv_{layer}_{kind}", state], [present], axis=2)
        for kind, present in (("k", keys), ("v", values))
    ]
    return [
        *join,
        helper.make_node("Transpose", [keys], [f"turned_{layer}"], perm=[0, 1, 3, 2]),
        helper.make_node("MatMul", [state, f"turned_{layer}"], [f"scores_{layer}"]),
        helper.make_node("Softmax", [f"scores_{layer}"], [f"attention_{layer}"], axis=-1),
        helper.make_node("MatMul", [f"attention_{layer}", values], [after]),
    ]


if __name__ == "__main__":
    main()

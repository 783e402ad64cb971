"""A tiny sentence encoder in the packed format, generated: a random BERT of two layers, and a head."""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from declaim.prosody.encoder.head import Head

WIDTH, LAYERS, HEADS, INNER, POSITIONS, EPSILON = 64, 2, 4, 128, 192, 1e-12
PIECES = [
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    "▁",
    "▁the",
    "query",
    "▁query",
    ":",
    "да",
    "他",
    "们",
    "他们",
    "。",
]
PIECES += [*"abcdefghijklmnopqrstuvwxyz.,!?", "▁s", "th", "he", "ing"]
ADAPTED = ("l1.q", "l1.fi")
RANK = 4

Weights = dict[str, NDArray[np.float32]]


def weights() -> Weights:
    """Every tensor, matrices already at values that the packed format holds exactly."""
    random = np.random.default_rng(3)

    def vector(size: int, around: float = 0.0) -> NDArray[np.float32]:
        return (around + random.normal(size=size) * 0.2).astype(np.float32)

    def matrix(rows: int, columns: int) -> NDArray[np.float32]:
        nibbles = random.integers(0, 16, (rows, columns // 32, 32)) - 8
        scales = random.uniform(0.01, 0.06, (rows, columns // 32, 1)).astype(np.float16)
        return (nibbles * scales.astype(np.float32)).astype(np.float32).reshape(rows, columns)

    tensors = {"emb.word": matrix(len(PIECES), WIDTH), "emb.pos": vector(POSITIONS * WIDTH)}
    tensors |= {"emb.type": vector(2 * WIDTH), "emb.ln.w": vector(WIDTH, 1), "emb.ln.b": vector(WIDTH)}
    for layer in range(LAYERS):
        sizes = dict.fromkeys(("q", "k", "v", "ao"), (WIDTH, WIDTH))
        sizes |= {"fi": (INNER, WIDTH), "fo": (WIDTH, INNER)}
        for name, (rows, columns) in sizes.items():
            tensors |= {
                f"l{layer}.{name}.w": matrix(rows, columns),
                f"l{layer}.{name}.b": vector(rows),
            }
        for norm in ("aln", "oln"):
            tensors |= {f"l{layer}.{norm}.w": vector(WIDTH, 1), f"l{layer}.{norm}.b": vector(WIDTH)}
    return tensors


def head() -> Head:
    """A head with low-rank changes to two matrices."""
    random = np.random.default_rng(4)
    sizes = {"q": WIDTH, "fi": INNER}
    adapters = {}
    for name in ADAPTED:
        outputs = sizes[name.split(".")[1]]
        adapters[f"{name}.down"] = (random.normal(size=(WIDTH, RANK)) * 0.2).astype(np.float32)
        adapters[f"{name}.up"] = (random.normal(size=(RANK, outputs)) * 0.2).astype(np.float32)
    return Head(
        (random.normal(size=(WIDTH, 8)) * 0.1).astype(np.float32),
        (random.normal(size=8) * 0.3).astype(np.float32),
        adapters,
    )


def write(path: Path, tensors: Weights | None = None) -> Path:
    """Write the encoder."""
    tensors = weights() if tensors is None else tensors
    packed = {
        name: _nibbles(value) if value.ndim == 2 else value.tobytes() for name, value in tensors.items()
    }
    front = _header() + _vocabulary() + struct.pack("<i", len(packed))
    start = len(front) + sum(2 + len(name) + 21 for name in packed)
    directory, body = b"", b""
    for name, data in packed.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", tensors[name].ndim == 2, 0, start + len(body), len(data))
        body += data
    path.write_bytes(front + directory + body)
    return path


def _header() -> bytes:
    numbers = (1, WIDTH, LAYERS, HEADS, INNER, len(PIECES), POSITIONS, 2)
    return b"E5S1" + struct.pack("<I7ifi", *numbers, EPSILON, 32)


def _vocabulary() -> bytes:
    texts = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, texts)]).astype("<u4")
    scores = np.array([-len(PIECES) + len(piece) for piece in PIECES], dtype="<f4")
    marks = struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, int(offsets[-1]))
    return (
        marks + offsets.tobytes() + scores.tobytes() + b"".join(texts) + struct.pack("<iI", 0, 4) + bytes(4)
    )


def _nibbles(matrix: NDArray[np.float32]) -> bytes:
    """Blocks of 32: a half float, then nibbles, the first sixteen low."""
    blocks = matrix.reshape(-1, 32)
    # The scale is what all are multiples of: the least distance between two of them.
    data = b""
    for block in blocks:
        levels = np.unique(block)
        scale = np.float16(np.diff(levels).min())
        nibbles = np.rint(block / np.float32(scale)).astype(int) + 8
        assert nibbles.min() >= 0
        assert nibbles.max() < 16
        data += scale.tobytes() + (nibbles[:16] | nibbles[16:] << 4).astype(np.uint8).tobytes()
    return data

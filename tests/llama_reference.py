"""A llama-architecture model in plain numpy, in double precision: what the graph is measured against."""

from pathlib import Path

import numpy as np
from gguf import GGUFReader
from gguf.quants import dequantize
from numpy.typing import NDArray

Array = NDArray[np.float64]


class LlamaReference:
    """Computes a whole text at once, without a cache."""

    def __init__(self, path: Path) -> None:
        reader = GGUFReader(path)
        self.weights = {
            tensor.name: np.asarray(dequantize(tensor.data, tensor.tensor_type), dtype=np.float64)
            for tensor in reader.tensors
        }
        names = {
            "layers": "block_count",
            "heads": "attention.head_count",
            "kv_heads": "attention.head_count_kv",
            "base": "rope.freq_base",
            "epsilon": "attention.layer_norm_rms_epsilon",
        }
        fields = {key: reader.get_field(f"llama.{name}").contents() for key, name in names.items()}
        self.layers, self.heads, self.kv_heads = (int(fields[key]) for key in ("layers", "heads", "kv_heads"))
        self.base, self.epsilon = fields["base"], fields["epsilon"]
        self.first = reader.get_field("tokenizer.ggml.tokens").contents().index("<|endoftext|>")

    def surprisals(self, ids: list[int], positions: list[int] | None = None) -> Array:
        """(S,), in nats, of tokens behind the first token; positions are those of the inputs."""
        inputs = [self.first, *ids[:-1]]
        logits = self.logits(inputs, positions or list(range(len(inputs))))
        logs = logits - np.log(np.exp(logits - logits.max(-1, keepdims=True)).sum(-1, keepdims=True))
        logs -= logits.max(-1, keepdims=True)
        return -logs[np.arange(len(ids)), ids]

    def states(self, ids: list[int], positions: list[int], layers: int) -> Array:
        """(S, D): the residual stream behind so many layers."""
        x = self.weights["token_embd.weight"][ids]
        for layer in range(layers):
            x = x + self._attention(layer, self._norm(x, f"blk.{layer}.attn_norm.weight"), positions)
            x = x + self._feed_forward(layer, self._norm(x, f"blk.{layer}.ffn_norm.weight"))
        return x

    def logits(self, ids: list[int], positions: list[int]) -> Array:
        x = self.states(ids, positions, self.layers)
        head = self.weights.get("output.weight", self.weights["token_embd.weight"])
        return self._norm(x, "output_norm.weight") @ head.T

    def _norm(self, x: Array, gain: str) -> Array:
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + self.epsilon) * self.weights[gain]

    def _attention(self, layer: int, x: Array, positions: list[int]) -> Array:
        q, k, v = (x @ self.weights[f"blk.{layer}.attn_{part}.weight"].T for part in "qkv")
        length, width = len(x), q.shape[1] // self.heads
        out = np.zeros_like(q)
        for head in range(self.heads):
            own = slice(head * width, (head + 1) * width)
            group = head * self.kv_heads // self.heads
            shared = slice(group * width, (group + 1) * width)
            scores = self._rotated(q[:, own], positions) @ self._rotated(k[:, shared], positions).T
            scores = np.where(np.tri(length, dtype=bool), scores / np.sqrt(width), -np.inf)
            shares = np.exp(scores - scores.max(-1, keepdims=True))
            out[:, own] = shares / shares.sum(-1, keepdims=True) @ v[:, shared]
        return out @ self.weights[f"blk.{layer}.attn_output.weight"].T

    def _rotated(self, x: Array, positions: list[int]) -> Array:
        """Neighbouring dimensions are a pair, as GGUF permutes them."""
        width = x.shape[1]
        angles = np.outer(positions, self.base ** (-np.arange(0, width, 2) / width))
        even, odd = x[:, 0::2], x[:, 1::2]
        out = np.empty_like(x)
        out[:, 0::2] = even * np.cos(angles) - odd * np.sin(angles)
        out[:, 1::2] = even * np.sin(angles) + odd * np.cos(angles)
        return out

    def _feed_forward(self, layer: int, x: Array) -> Array:
        gate, up = (x @ self.weights[f"blk.{layer}.ffn_{part}.weight"].T for part in ("gate", "up"))
        return (gate / (1 + np.exp(-gate)) * up) @ self.weights[f"blk.{layer}.ffn_down.weight"].T

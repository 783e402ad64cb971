"""The sentence encoder in JAX: its lower half as it is, its upper half with low-rank changes to learn."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from declaim.prosody.encoder.packed_file import PackedFile

Weights = dict[str, Any]

ADAPTED = ("q", "k", "v", "ao")
"""The matrices of attention; what is learned in them generalises best for its size (Hu et al., 2021)."""


def layer_weights(file: PackedFile, layer: int) -> Weights:
    """The weights of one layer, matrices as (inputs, outputs)."""
    own, shape = f"l{layer}", file.shape
    matrices = {
        name: file.matrix(f"{own}.{name}.w", shape.inner if name == "fo" else shape.width).T
        for name in (*ADAPTED, "fi", "fo")
    }
    biases = {f"{name}.bias": file.vector(f"{own}.{name}.b") for name in matrices}
    norms = {
        f"{name}.{part}": file.vector(f"{own}.{name}.{part}") for name in ("aln", "oln") for part in "wb"
    }
    return jax.tree.map(jnp.asarray, {**matrices, **biases, **norms})


def embed(file: PackedFile, words: np.ndarray, ids: np.ndarray) -> jax.Array:
    """Token ids (B, S) → the input (B, S, D) of the first layer."""
    width = file.shape.width
    places = file.vector("emb.pos").reshape(-1, width)[: ids.shape[1]]
    segment = file.vector("emb.type").reshape(-1, width)[0]
    norm = (jnp.asarray(file.vector(f"emb.ln.{part}")) for part in "wb")
    return _norm(jnp.asarray(words[ids] + places + segment), *norm)


def run_layer(weights: Weights, changes: Weights, x: jax.Array, mask: jax.Array, heads: int) -> jax.Array:
    """One layer over (B, S, D); ``mask`` (B, S) is true for tokens, false for padding."""
    batch, length, width = x.shape

    def linear(y: jax.Array, name: str) -> jax.Array:
        product = y @ weights[name] + weights[f"{name}.bias"]
        if name in changes:
            product += (y @ changes[name]["down"]) @ changes[name]["up"]
        return product

    def split(y: jax.Array) -> jax.Array:
        return y.reshape(batch, length, heads, width // heads).transpose(0, 2, 1, 3)

    query, key, value = (split(linear(x, name)) for name in "qkv")
    scores = query @ key.transpose(0, 1, 3, 2) / np.sqrt(width // heads)
    shares = jax.nn.softmax(jnp.where(mask[:, None, None, :], scores, -1e9), axis=-1)
    attended = (shares @ value).transpose(0, 2, 1, 3).reshape(batch, length, width)
    x = _norm(x + linear(attended, "ao"), weights["aln.w"], weights["aln.b"])
    inner = jax.nn.gelu(linear(x, "fi"), approximate=False)
    return _norm(x + linear(inner, "fo"), weights["oln.w"], weights["oln.b"])


def _norm(x: jax.Array, gain: jax.Array, shift: jax.Array) -> jax.Array:
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = (centred**2).mean(axis=-1, keepdims=True)
    return centred / jnp.sqrt(variance + 1e-12) * gain + shift


def new_changes(width: int, layers: int, rank: int, classes: int, seed: int) -> Weights:
    """What is learned, at its start: no change at all, and no opinion."""
    random = np.random.default_rng(seed)

    def pair() -> Weights:
        down = random.normal(0, width**-0.5, (width, rank)).astype(np.float32)
        return {"down": jnp.asarray(down), "up": jnp.zeros((rank, width))}

    return {
        "layers": [{name: pair() for name in ADAPTED} for _ in range(layers)],
        "weights": jnp.zeros((width, classes)),
        "bias": jnp.zeros(classes),
    }

"""The sentence encoder's part: low-rank changes to its upper layers, and a linear layer on the mean."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import jax
import numpy as np
import optax

from declaim.models.store import ModelStore
from declaim.prosody.emotion import EMOTIONS
from declaim.prosody.encoder.classifier import ARTIFACT, MODEL_FILE, encoder_input
from declaim.prosody.encoder.packed_file import PackedFile
from declaim.prosody.encoder.tokenizer import EncoderTokenizer, kept_pieces, write_tokenizer
from training.emotion.corpus import Example, labels, with_stray_contexts
from training.emotion.encoder_layers import Weights, embed, layer_weights, new_changes, run_layer

FROZEN_LAYERS = 6
"""These stay as they are, so their output is computed once."""
RANK = 8
EPOCHS = 5
BATCH = 32
RATE = 2e-3
SMOOTHING = 0.1
"""Of labels: readers disagree, and weights near 1 would overact."""
DROPOUT = 0.1
_BUCKET = 16


class Prepared:
    """Examples as the upper layers take them."""

    def __init__(self, file: PackedFile, examples: list[Example], folder: Path) -> None:
        kept = kept_pieces(file.vocabulary)
        write_tokenizer(file.vocabulary, kept, folder / "tokenizer.model")
        tokenizer = EncoderTokenizer(folder / "tokenizer.model")
        words = file.matrix("emb.word", file.shape.width)[kept]
        lower = [layer_weights(file, layer) for layer in range(FROZEN_LAYERS)]
        run = jax.jit(partial(_run_layers, heads=file.shape.heads))
        self.labels = labels(examples)
        inputs = [encoder_input(tokenizer, example.text, example.context) for example in examples]
        self.own = [own for _, own in inputs]
        self.states: list[np.ndarray] = [np.zeros(0)] * len(examples)
        lengths = np.array([len(ids) for ids, _ in inputs])
        for places in _by_length(lengths, np.arange(len(examples))):
            ids, mask = _padded([np.array(inputs[i][0]) for i in places])
            states = run(lower, embed(file, words, ids), mask)
            for row, i in enumerate(places):
                self.states[i] = np.asarray(states[row, : lengths[i]], dtype=np.float16)
        self.lengths = lengths

    def batch(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """States (B, S, D), mask (B, S) and each token's share of its sentence's mean (B, S)."""
        states, mask = _padded([self.states[i] for i in places])
        shares = np.zeros(mask.shape, dtype=np.float32)
        for row, i in enumerate(places):
            shares[row, self.own[i]] = 1 / (self.own[i].stop - self.own[i].start)
        return states.astype(np.float32), mask, shares


def _padded(rows: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    length = -(-max(len(row) for row in rows) // _BUCKET) * _BUCKET
    values = np.zeros((len(rows), length, *rows[0].shape[1:]), dtype=rows[0].dtype)
    mask = np.zeros((len(rows), length), dtype=bool)
    for i, row in enumerate(rows):
        values[i, : len(row)] = row
        mask[i, : len(row)] = True
    return values, mask


def _by_length(lengths: np.ndarray, places: np.ndarray) -> Iterator[np.ndarray]:
    """Batches of examples of about the same length."""
    ordered = places[np.argsort(lengths[places], kind="stable")]
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


def _shuffled(lengths: np.ndarray, places: np.ndarray, random: np.random.Generator) -> list[np.ndarray]:
    mixed = random.permutation(places)
    batches = [
        batch
        for start in range(0, len(mixed), 20 * BATCH)
        for batch in _by_length(lengths, mixed[start : start + 20 * BATCH])
        if len(batch) == BATCH
    ]
    return [batches[i] for i in random.permutation(len(batches))]


def _run_layers(layers: list[Weights], x: jax.Array, mask: jax.Array, *, heads: int) -> jax.Array:
    for weights in layers:
        x = run_layer(weights, {}, x, mask, heads)
    return x


def logits(
    learned: Weights,
    upper: list[Weights],
    batch: tuple[np.ndarray, ...],
    *,
    heads: int,
    key: jax.Array | None = None,
) -> jax.Array:
    """The head's opinion (B, 8) of a batch; with a key, dropout is on."""
    x, mask, shares = batch
    for weights, changes in zip(upper, learned["layers"], strict=True):
        x = run_layer(weights, changes, x, mask, heads)
    pooled = (x * shares[..., None]).sum(axis=1)
    if key is not None:
        pooled = pooled * jax.random.bernoulli(key, 1 - DROPOUT, pooled.shape) / (1 - DROPOUT)
    return pooled @ learned["weights"] + learned["bias"]


def learn(prepared: Prepared, file: PackedFile) -> Weights:
    """Learn the changes and the linear layer."""
    places = np.arange(len(prepared.labels))
    shape = file.shape
    upper = [layer_weights(file, layer) for layer in range(FROZEN_LAYERS, shape.layers)]
    learned = new_changes(shape.width, len(upper), RANK, len(EMOTIONS), seed=0)
    steps = EPOCHS * (len(places) // BATCH)
    schedule = optax.warmup_cosine_decay_schedule(0, RATE, steps // 10, steps)
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(schedule, weight_decay=0.05))
    state = optimiser.init(learned)

    @jax.jit
    def step(
        learned: Weights, state: optax.OptState, batch: tuple, wanted: np.ndarray, key: jax.Array
    ) -> tuple:
        def loss(learned: Weights) -> jax.Array:
            said = logits(learned, upper, batch, heads=shape.heads, key=key)
            targets = optax.smooth_labels(jax.nn.one_hot(wanted, len(EMOTIONS)), SMOOTHING)
            return optax.softmax_cross_entropy(said, targets).mean()

        value, gradient = jax.value_and_grad(loss)(learned)
        updates, state = optimiser.update(gradient, state, learned)
        return optax.apply_updates(learned, updates), state, value

    key = jax.random.PRNGKey(0)
    for epoch in range(EPOCHS):
        losses = []
        for batch in _shuffled(prepared.lengths, places, np.random.default_rng(epoch)):
            key, own = jax.random.split(key)
            learned, state, value = step(learned, state, prepared.batch(batch), prepared.labels[batch], own)
            losses.append(float(value))
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}", flush=True)
    return learned


def arrays_of(learned: Weights) -> dict[str, np.ndarray]:
    """What was learned, under the names that the package reads, in half precision."""
    arrays = {"weights": learned["weights"], "bias": learned["bias"]}
    for layer, changes in enumerate(learned["layers"], FROZEN_LAYERS):
        for name, pair in changes.items():
            arrays |= {f"l{layer}.{name}.{side}": pair[side] for side in ("down", "up")}
    return {name: np.asarray(array, dtype=np.float16) for name, array in arrays.items()}


def train(learned_from: list[Example]) -> dict[str, np.ndarray]:
    """Train on the examples, some of them again behind stray contexts; gives the arrays of the file."""
    file = PackedFile(ModelStore().ensure(ARTIFACT) / MODEL_FILE)
    with tempfile.TemporaryDirectory() as folder:
        prepared = Prepared(file, with_stray_contexts(learned_from, seed=0), Path(folder))
    return arrays_of(learn(prepared, file))

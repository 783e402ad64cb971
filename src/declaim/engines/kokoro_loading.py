"""Choosing how Kokoro's vocoder computes on this machine, and loading it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from declaim.doctor.machine import has_integer_dot_products
from declaim.engines.kokoro_files import (
    GENERATOR_FILE,
    RECIPE,
    SOURCE_FILE,
    SPECTRUM_FILE,
    VOCODER_FILE,
)
from declaim.errors import EngineError
from declaim.models.recipe import recipe_version
from declaim.models.session import Session
from declaim.vocoder.integer.generator import Generator
from declaim.vocoder.integer.tensors import load_tensors
from declaim.vocoder.istftnet import GraphVocoder, KernelVocoder
from declaim.vocoder.kernels.library import load_kernels, supported

if TYPE_CHECKING:
    from pathlib import Path

    from declaim.engines.kokoro_files import VocoderKind
    from declaim.models.store import ModelStore
    from declaim.vocoder.istftnet import Vocoder

_LOG = logging.getLogger(__name__)


def fastest_vocoder() -> VocoderKind:
    """What is fastest on this processor, of what the system allows."""
    if supported():
        try:
            load_kernels()
        except EngineError as error:
            _LOG.warning("the vocoder is slower than it could be: %s", error)
        else:
            return "kernels"
    return "int8" if has_integer_dot_products() else "float"


def graphs(store: ModelStore, source: Path, kind: VocoderKind) -> Path:
    """The folder with what the published graph is cut into; cut now if this is the first time.

    Raises:
        ModelError: the graph is not the one that can be cut.
        StorageError: the folder cannot be written.
    """

    def make(target: Path) -> None:
        from declaim.engines.kokoro_graph import cut  # noqa: PLC0415 - needs onnx, which takes 0.2 s

        cut(source, target, kind)

    return store.derive("kokoro", f"{kind}-{recipe_version(*RECIPE)}", make)


def load_vocoder(folder: Path, kind: VocoderKind, threads: int) -> Vocoder:
    """Load the vocoder that was cut into ``folder``.

    Raises:
        ModelError: a file is missing or damaged.
        EngineError: kernels are wanted and the system does not allow them.
    """
    if kind != "kernels":
        return GraphVocoder(Session(folder / VOCODER_FILE, threads))
    generator = Generator(load_tensors(folder / GENERATOR_FILE), load_kernels(), threads)
    source, spectrum = (Session(folder / file, threads) for file in (SOURCE_FILE, SPECTRUM_FILE))
    return KernelVocoder(source, generator, spectrum)

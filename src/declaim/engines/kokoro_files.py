"""What Kokoro's published graph is cut into: names of files, and those of the recipe.

By itself because the recipe needs onnx, which takes a while to import and is needed the first time only.
"""

from __future__ import annotations

from typing import Literal

RECIPE = ("engines/kokoro_*.py", "engines/data/vocoder_ranges.json", "vocoder/integer/*.py")
"""Where the surgery is, and who reads what it writes."""

DURATION_FILE, FRAMES_FILE = "duration.onnx", "frames.onnx"
VOCODER_FILE = "vocoder.onnx"
SOURCE_FILE, GENERATOR_FILE, SPECTRUM_FILE = "source.onnx", "generator.safetensors", "spectrum.onnx"
"""The vocoder in parts, if its generator is computed by kernels."""

VocoderKind = Literal["float", "int8", "kernels"]
"""How the vocoder computes: in floats, with the convolutions that allow it in ONNX Runtime's 8-bit integers,
or the generator in our own kernels and what comes before it in 8-bit integers."""

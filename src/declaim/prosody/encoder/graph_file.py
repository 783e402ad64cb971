"""The encoder's graph as a file, and where its recipe is.

By itself because the recipe needs onnx, which takes a while to import and is needed the first time only.
"""

from __future__ import annotations

RECIPE = ("prosody/encoder/*.py", "prosody/onnx_builder.py", "prosody/quantised.py")
GRAPH_FILE = "sentence-encoder.onnx"

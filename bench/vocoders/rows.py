"""The vocoders that are compared. One more is one more object here, with what `Row` asks for."""

from __future__ import annotations

from bench.vocoders.kernels import OwnKernels
from bench.vocoders.onnx_runtime import OnnxRuntime
from bench.vocoders.openvino_runtime import OpenVino, OpenVinoBody
from bench.vocoders.rewrites.adain import instance_norm
from bench.vocoders.rewrites.integers import float_outputs, qlinear, signed
from bench.vocoders.rewrites.matmul import integer_products
from bench.vocoders.rewrites.snake import polynomial_snake
from bench.vocoders.row import Row

REWRITTEN = (instance_norm, polynomial_snake)

REFERENCE = OnnxRuntime("ORT floats", "floats")
"""What all are held against."""

ROWS: tuple[Row, ...] = (
    REFERENCE,
    OwnKernels(),
    OnnxRuntime("ORT published", "published"),
    OnnxRuntime("ORT mixed", "mixed"),
    OnnxRuntime("ORT integers", "integers"),
    OnnxRuntime("ORT floats, norm", "floats", (instance_norm,)),
    OnnxRuntime("ORT floats, norm, snake", "floats", (instance_norm, polynomial_snake)),
    OnnxRuntime("ORT mixed, norm", "mixed", (instance_norm,)),
    OnnxRuntime("ORT mixed, norm, snake", "mixed", (instance_norm, polynomial_snake)),
    OnnxRuntime("ORT mixed, QLinear", "mixed", (qlinear,)),
    OnnxRuntime("ORT mixed, s8, QLinear", "mixed", (signed, qlinear)),
    OnnxRuntime("ORT mixed, products", "mixed", (integer_products,)),
    OpenVino("OV floats", "floats"),
    OpenVino("OV mixed", "mixed"),
    OpenVino("OV integers", "integers"),
    OpenVinoBody("OV floats, rewritten", "floats", REWRITTEN),
    OpenVinoBody("OV mixed, rewritten", "mixed", REWRITTEN),
    OpenVinoBody("OV integers, rewritten", "integers", REWRITTEN),
    OpenVinoBody("OV mixed, rewritten, float outputs", "mixed", (*REWRITTEN, float_outputs)),
    OpenVinoBody("OV bf16, rewritten", "floats", REWRITTEN, "bf16"),
    OpenVinoBody("OV mixed and bf16, rewritten, float outputs", "mixed", (*REWRITTEN, float_outputs), "bf16"),
)

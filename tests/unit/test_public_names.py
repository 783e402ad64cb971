import inspect
import subprocess
import sys
from dataclasses import fields

import pytest

import declaim


def test_the_public_names_are_these() -> None:
    assert declaim.__all__ == [
        "AudioChunk", "Config", "DeclaimError", "Emotion", "Emphasis", "Score", "Synthesizer", "__version__",
    ]  # fmt: skip
    for name in declaim.__all__:
        assert getattr(declaim, name) is not None
    with pytest.raises(AttributeError, match="nothing"):
        _ = declaim.nothing  # type: ignore[attr-defined]


def test_the_synthesizer_takes_these_options() -> None:
    options = ["voice", "rate", "pitch", "pitch_range", "energy", "score", "expressiveness", "soon"]
    assert list(inspect.signature(declaim.Synthesizer.speak).parameters) == ["self", "text", *options]
    public = {name for name in vars(declaim.Synthesizer) if not name.startswith("_")}
    assert public == {"speak", "save"}


def test_a_chunk_has_these_fields() -> None:
    names = [field.name for field in fields(declaim.AudioChunk)]
    assert names == ["samples", "sample_rate", "span", "words", "channel", "is_makeshift"]


def imported(statement: str) -> set[str]:
    """The modules that a fresh interpreter has after a statement."""
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_imports_nothing_heavy() -> None:
    modules = imported("import declaim")
    assert not modules & {"numpy", "onnxruntime", "onnx", "pydantic", "av", "typer", "asyncio"}
    assert {name for name in modules if name.startswith("declaim")} == {"declaim"}


def test_help_and_version_import_no_numbers() -> None:
    assert not imported("import declaim.commands") & {"numpy", "onnxruntime", "onnx", "pydantic", "av"}

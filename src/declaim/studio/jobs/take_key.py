"""The name under which a spoken sentence is kept: everything that shapes its sound, and nothing else."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import cache
from typing import Any, Final

from declaim.config import Config
from declaim.engines.choice import artifacts
from declaim.engines.to_say import ToSay
from declaim.models.manifest import packaged_manifest
from declaim.models.recipe import recipe_version

_LAYOUT: Final = 1
"""Of takes: another number speaks everything anew."""
_RECIPE: Final = (
    "engines/**/*.py",
    "acoustic/*.py",
    "vocoder/**/*.py",
    "channels/*.py",
    "prosody/performing.py",
)
"""The code between a sentence and its samples."""


def take_key(said: ToSay, speaker: str) -> str:
    """The sha256, in hexadecimal, of a sentence that stands at offset 0.

    Phonemes are in it, so the lexicon and everything else of stage 1 is; the score as it is performed is in
    it, so the readers of stage 2 are.

    Args:
        said: what is spoken, by whom and how.
        speaker: :func:`speaker_digest`.
    """
    return _digest([_LAYOUT, speaker, said.voice, sentence_shape(said), said.score.model_dump(mode="json")])


def sentence_shape(said: ToSay) -> dict[str, Any]:
    """A sentence without what only stages 1 and 2 look at."""
    return {"clauses": [asdict(clause) for clause in said.sentence.clauses]}


def identity(said: ToSay) -> str:
    """What makes a sentence the same one as before an edit, whatever was read into it from its neighbours.

    Args:
        said: at offset 0; its score has no part in it.
    """
    return _digest([said.voice, sentence_shape(said)])[:32]


def speaker_digest(config: Config) -> str:
    """Of what the sound depends on besides the sentence: channels and their settings, weights, code."""
    engines = {name: getattr(config.engines, name).model_dump(mode="json") for name in config.channels}
    for settings in engines.values():
        settings.pop("channel", None)  # deadlines are not heard
    models = [repr(packaged_manifest()[name]) for name in artifacts(*config.channels)]
    return _digest([list(config.channels), engines, models, _code()])


@cache
def _code() -> int:
    return recipe_version(*_RECIPE)


def _digest(value: object) -> str:
    written = json.dumps(value, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()

"""Of all that shapes a book's sound but what is said: a record of a batch is good for one such manner."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Final

from declaim.config import Config
from declaim.errors import ConfigError
from declaim.models.manifest import packaged_manifest
from declaim.models.recipe import recipe_version
from declaim.prosody.encoder.classifier import ARTIFACT as CLASSIFIER
from declaim.prosody.language_model.model import ARTIFACT as LANGUAGE_MODEL
from declaim.studio.jobs.take_key import speaker_digest

_UNHEARD: Final = {
    "server", "studio", "threads", "offline", "loudness", "engines", "channels", "never_cloud", "max_cost",
    "chat_timeout",
}  # fmt: skip
"""Settings that change nothing about how a sentence is read. Those of engines are in the speakers' digest."""
_RECIPE: Final = (
    "text/**/*.py",
    "prosody/**/*.py",
    "composer.py",
    "manner.py",
    "studio/jobs/line.py",
    "studio/jobs/rendering.py",
)


def manner_digest(config: Config) -> str:
    """The sha256, in hexadecimal, of settings, lexicon, models and code of all four stages.

    Raises:
        ConfigError: the lexicon or the language model cannot be read.
    """
    models = [repr(packaged_manifest()[name]) for name in (CLASSIFIER, LANGUAGE_MODEL)]
    try:
        lexicon = config.lexicon.read_bytes() if config.lexicon else b""
        stat = config.language_model.stat() if config.language_model else None
    except OSError as error:
        raise ConfigError(f"{error.filename} cannot be read: {error.strerror}") from error
    own = f"{stat.st_size} {stat.st_mtime_ns}" if stat else ""
    settings = config.model_dump_json(exclude=set(_UNHEARD))
    parts = [speaker_digest(config), settings, *models, own, str(_code())]
    return hashlib.sha256("\0".join(parts).encode() + lexicon).hexdigest()


@cache
def _code() -> int:
    return recipe_version(*_RECIPE)

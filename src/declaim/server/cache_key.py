"""The name under which spoken requests are kept."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Final

from declaim.server.service import SpeechRequest

_LAYOUT: Final = 1
"""Of what is kept under a key (`server.blocks`): another number lets older entries be forgotten."""
_SHAPES_NOTHING: Final = {"client", "timeout"}
"""Fields of a request that do not change what is heard. Every other one does, new ones too."""


def key_of(request: SpeechRequest, model_digest: str, audio_format: str) -> str:
    """The sha256, in hexadecimal, over all that the bytes of a spoken request depend on.

    Args:
        request: what is asked for.
        model_digest: the service's: what else the sound depends on.
        audio_format: the format with the options it is encoded with, such as ``mp3`` or ``mp3 64000``.
    """
    shape = {
        field.name: getattr(request, field.name)
        for field in dataclasses.fields(request)
        if field.name not in _SHAPES_NOTHING
    }
    # A field that is set to its default is not a field that is left to the reader.
    shape["score"] = request.score.model_dump(mode="json", exclude_unset=True)
    whole = [_LAYOUT, model_digest, audio_format, shape]
    # ASCII only: a lone surrogate, which the service will refuse, has no UTF-8.
    return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=True).encode()).hexdigest()

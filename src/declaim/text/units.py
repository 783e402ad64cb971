"""The long tail of units, which wetext's grammars know and our tables don't list (3mol, 6cwt, 12yd²)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from threading import Lock
from typing import Any

from declaim.text.aligned import AlignedText
from declaim.text.sentence import Language

_GLUED = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?P<unit>(?=[A-Z]*[a-zμµ])[A-Za-zμµ]{2,8})(?![\w/²³'’-])")
"""A number with letters glued to it, one of them small: a unit, or else nothing that wetext reads."""

_lock = Lock()


def speak_rare_units(text: AlignedText, language: Language) -> AlignedText:
    """Ask wetext for each number with an unknown unit, one token at a time.

    A token, not the sentence: wetext's own alignment costs 70 to 200 ms a sentence and may choose another
    reading than its plain output, while a token's alignment is the token.
    """
    return text.sub(_GLUED, lambda match: _ask(match.group(), match["unit"], language))


@lru_cache(maxsize=4096)
def _ask(token: str, unit: str, language: Language) -> str | None:
    """What wetext says, if it read the figures and the unit both; it raises for what it has no path for."""
    with _lock:
        try:
            spoken = _wetext(language).normalize(token)
        except (AssertionError, RuntimeError):
            return None
    read_all = not re.search(rf"\d|(?<![A-Za-z]){unit}(?![A-Za-z])", spoken)
    return str(spoken) if read_all and spoken else None


@cache
def _wetext(language: Language) -> Any:  # noqa: ANN401 - wetext is untyped
    from wetext import Normalizer  # noqa: PLC0415 - 0.5 s and 40 MB, which most texts never need

    return Normalizer(  # type: ignore[no-untyped-call]
        lang=language, operator="tn"
    )

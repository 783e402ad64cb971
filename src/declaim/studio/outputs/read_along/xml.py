"""Text as XML takes it."""

from __future__ import annotations

import html
import re
from typing import Final

_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold (production 2, Char)."""

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


def escaped(text: str) -> str:
    """Text for an element or an attribute in double quotes; what XML forbids is left out."""
    return html.escape(_FORBIDDEN.sub("", text))

"""The ``Retry-After`` header of HTTP (RFC 9110, 10.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST = 86_400.0
"""A day. Whoever says more is asked again then: a mistake of his must not last for ever."""


def seconds_to_wait(header: str) -> float:
    """How long to wait, a day at most: the header has a number of seconds or a date. 0 if it has neither."""
    written = header.strip()
    if written.isascii() and written.isdecimal():
        return min(float(written), _LONGEST)
    try:
        date = parsedate_to_datetime(written)
    except (ValueError, OverflowError):
        return 0.0
    seconds = (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return min(max(0.0, seconds), _LONGEST)

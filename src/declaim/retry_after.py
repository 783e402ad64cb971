"""The ``Retry-After`` header of HTTP (RFC 9110, 10.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def seconds_to_wait(header: str) -> float:
    """How long to wait: the header has a number of seconds or a date. 0 if it is empty or neither."""
    written = header.strip()
    if written.isascii() and written.isdecimal():
        return float(written)
    try:
        date = parsedate_to_datetime(written)
    except (ValueError, OverflowError):
        return 0.0
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds())

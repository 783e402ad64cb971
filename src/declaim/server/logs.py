"""Log lines for people or for programs, each with the id of the request that it belongs to."""

from __future__ import annotations

import json
import logging
import logging.config
import re
from datetime import UTC, datetime
from typing import Any, Final, Literal

from declaim.server.facts import current_facts

ACCESS_LOGGER: Final = "declaim.access"

_PLAIN: Final = re.compile(r"[\w.,:;/+*@%~()\[\]-]+", re.ASCII)
"""Values that stand in a line as they are; all others are quoted, with line ends and escapes written out."""


def configure_logging(log_format: Literal["text", "json"]) -> None:
    """Send all log lines to standard error in one format; Uvicorn's own access lines are left out."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"()": JsonFormatter if log_format == "json" else TextFormatter}},
            "filters": {"denials": {"()": _DenialFilter}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": "WARNING"},
            "loggers": {
                "declaim": {"level": "INFO"},
                "uvicorn": {"level": "WARNING", "handlers": [], "propagate": True},
                "uvicorn.error": {"level": "WARNING", "filters": ["denials"], "propagate": True},
                "uvicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
            },
        }
    )


class _DenialFilter(logging.Filter):
    """Leaves out what Uvicorn says of every WebSocket that is refused with an answer (0.54: as an error)."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "returned without completing handshake" not in record.getMessage()


class JsonFormatter(logging.Formatter):
    """One JSON object a line. What a call gives as ``extra={"fields": {...}}`` are members of it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        content = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_request_of(record),
            **_fields_of(record),
        }
        if record.exc_info:
            content["exception"] = self.formatException(record.exc_info)
        return json.dumps(content, default=str)  # ASCII: no control character or line end gets through


class TextFormatter(logging.Formatter):
    """Time, level, message, and the fields as ``name=value``."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end; an exception's lines follow."""
        fields = {**_fields_of(record), **_request_of(record)}
        pairs = (f"{name}={_written(value)}" for name, value in fields.items())
        message = "".join(letter if letter.isprintable() else " " for letter in record.getMessage())
        line = " ".join((_time(record), record.levelname, message, *pairs))
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _request_of(record: logging.LogRecord) -> dict[str, str]:
    facts = current_facts()
    return {"request": facts.request_id} if facts and "request" not in _fields_of(record) else {}


def _fields_of(record: logging.LogRecord) -> dict[str, Any]:
    return getattr(record, "fields", {})


def _written(value: object) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)

"""What is known of the request that is being answered, for its log line and the metrics."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class RequestFacts:
    """Filled in by whoever finds out, at any depth: never with the text itself."""

    request_id: str
    characters: int = 0
    """Of the texts that were to be spoken."""
    audio_seconds: float = 0.0
    """That were made, or found, for this client."""
    voice: str = ""
    cache: str = ""
    """hit, miss or coalesced."""
    channels: list[str] = field(default_factory=list)
    """Who spoke, in the order in which each first did."""


_CURRENT: ContextVar[RequestFacts | None] = ContextVar("request_facts", default=None)


def current_facts() -> RequestFacts | None:
    """Those of the request that this task works for; None outside of any."""
    return _CURRENT.get()


def begin_facts(request_id: str) -> RequestFacts:
    """New ones, for this task and those that it starts from now on."""
    facts = RequestFacts(request_id)
    _CURRENT.set(facts)
    return facts

"""How channels stand in for each other: deadlines, breakers, and what a request may spend."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Seconds = Annotated[float, Field(gt=0, le=3_600, allow_inf_nan=False)]
Share = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]


class _Settings(BaseModel):
    """Values that users write: frozen, without unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BreakerSettings(_Settings):
    """When a channel is left alone for a while, and how it comes back."""

    window_calls: Annotated[int, Field(ge=1, le=10_000)] = 20
    """Sentences, the latest ones, over which rates are taken."""
    window_seconds: Seconds = 120.0
    """What is older does not count."""
    minimum_calls: Annotated[int, Field(ge=1, le=10_000)] = 4
    """Fewer say nothing about a channel."""
    failure_rate: Share = 0.5
    """The share of failed sentences from which on the channel is left alone."""
    slow_after: Seconds = 4.0
    """A sentence is slow if its first audio took longer."""
    slow_rate: Share = 0.8
    """The share of slow sentences from which on the channel is left alone."""
    first_wait: Seconds = 2.0
    """Until it is tried again; doubled each time that fails."""
    longest_wait: Seconds = 120.0
    """Of those waits. The real one is drawn between half of it and the whole."""
    probes: Annotated[int, Field(ge=1, le=100)] = 2
    """Sentences in a row, one at a time, that must succeed before the channel counts as well again."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.minimum_calls > self.window_calls:
            raise ValueError("minimum_calls is more than window_calls, so no rate would ever be known")
        if self.first_wait > self.longest_wait:
            raise ValueError("first_wait is longer than longest_wait")
        return self


class ChannelSettings(_Settings):
    """One channel."""

    first_audio: Seconds = 8.0
    """For which the first sound of a sentence may be worked on; then the next channel is given the sentence.
    On two slow cores an ordinary first clause takes one to two."""
    between_chunks: Seconds = 10.0
    """For which each further chunk may be worked on. A clause of 128 phonemes is five seconds of audio."""
    alone: Seconds = 60.0
    """In place of either deadline when no other channel is left to go on: late speech is better than none."""
    concurrency: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """Sentences that it is given at a time; others wait. None: any number."""
    patience: Annotated[float, Field(ge=0, le=3_600, allow_inf_nan=False)] | None = None
    """Seconds for which a sentence waits in the channel's queue, if another channel is well, before that one
    is given it. None: for ever, since a queue is not a fault."""
    level: Annotated[float, Field(ge=-60, le=0)] | None = None
    """Of its plain speech in LUFS, so that levels can be matched before any was heard. None: as heard."""
    breaker: BreakerSettings = BreakerSettings()


class Policy(_Settings):
    """What one request may use and spend."""

    never_cloud: bool = False
    """Its text does not leave this machine."""
    max_cost: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    """In the currency of the channels' costs, for the whole request. None: no limit."""

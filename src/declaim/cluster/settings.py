"""How the service is spread over machines: the ``[cluster]`` table of the configuration."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

_Cpus = Annotated[float, Field(gt=0, le=256, allow_inf_nan=False)]


class ClusterConfig(BaseModel):
    """How many processes there are, and what Ray sets aside for each. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_engines: Annotated[int, Field(ge=1, le=10_000)] = 1
    """Processes that speak, at least."""
    max_engines: Annotated[int, Field(ge=1, le=10_000)] = 4
    """And at most: more are started as sentences wait, if the machines have room."""
    engine_cpus: _Cpus = 1.0
    """Cores that Ray sets aside for one of them; parts of one are allowed."""
    engine_threads: Annotated[int, Field(ge=1, le=256)] = 1
    """Threads that it computes with."""
    services: Annotated[int, Field(ge=1, le=1_000)] = 1
    """Processes that take requests and read texts: one for each machine, at most one on each."""
    service_cpus: _Cpus = 0.5
    """Cores that Ray sets aside for one of them."""

    @model_validator(mode="after")
    def _ordered(self) -> ClusterConfig:
        if self.max_engines < self.min_engines:
            raise ValueError("max_engines is below min_engines")
        return self

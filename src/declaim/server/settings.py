"""How the service runs: the ``[server]`` table of the configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

BrownoutStep: TypeAlias = Literal["rules", "vocoder", "understudy"]
"""``rules`` reads without language models; ``vocoder`` lets an engine use a cheaper vocoder if it has one;
``understudy`` lets an understudy on this machine speak what it fully can."""
Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]


def comma_separated(items: object) -> object:
    """Variables have no lists: they separate by commas."""
    if not isinstance(items, str):
        return items
    return tuple(item.strip() for item in items.split(",") if item.strip())


class ServerConfig(BaseModel):
    """How the service runs. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    """The address to bind. One that is not loopback needs ``api_keys``, or ``insecure``."""
    port: Annotated[int, Field(ge=0, le=65_535)] = 8000
    """0 takes a free one, which the log names."""
    workers: Annotated[int, Field(ge=1, le=64)] | None = None
    """Processes that speak. None: as many as the cores and the memory there are make use of."""
    queue_limit: Annotated[int, Field(ge=0, le=10_000)] = 16
    """Requests that may wait; more are refused with 429."""
    timeout: Seconds = 60.0
    """To the first audible block, unless a request says otherwise; then 504."""
    step_timeout: Seconds = 30.0
    """For one clause. A worker that takes longer is killed, and another one speaks the clause."""
    brownout: Annotated[tuple[BrownoutStep, ...], BeforeValidator(comma_separated)] = ()
    """What is done, one after the other, as the queue fills, before requests are refused."""
    send_timeout: Seconds = 120.0
    """For which a client may leave the audio that is ready unread."""
    drain_timeout: Seconds = 60.0
    """For requests to end in after SIGTERM."""
    worker_memory: Annotated[int, Field(ge=100)] = 1500
    """MB. A worker that has grown beyond is replaced between two sentences."""
    max_body: Annotated[int, Field(ge=1_000)] = 4_000_000
    """Bytes of a request."""
    max_characters: Annotated[int, Field(ge=1)] = 200_000
    """Of a text."""
    cache_folder: Path | None = None
    """Where spoken requests are kept. None: in the platform's cache folder."""
    cache_size: Annotated[int, Field(ge=0)] = 500
    """MB on disk; 0 keeps nothing."""
    api_keys: tuple[SecretStr, ...] = ()
    """Any of them opens the service. The variable ``DECLAIM_API_KEYS`` (separated by commas) adds to them."""
    rate_limit: str | None = None
    """Requests a client may make, such as ``60/minute`` or ``10/second;1000/hour``. None: any number."""
    cors_origins: Annotated[tuple[str, ...], BeforeValidator(comma_separated)] = ()
    """Web pages of other hosts that may use the service, such as ``https://example.org``."""
    insecure: bool = False
    """Bind beyond loopback without a key."""
    log_format: Literal["text", "json"] = "text"

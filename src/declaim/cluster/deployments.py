"""What Serve is told of each kind of process: resources, limits, and how it comes and goes."""

from __future__ import annotations

from typing import Any, Final

from declaim.config import Config
from declaim.engines.choice import LOCAL_ENGINES

APPLICATION: Final = "declaim"
STUDIO_APPLICATION: Final = "declaim-studio"
SERVICE: Final = "service"
"""The deployment that takes requests. Engines' deployments have the engines' names."""
STUDIO: Final = "studio"
"""The deployment that makes books, in an application of its own."""
JOBS: Final = "/v1/jobs"
"""The paths that it answers."""
SENTENCES_AT_ONCE: Final = 2
"""That are in an engine's process: one that is worked on, and the next one, so that none is waited for."""

_CONNECTIONS: Final = 1000
"""At once in one service process; a process of `declaim serve` takes as many."""
_COMFORTABLE: Final = 1.5
"""Sentences for an engine, worked on and waiting, beyond which another engine is started."""
_RISE, _FALL = 5.0, 300.0
"""Seconds for which there must be more than that, or less, before an engine is started or ended."""
_LOOK: Final = 0.5
"""Seconds between two looks whether a process that is to end has nothing left to do."""


def options_of(config: Config) -> dict[str, dict[str, Any]]:
    """The options of all deployments by their names, in the words of Serve's YAML."""
    options = {SERVICE: _service(config)}
    options |= {str(name): _engine(config) for name in config.channels if name in LOCAL_ENGINES}
    return options


def _service(config: Config) -> dict[str, Any]:
    cluster = config.cluster
    return {
        "num_replicas": cluster.services,
        "max_ongoing_requests": _CONNECTIONS,
        "ray_actor_options": {"num_cpus": cluster.service_cpus},
        "graceful_shutdown_wait_loop_s": _LOOK,
        "graceful_shutdown_timeout_s": config.server.drain_timeout,
        # Several are replaced one by one, and the others take its requests meanwhile. A single one must stay
        # until its successor is there.
        **({"max_replicas_per_node": 1} if cluster.services > 1 else {"max_surge_percent": 100}),
    }


def studio_options(config: Config) -> dict[str, Any]:
    """The options of what makes books: one process in the whole cluster, started elsewhere if it is lost."""
    return {
        "num_replicas": 1,
        "max_ongoing_requests": _CONNECTIONS,
        "ray_actor_options": {"num_cpus": config.cluster.service_cpus},
        "graceful_shutdown_wait_loop_s": _LOOK,
        "graceful_shutdown_timeout_s": config.server.drain_timeout,
    }


def book_width(config: Config) -> int:
    """Sentences of one book that are spoken at the same time: one is on its way while all engines speak."""
    return config.cluster.max_engines + 1


def _engine(config: Config) -> dict[str, Any]:
    cluster = config.cluster
    options: dict[str, Any] = {
        "max_ongoing_requests": SENTENCES_AT_ONCE,
        "max_queued_requests": max(1, config.server.queue_limit),
        "ray_actor_options": {"num_cpus": cluster.engine_cpus},
        "graceful_shutdown_wait_loop_s": _LOOK,
        "graceful_shutdown_timeout_s": config.server.step_timeout,
    }
    if cluster.min_engines == cluster.max_engines:
        return {"num_replicas": cluster.max_engines, **options}
    scaling = {
        "min_replicas": cluster.min_engines,
        "max_replicas": cluster.max_engines,
        "target_ongoing_requests": _COMFORTABLE,
        "upscale_delay_s": _RISE,
        "downscale_delay_s": _FALL,
    }
    return {"autoscaling_config": scaling, **options}

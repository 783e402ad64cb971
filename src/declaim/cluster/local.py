"""A cluster of this one machine."""

from __future__ import annotations

import os
from importlib.util import find_spec

import ray
from ray import serve

from declaim.cluster.app import build, build_studio
from declaim.cluster.deployments import APPLICATION, JOBS, STUDIO_APPLICATION
from declaim.cluster.front import CALLBACK
from declaim.cluster.manifests import has_studio, portable_config
from declaim.config import Config


def run_here(config: Config) -> None:
    """Start Ray, or use the cluster that ``RAY_ADDRESS`` names, and serve until Ctrl-C.

    Raises:
        ConfigError: the configuration cannot be used.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray reports to its makers otherwise
    os.environ.update(CALLBACK)
    given = {"config": portable_config(config)}
    app, studio = build(given), build_studio(given)
    ray.init(include_dashboard=False)
    serve.start(
        proxy_location="EveryNode", http_options={"host": config.server.host, "port": config.server.port}
    )
    makes_books = find_spec("dbos") and (has_studio(config) or "RAY_ADDRESS" not in os.environ)
    serve.run(app, name=APPLICATION, blocking=not makes_books)
    if makes_books:
        serve.run(studio, name=STUDIO_APPLICATION, route_prefix=JOBS, blocking=True)

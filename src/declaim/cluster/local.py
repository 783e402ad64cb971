"""A cluster of this one machine."""

from __future__ import annotations

import os

import ray
from ray import serve

from declaim.cluster.app import build
from declaim.cluster.front import CALLBACK
from declaim.cluster.manifests import APPLICATION, portable_config
from declaim.config import Config


def run_here(config: Config) -> None:
    """Start Ray, or use the cluster that ``RAY_ADDRESS`` names, and serve until Ctrl-C.

    Raises:
        ConfigError: the configuration cannot be used.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray reports to its makers otherwise
    os.environ.update(CALLBACK)
    app = build({"config": portable_config(config)})
    ray.init(include_dashboard=False)
    serve.start(
        proxy_location="EveryNode", http_options={"host": config.server.host, "port": config.server.port}
    )
    serve.run(app, name=APPLICATION, blocking=True)

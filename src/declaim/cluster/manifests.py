"""The same configuration for Serve and for Kubernetes: files that ``declaim cluster config`` writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import yaml

from declaim.cluster.deployments import options_of
from declaim.cluster.front import CALLBACK
from declaim.config import Config
from declaim.errors import OptionError

APPLICATION: Final = "declaim"
_ANYWHERE: Final = "0.0.0.0"  # noqa: S104 - a pod's own network; the service wants a key for it
_KEYS: Final = "declaim-keys"
_TOKEN: Final = "declaim-ray-token"  # noqa: S105 - a secret's name, not its content
_NO_REPORTS: Final = {"name": "RAY_USAGE_STATS_ENABLED", "value": "0"}


@dataclass(frozen=True, slots=True)
class Machines:
    """What a cluster on Kubernetes consists of, beside its head."""

    image: str
    """Has declaim with the extra ``ray``, and the models."""
    count: int = 2
    cpus: int = 4
    """Of each."""
    memory: int = 8
    """GiB of each."""
    ray_version: str = ""


def portable_config(config: Config) -> dict[str, Any]:
    """The configuration as all machines are given it, whatever files and variables they have themselves.

    Without secrets: each machine has those in its environment.

    Raises:
        OptionError: it has keys in it, which would be written into a file that is no secret.
    """
    if config.server.api_keys:
        raise OptionError(
            "server.api_keys would stand in the written file",
            hint="leave them out of the configuration, and set DECLAIM_API_KEYS on the machines",
        )
    return config.model_dump(mode="json", exclude={"server": {"api_keys"}})


def serve_config(config: Config, *, host: str | None = None) -> dict[str, Any]:
    """For ``serve deploy`` and ``serve run``.

    Args:
        config: how to speak and to serve.
        host: the address that each machine binds, in place of the configuration's.
    """
    host = host or config.server.host
    content = portable_config(config)
    content["server"]["host"] = host
    deployments = [{"name": name, **options} for name, options in options_of(config).items()]
    return {
        "proxy_location": "EveryNode",
        "http_options": {"host": host, "port": config.server.port},
        "applications": [
            {
                "name": APPLICATION,
                "route_prefix": "/",
                "import_path": "declaim.cluster.app:build",
                "args": {"config": content},
                "deployments": deployments,
            }
        ],
    }


def ray_service(config: Config, machines: Machines) -> dict[str, Any]:
    """A ``RayService`` for KubeRay 1.4 and later.

    Raises:
        OptionError: the machines are too few or too small for the configuration.
    """
    _check_room(config, machines)
    head = {
        "rayStartParams": {"num-cpus": "0", "dashboard-host": _ANYWHERE},  # it keeps the books, no more
        "template": _pod(machines.image, "ray-head", cpus=1, memory=4),
    }
    workers = {
        "groupName": "speakers",
        "replicas": machines.count,
        "minReplicas": machines.count,
        "maxReplicas": machines.count,
        "rayStartParams": {},
        "template": _pod(machines.image, "ray-worker", cpus=machines.cpus, memory=machines.memory),
    }
    return {
        "apiVersion": "ray.io/v1",
        "kind": "RayService",
        "metadata": {"name": APPLICATION},
        "spec": {
            "serveConfigV2": written(serve_config(config, host=_ANYWHERE)),
            "rayClusterConfig": {
                **({"rayVersion": machines.ray_version} if machines.ray_version else {}),
                "headGroupSpec": head,
                "workerGroupSpecs": [workers],
            },
        },
    }


def written(content: dict[str, Any]) -> str:
    """As YAML."""
    return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))


def _check_room(config: Config, machines: Machines) -> None:
    """Refuse what could never be placed: Ray would wait for ever without a word."""
    cluster = config.cluster
    if cluster.services > machines.count:
        raise OptionError(
            f"{cluster.services} services need as many machines, and there are {machines.count}",
            hint="lower cluster.services, or give more --machines",
        )
    largest = max(cluster.engine_cpus, cluster.service_cpus)
    wanted = cluster.services * cluster.service_cpus + cluster.min_engines * cluster.engine_cpus
    if largest > machines.cpus or wanted > machines.count * machines.cpus:
        raise OptionError(
            f"{wanted:g} cores are needed at least, and {machines.count} machines have {machines.cpus} each",
            hint="give more --machines or --cpus, or lower cluster.min_engines",
        )


def _pod(image: str, name: str, *, cpus: int, memory: int) -> dict[str, Any]:
    size = {"cpu": str(cpus), "memory": f"{memory}Gi"}
    environment = [
        _NO_REPORTS,
        *({"name": name, "value": value} for name, value in CALLBACK.items()),
        {"name": "RAY_AUTH_MODE", "value": "token"},
        _secret("RAY_AUTH_TOKEN", _TOKEN, "auth_token"),
        _secret("DECLAIM_API_KEYS", _KEYS, "keys"),
    ]
    container = {
        "name": name,
        "image": image,
        "env": environment,
        "resources": {"requests": dict(size), "limits": dict(size)},
    }
    return {"spec": {"containers": [container]}}


def _secret(variable: str, name: str, key: str) -> dict[str, Any]:
    return {"name": variable, "valueFrom": {"secretKeyRef": {"name": name, "key": key}}}

"""The same configuration for Serve and for Kubernetes: files that ``declaim cluster config`` writes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import yaml

from declaim.cluster.deployments import (
    APPLICATION,
    JOBS,
    STUDIO,
    STUDIO_APPLICATION,
    options_of,
    studio_options,
)
from declaim.cluster.front import CALLBACK
from declaim.config import Config
from declaim.errors import OptionError
from declaim.studio.jobs.durable import Database

_ANYWHERE: Final = "0.0.0.0"  # noqa: S104 - a pod's own network; the service wants a key for it
_KEYS: Final = "declaim-keys"
_TOKEN: Final = "declaim-ray-token"  # noqa: S105 - a secret's name, not its content
_POSTGRES: Final = "declaim-postgres"
_BOOKS: Final = "books"
_CLAIM: Final = "declaim-books"
"""Of a volume that many machines can write at the same time."""
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
        OptionError: it has secrets in it, which would be written into a file that is none.
    """
    if config.studio.database and urlsplit(config.studio.database).password:
        raise OptionError(
            "the password of studio.database would stand in the written file",
            hint="leave it out of the address, and set PGPASSWORD on the machines",
        )
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
            },
            *([_studio(config, content)] if has_studio(config) else []),
        ],
    }


def has_studio(config: Config) -> bool:
    """Whether books are made: by whichever machine, so all must share their folder and their database.

    Raises:
        OptionError: only one of the two is shared.
    """
    studio = config.studio
    is_shared = studio.database is not None and Database(studio.database).is_shared
    if is_shared and studio.folder is None:
        raise OptionError(
            "studio.database is shared by the machines, and studio.folder is not set",
            hint="name a folder that all of them mount",
        )
    return is_shared


def _studio(config: Config, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": STUDIO_APPLICATION,
        "route_prefix": JOBS,
        "import_path": "declaim.cluster.app:build_studio",
        "args": {"config": content},
        "deployments": [{"name": STUDIO, **studio_options(config)}],
    }


def ray_service(config: Config, machines: Machines) -> dict[str, Any]:
    """A ``RayService`` for KubeRay 1.4 and later.

    Raises:
        OptionError: the machines are too few or too small for the configuration.
    """
    _check_room(config, machines)
    folder = config.studio.folder if has_studio(config) else None
    head = {
        "rayStartParams": {"num-cpus": "0", "dashboard-host": _ANYWHERE},  # it has none of our processes
        "template": _pod(machines.image, "ray-head", cpus=1, memory=4),
    }
    workers = {
        "groupName": "speakers",
        "replicas": machines.count,
        "minReplicas": machines.count,
        "maxReplicas": machines.count,
        "rayStartParams": {},
        "template": _pod(
            machines.image, "ray-worker", cpus=machines.cpus, memory=machines.memory, books=folder
        ),
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
    services = cluster.services + has_studio(config)
    wanted = services * cluster.service_cpus + cluster.min_engines * cluster.engine_cpus
    if largest > machines.cpus or wanted > machines.count * machines.cpus:
        raise OptionError(
            f"{wanted:g} cores are needed at least, and {machines.count} machines have {machines.cpus} each",
            hint="give more --machines or --cpus, or lower cluster.min_engines",
        )


def _pod(image: str, name: str, *, cpus: int, memory: int, books: Path | None = None) -> dict[str, Any]:
    size = {"cpu": str(cpus), "memory": f"{memory}Gi"}
    environment = [
        _NO_REPORTS,
        *({"name": name, "value": value} for name, value in CALLBACK.items()),
        {"name": "RAY_AUTH_MODE", "value": "token"},
        _secret("RAY_AUTH_TOKEN", _TOKEN, "auth_token"),
        _secret("DECLAIM_API_KEYS", _KEYS, "keys"),
    ]
    container: dict[str, Any] = {
        "name": name,
        "image": image,
        "env": environment,
        "resources": {"requests": dict(size), "limits": dict(size)},
    }
    pod: dict[str, Any] = {"containers": [container]}
    if books is not None:
        environment.append(_secret("PGPASSWORD", _POSTGRES, "password"))
        container["volumeMounts"] = [{"name": _BOOKS, "mountPath": books.as_posix()}]
        pod["volumes"] = [{"name": _BOOKS, "persistentVolumeClaim": {"claimName": _CLAIM}}]
    return {"spec": pod}


def _secret(variable: str, name: str, key: str) -> dict[str, Any]:
    return {"name": variable, "valueFrom": {"secretKeyRef": {"name": name, "key": key}}}

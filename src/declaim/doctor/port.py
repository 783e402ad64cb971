"""The port of ``declaim serve``."""

from __future__ import annotations

import errno
import os
import socket

from declaim.doctor.finding import Finding

_TRIED = 20
"""Ports above the taken one that are tried for a free one."""


def check_port() -> list[Finding]:
    """Whether the service could listen where it is configured to. Speech without it needs no port."""
    try:
        from declaim.config import Config  # noqa: PLC0415 - what it is checked with may be broken

        server = Config().server
    except Exception:  # noqa: BLE001 - `check_configuration` says what is wrong
        return []
    host, port = server.host, server.port
    failure = _failure(host, port)
    if failure is None:
        return [Finding("port", "ok", f"{port} of {host} is free")]
    taken = failure.errno == errno.EADDRINUSE
    why = (
        "is in use, perhaps by a service that runs already"
        if taken
        else f"cannot be served: {failure.strerror}"
    )
    free = next((each for each in range(port + 1, port + 1 + _TRIED) if _failure(host, each) is None), None)
    mend = f"declaim serve --port {free}" if free else "declaim serve --host 127.0.0.1"
    return [Finding("port", "warning", f"{port} of {host} {why}", mend)]


def _failure(host: str, port: int) -> OSError | None:
    """Why nothing can listen there; None when something can."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listening:
            if os.name == "posix":  # elsewhere it would let two services have one port
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
    except OSError as error:
        return error
    except OverflowError:  # above 65535
        return OSError(errno.EINVAL, "there is no such port")
    return None

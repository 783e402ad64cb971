"""``/healthz`` and ``/readyz``, for whoever restarts the service and whoever sends it requests."""

from __future__ import annotations

from typing import Final, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from declaim.server.api.backend import TheBackend
from declaim.server.api.documentation import Responses
from declaim.server.service import ServiceState

router = APIRouter(tags=["health"])

STALLED: Final = 30.0
"""Seconds without any progress while work waits, after which the service counts as dead."""


class Health(BaseModel):
    """How the service is."""

    status: Literal["ok", "stalled", "starting", "draining"]
    waiting: int
    """Requests of which nothing has been spoken yet."""
    speaking: int
    """Requests that have begun to be spoken."""


_SICK: Final[Responses] = {503: {"model": Health, "description": "It is not."}}


@router.get("/healthz", responses=_SICK)
async def healthz(backend: TheBackend, response: Response) -> Health:
    """Whether the service is alive: 503 when work has waited for 30 s and nothing has moved."""
    state = backend.service.state()
    is_stalled = state.stalled_for > STALLED
    return _answer(state, "stalled" if is_stalled else "ok", response)


@router.get("/readyz", responses=_SICK)
async def readyz(backend: TheBackend, response: Response) -> Health:
    """Whether the service takes requests: 503 while it starts or is about to stop."""
    state = backend.service.state()
    return _answer(state, "ok" if state.phase == "ready" else state.phase, response)


def _answer(
    state: ServiceState, status: Literal["ok", "stalled", "starting", "draining"], response: Response
) -> Health:
    response.status_code = 200 if status == "ok" else 503
    return Health(status=status, waiting=state.waiting, speaking=state.speaking)

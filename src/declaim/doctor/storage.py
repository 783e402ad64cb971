"""Models, and the folder they are kept in."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from declaim.doctor.finding import Finding, Level
from declaim.doctor.probe import pip_install
from declaim.errors import DeclaimError

if TYPE_CHECKING:
    from declaim.models.store import ArtifactStatus, ModelStore

_ROOM_TO_FETCH = 3.5
"""Free space needed, as a multiple of a model's size: the finished files, and either their archive with its
copy inside pip or, later, the graphs made of them."""


def check_storage(*, deep: bool = False) -> list[Finding]:
    """The cache folder, and every model that is needed or here.

    ``deep`` hashes every model file; otherwise sizes and times are compared.
    """
    try:
        from declaim.models.store import ModelStore  # noqa: PLC0415 - platformdirs may be broken

        store = ModelStore()
        statuses = [status for status in store.status() if status.path or status.artifact.required]
        models = [_model(store, status, deep=deep) for status in statuses]
    except ImportError as error:
        mend = pip_install("--force-reinstall", "platformdirs")
        return [Finding("models", "problem", f"the model store does not load: {error}", mend)]
    except DeclaimError as error:
        return [Finding("models", "problem", f"{error}. {error.hint}".strip(), _mend(error))]
    missing = [status.artifact.size for status in statuses if status.path is None]
    return [*_cache(store.root, sum(missing)), *models]


def _mend(error: DeclaimError) -> str:
    """Leave the folder that the message is about, for the platform's or for another one."""
    local = os.environ.get("DECLAIM_MODELS")
    if local and str(Path(local).absolute()) in str(error):
        return "unset DECLAIM_MODELS"
    return "export DECLAIM_CACHE=/a/folder/that/can/be/written"


def _cache(folder: Path, missing: int) -> list[Finding]:
    """Whether ``folder`` can be written, and can take ``missing`` more bytes of models."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        with tempfile.NamedTemporaryFile(dir=existing):
            pass
    except OSError as error:
        level: Level = "problem" if missing else "warning"
        detail = f"{folder} cannot be written: {error.strerror}"
        return [Finding("cache", level, detail, "export DECLAIM_CACHE=/a/folder/that/can/be/written")]
    free, needed = shutil.disk_usage(existing).free, int(missing * _ROOM_TO_FETCH)
    if free < needed:
        detail = (
            f"{folder} has {free / 1e6:.0f} MB free, but {needed / 1e6:.0f} MB are needed to fetch models"
        )
        return [Finding("cache", "problem", detail, "export DECLAIM_CACHE=/a/folder/on/a/larger/disk")]
    return [Finding("cache", "ok", f"{folder}, {free / 1e9:.1f} GB free")]


def _model(store: ModelStore, status: ArtifactStatus, *, deep: bool) -> Finding:
    name = f"model {status.artifact.name}"
    pull = f"declaim models pull {status.artifact.name}"
    if status.path is None:
        detail = f"not here yet; the first sentence fetches it ({status.artifact.size / 1e6:.0f} MB)"
        return Finding(name, "warning", detail, pull)
    problems = store.verify(status.artifact.name) if deep or status.state == "unchecked" else []
    if problems or status.state == "damaged":
        detail = "; ".join(problems) or f"{status.path} lacks a file, or one has the wrong size"
        mend = f"rm -r {status.path}" if status.state == "local" else pull
        return Finding(name, "problem", f"damaged: {detail}", mend)
    return Finding(name, "ok", f"{status.path}{', all hashes right' if deep else ''}")

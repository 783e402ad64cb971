"""The packages that speech needs: there, of the right version, loadable, working; and the impostors."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, distribution, distributions
from pathlib import Path

from declaim.doctor.finding import Finding
from declaim.doctor.old_library import old_library
from declaim.doctor.probe import AT_WORK, Outcome, pip_install, try_module
from declaim.doctor.requirements import Requirement, declared_requirements

_MODULE_OF = {"g2pm": "g2pM", "protobuf": "google.protobuf"}
"""Modules whose name is not the distribution's with ``_`` for ``-``."""

_NUMPY_ABI = re.compile(
    r"compiled using NumPy|numpy\.dtype size changed|_ARRAY_API not found|multiarray failed to import"
    r"|compiled against (ABI|API) version|module that was compiled against NumPy"
)


def check_packages() -> list[Finding]:
    """Try every required package in a process of its own, two at a time."""
    needed = declared_requirements()
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = list(pool.map(_try, needed))
    findings = [_judge(requirement, outcome) for requirement, outcome in zip(needed, outcomes, strict=True)]
    return _blame_numpy(findings, outcomes)


def check_impostors() -> list[Finding]:
    """Packages on the index that carry the names of Alibaba's but are empty stubs of a third party."""
    found = [name for name in ("kantts", "ttsfrd") if _version(name) is not None]
    if not found:
        return [Finding("impostors", "ok", "neither kantts nor ttsfrd is installed")]
    detail = f"{' and '.join(found)} from the package index: empty stubs of a third party, not Alibaba's"
    if _version("modelscope") is not None:
        detail += " (modelscope[audio] asks for them: install modelscope without [audio])"
    uninstall = pip_install().replace("pip install", f"pip uninstall -y {' '.join(found)}")
    return [Finding("impostors", "warning", detail, uninstall)]


def _try(requirement: Requirement) -> Outcome:
    module = _MODULE_OF.get(requirement.name, requirement.name.replace("-", "_"))
    return try_module(module, AT_WORK.get(requirement.name))


def _judge(requirement: Requirement, outcome: Outcome) -> Finding:
    name, version = requirement.name, _version(requirement.name)
    if version is None and outcome.location is None:
        return Finding(name, "problem", "is not installed", _install(requirement))
    complaint = _complaint(requirement, version, outcome)
    if not complaint:
        return Finding(name, "ok", f"{version or 'of an unknown version'}, works")
    if outcome.location and (_is_shadow(name, outcome.location) or _below_pythonpath(outcome.location)):
        return Finding(name, "problem", complaint, _unhide(outcome.location))
    if old := old_library(outcome.output):
        return Finding(name, "problem", complaint, old.mend)
    reinstall = pip_install("--force-reinstall", "--no-deps", str(requirement))
    return Finding(name, "problem", complaint, reinstall)


def _complaint(requirement: Requirement, version: str | None, outcome: Outcome) -> str:
    """What is wrong with a package that is there; empty when nothing is."""
    name, because = requirement.name, _explain(outcome)
    if outcome.location and _is_shadow(name, outcome.location):
        return f"{outcome.location} hides the installed {name} {version}{because}"
    if version is not None and not requirement.admits(version):
        return f"{version} is installed, {requirement.versions} is needed{because}"
    return f"{version} is installed but does not work{because}" if outcome.failure else ""


def _install(requirement: Requirement) -> str:
    if requirement.name == "pip":  # which cannot install itself when it is not there
        return pip_install().replace("pip install", "ensurepip")
    return pip_install(str(requirement))


def _explain(outcome: Outcome) -> str:
    """Why a package failed, to be put after what is wrong with it; empty when it did not."""
    if not outcome.failure:
        return ""
    if _NUMPY_ABI.search(outcome.output):
        return f": numpy and what is built on it do not fit together (binary interface): {outcome.failure}"
    if old := old_library(outcome.output):
        return f": {old.complaint}: {outcome.failure}"
    return f": {outcome.failure}"


def _blame_numpy(findings: list[Finding], outcomes: list[Outcome]) -> list[Finding]:
    """Where numpy is broken, what fails because of it is mended with it: say so, not another command."""
    broken = [found for found in findings if found.subject == "numpy" and found.level == "problem"]
    if not broken:
        return findings
    return [
        Finding(found.subject, "problem", "cannot work until numpy is mended", broken[0].mend)
        if found.level == "problem" and found not in broken and "numpy" in outcome.output
        else found
        for found, outcome in zip(findings, outcomes, strict=True)
    ]


def _is_shadow(name: str, location: str) -> bool:
    """Whether the module comes from elsewhere than where its distribution was installed."""
    # All of its homes: Ray, once imported, puts a second psutil before the one that other processes load.
    homes = [Path(str(found.locate_file(""))).resolve() for found in distributions(name=name)]
    if not homes or location in ("built-in", "frozen"):
        return False
    return not any(Path(location).resolve().is_relative_to(home) for home in homes)


def _below_pythonpath(location: str) -> bool:
    folders = [folder for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if folder]
    return any(Path(location).resolve().is_relative_to(Path(folder).resolve()) for folder in folders)


def _unhide(location: str) -> str:
    """The command that takes a hiding module out of the way."""
    if _below_pythonpath(location):
        return "set PYTHONPATH=" if os.name == "nt" else "unset PYTHONPATH"
    path = Path(location)
    aside = path.parent if path.name == "__init__.py" else path
    return f"{'ren' if os.name == 'nt' else 'mv'} {aside} {aside}.hidden"


def _version(name: str) -> str | None:
    try:
        return distribution(name).version
    except PackageNotFoundError:
        return None

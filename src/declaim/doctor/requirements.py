"""The versions of its dependencies that the project declares."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires

from declaim.doctor.probe import AT_WORK

_REQUIREMENT = re.compile(
    r"(?P<name>[\w.-]+)\s*(\[[^]]*])?\s*\(?(?P<versions>[^;)]*)\)?\s*(;(?P<marker>.*))?"
)
_COMPARISONS: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """A distribution and the versions of it that are right."""

    name: str
    versions: str
    """As the project declares them: ``>=2.0`` or ``==0.1.8``; empty for any."""

    def __str__(self) -> str:
        return self.name + self.versions

    def admits(self, version: str) -> bool:
        """Whether ``version`` is right. Compares release numbers; pre-releases count as their release."""
        return all(_holds(version, clause.strip()) for clause in self.versions.split(",") if clause.strip())


def declared_requirements() -> list[Requirement]:
    """What this project declares, extras left out; what we know how to try, if it is not installed."""
    try:
        lines = requires("declaim") or []
    except PackageNotFoundError:
        lines = sorted(AT_WORK)
    matches = [match for line in lines if (match := _REQUIREMENT.match(line))]
    return [
        Requirement(match["name"].lower(), match["versions"].replace(" ", ""))
        for match in matches
        if "extra" not in (match["marker"] or "")
    ]


def _holds(version: str, clause: str) -> bool:
    """Whether ``version`` fits a clause such as ``>=2.0``; forms that the project does not use always fit."""
    match = re.fullmatch(r"(>=|<=|==|!=|>|<)([\d.]+)", clause)
    if match is None:
        return True
    mine, bound = _release(version), _release(match[2])
    width = max(len(mine), len(bound))
    return _COMPARISONS[match[1]](_pad(mine, width), _pad(bound, width))


def _release(version: str) -> tuple[int, ...]:
    match = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def _pad(release: tuple[int, ...], width: int) -> tuple[int, ...]:
    return release + (0,) * (width - len(release))

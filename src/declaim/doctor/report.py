"""The whole examination, and its report for people and programs."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict

from declaim.doctor.clock import check_clock
from declaim.doctor.configuration import check_configuration
from declaim.doctor.finding import Finding, Level
from declaim.doctor.interpreter import check_interpreter
from declaim.doctor.machine import check_machine
from declaim.doctor.packages import check_impostors, check_packages
from declaim.doctor.port import check_port
from declaim.doctor.storage import check_storage

_STYLES: dict[Level, str] = {"ok": "32", "warning": "33", "problem": "31;1"}
"""SGR parameters of ECMA-48: green, yellow, bold red."""


def examine(*, deep: bool = False) -> list[Finding]:
    """Run every check; takes a few seconds, and no broken package can stop it.

    ``deep`` hashes every model file.
    """
    checks: tuple[tuple[str, Callable[[], list[Finding]]], ...] = (
        ("interpreter", check_interpreter),
        ("packages", check_packages),
        ("impostors", check_impostors),
        ("machine", check_machine),
        ("clock", check_clock),
        ("configuration", check_configuration),
        ("port", check_port),
        ("storage", lambda: check_storage(deep=deep)),
    )
    return [finding for name, check in checks for finding in _run(name, check)]


def _run(name: str, check: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - one check that fails must not hide what the others found
        return [Finding(name, "problem", f"this check itself failed: {type(error).__name__}: {error}")]


def exit_code(findings: Iterable[Finding]) -> int:
    """1 when anything is a problem, else 0."""
    return int(any(finding.level == "problem" for finding in findings))


def as_json(findings: Iterable[Finding]) -> str:
    """The findings as a JSON list of objects with the fields of `Finding`."""
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2)


def as_text(findings: list[Finding], *, colour: bool = False) -> str:
    """The findings for people: one line each, and below it the command that mends it."""
    width = max(len(finding.subject) for finding in findings)
    lines = []
    for finding in findings:
        level = f"{finding.level:<7}"
        shown = f"\x1b[{_STYLES[finding.level]}m{level}\x1b[0m" if colour else level
        lines.append(f"{shown}  {finding.subject:<{width}}  {finding.detail}")
        if finding.mend:
            lines.append(f"{'':7}  {'':<{width}}  to mend it: {finding.mend}")
    counts = {level: sum(finding.level == level for finding in findings) for level in _STYLES}
    lines.append("")
    lines.append(f"problems: {counts['problem']}, warnings: {counts['warning']}, ok: {counts['ok']}")
    return "\n".join(lines)


def wants_colour() -> bool:
    """Whether standard output is a terminal whose user has not said no (``NO_COLOR``, no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def main_plain(argv: list[str] | None = None) -> int:
    """``python -m declaim.doctor``: the report where typer or rich are broken too. Gives the exit code."""
    parser = argparse.ArgumentParser("declaim doctor", description="Find what keeps declaim from speaking.")
    parser.add_argument("--deep", action="store_true", help="hash every model file")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(argv)
    findings = examine(deep=options.deep)
    text = as_json(findings) if options.json else as_text(findings, colour=wants_colour())
    sys.stdout.write(text + "\n")
    return exit_code(findings)

"""Look for known vulnerabilities in the pinned packages.

python3 bootstrap.py audit [--database all.zip] [--strict] [REQUIREMENTS ...]

Asks a database over the network by pip-audit, or reads one from a file: OSV's export for PyPI
(https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip), carried to where no network is. The exit
code is 1 if something was found. Packages that no database could be asked about are named, and are no
failure unless ``--strict`` is given (3): a network that is away says nothing about a package.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name, canonicalize_version
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).parents[1]
_PIN = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)
_TIMEOUT = 5
"""Seconds in which a database has to answer."""

Pin = tuple[str, str]
"""A package's normalised name, and its version."""


@dataclass
class Audit:
    """What became of it."""

    found: list[str] = field(default_factory=list)
    """A line for each vulnerability."""
    unknown: list[str] = field(default_factory=list)
    """Packages that no database was asked about."""
    source: str = ""
    """What was asked."""


def pins(requirements: Iterable[Path]) -> list[Pin]:
    """The packages of requirements files, each version once."""
    texts = (path.read_text(encoding="utf-8") for path in requirements)
    return sorted(
        {(canonicalize_name(name), version) for text in texts for name, version in _PIN.findall(text)}
    )


def audit_online(requirements: Iterable[Path]) -> Audit:
    """Ask the databases that pip-audit knows."""
    files = [part for path in requirements for part in ("--requirement", str(path))]
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format", "json"]
    done = subprocess.run(
        [*command, "--progress-spinner", "off", "--timeout", str(_TIMEOUT), *files],
        capture_output=True,
        text=True,
        check=False,
    )
    names = {name for name, _ in pins(requirements)}
    try:
        return read_report(json.loads(done.stdout), names)
    except ValueError:  # it ended before it could report
        reason = done.stderr.strip().rpartition("\n")[2]
        return Audit(unknown=sorted(names), source=f"pip-audit: {reason}")


def read_report(report: Mapping[str, Any], names: Collection[str]) -> Audit:
    """The report of pip-audit on packages of these names.

    It counts packages that it could not ask about as sound, and leaves out those of other platforms.
    """
    asked = {canonicalize_name(each["name"]) for each in report["dependencies"] if "skip_reason" not in each}
    audit = Audit(unknown=sorted(set(names) - asked), source="pip-audit")
    for package in report["dependencies"]:
        for each in package.get("vulns", ()):
            mended = f"; mended in {', '.join(each['fix_versions'])}" if each["fix_versions"] else ""
            audit.found.append(f"{package['name']} {package['version']}: {each['id']}{mended}")
    return audit


def audit_offline(database: Path, requirements: Iterable[Path]) -> Audit:
    """Compare with a database in a file."""
    pinned = pins(requirements)
    audit = Audit()
    newest = ""
    for record in records(database):
        newest = max(newest, record.get("modified", ""))
        audit.found += [
            f"{name} {version}: {record['id']} {record.get('summary', '')}".rstrip()
            for name, version in pinned
            if any(affects(entry, name, version) for entry in record.get("affected", ()))
        ]
    audit.source = f"{database.name}, last changed {newest[:10]}"
    return audit


def records(database: Path) -> Iterator[dict[str, Any]]:
    """The database's records that hold (https://ossf.github.io/osv-schema/), one by one."""
    with zipfile.ZipFile(database) as archive:
        names = [name for name in archive.namelist() if name.endswith(".json")]
        if not names:
            raise SystemExit(f"{database} has no records: it is no export of OSV.")
        for name in names:
            record = json.loads(archive.read(name))
            if "withdrawn" not in record:
                yield record


def affects(entry: Mapping[str, Any], name: str, version: str) -> bool:
    """Whether one entry of ``affected`` means this version of this package."""
    package = entry.get("package", {})
    if package.get("ecosystem") != "PyPI" or canonicalize_name(package["name"]) != name:
        return False
    listed = {canonicalize_version(each) for each in entry.get("versions", ())}
    ranges = (each for each in entry.get("ranges", ()) if each["type"] == "ECOSYSTEM")
    return canonicalize_version(version) in listed or any(
        _is_within(each["events"], version) for each in ranges
    )


def _is_within(events: Iterable[Mapping[str, str]], version: str) -> bool:
    """Go through the events in the order of their versions, up to this one."""
    try:
        mine = Version(version)
        steps = sorted((Version(bound), kind) for event in events for kind, bound in event.items())
    except InvalidVersion:  # somebody has to look
        return True
    inside = False
    for bound, kind in steps:
        if kind == "introduced" and mine >= bound:
            inside = True
        elif (kind == "fixed" and mine >= bound) or (kind == "last_affected" and mine > bound):
            inside = False
    return inside


def main(arguments: list[str] | None = None) -> int:
    """Audit, and say what was found."""
    line = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    line.add_argument("requirements", nargs="*", type=Path, default=[ROOT / "requirements" / "studio.txt"])
    line.add_argument("--database", type=Path, help="OSV's export for PyPI")
    line.add_argument("--strict", action="store_true", help="fail if a package was not audited")
    options = line.parse_args(arguments)
    files = options.requirements
    audit = audit_offline(options.database, files) if options.database else audit_online(files)
    for each in audit.found:
        print(each)
    count = len({name for name, _ in pins(files)})
    if audit.unknown:
        print(f"NOT AUDITED: {len(audit.unknown)} of {count} packages: {', '.join(audit.unknown)}")
        print("No database could be asked about them; see --database for doing it without a network.")
    print(f"{count} packages, {len(audit.found)} vulnerabilities known ({audit.source})")
    if audit.found:
        return 1
    return 3 if audit.unknown and options.strict else 0


if __name__ == "__main__":
    raise SystemExit(main())

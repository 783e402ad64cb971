"""What each installed package takes: ``python deploy/sizes.py [NUMBER]`` in the environment in question.

Prints a Markdown table of the NUMBER largest (15) and the sum of all, pip included.
"""

from __future__ import annotations

import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path


def megabytes(package: Distribution) -> float:
    """Of the files that belong to a package; compiled ones that Python adds later are not among them."""
    paths = (Path(str(package.locate_file(file))) for file in package.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def main() -> None:
    """Print the table."""
    shown = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    sizes = sorted(((megabytes(each), each) for each in distributions()), key=lambda row: -row[0])
    print("| package | MB |\n|---|---|")
    for size, package in sizes[:shown]:
        print(f"| {package.metadata['Name']} {package.version} | {size:.1f} |")
    print(f"| all {len(sizes)} | {sum(size for size, _ in sizes):.0f} |")


if __name__ == "__main__":
    main()

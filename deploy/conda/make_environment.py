"""Write ``environment.yml`` from ``pyproject.toml``: ``python deploy/conda/make_environment.py``.

Only Python and npm are conda's: several of the packages are not on conda-forge, and pip, which has pinned
hashes for all of them, should not find half of them there in other versions.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

_HERE = Path(__file__).parent
TARGET = _HERE / "environment.yml"


def environment() -> str:
    """The file's content."""
    project = tomllib.loads((_HERE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = project["requires-python"].removeprefix(">=")
    return f"""# Written by make_environment.py; from this folder: conda env create --file environment.yml
name: {project["name"]}
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python >={oldest},<3.14
  - pip
  - nodejs
  - libstdcxx-ng >=12
  - pip:
      - --requirement ../../requirements/studio.txt
# Then, in the repository's root: pip install --no-deps --no-build-isolation .
"""


if __name__ == "__main__":
    TARGET.write_text(environment(), encoding="utf-8")

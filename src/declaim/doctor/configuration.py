"""The configuration: the file and the ``DECLAIM_*`` variables, read as speech would read them."""

from __future__ import annotations

import os
import re

from declaim.doctor.finding import Finding
from declaim.doctor.probe import try_module

_LOAD = (
    "from declaim.config import Config, config_file\n"
    "print('\\nfile', config_file(), config_file().exists(), flush=True)\n"
    "Config()\n"
)
_FILE = re.compile(r"^file (.+) (True|False)$", re.MULTILINE)


def check_configuration() -> list[Finding]:
    """Load the configuration in a process of its own, since what it is checked with may be broken."""
    outcome = try_module("declaim.config", _LOAD)
    match = _FILE.search(outcome.output)
    if match is None:
        return [Finding("configuration", "warning", f"cannot be checked: {outcome.failure}")]
    path, exists = match[1], match[2] == "True"
    if not outcome.failure:
        return [Finding("configuration", "ok", path if exists else f"none at {path}: built-in settings")]
    detail = re.sub(r"^[\w.]+Error: ", "", outcome.failure)
    return [Finding("configuration", "problem", detail, _mend(outcome.failure, path))]


def _mend(failure: str, path: str) -> str:
    """Put the file aside if the message names it, or else unset the variable that is to blame."""
    words = set(re.findall(r"\w+", failure))
    named = sorted(name for name in os.environ if name.startswith("DECLAIM_") and _is_blamed(name, words))
    if path in failure or not named:
        return f"{'ren' if os.name == 'nt' else 'mv'} {path} {path}.broken"
    return "set " + "= & set ".join(named) + "=" if os.name == "nt" else f"unset {' '.join(named)}"


def _is_blamed(variable: str, words: set[str]) -> bool:
    """Whether a message with these words names ``DECLAIM_RATE`` or the key ``rate``."""
    return variable in words or variable.removeprefix("DECLAIM_").lower() in words

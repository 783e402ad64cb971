"""``declaim doctor``: what keeps this machine from speaking, and the one command that mends it.

Only the standard library is imported here. Everything else may be what is broken, so it is tried in processes
of its own.
"""

from declaim.doctor.finding import Finding
from declaim.doctor.report import as_json, as_text, examine, exit_code, main_plain, wants_colour

__all__ = ["Finding", "as_json", "as_text", "examine", "exit_code", "main_plain", "wants_colour"]

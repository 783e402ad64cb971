"""``python -m declaim.doctor``."""

import sys

from declaim.doctor.report import main_plain

sys.exit(main_plain())

"""The command line."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

_INTERRUPTED = 130


def main() -> None:
    """Run ``declaim``; a problem is one message on standard error, never a traceback."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        from declaim.commands import app  # noqa: PLC0415 - it may be what is broken

        app(prog_name="declaim")
    except SystemExit as left:  # how Typer ends, after Ctrl-C and a closed pipe too
        _leave(left.code if isinstance(left.code, int) else int(left.code is not None))
    except ImportError as error:
        _report_broken_installation(error)
    except KeyboardInterrupt:
        _leave(_INTERRUPTED)
    except BrokenPipeError:
        # The reader has gone; so may standard output's buffer, without complaint.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _leave(1)
    except Exception as error:
        from declaim.errors import DeclaimError  # noqa: PLC0415

        if not isinstance(error, DeclaimError):
            raise
        hint = f"\n  {error.hint}" if error.hint else ""
        print(f"declaim: {error}{hint}", file=sys.stderr)  # noqa: T201 - this is the command line
        _leave(error.exit_code)


def _terminated(number: int, _frame: object) -> NoReturn:
    """End as Ctrl-C does, so that no unfinished file is left."""
    raise SystemExit(128 + number)


def _report_broken_installation(error: ImportError) -> None:
    from declaim.doctor import main_plain  # noqa: PLC0415

    print(f"declaim: the installation is broken: {error}\n", file=sys.stderr)  # noqa: T201
    main_plain([])
    _leave(1)


def _leave(code: int) -> None:
    """Exit at once: a thread may still be inside native code, which an ordinary exit would wait for."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()

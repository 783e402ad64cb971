"""The command line."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback
from typing import NoReturn

_INTERRUPTED = 130


def main() -> None:
    """Run ``declaim``; what is wrong outside of it is one message on standard error, never a traceback."""
    signal.signal(signal.SIGTERM, _terminated)
    _open_closed_streams()
    _keep_blas_to_one_thread()
    try:
        from declaim.commands import app  # noqa: PLC0415 - it may be what is broken

        app(prog_name="declaim")
    except SystemExit as left:  # how Typer ends, after Ctrl-C and a closed pipe too
        _leave(left.code if isinstance(left.code, int) else int(left.code is not None))
    except KeyboardInterrupt:
        _leave(_INTERRUPTED)
    except BrokenPipeError:
        # The reader has gone; so may standard output's buffer, without complaint.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _leave(1)
    except Exception as error:
        from declaim.errors import DeclaimError  # noqa: PLC0415

        if isinstance(error, DeclaimError):
            _say(f"{error}\n  {error.hint}" if error.hint else str(error))
            _leave(error.exit_code)
        if _happened_during_an_import(error):
            _report_broken_installation(error)
        if not isinstance(error, OSError):
            raise
        _say(str(error))  # a full disk under a redirected list of voices, say
        _leave(1)


def _open_closed_streams() -> None:
    """Give a process started without standard streams (``>&-``) ones that lead nowhere.

    Python has None for them, and the next file to be opened would get their number.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - kept open


def _keep_blas_to_one_thread() -> None:
    """Before NumPy is loaded, here and in processes that are started from here.

    Its products are small. OpenBLAS would give them to threads that wait busily for more afterwards, on cores
    that the models need.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _say(message: str) -> None:
    print(f"declaim: {message}", file=sys.stderr)  # noqa: T201 - this is the command line


def _terminated(number: int, _frame: object) -> NoReturn:
    """End as Ctrl-C does, so that no unfinished file is left."""
    raise SystemExit(128 + number)


def _happened_during_an_import(error: Exception) -> bool:
    """Whether a module failed to load: with numpy's binary interface broken that may be any exception."""
    frames = traceback.extract_tb(error.__traceback__)
    return isinstance(error, ImportError) or any(frame.name == "<module>" for frame in frames)


def _report_broken_installation(error: Exception) -> NoReturn:
    from declaim.doctor import main_plain  # noqa: PLC0415

    _say(f"the installation is broken: {error}\n")
    if sys.argv[1:2] == ["doctor"]:
        main_plain(sys.argv[2:])
    else:  # standard output may be a player's input
        with contextlib.redirect_stdout(sys.stderr):
            main_plain([])
    _leave(1)


def _leave(code: int) -> NoReturn:
    """Exit at once: a thread may still be inside native code, which an ordinary exit would wait for."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError as error:
        _say(str(error))
        code = code or 1
    os._exit(code)


if __name__ == "__main__":
    main()

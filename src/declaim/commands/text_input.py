"""Text from an argument, a file or standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from declaim.engines.voices import parse_blend
from declaim.errors import MalformedTextError, OptionError
from declaim.text.frontend import read_markup

_STDIO = "-"


def read_text(text: str | None, file: Path | None) -> str:
    """The text to say, from where it was given, refused here and now if it cannot be spoken.

    Args:
        text: itself; ``-`` or None is standard input.
        file: a UTF-8 file, or ``-``.

    Raises:
        InputError: it cannot be read, or be spoken; that is said before any model is loaded, or fetched.
    """
    content = _content(text, file)
    read_markup(content, parse_blend)
    return content


def _content(text: str | None, file: Path | None) -> str:
    if file is not None and text is not None:
        raise OptionError("a text and a file were given", hint="give one of them")
    if file is not None and str(file) != _STDIO:
        return _decode(_file_bytes(file), str(file))
    if text is not None and text != _STDIO:
        return text
    if sys.stdin.isatty():
        raise OptionError("there is nothing to say", hint='declaim say "Hello." or declaim say -f FILE')
    return _decode(sys.stdin.buffer.read(), "standard input")


def _file_bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise OptionError(
            f"cannot read {file}: {error.strerror}", hint="name a text file that exists"
        ) from error


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedTextError(
            f"{name} is not UTF-8: byte {error.start} is 0x{content[error.start]:02x}",
            hint="convert it, for example with `iconv -f GB18030 -t UTF-8`",
        ) from error

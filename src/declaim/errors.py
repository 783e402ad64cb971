"""Every error a caller can meet: typed, with what to do next, an exit code and an HTTP status."""

from __future__ import annotations

from typing import Any, ClassVar


class DeclaimError(Exception):
    """Base of all errors this package raises on purpose.

    Attributes:
        hint: the next thing to do, in one sentence; empty when the message says it all.
        exit_code: what the command line exits with.
        http_status: what the HTTP service answers.
    """

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled by its parts: subclasses take other arguments than they hand to their base."""
        return _rebuilt, (type(self), self.args, self.__dict__)


def _rebuilt(
    kind: type[DeclaimError], arguments: tuple[Any, ...], attributes: dict[str, Any]
) -> DeclaimError:
    error = kind.__new__(kind, *arguments)
    error.args = arguments
    error.__dict__.update(attributes)
    return error


class InputError(DeclaimError):
    """What was asked for cannot be done as asked: the caller has to change the request."""

    exit_code = 2
    http_status = 422


class NothingToSayError(InputError):
    """The text has no letter, digit or ideograph left once markup and symbols are taken away."""


class MalformedTextError(InputError):
    """The text is not well-formed Unicode (lone surrogates) or not in the encoding it claims."""


class MarkupError(InputError):
    """Markup that is meant as markup but is malformed.

    Attributes:
        line: 1-based line of the user's text.
        column: 1-based column, in characters.
    """

    def __init__(self, message: str, *, line: int, column: int, hint: str = "") -> None:
        super().__init__(f"{message} (line {line}, column {column})", hint=hint)
        self.line = line
        self.column = column


class LexiconError(InputError):
    """A line of a pronunciation lexicon, or an inline pronunciation, cannot be read."""


class BookError(InputError):
    """A book cannot be read; its subclasses say why."""


class BookFormatError(BookError):
    """No reader knows this kind of file, or what it holds is not what it claims."""

    http_status = 415


class BookDamagedError(BookError):
    """The file is cut off or breaks its format's rules, so that nothing of it can be read."""


class BookProtectedError(BookError):
    """The book is encrypted: copy protection, or a password."""

    http_status = 403


class BookEmptyError(BookError):
    """There is no text in it: scanned pages, pictures, or nothing at all."""


class BookTooLargeError(BookError):
    """It is, or unpacks to, more than a book can be."""

    http_status = 413


class UnknownVoiceError(InputError):
    """No such voice, or a blend that names one."""

    http_status = 404


class OptionError(InputError):
    """An option is outside its range, or names something that does not exist."""


class ConfigError(InputError):
    """The configuration file or a ``DECLAIM_*`` variable is wrong."""


class ModelError(DeclaimError):
    """A model artifact is missing, damaged or cannot be fetched."""

    http_status = 503


class ModelMissingError(ModelError):
    """The artifact is not on this machine and nothing may be fetched now."""


class FetchError(ModelError):
    """Every source of an artifact failed; the message names each and why."""


class IntegrityError(ModelError):
    """Bytes do not have the sha256 that the manifest pins."""


class StorageError(DeclaimError):
    """The disk is full, or a folder or file cannot be written."""

    http_status = 507


class EngineError(DeclaimError):
    """The acoustic model or the vocoder failed."""


class QueueFullError(DeclaimError):
    """The service has as much waiting as it takes.

    Attributes:
        retry_after: seconds after which there is likely to be room.
    """

    http_status = 429

    def __init__(self, message: str, *, retry_after: int, hint: str = "") -> None:
        super().__init__(message, hint=hint or f"Try again in {retry_after} seconds.")
        self.retry_after = retry_after


class RateLimitError(QueueFullError):
    """A client has asked more often than it may."""


class DeadlineError(DeclaimError):
    """The first audible block was not there in time."""

    http_status = 504


class UnavailableError(DeclaimError):
    """The service is starting or about to stop."""

    http_status = 503


class AuthenticationError(DeclaimError):
    """The service wants a key, and got none or a wrong one."""

    http_status = 401


class TooLargeError(InputError):
    """The request's body or text is larger than the service takes."""

    http_status = 413


class ForbiddenError(InputError):
    """Whoever asks may not."""

    http_status = 403


class SlowBodyError(InputError):
    """The body of the request did not arrive in time."""

    http_status = 408


class AddressError(DeclaimError):
    """The address cannot be bound: something else has it, or it is not for this user."""

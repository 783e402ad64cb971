"""What goes wrong with DashScope: whose fault it is, and what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from declaim.channels.channel import ChannelError, FaultReach
from declaim.retry_after import seconds_to_wait

_LONGEST_SHOWN = 200

_KEY = "check the key, and that it belongs to the endpoint's region"
_ACCOUNT = "look at the account's balance, quota and permissions in the console"
_MODEL = "check the models and voices in the configuration: a model has voices of its own"
_ENDPOINT = "check the endpoint in the configuration"

_CODES: Mapping[str, tuple[FaultReach, str]] = {
    "InvalidApiKey": ("lasting", _KEY),
    "AccessDenied": ("lasting", _ACCOUNT),
    "Model.AccessDenied": ("lasting", _ACCOUNT),
    "Workspace.AccessDenied": ("lasting", _ACCOUNT),
    "Arrearage": ("lasting", _ACCOUNT),
    "PrepaidBillOverdue": ("lasting", _ACCOUNT),
    "PostpaidBillOverdue": ("lasting", _ACCOUNT),
    "CommodityNotPurchased": ("lasting", _ACCOUNT),
    "AllocationQuota": ("lasting", _ACCOUNT),
    "Throttling.AllocationQuota": ("lasting", _ACCOUNT),
    "Throttling": ("passing", "the account makes more requests at a time than it may"),
    "ModelNotFound": ("lasting", _MODEL),
    "Model.NotExist": ("lasting", _MODEL),
    "InvalidParameter": ("passing", _MODEL),
    "DataInspectionFailed": ("sentence", "the service refuses what the text says"),
}
"""By how ``error_code`` begins; of several, the longest."""

_STATUSES: Mapping[int, tuple[FaultReach, str]] = {
    HTTPStatus.UNAUTHORIZED: ("lasting", _KEY),
    HTTPStatus.PAYMENT_REQUIRED: ("lasting", _ACCOUNT),
    HTTPStatus.FORBIDDEN: ("lasting", _ACCOUNT),
    HTTPStatus.REQUEST_TIMEOUT: ("passing", ""),
    HTTPStatus.TOO_MANY_REQUESTS: ("passing", "the account makes more requests at a time than it may"),
}


class DashScopeError(ChannelError):
    """DashScope did not speak a sentence, or not all of it.

    Attributes:
        code: the service's own (``InvalidApiKey``), or ``HTTP 401``; empty if it named none.
        fault: how far the failure reaches.
        retry_after: seconds for which the service wants to be left alone; 0 if it did not say.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        fault: FaultReach = "passing",
        retry_after: float = 0.0,
        hint: str = "",
    ) -> None:
        super().__init__(f"DashScope: {message}", fault=fault, retry_after=retry_after, hint=hint)
        self.code = code


class DroppedError(DashScopeError):
    """The connection ended before the task did."""


def task_failed(code: str, message: str) -> DashScopeError:
    """The error for a ``task-failed`` event.

    Args:
        code: its ``error_code``.
        message: its ``error_message``, without the key.
    """
    fault, hint = _by_code(code) or ("passing", "")
    return DashScopeError(f"it failed with {code or 'no code'}: {message}", code=code, fault=fault, hint=hint)


def refused(status: int, retry_after: str, code: str) -> DashScopeError:
    """The error for a handshake that was answered with an HTTP status.

    Args:
        status: other than 101.
        retry_after: the header of that name, or nothing.
        code: the service's own in the body, or nothing.
    """
    is_ours = status < HTTPStatus.INTERNAL_SERVER_ERROR
    usual: tuple[FaultReach, str] = ("lasting", _ENDPOINT) if is_ours else ("passing", "")
    fault, hint = _by_code(code) or _STATUSES.get(status, usual)
    return DashScopeError(
        f"it answered {status}{code and f' {code}'}",
        code=code or f"HTTP {status}",
        fault=fault,
        retry_after=seconds_to_wait(retry_after),
        hint=hint,
    )


def code_in(body: bytes | bytearray) -> str:
    """The ``code`` in the JSON of an HTTP answer; nothing if there is none that can be shown."""
    try:
        code = json.loads(body)["code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return code if isinstance(code, str) and code.isascii() and code.isprintable() else ""


def shown(text: str, secret: str) -> str:
    """What the service wrote, on one line, short, and without the key if it quoted that."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text.replace(secret, "***")).split())
    return f"{line[:_LONGEST_SHOWN]}…" if len(line) > _LONGEST_SHOWN else line


def _by_code(code: str) -> tuple[FaultReach, str] | None:
    known = max((known for known in _CODES if code.startswith(known)), key=len, default=None)
    return None if known is None else _CODES[known]

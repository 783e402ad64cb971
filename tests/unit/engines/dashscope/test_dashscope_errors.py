import pickle
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from declaim.engines.dashscope.errors import DashScopeError, code_in, refused, shown, task_failed
from declaim.errors import EngineError


@pytest.mark.parametrize(
    ("code", "fault", "hint"),
    [
        ("InvalidApiKey", "lasting", "key"),
        ("Arrearage", "lasting", "balance"),
        ("AccessDenied.Unpurchased", "lasting", "balance"),
        ("Throttling.AllocationQuota", "lasting", "quota"),
        ("AllocationQuota.FreeTierOnly", "lasting", "quota"),
        ("Throttling.RateQuota", "passing", "at a time"),
        ("InvalidParameter", "passing", "voices"),
        ("DataInspectionFailed", "sentence", "refuses"),
        ("InternalError.Algo", "passing", ""),
        ("", "passing", ""),
    ],
)
def test_a_failed_task(code: str, fault: str, hint: str) -> None:
    error = task_failed(code, "so it is")
    assert isinstance(error, EngineError)
    assert (error.code, error.fault) == (code, fault)
    assert hint in error.hint
    assert bool(hint) == bool(error.hint)
    assert "so it is" in str(error)


@pytest.mark.parametrize(
    ("status", "code", "fault"),
    [(401, "", "lasting"), (403, "", "lasting"), (404, "", "lasting"), (302, "", "lasting"),
     (429, "", "passing"), (429, "Throttling.AllocationQuota", "lasting"), (500, "", "passing"),
     (503, "", "passing"), (400, "Arrearage", "lasting")],
)  # fmt: skip
def test_a_refused_handshake(status: int, code: str, fault: str) -> None:
    error = refused(status, "", code)
    assert (error.fault, error.code, error.retry_after) == (fault, code or f"HTTP {status}", 0)
    assert str(status) in str(error)


@pytest.mark.parametrize(("written", "seconds"), [("7", 7), (" 7 ", 7), ("", 0), ("soon", 0), ("-1", 0)])
def test_when_to_come_again(written: str, seconds: float) -> None:
    assert refused(429, written, "").retry_after == seconds


def test_when_to_come_again_by_date() -> None:
    written = format_datetime(datetime.now(UTC) + timedelta(seconds=30))
    assert refused(503, written, "").retry_after == pytest.approx(30, abs=2)


@pytest.mark.parametrize(
    ("body", "code"),
    [(b'{"code": "InvalidApiKey"}', "InvalidApiKey"), (b"", ""), (b"<html>", ""), (b"[]", ""), (b"1", ""),
     (b'{"code": 5}', ""), (b'{"code": "a\\nb"}', ""), (b"\xff", ""), (b"[" * 100_000, "")],
)  # fmt: skip
def test_the_code_in_an_answer(body: bytes, code: str) -> None:
    assert code_in(body) == code


def test_what_is_shown_of_a_message() -> None:
    assert shown("bad key sk-1\n\x1b[31m!", "sk-1") == "bad key *** [31m!"
    assert len(shown("x" * 5_000, "sk-1")) == 201


def test_an_error_goes_between_processes() -> None:
    error = pickle.loads(pickle.dumps(DashScopeError("no", code="c", fault="lasting", retry_after=3.0)))
    assert (str(error), error.code, error.fault, error.retry_after) == ("DashScope: no", "c", "lasting", 3.0)

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from declaim.retry_after import seconds_to_wait


@pytest.mark.parametrize(
    ("header", "seconds"), [("", 0), ("7", 7), (" 120 ", 120), ("soon", 0), ("-3", 0), ("1.5", 0)]
)
def test_a_number_of_seconds_or_nothing(header: str, seconds: float) -> None:
    assert seconds_to_wait(header) == seconds


def test_a_date() -> None:
    now = datetime.now(UTC)
    assert 50 < seconds_to_wait(format_datetime(now + timedelta(minutes=1), usegmt=True)) <= 60
    assert seconds_to_wait(format_datetime(now - timedelta(minutes=1), usegmt=True)) == 0


@pytest.mark.parametrize("header", ["99999999", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_nobody_is_waited_for_longer_than_a_day(header: str) -> None:
    assert seconds_to_wait(header) == 86_400

"""Settings and the key that DashScope's tests use."""

import pytest
from pydantic import SecretStr

KEY = "sk-tell-nobody-0123456789abcdef"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DECLAIM_DASHSCOPE_API_KEY", "DASHSCOPE_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def key() -> SecretStr:
    return SecretStr(KEY)

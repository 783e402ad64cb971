import pytest
from pydantic import ValidationError

from declaim.engines.dashscope.settings import DashScopeConfig, key_from_environment
from declaim.errors import ConfigError

SECRET = "sk-another-secret"


def test_the_key_comes_from_the_first_variable_that_holds_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHSCOPE_API_KEY", f" {SECRET}\n")
    assert key_from_environment().get_secret_value() == SECRET
    monkeypatch.setenv("DECLAIM_DASHSCOPE_API_KEY", "")
    assert key_from_environment().get_secret_value() == SECRET
    monkeypatch.setenv("DECLAIM_DASHSCOPE_API_KEY", "ours")
    assert key_from_environment().get_secret_value() == "ours"


def test_without_a_key_the_error_says_what_to_set() -> None:
    with pytest.raises(ConfigError) as caught:
        key_from_environment()
    assert "DECLAIM_DASHSCOPE_API_KEY" in caught.value.hint


@pytest.mark.parametrize("key", ["sk-ключ", "sk-1\r\nX-Evil: 1"])
def test_what_cannot_be_in_a_header_is_no_key(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("DECLAIM_DASHSCOPE_API_KEY", key)
    with pytest.raises(ConfigError, match="holds no key") as caught:
        key_from_environment()
    assert key not in str(caught.value)


@pytest.mark.parametrize(
    "endpoint",
    ["wss://w.cn-beijing.maas.aliyuncs.com/api-ws/v1/inference", "ws://127.0.0.1:9/x", "ws://localhost/x",
     "ws://[::1]:9/"],
)  # fmt: skip
def test_an_endpoint(endpoint: str) -> None:
    assert DashScopeConfig(endpoint=endpoint).endpoint == endpoint


@pytest.mark.parametrize(
    "endpoint",
    ["ws://dashscope.aliyuncs.com/x", "https://dashscope.aliyuncs.com/x", "dashscope.aliyuncs.com",
     "wss://user:password@host/x", "wss:///x", ""],
)  # fmt: skip
def test_an_endpoint_that_gives_the_key_away(endpoint: str) -> None:
    with pytest.raises(ValidationError, match="endpoint"):
        DashScopeConfig(endpoint=endpoint)


@pytest.mark.parametrize(
    ("name", "value"),
    [("api_key", SECRET), ("idle_timeout", 0), ("total_timeout", float("nan")), ("price", -1),
     ("workspace", "a\r\nb"), ("workspace", "")],
)  # fmt: skip
def test_a_wrong_setting(name: str, value: object) -> None:
    with pytest.raises(ValidationError, match=name):
        DashScopeConfig(**{name: value})


def test_voices_from_a_variable() -> None:
    config = DashScopeConfig(voices="f=sambert-zhiru-v1, zm=cosyvoice-v3-flash/longanyang,")
    assert config.voices == {"f": "sambert-zhiru-v1", "zm": "cosyvoice-v3-flash/longanyang"}

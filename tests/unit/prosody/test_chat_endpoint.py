import logging
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import chat_server as chat
import pytest
from pydantic import SecretStr

from declaim.config import Config
from declaim.errors import ConfigError
from declaim.prosody.chat_endpoint import ChatEndpoint, EndpointError
from declaim.prosody.chat_request import messages, schema

QUESTION = messages([], [])
SECRET = "sk-do-not-tell-0123456789"


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def ask(endpoint: ChatEndpoint, seconds: float = 5.0) -> str:
    return endpoint.ask(QUESTION, schema(0), time.monotonic() + seconds)


def forms(server: chat.ChatServer) -> list[tuple[str | None, int | None]]:
    return [
        (request.get("response_format", {}).get("type"), request.get("temperature"))
        for request in server.requests
    ]


def test_the_question() -> None:
    with chat.serving(chat.says("{}")) as server:
        assert ask(ChatEndpoint(server.url, "a-model")) == "{}"
    expected = {
        "model": "a-model",
        "messages": QUESTION,
        "temperature": 0,
        "response_format": {"type": "json_schema", "json_schema": {"name": "scores", "schema": schema(0)}},
    }
    assert server.requests == [expected]
    assert server.keys == [None]


@pytest.mark.parametrize(
    ("path", "asked"),
    [("/v1", "/v1/chat/completions"), ("/v1/", "/v1/chat/completions"), ("", "/chat/completions"),
     ("/a/b?version=1", "/a/b/chat/completions?version=1")],
)  # fmt: skip
def test_the_address(path: str, asked: str) -> None:
    with chat.serving(chat.says("{}")) as server:
        config = Config(chat_base_url=server.url.removesuffix("/v1") + path, chat_model="m")
        ask(ChatEndpoint.configured(config))
    assert server.paths == [asked]


def test_a_server_that_refuses_a_form_gets_less_and_from_then_on_that() -> None:
    no = chat.sends(400)
    with chat.serving(no, no, no, chat.says("{}")) as server:
        endpoint = ChatEndpoint(server.url, "m")
        assert ask(endpoint) == ask(endpoint) == "{}"
    assert forms(server) == [
        ("json_schema", 0), ("json_schema", None), ("json_object", 0), (None, None), (None, None)
    ]  # fmt: skip


@pytest.mark.parametrize("status", [400, 422])
def test_json_object_for_those_without_schemas(status: int) -> None:
    def no_schema(handler: chat.Handler, request: dict[str, Any]) -> None:
        is_schema = request.get("response_format", {}).get("type") == "json_schema"
        (chat.sends(status) if is_schema else chat.says("{}"))(handler, request)

    with chat.serving(no_schema) as server:
        endpoint = ChatEndpoint(server.url, "m")
        assert ask(endpoint) == ask(endpoint) == "{}"
    assert [kind for kind, _ in forms(server)] == ["json_schema", "json_schema", "json_object", "json_object"]


def test_a_server_that_refuses_everything_is_asked_as_before_the_next_time() -> None:
    with chat.serving(chat.sends(400)) as server:
        endpoint = ChatEndpoint(server.url, "m")
        for _ in range(2):
            with pytest.raises(EndpointError, match="400"):
                ask(endpoint)
    assert len(server.requests) == 8
    assert forms(server)[:4] == forms(server)[4:]


@pytest.mark.parametrize("status", [401, 404, 413])
def test_other_refusals_are_final(status: int) -> None:
    refused = pytest.raises(EndpointError, match=str(status))
    with chat.serving(chat.sends(status), chat.says("{}")) as server, refused:
        ask(ChatEndpoint(server.url, "m"))
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_a_second_time(status: int) -> None:
    with chat.serving(chat.sends(status), chat.says("{}")) as server:
        assert ask(ChatEndpoint(server.url, "m")) == "{}"
    assert len(server.requests) == 2


def test_but_not_a_third_time() -> None:
    with chat.serving(chat.sends(500)) as server, pytest.raises(EndpointError, match="500"):
        ask(ChatEndpoint(server.url, "m"))
    assert len(server.requests) == 2


def test_the_server_says_when() -> None:
    with chat.serving(chat.sends(429, Retry_After="1"), chat.says("{}")) as server:
        began = time.monotonic()
        assert ask(ChatEndpoint(server.url, "m")) == "{}"
    assert time.monotonic() - began >= 1


def test_no_second_try_beyond_the_deadline() -> None:
    in_an_hour = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    for written in ("3600", in_an_hour):
        with chat.serving(chat.sends(429, Retry_After=written)) as server:
            began = time.monotonic()
            with pytest.raises(EndpointError, match="429") as caught:
                ask(ChatEndpoint(server.url, "m"))
        assert time.monotonic() - began < 0.5
        assert caught.value.wait == pytest.approx(3600, abs=10)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "written", ["", "soon", "-1", "0", "1e3", "99 GMT", "Wed, 01 Jan 1999 00:00:00 GMT",
                "oooooooo99999999n, 06 Nov 1994 084444444449:37 GMT"],
)  # fmt: skip
def test_a_time_to_wait_that_is_none(written: str) -> None:
    answer = chat.sends(503, Retry_After=written)
    with chat.serving(answer) as server, pytest.raises(EndpointError) as caught:
        ask(ChatEndpoint(server.url, "m"), seconds=0.4)
    assert caught.value.wait == 0


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with chat.serving(chat.says("{}")) as server:
        config = Config(chat_base_url=server.url, chat_model="m")
        ask(ChatEndpoint.configured(config))
        monkeypatch.setenv("OPENAI_API_KEY", "of-openai")
        ask(ChatEndpoint.configured(config))
        monkeypatch.setenv("DECLAIM_CHAT_API_KEY", f" {SECRET}\n")
        ask(ChatEndpoint.configured(Config(chat_base_url=server.url, chat_model="m")))
        monkeypatch.setenv("DECLAIM_CHAT_API_KEY", "")
        ask(ChatEndpoint.configured(Config(chat_base_url=server.url, chat_model="m")))
    assert server.keys == [None, "Bearer of-openai", f"Bearer {SECRET}", None]


@pytest.mark.parametrize("key", [f"{SECRET}\r\nX: y", f"{SECRET}é", f"{SECRET}\x00"])
def test_a_key_that_no_header_may_hold(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {"OPENAI_API_KEY": key})
    with pytest.raises(ConfigError, match="OPENAI_API_KEY") as caught:
        ChatEndpoint.configured(Config(chat_base_url="http://localhost/v1", chat_model="m"))
    assert SECRET not in f"{caught.value!r} {caught.value.hint}"


def test_the_key_is_told_to_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    elsewhere = chat.says("{}")
    with chat.serving(elsewhere) as other:
        redirect = chat.sends(307, Location=f"{other.url}/chat/completions")
        with chat.serving(redirect, chat.sends(401), chat.hangs_up, chat.says("{}")) as server:
            endpoint = ChatEndpoint(server.url, "m", SecretStr(SECRET))
            said = [repr(endpoint), str(vars(endpoint))]
            for _ in range(3):
                with pytest.raises(EndpointError) as caught:
                    ask(endpoint)
                said.append(repr(caught.value))
            ask(endpoint)
    assert server.keys == [f"Bearer {SECRET}"] * 4
    assert other.requests == []
    assert SECRET not in f"{caplog.text} {said}"


def test_a_key_is_not_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "declaim.toml"
    path.write_text(f'chat_api_key = "{SECRET}"\n')
    monkeypatch.setenv("DECLAIM_CONFIG", str(path))
    with pytest.raises(ConfigError, match="chat_api_key") as caught:
        Config()
    assert SECRET not in str(caught.value)


def test_this_machine_is_not_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with chat.serving(chat.sends(502)) as proxy, chat.serving(chat.says("{}")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        assert ask(ChatEndpoint(server.url, "m")) == "{}"
        with pytest.raises(EndpointError, match="502"):
            ask(ChatEndpoint("http://declaim.invalid/v1", "m"), seconds=0.4)
    assert len(proxy.requests) == 1


@pytest.mark.parametrize(
    ("key", "value"),
    [("chat_base_url", "localhost:8080"), ("chat_base_url", "ftp://localhost/v1"), ("chat_base_url", ""),
     ("chat_timeout", 0), ("chat_timeout", float("nan")), ("chat_timeout", 1e9), ("chat_model", 5)],
)  # fmt: skip
def test_a_wrong_setting(key: str, value: object) -> None:
    with pytest.raises(ConfigError, match=key):
        Config(**{key: value})


def test_an_endpoint_needs_a_model() -> None:
    with pytest.raises(ConfigError, match="chat_model") as caught:
        ChatEndpoint.configured(Config(chat_base_url="http://localhost/v1"))
    assert "name a model" in caught.value.hint

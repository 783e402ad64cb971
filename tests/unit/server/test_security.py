import asyncio
import hmac
import http.client
import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from live_server import serving
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from declaim.errors import ConfigError, RateLimitError
from declaim.server.metrics import Metrics
from declaim.server.middleware import middleware
from declaim.server.rate_limit import RateLimiter
from declaim.server.security import (
    AuthenticationMiddleware,
    api_keys,
    check_exposure,
    client_of_address,
    client_of_key,
    is_loopback,
)
from declaim.server.settings import ServerConfig

KEYS = ("first-secret-key", "second-secret-key")


async def whoami(request: Request) -> JSONResponse:
    return JSONResponse({"client": request.state.client})


async def socket(websocket: WebSocket) -> None:
    await websocket.accept(subprotocol="declaim" if websocket.scope["subprotocols"] else None)
    await websocket.send_text(websocket.state.client)
    await websocket.close()


def app_with(layers: Iterable[Middleware]) -> Starlette:
    paths = ["/", "/healthz", "/readyz", "/metrics", "/v1/x"]
    routes = [Route(path, whoami, methods=["GET", "POST"]) for path in paths]
    return Starlette(routes=[*routes, WebSocketRoute("/ws", socket)], middleware=list(layers))


def app_of(**settings: Any) -> Starlette:
    return app_with(middleware(ServerConfig(**settings), Metrics()))


def ask(
    address: tuple[str, int], path: str = "/v1/x", method: str = "POST", **headers: str
) -> tuple[int, Any, dict[str, str]]:
    """Status, JSON and headers of an answer."""
    connection = http.client.HTTPConnection(*address, timeout=5)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.putrequest(method, path, skip_host="Host" in named)
    for name, value in named.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return (
        answer.status,
        json.loads(body) if body[:1] == b"{" else body,
        {name.lower(): value for name, value in answer.getheaders()},
    )


def test_only_those_with_a_key_are_let_in() -> None:
    with serving(app_of(api_keys=KEYS)) as address:
        for key in KEYS:
            for headers in ({"Authorization": f"Bearer {key}"}, {"authorization": f"bearer  {key} "},
                            {"X_API_Key": key}):  # fmt: skip
                status, answer, _ = ask(address, **headers)
                assert (status, answer) == (200, {"client": client_of_key(key)})
        wrong = ["", "Bearer", "Bearer ", "Bearer wrong", f"Basic {KEYS[0]}", f"Bearer {KEYS[0]}x", KEYS[0],
                 f"Bearer {KEYS[0][:-1]}", f"Bearer {','.join(KEYS)}", "Bearer \xff\xfe"]  # fmt: skip
        for value in wrong:
            status, answer, headers = ask(address, Authorization=value)
            assert status == 401
            assert headers["www-authenticate"] == "Bearer"
            assert headers["content-type"] == "application/problem+json"
            assert answer["error"]["code"] == "authentication"
            assert "secret" not in json.dumps(answer)


def test_what_is_open_and_what_is_not() -> None:
    with serving(app_of(api_keys=KEYS)) as address:
        for path in ("/", "/healthz", "/readyz"):
            assert ask(address, path, "GET")[0] == 200
        for path in ("/metrics", "/v1/x", "/healthz/", "//healthz", "/healthz/../v1/x", "/nothing", "/docs"):
            assert ask(address, path, "GET")[0] == 401


def test_web_sockets_need_a_key_too() -> None:
    with serving(app_of(api_keys=KEYS)) as (host, port):
        url = f"ws://{host}:{port}/ws"
        for options in ({}, {"subprotocols": ["declaim", "openai-insecure-api-key.wrong"]}):
            with pytest.raises(InvalidStatus) as refused:
                connect(url, **options)
            assert refused.value.response.status_code == 401
        good: list[dict[str, Any]] = [
            {"additional_headers": {"Authorization": f"Bearer {KEYS[1]}"}},
            {"subprotocols": ["declaim", f"openai-insecure-api-key.{KEYS[1]}"]},
        ]
        for options in good:
            with connect(url, **options) as connection:
                assert connection.recv() == client_of_key(KEYS[1])


def test_every_key_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[int, int]] = []

    def compare(given: bytes, digest: bytes) -> bool:
        compared.append((len(given), len(digest)))
        return given == digest

    monkeypatch.setattr(hmac, "compare_digest", compare)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        pass

    guard = AuthenticationMiddleware(app, (*KEYS, "third-secret-key"))
    for key in (*KEYS, "x"):
        headers = [(b"authorization", b"Bearer " + key.encode())]
        scope = {"type": "http", "path": "/", "headers": headers, "client": ("127.0.0.1", 1)}
        asyncio.run(guard(scope, None, None))  # type: ignore[arg-type]
    assert compared == [(32, 32)] * 9


def test_keys_come_from_the_settings_and_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert api_keys(ServerConfig()) == ()
    monkeypatch.setenv("DECLAIM_API_KEYS", " environment-1,environment-2 ")
    assert api_keys(ServerConfig(api_keys=KEYS)) == (*KEYS, "environment-1", "environment-2")
    for wrong in ("a-brief", "environment-1,", "with a space in it", "schlüsselbund", " "):
        monkeypatch.setenv("DECLAIM_API_KEYS", wrong)
        with pytest.raises(ConfigError, match="API key") as caught:
            api_keys(ServerConfig())
        assert wrong.strip(", ") == "" or wrong not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("localhost", True), ("::1", True), ("0.0.0.0", False),
     ("::", False), ("", False), ("192.168.1.1", False), ("fe80::1", False), ("no.such.host.invalid", False)],
)  # fmt: skip
def test_what_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_others_are_not_served_without_a_key() -> None:
    with pytest.raises(ConfigError, match="no API key") as caught:
        check_exposure(ServerConfig(host="0.0.0.0"), ())
    assert "DECLAIM_API_KEYS" in caught.value.hint
    assert "--insecure" in caught.value.hint
    check_exposure(ServerConfig(host="0.0.0.0"), KEYS)
    check_exposure(ServerConfig(host="0.0.0.0", insecure=True), (), wyoming=True)
    check_exposure(ServerConfig(), (), wyoming=True)
    with pytest.raises(ConfigError, match="Wyoming"):
        check_exposure(ServerConfig(host="0.0.0.0"), KEYS, wyoming=True)


@pytest.mark.parametrize(
    ("address", "client"),
    [("127.0.0.1", "127.0.0.1"), ("203.0.113.7", "203.0.113.7"), ("::1", "::1"),
     ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("::ffff:203.0.113.7", "203.0.113.7"),
     ("fe80::1%eth0", "fe80::/64"), ("", "unknown"), ("testclient", "testclient")],
)  # fmt: skip
def test_a_client_without_a_key_is_an_address(address: str, client: str) -> None:
    assert client_of_address({"client": (address, 1)}) == client
    assert client_of_address({"client": None}) == "unknown"


def test_a_clients_name_does_not_give_its_key_away() -> None:
    names = {client_of_key(key) for key in KEYS}
    assert len(names) == 2
    assert all(len(name) == 16 and "secret" not in name for name in names)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", "localhost."])
def test_this_machine_is_served(host: str) -> None:
    with serving(app_of()) as address:
        assert ask(address, Host=host)[:2] == (200, {"client": "127.0.0.1"})
        assert ask(address, Host=host, Origin=f"http://{host}")[0] == 200


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Host": "evil.example:8000", "Origin": "http://evil.example:8000"},
     {"Host": "127.0.0.1.evil.example"}, {"Host": "localhost@evil.example"}, {"Host": "[::1"},
     {"Host": "8.8.8.8"}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"},
     {"Host": "localhost:8000", "Origin": "http://localhost:8001"}],
)  # fmt: skip
def test_pages_of_others_are_not(headers: dict[str, str]) -> None:
    with serving(app_of(cors_origins=["https://good.example"])) as address:
        status, answer, _ = ask(address, **headers)
        assert status == 403
        assert answer["error"]["code"] == "forbidden"
        assert ask(address, Origin="https://good.example")[0] == 200


def test_pages_of_others_cannot_open_a_web_socket() -> None:
    with serving(app_of()) as (host, port):
        with pytest.raises(InvalidStatus) as refused:
            connect(f"ws://{host}:{port}/ws", origin="https://evil.example")  # type: ignore[arg-type]
        assert refused.value.response.status_code == 403
        with connect(f"ws://{host}:{port}/ws", origin=f"http://{host}:{port}") as connection:  # type: ignore[arg-type]
            assert connection.recv() == "127.0.0.1"


def test_with_a_key_or_insecure_any_host_name_is_served() -> None:
    with serving(app_of(api_keys=KEYS)) as address:
        key = f"Bearer {KEYS[0]}"
        assert ask(address, Host="speech.example", Origin="https://x", Authorization=key)[0] == 200
    with serving(app_of(insecure=True)) as address:
        assert ask(address, Host="speech.example")[0] == 200


def test_cors_is_off_unless_asked_for() -> None:
    preflight = {"Origin": "https://a.example", "Access_Control_Request_Method": "POST",
                 "Access_Control_Request_Headers": "authorization,content-type"}  # fmt: skip
    with serving(app_of(api_keys=KEYS)) as address:
        status, _, headers = ask(address, method="OPTIONS", **preflight)
        assert status == 401
        assert not [name for name in headers if name.startswith("access-control")]
    with serving(app_of(api_keys=KEYS, cors_origins=["https://a.example"])) as address:
        status, _, headers = ask(address, method="OPTIONS", **preflight)
        assert (status, headers["access-control-allow-origin"]) == (200, "https://a.example")
        assert "authorization" in headers["access-control-allow-headers"].lower()
        assert ask(address, method="OPTIONS", **preflight | {"Origin": "https://b.example"})[0] == 400
        status, _, headers = ask(address, Origin="https://a.example")
        assert (status, headers["access-control-allow-origin"]) == (401, "https://a.example")
        assert "access-control-allow-credentials" not in headers


def test_each_client_has_a_rate_of_its_own() -> None:
    with serving(app_of(api_keys=KEYS, rate_limit="2/hour")) as address:
        first, second = ({"Authorization": f"Bearer {key}"} for key in KEYS)
        assert [ask(address, **first)[0] for _ in range(3)] == [200, 200, 429]
        status, answer, headers = ask(address, **first)
        assert status == 429
        assert 1 <= int(headers["retry-after"]) <= 3600
        assert answer["error"]["type"] == "rate_limit_error"
        assert ask(address, **second)[0] == 200
        assert [ask(address, "/v1/x", "GET", **first)[0] for _ in range(5)] == [200] * 5
        assert ask(address)[0] == 401  # who has no key uses up nobody's


def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the clock that rates are counted by."""

    def set_to(seconds: float) -> None:
        monkeypatch.setattr("time.time", lambda: 1_000_000.0 + seconds)

    set_to(0)
    return set_to


def test_windows_slide_and_retry_after_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = at(monkeypatch)
    limiter = RateLimiter("10/minute;100/hour")
    now, taken, refused = 0.0, 0, 0
    while now < 600:
        clock(now)
        try:
            limiter.take("me")
            taken += 1
            now += 0.5
        except RateLimitError as error:
            refused += 1
            now += error.retry_after
    assert 80 <= taken <= 100
    assert refused < 120


def test_what_is_refused_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = at(monkeypatch)
    limiter = RateLimiter("1/second;3/hour")
    for second in (0.0, 0.1, 0.2, 0.3):
        clock(second)
        if second:
            with pytest.raises(RateLimitError):
                limiter.take("me")
        else:
            limiter.take("me")
    clock(3)
    limiter.take("me")


@pytest.mark.parametrize("written", ["", "often", "10", "10/fortnight", "x/second"])
def test_a_rate_that_cannot_be_read(written: str) -> None:
    with pytest.raises(ConfigError, match=r"server\.rate_limit"):
        RateLimiter(written)

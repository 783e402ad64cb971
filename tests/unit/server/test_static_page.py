import html.parser
import re

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from declaim.config import Config
from declaim.server.app import create_app
from declaim.server.metrics import Metrics
from declaim.server.middleware import middleware
from declaim.server.settings import ServerConfig
from declaim.server.static_page import HEADERS, PREFIX, page_files, page_router
from fake_service import FakeService

KEY = "a-key-of-the-tests"
LARGEST = 300_000
"""Bytes of the whole page, which the project promises."""


@pytest.fixture
def app() -> FastAPI:
    """The page behind everything that stands before it when keys are demanded."""
    settings = ServerConfig(api_keys=(KEY,))  # type: ignore[arg-type] - pydantic makes a secret of it
    layers = middleware(settings, Metrics(), open_prefixes=(PREFIX,))
    return create_app(Config(), FakeService(), settings, middleware=layers, routers=[page_router()])


def test_the_page_and_its_files_need_no_key_and_the_api_does(client: TestClient) -> None:
    for path in ["/", *(PREFIX + name for name in page_files())]:
        assert client.get(path).status_code == 200, path
    assert client.get("/v1/audio/voices").status_code == 401
    assert client.get("/v1/audio/voices", headers={"Authorization": f"Bearer {KEY}"}).status_code == 200


def test_every_answer_has_the_strict_headers(client: TestClient) -> None:
    for path in ("/", f"{PREFIX}js/main.js"):
        answer = client.get(path)
        assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


def test_a_file_that_is_known_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/")
    for known in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
        again = client.get("/", headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["content-security-policy"]
    assert client.get("/", headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_says_what_get_would(client: TestClient) -> None:
    assert client.head("/").headers["content-length"] == str(len(client.get("/").content))


@pytest.mark.parametrize(
    "path", ["", "nothing.js", "../app.py", "..%2fapp.py", "js/../../app.py", "js", "js/", "/etc/hostname"]
)
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    key = {"Authorization": f"Bearer {KEY}"}
    assert client.get(f"{PREFIX}{path}", headers=key).status_code == 404


class _Links(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found += [value for name, value in attrs if name in {"src", "href"} and value]
        self.inline += [name for name, _ in attrs if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)


def test_the_index_has_nothing_inline_and_asks_only_for_files_of_the_page(client: TestClient) -> None:
    links = _Links()
    links.feed(client.get("/").text)
    assert links.inline == []
    files = [link for link in links.found if not link.startswith("#")]
    assert files
    for link in files:
        assert link.startswith(PREFIX)
        assert link.removeprefix(PREFIX) in page_files()


def test_all_modules_exist_and_all_files_are_used() -> None:
    """Imports lead to files of the page, and no file is left that nobody asks for."""
    files = page_files()
    used = set(re.findall(rf'{PREFIX}([^"]+)', files["index.html"].content.decode())) | {"index.html"}
    for path, file in files.items():
        if path.endswith(".js"):
            for target in re.findall(r'(?:from|import)\s*\(?\s*"(\.[^"]+)"', file.content.decode()):
                found = _resolved(path, target)
                assert found in files, f"{path} imports {target}"
                used.add(found)
    assert used == set(files)


def test_the_page_is_small_and_names_no_other_host() -> None:
    files = page_files()
    assert sum(len(file.content) for file in files.values()) < LARGEST
    for path, file in files.items():
        addresses = set(re.findall(r"https?://[\w.-]+", file.content.decode()))
        assert addresses <= {"http://www.w3.org"}, path  # the name of SVG's namespace, asked for by nobody


def test_no_script_makes_markup_of_strings() -> None:
    for path, file in page_files().items():
        assert not re.search(
            r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval\(|new Function)",
            file.content.decode(),
        ), path


def _resolved(path: str, target: str) -> str:
    parts = path.split("/")[:-1]
    for part in target.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)

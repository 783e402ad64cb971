"""Debian's Chromium, driven by Playwright, before a real server."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from page_server import OpenPage, served

from fake_service import FakeService

REQUIRED = "REQUIRE_BROWSER"
_WHERE = {"DECLAIM_CACHE", "DECLAIM_MODELS"}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
WATCH = (Path(__file__).parent / "watch.js").read_text(encoding="utf-8")
"""Notes in the page what is heard, when words are lit, and which requests were made."""


_IS_REQUIRED = os.environ.get(REQUIRED) == "1"


@pytest.fixture(autouse=True, scope="session")
def no_settings() -> Iterator[None]:
    """No setting of the person who runs the tests, and none that only tests know, reaches a service."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("DECLAIM_") and name not in _WHERE]:
            patch.delenv(name)
        yield


def lacking(what: str) -> None:
    """Skip, unless this is where browsers are promised to be."""
    if _IS_REQUIRED:
        pytest.fail(f"{what}, and {REQUIRED} is set")
    pytest.skip(what)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser for one file of tests.

    Playwright's event loop counts as running in this thread until it is stopped. Kept for a whole
    session, it would meet the tests of other files that start one themselves.
    """
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        lacking("there is no Chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        lacking("playwright is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[OpenPage]:
    """Opens the page of a service; at the end no script may have failed and no policy been broken."""
    wrong: list[str] = []
    contexts = []

    def open_it(url: str, *, ready: bool = True, **options: Any) -> Any:
        context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 860}, "locale": "en-US"} | options
        )
        contexts.append(context)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("console", lambda said: wrong.append(said.text) if _is_wrong(said) else None)
        page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}"))
        page.goto(url)
        if ready:
            page.wait_for_selector("body[data-ready=true]")
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert wrong == []


def _is_wrong(said: Any) -> bool:
    """What the browser says of answers that are no success is the tests' own doing."""
    return said.type in {"error", "warning"} and "Failed to load resource" not in said.text


@pytest.fixture
def service() -> FakeService:
    return FakeService(delay=0.1, word_seconds=0.3)


@pytest.fixture
def url(service: FakeService) -> Iterator[str]:
    with served(service) as address:
        yield address


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

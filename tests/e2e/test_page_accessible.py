"""axe-core finds no serious violation in any view, light or dark, on a desk or a phone."""

from pathlib import Path
from typing import Any

import pytest
from book_server import NOVEL, AnyVoice, BookService, serving_books
from npm_tools import page_tools
from page_server import OpenPage

from declaim.engines.kokoro import KokoroEngine
from declaim.models.store import ModelStore

TEXT = "One two three, four five six. 你好，世界！"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 860}


def violations(page: Any) -> list[str]:
    """Serious and critical ones, with the elements that have them."""
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_no_serious_violation(url: str, open_page: OpenPage, scheme: str, viewport: Any) -> None:
    page = open_page(url, color_scheme=scheme, viewport=viewport)
    page.evaluate((page_tools() / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
    assert violations(page) == []
    page.fill("#text", TEXT)
    page.click("#speak")
    page.wait_for_selector(".sheet.whole")
    page.click(".emotions summary")
    assert violations(page) == []
    for view in ("see", "shape", "status"):
        page.click(f"[data-go={view}]")
        if view == "shape":
            page.locator(".unit").first.click()
        if view == "status":
            page.get_by_text("ready", exact=True).wait_for()
        assert violations(page) == [], view
    for button, dialog in (("#open-key", "#key-dialog"), ("#open-history", "#history-dialog")):
        page.click(button)
        page.wait_for_selector(f"{dialog}[open]")
        assert violations(page) == [], dialog
        page.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.usefixtures("tiny_machine")
def test_no_serious_violation_in_the_studio(  # noqa: PLR0917 - fixtures
    open_page: OpenPage,
    tmp_path: Path,
    tiny_store: ModelStore,
    tiny_engine: KokoroEngine,
    scheme: str,
    viewport: Any,
) -> None:
    books = AnyVoice.made(tiny_store, tiny_engine)
    with serving_books(BookService(books=books), tmp_path / "jobs") as url:
        page = open_page(url, color_scheme=scheme, viewport=viewport)
        page.evaluate((page_tools() / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
        page.click("[data-go=studio]")
        page.locator(".drop").wait_for()
        assert violations(page) == []
        page.get_by_text("Write a script here").click()
        page.get_by_label("Script", exact=True).fill("Anna: Good morning.\nTom: Good evening.\n")
        assert violations(page) == []
        page.get_by_role("button", name="Look at it").click()
        page.locator(".cast").wait_for()
        assert violations(page) == []
        page.get_by_role("button", name="Discard").click()
        page.locator(".drop").wait_for()
        book = {"name": "The letter.txt", "mimeType": "text/plain", "buffer": NOVEL.encode()}
        page.set_input_files(".drop input[type=file]", book)
        page.locator(".cast").wait_for()
        assert violations(page) == []
        books.free = 2
        page.get_by_role("button", name="Make the audiobook").click()
        page.locator(".job-state", has_text="being made").wait_for()
        assert violations(page) == []
        books.free = 10_000
        page.locator(".job-state", has_text="done").wait_for()
        page.get_by_role("button", name="Listen to Chapter 1").click()
        page.locator(".said[aria-current]").wait_for(state="attached")  # a phone has no room for it
        page.locator(".files .name").first.wait_for()
        assert violations(page) == []
        page.get_by_role("button", name="Delete").click()
        assert violations(page) == []


def test_what_happens_is_said(url: str, open_page: OpenPage) -> None:
    page = open_page(url)
    page.fill("#text", TEXT)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#said:has-text('Spoken')", state="attached")
    assert page.get_attribute("#said", "aria-live") == "polite"
    assert page.get_by_role("slider", name="Place in the audio").get_attribute("aria-valuetext")


def test_a_violation_would_be_found(url: str, open_page: OpenPage) -> None:
    page = open_page(url)
    page.evaluate((page_tools() / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
    page.evaluate("document.body.append(document.createElement('button'))")
    assert any(each.startswith("button-name") for each in violations(page))

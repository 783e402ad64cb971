"""Draw the web page's views for the documentation: ``python -m bench.page.screenshots``.

Needs a service (``declaim serve``, with the extra ``studio``), Chromium and playwright. Each PNG is
reduced to a palette, as the page has few colours.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HERE: Final = Path(__file__).parent
"""Also of two short stories, written for this."""
IMAGES: Final = Path(__file__).parents[2] / "docs" / "images"
ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required")
DESK: Final = {"width": 1280, "height": 860}
PHONE: Final = {"width": 390, "height": 844}
VIEWS: Final = ("speak", "see", "shape", "studio", "studio-draft", "studio-book", "status")
SHOTS: Final = [
    *((view, scheme, DESK, "en-US") for view in VIEWS for scheme in ("light", "dark")),
    *(
        (view, "light" if at % 2 else "dark", PHONE, "zh-CN")
        for at, view in enumerate(VIEWS)
    ),
]  # fmt: skip
COLOURS: Final = 256


def main() -> None:
    """Draw all of them, or those whose names begin as is said."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only this script needs it here

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--only", default="", help="views whose names begin so")
    given = parser.parse_args()
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        for view, scheme, size, locale in SHOTS:
            if not view.startswith(given.only):
                continue
            name = f"page-{view}-{scheme}{'-phone' if size is PHONE else ''}.png"
            png = _shot(
                browser, given.url, view, {"color_scheme": scheme, "viewport": size, "locale": locale}
            )
            (IMAGES / name).write_bytes(_with_palette(png))
            print(f"{name}: {(IMAGES / name).stat().st_size // 1000} kB")


def _shot(browser: Browser, url: str, view: str, options: dict[str, Any]) -> bytes:
    context = browser.new_context(**options)
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("body[data-ready=true]")
    is_chinese = options["locale"] == "zh-CN"
    if view.startswith("studio"):
        _studio(page, url, view, is_chinese=is_chinese)
    else:
        page.locator("#samples button").nth(0 if is_chinese else 1).click()
        page.click("#speak")
        page.wait_for_selector(".sheet.whole", timeout=120_000)
        page.click(f"[data-go={view}]")
        _prepare(page, view)
    page.mouse.move(0, 0)
    png = page.screenshot()
    context.close()
    return png


def _prepare(page: Page, view: str) -> None:
    """Show something of what the view is for."""
    if view == "shape":
        page.locator("#sentences li").first.wait_for(state="attached")
        page.keyboard.press("Escape")
        page.locator(".unit").nth(8).click()
        page.locator("#inspector input[value=strong]").check()
    elif view == "status":
        page.wait_for_selector(".card")
    else:
        page.locator("#sentences li").first.wait_for(state="attached")
        page.wait_for_timeout(2500)  # some words into it


def _studio(page: Page, url: str, view: str, *, is_chinese: bool) -> None:
    """A book that comes in, is looked at, or is heard while it is made."""
    for job in page.request.get(f"{url}/v1/jobs").json()["jobs"]:
        page.request.delete(f"{url}/v1/jobs/{job['id']}")
    page.click("[data-go=studio]")
    page.locator(".drop").wait_for()
    if view == "studio":
        return
    page.set_input_files(".drop input[type=file]", HERE / ("灯塔.md" if is_chinese else "The lighthouse.md"))
    page.locator(".cast tbody[hidden], .cast table").first.wait_for()
    if view == "studio-draft":
        return
    page.locator(".draft .primary").click()
    page.locator(".chapters button").nth(1).click(timeout=180_000)  # as soon as there is something to hear
    page.locator("#listen-sentence").filter(has_text=re.compile(r"\S")).wait_for(timeout=180_000)
    page.wait_for_timeout(6000)  # some sentences into it
    page.evaluate("scrollTo(0, 0)")


def _with_palette(png: bytes) -> bytes:
    from PIL import Image  # noqa: PLC0415 - comes with matplotlib

    smaller = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS).save(smaller, "PNG", optimize=True)
    return smaller.getvalue()


if __name__ == "__main__":
    main()

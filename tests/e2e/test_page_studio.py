"""The studio: books and scripts are looked at, cast, made, heard and taken away; and what goes wrong."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from book_server import NOVEL, AnyVoice, BookService, serving_books
from page_server import OpenPage, served, until

from declaim.engines.kokoro import KokoroEngine
from declaim.errors import EngineError
from declaim.models.store import ModelStore
from fake_service import FakeService

EVIL = "<img src=x onerror=alert(1)>"
KEY = "a-key-of-the-tests"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}

pytestmark = pytest.mark.usefixtures("tiny_machine")


@pytest.fixture
def books(tiny_store: ModelStore, tiny_engine: KokoroEngine) -> AnyVoice:
    return AnyVoice.made(tiny_store, tiny_engine)


@pytest.fixture
def service(books: AnyVoice) -> BookService:
    return BookService(delay=0.05, word_seconds=0.2, books=books)


@pytest.fixture
def url(service: BookService, tmp_path: Path) -> Iterator[str]:
    with serving_books(service, tmp_path / "jobs") as address:
        yield address


def studio(page: Any) -> Any:
    page.click("[data-go=studio]")
    page.locator("#studio .drop, #studio .title, #studio .lacking").first.wait_for()
    return page


def send(page: Any, text: str = NOVEL, name: str = "The letter.txt") -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": text.encode()}
    page.set_input_files(".drop input[type=file]", file)


def make(page: Any) -> None:
    page.get_by_role("button", name="Make the audiobook").click()


def wait_heard(page: Any, least: int) -> None:
    """Until there was sound; scripts that are given as strings are what the page's policy forbids."""
    until(lambda: sum(level > 0.01 for _, level in page.evaluate("watched.heard")) > least)


def wait_state(page: Any, words: str, seconds: float = 90) -> None:
    page.locator(".job-state", has_text=words).wait_for(timeout=seconds * 1000)


def test_a_book_is_looked_at_cast_made_heard_and_taken_away(
    url: str, open_page: OpenPage, service: BookService
) -> None:
    page = studio(open_page(url))
    send(page)
    page.get_by_role("button", name="Make the audiobook").wait_for()
    assert page.locator(".ahead li .name").all_inner_texts() == [
        "Chapter 1: The letter",
        "Chapter 2: The <b>sea</b>",
    ]
    assert re.search(r"Length\s+\d+ (s|min)", page.inner_text(".draft"))
    assert re.search(r"Cost\s+nothing", page.inner_text(".draft"))
    assert sorted(page.locator(".cast tbody tr .name").all_inner_texts()) == ["Anna", "Narrator", "Tom"]
    page.get_by_label("Voice of Anna").select_option("zf_xiaoyi")
    page.get_by_label("Pitch of Tom").fill("-2")
    page.get_by_role("button", name="Hear Anna").click()
    page.locator("[aria-label='Hear Anna']:not([aria-busy])").wait_for()
    heard = [work.request for work in service.works][-1]
    assert (heard.voice, heard.text[:9]) == ("zf_xiaoyi", "“Will you")
    page.get_by_label("MP3").check()
    page.get_by_label("SRT").check()
    with page.expect_request("**/begin") as asked:
        make(page)
    options = json.loads(asked.value.post_data)
    assert options["formats"] == ["m4b", "mp3"]
    assert '[characters."Anna"]\nvoice = "zf_xiaoyi"' in options["cast"]
    assert "pitch = -2.0" in options["cast"]
    wait_state(page, "done")
    page.get_by_text("Every sentence was spoken").wait_for()
    names = page.locator(".files .name").all_inner_texts()
    assert {"The letter.m4b", "The letter.srt", "The letter.json"} <= set(names)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download The letter.m4b").click()
    assert downloading.value.path().read_bytes()[4:8] == b"ftyp"
    assert downloading.value.suggested_filename == "The letter.m4b"
    page.evaluate("watched.heard.length = 0")
    page.get_by_role("button", name="Listen to Chapter 1").click()
    page.locator(".said[aria-current]").wait_for()
    wait_heard(page, 50)
    assert set(page.locator(".who").all_inner_texts()) == {"Anna", "Tom"}
    page.locator(".said", has_text="Then whose letter").click()
    page.locator(".said[aria-current]", has_text="Then whose").wait_for()
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("button", name="Go on").wait_for()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Change voices").click()
    page.get_by_label("Voice of Anna").wait_for()
    assert page.get_by_label("Voice of Anna").input_value() == "zf_xiaoyi"


SCRIPT = (
    "# Opening\nAnna: Good morning, and welcome.\n\nTom: Thank you.\n\n"
    "# The end\nAnna: Goodbye.\nTom: See you.\n"
)


def write(page: Any, text: str) -> None:
    page.get_by_text("Write a script here").click()
    page.get_by_label("Script", exact=True).fill(text)
    page.get_by_role("button", name="Look at it").click()


def test_a_script_is_written_cast_made_heard_and_taken_away(
    url: str, open_page: OpenPage, service: BookService
) -> None:
    page = studio(open_page(url))
    write(page, SCRIPT)
    page.get_by_role("button", name="Make the podcast").wait_for()
    assert page.locator(".ahead li .name").all_inner_texts() == ["Opening", "The end"]
    assert page.locator(".cast tbody tr .name").all_inner_texts() == ["Anna", "Tom"]
    assert page.get_by_label("Voice of Anna").input_value() != page.get_by_label("Voice of Tom").input_value()
    page.get_by_label("Voice of Anna").select_option("zf_xiaoyi")
    page.get_by_role("button", name="Hear Anna").click()
    page.locator("[aria-label='Hear Anna']:not([aria-busy])").wait_for()
    heard = [work.request for work in service.works][-1]
    assert (heard.voice, heard.text) == ("zf_xiaoyi", "Good morning, and welcome.")
    page.get_by_label("In stereo").check()
    with page.expect_request("**/begin") as asked:
        page.get_by_role("button", name="Make the podcast").click()
    options = json.loads(asked.value.post_data)
    assert (options["stereo"], options["voices"]["Anna"]) == (True, "zf_xiaoyi")
    wait_state(page, "done")
    page.get_by_text("Every sentence was spoken").wait_for()
    names = page.locator(".files .name").all_inner_texts()
    assert {"Podcast.mp3", "Podcast.vtt", "Podcast.rss.xml", "Podcast.transcript.json"} <= set(names)
    abouts = page.locator(".files .quiet").all_inner_texts()
    assert any("entry for the feed" in about for about in abouts)
    assert not any("kind_" in about for about in abouts)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download Podcast.mp3").click()
    assert downloading.value.path().read_bytes()[:3] == b"ID3"
    page.evaluate("watched.heard.length = 0")
    page.get_by_role("button", name="Listen to Opening").click()
    page.locator(".said[aria-current]").wait_for()
    wait_heard(page, 20)
    assert page.locator(".who").all_inner_texts() == ["Anna", "Tom"]
    assert page.locator(".book .quiet").inner_text() == "podcast · done"


def test_a_script_that_is_sent_is_text_and_nothing_else(url: str, open_page: OpenPage) -> None:
    page = studio(open_page(url))
    show = f"title: '{EVIL}'\nspeakers:\n  '{EVIL}': af_bella\nscript: '{EVIL}: Hello {EVIL}'\n"
    send(page, show, f"{EVIL}.yaml")
    page.get_by_role("button", name="Make the podcast").wait_for()
    assert EVIL in page.locator(".cast tbody .name").inner_text()
    assert page.locator("#studio img").count() == 0
    page.get_by_role("button", name="Discard").click()
    page.locator(".drop").wait_for()
    page.get_by_label("A plain text is a podcast's script").check()
    send(page, SCRIPT, "talk.txt")
    page.get_by_role("button", name="Make the podcast").wait_for()
    page.get_by_role("button", name="Discard").click()
    send(page, "title: x\nintro: /etc/passwd\nscript: 'A: hello'\n", "show.yaml")
    page.get_by_text("Nothing can be made of this file").wait_for()
    page.locator("#notice", has_text="`intro` names a file").wait_for()


def test_it_is_paused_resumed_survives_a_reload_is_cancelled_and_deleted(
    url: str, open_page: OpenPage, books: AnyVoice
) -> None:
    books.free = 3
    page = studio(open_page(url))
    send(page)
    make(page)
    wait_state(page, "being made")
    page.locator(".now", has_text=re.compile(r"\w")).wait_for()
    page.get_by_role("button", name="Pause the making").click()
    wait_state(page, "Paused")
    page.reload()
    page.wait_for_selector("body[data-ready=true]")
    wait_state(page, "Paused")
    page.get_by_role("button", name="Go on").click()
    wait_state(page, "being made")
    page.get_by_role("button", name="New one").click()
    send(page, "Another one. It is short.", "b.md")
    page.get_by_role("button", name="Make the audiobook").wait_for()
    assert page.locator(".book .name").all_inner_texts() == ["b", "The letter"]
    page.locator(".book").last.click()
    page.get_by_role("button", name="Cancel the making").click()
    page.get_by_role("button", name="No, keep it").click()
    wait_state(page, "being made")
    page.get_by_role("button", name="Cancel the making").click()
    page.locator("#confirm-yes").click()
    wait_state(page, "Cancelled")
    page.get_by_role("button", name="Delete").click()
    page.locator("#confirm-yes").click()
    page.locator(".drop").wait_for()
    assert page.locator(".book .name").all_inner_texts() == ["b"]


def test_it_is_heard_while_it_is_made(url: str, open_page: OpenPage, books: AnyVoice) -> None:
    books.free = 9
    page = studio(open_page(url))
    # A batch is two minutes of speech: the first chapter is one, the second waits at the gate.
    send(page)
    make(page)
    button = page.get_by_role("button", name="Listen to Chapter 1")
    button.click(timeout=90_000)  # as soon as it can be
    page.locator("#listen").wait_for()
    books.free = 10_000
    page.locator(".said[aria-current]").wait_for()
    wait_heard(page, 20)
    wait_state(page, "done")


def test_names_are_never_markup(url: str, open_page: OpenPage) -> None:
    page = studio(open_page(url))
    html = (
        "<title>&lt;img src=x onerror=alert(2)&gt;</title><h1>&lt;script&gt;alert(3)&lt;/script&gt;</h1>"
        "<p>“Go,” said Anna. “Now,” said Anna.</p>"
    )
    send(page, html, f"{EVIL}.html")
    page.get_by_role("button", name="Make the audiobook").wait_for()
    assert page.inner_text(".title") == "<img src=x onerror=alert(2)>"
    assert "<script>alert(3)</script>" in page.inner_text(".ahead")
    make(page)
    wait_state(page, "done")
    assert "<img src=x onerror=alert(2)>" in page.inner_text("#books")
    assert "<script>" in page.inner_text(".chapters")
    assert page.locator("#studio img, #studio script").count() == 0


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.epub", "PK\x03\x04 no archive", "export it once more"),
        ("a.txt", "  \n ", ""),
        ("x.mobi", "x" * 60 + "BOOKMOBI", "convert it to EPUB"),
    ],
)
def test_what_is_no_book_says_what_to_do(
    url: str, open_page: OpenPage, name: str, content: str, says: str
) -> None:
    page = studio(open_page(url))
    send(page, content, name)
    page.locator("#notice.error").wait_for()
    assert says in page.inner_text("#notice")
    page.get_by_role("button", name="Discard").click()
    page.locator(".drop").wait_for()
    assert page.locator(".book").count() == 0


def test_a_locked_book_says_so(url: str, open_page: OpenPage) -> None:

    page = studio(open_page(url))
    page.route(
        "**/preview",
        lambda route: route.fulfill(
            status=403,
            json={"error": {"code": "book_protected", "message": "a.epub is encrypted. Buy it without DRM."}},
        ),
    )
    send(page, "x", "a.epub")
    page.get_by_text("Buy it without DRM").wait_for()


def test_a_book_that_is_too_large_is_refused_in_words(
    service: BookService, tmp_path: Path, open_page: OpenPage
) -> None:
    with serving_books(service, tmp_path / "jobs", max_book=1_000_000) as url:
        page = studio(open_page(url))
        send(page, "x" * 8_000_000, "big.txt")
        page.locator("#notice.error").wait_for()
        assert "larger than 1000000 bytes" in page.inner_text("#notice")
        assert page.locator(".book").count() == 0


def test_when_there_are_too_many_books_the_service_says_what_to_do(
    service: BookService, tmp_path: Path, open_page: OpenPage
) -> None:
    with serving_books(service, tmp_path / "jobs", max_jobs=1) as url:
        page = studio(open_page(url))
        send(page)
        page.get_by_role("button", name="New one").click()
        send(page)
        page.get_by_text("Delete some that have ended").wait_for()


def test_a_full_disk_pauses_and_says_why(
    url: str, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = studio(open_page(url))
    monkeypatch.setattr("declaim.studio.jobs.studio._RESERVE", 1 << 62)
    send(page)
    make(page)
    wait_state(page, "Paused")
    assert "full" in page.inner_text(".reason") or "space" in page.inner_text(".reason")
    monkeypatch.undo()
    page.get_by_role("button", name="Go on").click()
    wait_state(page, "done")


def test_what_could_not_be_spoken_is_said(url: str, open_page: OpenPage, books: AnyVoice) -> None:
    def fail(words: str) -> None:
        if "cold" in words:
            raise EngineError("the model is gone")

    books.before = fail
    page = studio(open_page(url))
    send(page)
    make(page)
    wait_state(page, "done")
    page.get_by_text("1 could not be spoken").wait_for()
    assert "It is cold" in page.inner_text(".left-out")
    assert "the model is gone" in page.inner_text(".left-out")


def test_an_interrupted_upload_can_be_tried_again_and_cancelled(url: str, open_page: OpenPage) -> None:
    page = studio(open_page(url))
    page.route("**/v1/jobs?*", lambda route: route.abort("connectionreset"))
    send(page)
    page.get_by_text("cannot be reached").wait_for()
    page.unroute("**/v1/jobs?*")
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("button", name="Make the audiobook").wait_for()
    page.get_by_role("button", name="Discard").click()
    page.route("**/v1/jobs?*", lambda _: None)  # never answered
    send(page)
    page.locator(".sending").get_by_role("button", name="Cancel").click()
    page.locator(".sending").wait_for(state="hidden")
    assert page.locator("#notice").is_hidden()


def test_a_busy_service_is_waited_for(url: str, open_page: OpenPage) -> None:
    page = studio(open_page(url))
    refusals = [1]

    def answer(route: Any) -> None:
        if refusals:
            refusals.pop()
            body = {"error": {"code": "rate_limit", "message": "too many requests"}}
            route.fulfill(status=429, headers={"Retry-After": "2"}, json=body)
        else:
            route.continue_()

    page.route("**/v1/jobs?*", answer)
    send(page)
    page.locator("#notice.wait", has_text="busy").wait_for()
    page.get_by_role("button", name="Make the audiobook").wait_for()
    assert page.locator("#notice").is_hidden()


def test_a_service_that_goes_away_is_told_and_comes_back(
    service: BookService, tmp_path: Path, open_page: OpenPage, free_port: int, books: AnyVoice
) -> None:
    books.free = 3
    with serving_books(service, tmp_path / "jobs", port=free_port) as url:
        page = studio(open_page(url))
        send(page)
        make(page)
        wait_state(page, "being made")
    wait_state(page, "does not answer")
    books.free = 10_000
    with serving_books(service, tmp_path / "jobs", port=free_port):
        wait_state(page, "done")
        page.locator("#notice").wait_for(state="hidden")


def test_without_the_extra_it_says_what_to_install(open_page: OpenPage) -> None:
    with served(FakeService()) as url:
        page = studio(open_page(url))
        page.get_by_text("pip install 'declaim[studio]'").wait_for()
        assert page.locator("#notice").is_hidden()


def test_a_key_is_sent_and_never_in_an_address(
    service: BookService, tmp_path: Path, open_page: OpenPage
) -> None:
    with serving_books(service, tmp_path / "jobs", api_keys=(KEY,)) as url:
        page = open_page(url, ready=False)
        asked: list[Any] = []
        page.on("request", lambda request: asked.append(request))  # noqa: PLW0108
        page.click("[data-go=studio]")
        page.get_by_role("button", name="Give a key").click()
        page.fill("#key", KEY)
        page.keyboard.press("Enter")
        page.wait_for_selector("body[data-ready=true]")
        send(page)
        make(page)
        wait_state(page, "done")
        with page.expect_download() as downloading:
            page.get_by_role("button", name="Download The letter.m4b").click()
        assert downloading.value.path().read_bytes()[4:8] == b"ftyp"
        assert not any(KEY in request.url for request in asked)


def test_by_keyboard(url: str, open_page: OpenPage) -> None:
    page = studio(open_page(url))
    send(page)
    page.get_by_role("button", name="Make the audiobook").focus()
    page.keyboard.press("Enter")
    wait_state(page, "done")
    assert page.evaluate("document.activeElement.id") == "desk"
    page.get_by_role("button", name="Delete").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.locator(".job-state").is_visible()
    page.wait_for_selector("#said:has-text('done')", state="attached")


def test_on_a_phone_in_chinese(url: str, open_page: OpenPage) -> None:
    page = open_page(url, locale="zh-CN", **PHONE)
    page.click("[data-go=studio]")
    page.get_by_text("把书或脚本拖到这里").wait_for()
    send(page, "第一章 开始\n\n“走吧！”安娜说。“好的。”老王说。\n", "x" * 60 + ".txt")
    page.get_by_role("button", name="制作有声书").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="制作有声书").click()
    page.get_by_text("做好了").wait_for()
    page.get_by_role("button", name="听 第一章").first.click()
    page.locator("#listen-sentence", has_text="第一章").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

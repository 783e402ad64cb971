"""The web page before a fast fake service: what it does when things go well, and when they do not."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from page_server import OpenPage, served, until

from declaim.errors import EngineError, QueueFullError
from fake_service import FakeService, Work

HERE = Path(__file__).parent
KEY = "a-key-of-the-tests"
TEXT = "One two three, four five six. Seven eight nine ten."
EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def speak(page: Any, text: str = TEXT) -> None:
    page.fill("#text", text)
    page.click("#speak")


def wait_whole(page: Any) -> None:
    page.wait_for_selector(".sheet.whole")


def spoken(service: FakeService) -> Work:
    """What was to be spoken last; what is only read has no voice."""
    return [work for work in service.works if work.request.voice][-1]


def has_text(page: Any, text: str, at: str = "#text") -> bool:
    """Whether the editor holds a text, now or soon."""
    until(lambda: page.locator(at).count() and page.input_value(at) == text)
    return True


def go(page: Any, view: str) -> None:
    page.click(f"[data-go={view}]")


@pytest.mark.alone
def test_speech_is_heard_as_long_as_it_is(url: str, open_page: OpenPage, service: FakeService) -> None:
    page = open_page(url)
    speak(page)
    page.wait_for_selector("#speak.active")
    page.wait_for_selector("#speak:not(.active)")
    heard = page.evaluate("watched.heard")
    loud = [at for at, level in heard if level > 0.1]
    seconds = 10 * service.word_seconds
    assert loud[-1] - loud[0] == pytest.approx(seconds, abs=0.15)
    within = [level for at, level in heard if loud[0] + 0.05 < at < loud[-1] - 0.05]
    assert min(within) > 0.2  # tones without a gap
    assert page.get_attribute("#wave", "aria-valuemax") == f"{seconds:.1f}"
    assert page.inner_text("#sheet").replace("\n", "") == TEXT.replace("\n", "")


@pytest.mark.alone
def test_words_are_lit_when_they_are_heard(url: str, open_page: OpenPage, service: FakeService) -> None:
    page = open_page(url)
    speak(page)
    page.wait_for_selector("#speak.active")
    page.wait_for_selector("#speak:not(.active)")
    watched = page.evaluate("watched")
    onset = next(at for at, level in watched["heard"] if level > 0.1)
    lit = [at for at, _ in watched["lit"]]
    assert len(lit) == 10
    for number, at in enumerate(lit):
        assert at - onset == pytest.approx(number * service.word_seconds, abs=0.12)


def test_stop_ends_the_work_of_the_service(url: str, open_page: OpenPage, service: FakeService) -> None:
    page = open_page(url)
    service.blocks_after = 2
    speak(page, "word " * 300)
    page.wait_for_selector(".unit")
    assert spoken(service).ending == "running"
    page.click("#speak")
    until(spoken(service).ended.is_set, 2)
    assert spoken(service).ending in {"closed", "cancelled"}
    before = page.evaluate("watched.heard.length")
    page.wait_for_timeout(300)
    later = page.evaluate("watched.heard")[before + 10 :]
    assert max(level for _, level in later) < 0.001


def test_a_full_service_is_waited_for_and_the_page_says_so(
    url: str, open_page: OpenPage, service: FakeService
) -> None:
    page = open_page(url)
    service.failure = QueueFullError("16 requests wait already", retry_after=2)
    speak(page)
    notice = page.locator("#notice.wait")
    notice.wait_for()
    assert "busy" in notice.inner_text()
    assert notice.get_attribute("role") == "status"
    service.failure = None
    wait_whole(page)
    assert page.locator("#notice").is_hidden()


def test_waiting_can_be_stopped(url: str, open_page: OpenPage, service: FakeService) -> None:
    page = open_page(url)
    service.failure = QueueFullError("full", retry_after=1)
    speak(page)
    page.wait_for_selector("#notice.wait")
    page.keyboard.press("Escape")
    page.wait_for_selector("#speak:not(.active)")
    asked = len(service.works)
    page.wait_for_timeout(1500)
    assert len(service.works) == asked


def test_speech_that_breaks_off_says_so_and_can_be_tried_again(
    url: str, open_page: OpenPage, service: FakeService
) -> None:
    page = open_page(url)
    service.failure, service.fails_after = EngineError("the model is gone"), 1
    speak(page)
    notice = page.locator("#notice.error")
    notice.wait_for()
    assert "broke off after 1.2 s" in notice.inner_text()
    service.failure = None
    notice.get_by_role("button", name="Try again").click()
    wait_whole(page)


@pytest.fixture
def fake_process(free_port: int) -> Iterator[tuple[str, Any]]:
    """A service in a process of its own, to be killed, and how to start it."""
    running: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, str(HERE / "fake_server.py"), str(free_port)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        running.append(process)
        return process

    yield f"http://127.0.0.1:{free_port}", start
    for process in running:
        process.kill()
        process.communicate()


def test_a_service_that_is_killed_is_told_and_tried_again(
    fake_process: tuple[str, Any], open_page: OpenPage
) -> None:
    url, start = fake_process
    process = start()
    page = open_page(url)
    speak(page, "word " * 60)
    page.wait_for_selector(".unit")
    process.send_signal(signal.SIGKILL)
    process.wait()
    notice = page.locator("#notice.error")
    notice.wait_for()
    assert "broke off" in notice.inner_text()
    notice.get_by_role("button", name="Try again").click()
    page.get_by_text("cannot be reached").wait_for()
    start()
    notice.get_by_role("button", name="Try again").click()
    wait_whole(page)
    assert page.locator(".unit").count() == 60


def test_a_key_is_asked_for_once_and_is_in_no_address(open_page: OpenPage, service: FakeService) -> None:
    with served(service, api_keys=(KEY,)) as url:
        page = open_page(url, ready=False)
        asked: list[Any] = []
        page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - Playwright takes no builtin
        page.get_by_role("button", name="Give a key").click()
        page.fill("#key", "not-this-key-at-all")
        page.keyboard.press("Enter")
        page.get_by_text("not one of its keys").wait_for()
        page.get_by_role("button", name="Give a key").click()
        page.fill("#key", KEY)
        page.keyboard.press("Enter")
        page.wait_for_selector("body[data-ready=true]")
        speak(page)
        wait_whole(page)
        go(page, "shape")
        assert "$DECLAIM_API_KEY" in page.inner_text("#calls pre")
        assert KEY not in page.content()
        page.evaluate("document.querySelector('[data-go=speak]').click()")
        page.click("#share")
        assert "text=" in page.url
        for request in asked:
            assert KEY not in request.url
        assert any(request.headers.get("authorization") == f"Bearer {KEY}" for request in asked)
        assert page.evaluate("localStorage.getItem('declaim.key')") is None
        page.reload()
        page.wait_for_selector("body[data-ready=true]")


def test_what_users_write_is_never_markup(url: str, open_page: OpenPage) -> None:
    page = open_page(url)
    names = [{"id": EVIL, "language": EVIL, "language_name": EVIL, "gender": EVIL}]
    page.route("**/v1/audio/voices", lambda route: route.fulfill(json={"voices": names}))
    how = json.dumps({"voices": [{"name": EVIL, "weight": 1}], "emotion": {EVIL: 1}})
    page.goto(f"{url}/#text={quote(EVIL + ' one two')}&how={quote(how)}&shape={quote(EVIL)}")
    page.reload()
    page.wait_for_selector("body[data-ready=true]")
    assert page.input_value("#text").startswith(EVIL)
    page.click("#speak")
    wait_whole(page)
    for view in ("see", "shape", "status", "speak"):
        go(page, view)
    page.set_input_files(
        "#file", {"name": f"{EVIL}.txt", "mimeType": "text/plain", "buffer": b"\x00\x01\x02\xff"}
    )
    page.locator("#notice.error").wait_for()
    assert EVIL in page.inner_text("#notice")
    page.click("#open-history")
    assert EVIL in page.inner_text("#history")
    assert page.locator("img:not(.brand img), main script, #sheet img").count() == 0


def test_a_policy_stops_scripts_that_get_in_all_the_same(url: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(url)
    for attempt in (
        "document.body.innerHTML = '<p>x</p>'",
        "document.createElement('script').src = 'data:text/javascript,1'",
        "document.createElement('script').textContent = '1'",
        "setTimeout('1')",
    ):
        assert (
            page.evaluate(f"() => {{ try {{ {attempt}; return 'done'; }} catch {{ return 'refused'; }} }}")
            == "refused"
        )
    page.close()


def test_a_dropped_file_and_its_encodings(url: str, open_page: OpenPage) -> None:
    page = open_page(url)
    for encoding in ("utf-8", "gb18030", "utf-16"):
        text = f"今天天气真好 {encoding}"
        page.set_input_files(
            "#file", {"name": "a.txt", "mimeType": "text/plain", "buffer": text.encode(encoding)}
        )
        assert has_text(page, text)
    page.evaluate("""() => {
        const data = new DataTransfer();
        data.items.add(new File(["dropped text"], "b.txt"));
        const drop = new DragEvent("drop", {dataTransfer: data, bubbles: true});
        document.querySelector("#editor").dispatchEvent(drop);
    }""")
    assert has_text(page, "dropped text")


def test_a_link_and_the_history_restore_a_reading(
    url: str, open_page: OpenPage, service: FakeService
) -> None:
    page = open_page(url)
    page.check("input[value=zm_yunxi]")
    page.locator("[data-voice=zf_xiaoyi]").get_by_role("button", name="Blend with Xiaoyi").click()
    page.get_by_label("Speed").fill("1.5")
    page.fill("#text", "你好 & <b>world</b> #1?")
    page.click("#share")
    link = page.url
    other = open_page(link)
    assert other.input_value("#text") == "你好 & <b>world</b> #1?"
    assert other.get_by_label("Speed").input_value() == "1.5"
    other.click("#speak")
    wait_whole(other)
    request = spoken(service).request
    assert (request.rate, request.voice) == (1.5, "zf_xiaoyi*0.3333+zm_yunxi*0.6667")
    other.fill("#text", "")
    other.click("#open-history")
    other.locator("#history .entry").first.click()
    assert other.input_value("#text") == "你好 & <b>world</b> #1?"


def test_edits_are_sent_as_markup_and_only_their_sentence_is_heard(
    url: str, open_page: OpenPage, service: FakeService
) -> None:
    page = open_page(url)
    speak(page)
    wait_whole(page)
    go(page, "shape")
    page.locator(".unit", has_text="two").click()
    page.get_by_label("strong", exact=True).check()
    page.get_by_label("Say it as").fill("tˈu")
    page.get_by_label("Pause after it").fill("0.5")
    page.click("#hear")
    until(lambda: "tˈu" in spoken(service).request.text)
    assert spoken(service).request.text == (
        '<speak><p>One <emphasis level="strong"><phoneme alphabet="ipa" ph="tˈu">two</phoneme></emphasis>'
        '<break time="500ms"/> three, four five six.</p></speak>'
    )
    assert page.locator(".edited").inner_text() == "two"
    assert "Seven eight" in page.inner_text("#calls pre")
    assert "emphasis" in page.inner_text("#calls pre")


def test_a_clause_is_dragged(url: str, open_page: OpenPage, service: FakeService) -> None:
    page = open_page(url)
    speak(page)
    wait_whole(page)
    go(page, "shape")
    box = page.locator(".unit", has_text="five").bounding_box()
    page.mouse.move(box["x"] + 10, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 12, box["y"] + 10, steps=4)
    page.mouse.move(box["x"] + 12, box["y"] + 4, steps=4)
    assert "pitch +3.0 st" in page.inner_text(".drag-label")
    page.mouse.up()
    until(lambda: "prosody" in spoken(service).request.text)
    assert 'three, <prosody pitch="+3.0st">four five six</prosody>.' in spoken(service).request.text


def test_words_are_chosen_by_keys(url: str, open_page: OpenPage) -> None:
    page = open_page(url)
    page.focus("#text")
    page.keyboard.type("One two three.")
    page.keyboard.press("Control+Enter")
    wait_whole(page)
    go(page, "shape")
    page.locator(".unit[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    assert page.inner_text(".chosen-word") == "two"
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")  # a radio button further: from none to moderate
    assert "emphasis" in page.evaluate("document.querySelector('#calls pre').textContent")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "two"


def test_files_in_every_format(url: str, open_page: OpenPage) -> None:
    page = open_page(url)
    speak(page)
    wait_whole(page)
    magic = {"wav": b"RIFF", "mp3": b"", "opus": b"OggS", "flac": b"fLaC", "aac": b"\xff"}
    for name, first in magic.items():
        page.select_option("#format", name)
        with page.expect_download() as downloading:
            page.click("#download")
        path = downloading.value.path()
        assert downloading.value.suggested_filename == f"declaim.{name}"
        assert path.read_bytes().startswith(first)
        assert path.stat().st_size > 2000


def test_chinese_by_the_browsers_language(url: str, open_page: OpenPage) -> None:
    page = open_page(url, locale="zh-CN")
    assert page.inner_text("#speak") == "朗读"
    assert page.get_attribute("html", "lang") == "zh-Hans"
    page.fill("#text", "你好")
    page.click("#language")
    assert has_text(page, "你好", "html[lang=en] #text")


def test_a_phone(url: str, open_page: OpenPage) -> None:
    page = open_page(url, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    speak(page, TEXT + " " + "x" * 80)
    wait_whole(page)
    for view in ("see", "shape", "status", "speak"):
        go(page, view)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, view
    assert page.locator("#speak").bounding_box()["height"] >= 44


def test_the_status_follows_the_service(url: str, open_page: OpenPage, service: FakeService) -> None:
    page = open_page(url)
    go(page, "status")
    page.get_by_text("ready", exact=True).wait_for()
    page.request.post(f"{url}/v1/audio/speech", data={"input": "x", "voice": "nobody"})
    page.get_by_text("404 from /v1/audio/speech").wait_for()
    service.stalled_for = 60
    page.get_by_text("stalled", exact=True).wait_for()


@pytest.mark.alone
def test_a_long_text_does_not_freeze_the_page(url: str, open_page: OpenPage, service: FakeService) -> None:
    service.delay, service.word_seconds = 0.0, 0.05
    page = open_page(url)
    page.evaluate("""() => {
        window.longest = 0;
        const note = (list) => {
            for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
        };
        new PerformanceObserver(note).observe({type: "longtask"});
    }""")
    speak(page, "One two three four. " * 1000)
    page.wait_for_selector(".sheet.whole", timeout=60_000)
    assert page.locator(".unit").count() == 4000
    for view in ("see", "shape", "speak"):
        go(page, view)
    page.locator("#text").press_sequentially("ab")
    longest = page.evaluate("longest")
    assert longest < 1000, f"{longest} ms"


@pytest.mark.alone
def test_the_page_is_light_and_painted_soon(url: str, open_page: OpenPage) -> None:
    page = open_page(url)
    sizes, hosts = page.evaluate("""() => {
        const kinds = ["navigation", "resource"];
        const all = kinds.flatMap(kind => performance.getEntriesByType(kind));
        const hosts = all.map(each => new URL(each.name).host);
        return [all.map(each => each.encodedBodySize), hosts];
    }""")
    assert sum(sizes) < 300_000
    assert set(hosts) == {url.removeprefix("http://")}
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert paint < 1000

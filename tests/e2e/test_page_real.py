"""The web page before the real service on the real weights: what it says is heard, seen and changed."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from numpy.typing import NDArray
from page_server import OpenPage

pytestmark = [pytest.mark.real, pytest.mark.alone]

TEXTS = {
    "zh": "今天天气真好，我们去公园散步吧。",
    "en": "The old man looked at the sea, and then he began to walk home.",
    "mixed": "下午三点的 meeting 改到周五了，记得把 slides 发给 Emma。",
}
RATE = 24_000
HOP, WINDOW = 120, 512  # samples: as the watch measures


@pytest.fixture(scope="module")
def real_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("service")
    log = folder / "log"
    variables = {"DECLAIM_SERVER__PORT": "0", "DECLAIM_SERVER__CACHE_FOLDER": str(folder / "cache")}
    variables |= {"DECLAIM_CONFIG": str(folder / "none.toml")}
    with log.open("wb") as stream:
        command = [sys.executable, "-m", "declaim.cli", "serve"]
        running = subprocess.Popen(command, env=os.environ | variables, stderr=stream, stdout=stream)
    try:
        yield _address(running, log)
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 0, log.read_text()


def _address(running: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + 400
    while "Ready" not in log.read_text():
        assert running.poll() is None, log.read_text()
        assert time.monotonic() < end
        time.sleep(0.1)
    listening = next(line for line in log.read_text().splitlines() if "Listening on" in line)
    return listening.rpartition(" ")[2]


def speech(url: str, **fields: Any) -> tuple[NDArray[np.float32], list[dict[str, Any]]]:
    """What the service says to a request: samples, and its words."""
    body = {"model": "x", "response_format": "pcm", "stream_format": "sse", **fields}
    pcm, words = b"", []
    answer = httpx2.post(f"{url}/v1/audio/speech", json=body, timeout=120)
    for line in answer.text.splitlines():
        if line.startswith("data:"):
            event = json.loads(line[5:])
            pcm += base64.b64decode(event.get("audio", ""))
            words += event.get("words", [])
    return np.frombuffer(pcm, "<i2") / np.float32(32_768), words


def levels(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """RMS of a window that ends at each hop."""
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(samples, (WINDOW, 0)), WINDOW)[::HOP]
    return np.sqrt((windows**2).mean(axis=1))


def when_it_began(heard: list[list[float]], samples: NDArray[np.float32], about: float) -> float:
    """When the audio's first sample was heard: where all that was heard fits best.

    The first loud moment alone would not do: a page that is busy when audio begins looks at it late.
    """
    at, level = np.array(heard).T
    expected = levels(samples)
    times = np.arange(len(expected)) * HOP / RATE
    guesses = about + np.arange(-0.6, 0.3, 0.005)
    misfits = [np.abs(np.interp(at - guess, times, expected, 0, 0) - level).mean() for guess in guesses]
    return float(guesses[np.argmin(misfits)])


def spoken(page: Any) -> Any:
    """What the page was watched to do until it had played to the end."""
    page.evaluate("watched.heard.length = watched.lit.length = 0")
    page.click("#speak")
    page.wait_for_selector("#speak.active")
    page.wait_for_selector("#speak:not(.active)", timeout=120_000)
    return page.evaluate("watched")


@pytest.mark.parametrize("name", TEXTS)
def test_it_is_heard_whole_and_its_words_are_lit_in_time(
    real_url: str, open_page: OpenPage, name: str
) -> None:
    samples, words = speech(real_url, input=TEXTS[name])  # kept: the page gets the same
    page = open_page(real_url)
    page.fill("#text", TEXTS[name])
    watched = spoken(page)
    assert page.locator("#vitals").inner_text().endswith("from the cache")
    loud = [at for at, level in watched["heard"] if level > 0.02]
    there = np.flatnonzero(levels(samples) > 0.02) * HOP / RATE
    began = when_it_began(watched["heard"], samples, loud[0] - there[0])
    assert loud[-1] - began == pytest.approx(there[-1], abs=0.25)
    starts = {word["span"][0]: word["start"] for word in reversed(words)}
    lit = {}
    for at, start in watched["lit"]:
        lit.setdefault(start, at)
    assert set(lit) == set(starts)
    late = [lit[start] - began - starts[start] for start in starts]
    assert np.median(np.abs(late)) <= 0.12, late
    assert max(map(abs, late)) <= 0.5, late  # other tests may hold up the browser for a moment
    assert page.locator(".word path[d^=M]").count() >= len(words) / 2
    page.locator("#sentences li").first.wait_for(state="attached")


def test_what_no_cache_has_is_heard_without_a_gap(real_url: str, open_page: OpenPage) -> None:
    page = open_page(real_url)
    page.fill(
        "#text",
        f"{TEXTS['en']} {time.time_ns()} gulls were crying over the harbour. {TEXTS['mixed']} {TEXTS['zh']}",
    )
    spoken(page)
    assert not page.locator("#vitals").inner_text().endswith("from the cache")
    facts = page.evaluate(
        "document.querySelector('#facts').innerText || document.querySelector('#facts').textContent"
    )
    assert facts.split("Waits while playing")[1].strip() == "0", facts


def test_stop_frees_the_workers(real_url: str, open_page: OpenPage) -> None:
    page = open_page(real_url)
    page.fill("#text", " ".join(f"Number {each}: {TEXTS['en']}" for each in range(40)))
    page.click("#speak")
    page.wait_for_selector(".unit", timeout=60_000)
    assert "declaim_speaking 1.0" in httpx2.get(f"{real_url}/metrics").text
    page.click("#speak")
    time.sleep(1)
    metrics = httpx2.get(f"{real_url}/metrics").text
    assert "declaim_speaking 0.0" in metrics
    assert 'declaim_requests_total{endpoint="/v1/audio/speech",status="499"} 1.0' in metrics


def test_an_edited_word_is_heard_otherwise(real_url: str, open_page: OpenPage) -> None:
    """Emphasised, the word is longer; its clause raised by five semitones, its F0 is higher."""
    page = open_page(real_url)
    sent: list[str] = []
    page.on(
        "request", lambda request: sent.append(request.post_data) if request.url.endswith("/speech") else None
    )
    page.fill("#text", TEXTS["en"])
    spoken(page)
    plain_pitch = float(
        page.evaluate("document.querySelector('#facts').textContent").split(" Hz")[0].split("pitch")[-1]
    )
    page.click("[data-go=shape]")
    page.locator(".unit", has_text="sea").click()
    page.get_by_label("strong", exact=True).check()
    page.get_by_label("Pitch").last.fill("5")
    page.click("#hear")
    page.wait_for_selector("#speak.active")
    page.wait_for_selector("#speak:not(.active)", timeout=120_000)
    raised_pitch = float(
        page.evaluate("document.querySelector('#facts').textContent").split(" Hz")[0].split("pitch")[-1]
    )
    assert raised_pitch > 1.1 * plain_pitch
    plain, plain_words = speech(real_url, input=TEXTS["en"])
    body = json.loads(sent[-1])
    assert "<emphasis" in body["input"]
    shaped, shaped_words = speech(real_url, input=body["input"], voice=body["voice"])
    length = {}
    for kind, words in (("plain", plain_words), ("shaped", shaped_words)):
        length[kind] = next(word["end"] - word["start"] for word in words if word["text"] == "sea")
    assert length["shaped"] > 1.08 * length["plain"]
    assert len(shaped) != len(plain)


def test_a_voice_is_previewed(real_url: str, open_page: OpenPage) -> None:
    page = open_page(real_url)
    button = page.get_by_role("button", name="Hear Yunxi", exact=True)
    with page.expect_response("**/v1/audio/speech", timeout=60_000) as answered:
        button.click()
    assert answered.value.headers["x-declaim-voice"] == "zm_yunxi"
    page.wait_for_selector("[data-voice=zm_yunxi] button:not([aria-busy])")
    assert page.locator("#notice").is_hidden()  # it plays: what cannot be played is told

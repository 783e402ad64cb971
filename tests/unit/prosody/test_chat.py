import gzip
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator

import chat_server as chat
import pytest
from chat_sentences import sentences_in

from declaim.prosody.chat import ChatReader
from declaim.prosody.chat_endpoint import ChatEndpoint
from declaim.prosody.rules import RulesReader
from declaim.prosody.score import Score
from declaim.text.sentence import Sentence

THREE = "We won today. It rained on Monday! Shall we go?"
LONG = " ".join(f"Number {'ab'[i % 2] * (i + 1)} is here." for i in range(26))
BY_FALLBACK = Score(rate=0.77)


class Fallback:
    """Another reader, that notes what it was asked to read."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def read(self, sentences: Iterable[Sentence], text: str) -> Iterator[tuple[Sentence, Score]]:
        asked = list(sentences)
        self.asked.append([text[slice(*each.span)].strip() for each in asked])
        return ((sentence, BY_FALLBACK) for sentence in asked)


def reader(server: chat.ChatServer, timeout: float = 5.0, fallback: Fallback | None = None) -> ChatReader:
    return ChatReader(ChatEndpoint(server.url, "a-model"), fallback or Fallback(), timeout=timeout)


def read(reader: ChatReader, text: str = THREE) -> list[Score]:
    sentences = sentences_in(text)
    pairs = list(reader.read(sentences, text))
    assert [sentence for sentence, _ in pairs] == sentences
    return [score for _, score in pairs]


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]


def until(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    return holds()


def test_what_the_model_says_is_used(caplog: pytest.LogCaptureFixture) -> None:
    content = {"1": {"emotion": {"sad": 60}, "emphasis": ["won"], "rate_percent": 90, "pause_ms": 500}}
    with chat.serving(chat.says(json.dumps(content)), chat.scores()) as server:
        first, *others = read(reader(server))
    assert first.emotion.sad == 0.6
    assert first.rate == 0.9
    assert first.pauses == (0.5,)
    assert [(each.word, each.start) for each in first.emphasis] == [("won", 3)]
    assert BY_FALLBACK not in others
    assert warnings(caplog) == []


def test_what_it_does_not_speak_of_is_as_the_rules_have_it() -> None:
    text = "He left. She stayed! Why?"
    sentences = sentences_in(text, paragraphs=True)
    with chat.serving(chat.scores(emotion={"happy": 50}, energy_db=-4)) as server:
        found = [score for _, score in reader(server).read(sentences, text)]
    for score, (_, by_rule) in zip(found, RulesReader().read(sentences, text), strict=True):
        expected = by_rule.model_copy(update={"emotion": score.emotion, "energy": -4.0})
        assert score == expected
        assert score.emotion.happy == 0.5


def test_one_sentence_first_then_more_up_to_eight_with_those_before() -> None:
    sentences = [each.strip() + "." for each in LONG.split(".") if each]
    with chat.serving(chat.scores()) as server:
        assert BY_FALLBACK not in read(reader(server), LONG)
    assert [len(asked) for asked in server.asked] == [1, 2, 4, 8, 8, 3]
    assert [each for asked in server.asked for each in asked] == sentences
    before = [chat.material(request)["before"] for request in server.requests]
    assert before == [[], *(sentences[max(0, end - 4) : end] for end in (1, 3, 7, 15, 23))]


def test_slow_answers_make_no_longer_questions() -> None:
    with chat.serving(chat.after(0.35, chat.scores())) as server:
        read(reader(server, timeout=0.6), THREE)
    assert [len(asked) for asked in server.asked] == [1, 1, 1]


def test_after_a_failure_fewer_sentences_are_asked_about() -> None:
    good, bad = chat.scores(), chat.sends(401)
    with chat.serving(good, good, good, bad, good) as server:
        read(reader(server), LONG)
    assert [len(asked) for asked in server.asked] == [1, 2, 4, 8, 4, 7]


def test_the_next_call_is_under_way_while_a_sentence_is_spoken() -> None:
    with chat.serving(chat.scores()) as server:
        spoken = reader(server).read(sentences_in(THREE), THREE)
        next(spoken)
        assert until(lambda: len(server.requests) == 2)
        spoken.close()


def test_no_more_sentences_are_read_ahead_than_are_asked_about() -> None:
    taken = []

    def lazily() -> Iterator[Sentence]:
        for sentence in sentences_in(LONG):
            taken.append(sentence)
            yield sentence

    with chat.serving(chat.scores()) as server:
        spoken = reader(server).read(lazily(), LONG)
        assert taken == []
        next(spoken)
        assert len(taken) == 3
        spoken.close()


def test_no_text_at_all() -> None:
    with chat.serving(chat.scores()) as server:
        assert list(reader(server).read([], "")) == []
    assert server.requests == []


FAILURES = {
    "bad request": chat.sends(400),
    "key": chat.sends(401, b'{"error": "no"}'),
    "forbidden": chat.sends(403),
    "no model": chat.sends(404),
    "busy": chat.sends(429, Retry_After="3600"),
    "busy, by date": chat.sends(429, Retry_After="Wed, 01 Jan 2200 00:00:00 GMT"),
    "busy, nonsense": chat.sends(429, Retry_After="soon"),
    "broken": chat.sends(500),
    "down": chat.sends(503, b"<html>"),
    "elsewhere": chat.sends(302, Location="http://127.0.0.1:9/v1"),
    "nothing": chat.sends(204, b""),
    "empty": chat.sends(200, b""),
    "html": chat.sends(200, b"<html>hello</html>"),
    "no UTF-8": chat.sends(200, b"\xff\xfe{"),
    "no choices": chat.sends(200, b'{"choices": []}'),
    "an error as 200": chat.sends(200, b'{"error": {"message": "no"}}'),
    "no content": chat.says(None),
    "gzip that is none": chat.sends(200, b"{}", Content_Encoding="gzip"),
    "cut gzip": chat.sends(200, gzip.compress(b"{}" * 999)[:20], Content_Encoding="gzip"),
    "hangs up": chat.hangs_up,
    "hangs": chat.hangs,
    "no HTTP": chat.drips(b"SSH-2.0-OpenSSH_9.9\r\n"),
    "headers without end": chat.drips(b"HTTP/1.1 200 OK\r\nX: "),
    "body without end": chat.drips(b"HTTP/1.1 200 OK\r\n\r\n{"),
    "far too long": chat.pours,
    "prose": chat.says("I cannot help with that."),
    "cut off": chat.says('{"1": {"emotion": {"sad": 6'),
    "a list": chat.says('[{"emotion": {}, "emphasis": []}]'),
    "deep": chat.says('{"1":' * 5000 + "}" * 5000),
    "no entry": chat.says("{}"),
    "too many entries": chat.says(json.dumps({str(i): {"emotion": {}} for i in range(1, 5)})),
    "wrong number": chat.says('{"0": {"emotion": {}}}'),
    "weight above": chat.scores(emotion={"sad": 101}),
    "weight below": chat.scores(emotion={"sad": -1}),
    "a fraction": chat.scores(emotion={"sad": 0.6}),
    "no number": chat.scores(emotion={"sad": "very"}),
    "not a number": chat.scores(emotion={"sad": float("nan")}),
    "endless": chat.says('{"1": {"emotion": {"sad": 1e999}}}'),
    "rate": chat.scores(rate_percent=500),
    "pitch": chat.scores(pitch_semitones=-40),
    "range": chat.scores(pitch_range_percent=0),
    "energy": chat.scores(energy_db=40),
    "pause": chat.scores(pause_ms=3_600_000),
    "emphasis": chat.scores(emphasis=[1]),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_whatever_fails_another_reader_stands_in(
    failure: chat.Answer, caplog: pytest.LogCaptureFixture
) -> None:
    timeout = 0.4
    began = time.monotonic()
    with chat.serving(failure) as server:
        found = read(reader(server, timeout))
        took = time.monotonic() - began
    assert found == [BY_FALLBACK] * 3
    assert took < 3 * timeout + 1.0
    assert len(warnings(caplog)) == 1
    assert "another reader stands in" in warnings(caplog)[0]


def test_the_first_sentence_waits_no_longer_than_the_deadline() -> None:
    for failure in (
        chat.hangs,
        chat.drips(b"HTTP/1.1 200 OK\r\nX: "),
        chat.drips(b"HTTP/1.1 200 OK\r\n\r\n"),
    ):
        with chat.serving(failure) as server:
            spoken = reader(server, timeout=0.5).read(sentences_in(THREE), THREE)
            began = time.monotonic()
            assert next(spoken)[1] == BY_FALLBACK
            assert 0.4 < time.monotonic() - began < 0.9
            spoken.close()


def test_nobody_listens(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        endpoint = ChatEndpoint(f"http://127.0.0.1:{taken.getsockname()[1]}/v1", "m")
        began = time.monotonic()
        assert read(ChatReader(endpoint, Fallback(), timeout=5)) == [BY_FALLBACK] * 3
    assert time.monotonic() - began < 2
    assert len(warnings(caplog)) == 1


@pytest.mark.parametrize("host", ["a..b", "x" * 70 + ".invalid"])
def test_a_name_that_no_host_can_have(host: str, caplog: pytest.LogCaptureFixture) -> None:
    endpoint = ChatEndpoint(f"http://{host}/v1", "m")
    assert read(ChatReader(endpoint, Fallback(), timeout=1)) == [BY_FALLBACK] * 3
    assert len(warnings(caplog)) == 1


def test_a_name_that_takes_long_to_resolve(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = threading.Event()

    def resolve(*_: object, **__: object) -> None:
        stopped.wait()
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    spoken = ChatReader(ChatEndpoint("http://localhost:1/v1", "m"), Fallback(), timeout=0.3)
    began = time.monotonic()
    found = read(spoken, "We won today.")
    took = time.monotonic() - began
    stopped.set()
    assert found == [BY_FALLBACK]
    assert took < 0.8


def test_the_fallback_knows_what_came_before() -> None:
    fallback = Fallback()
    good, bad = chat.scores(), chat.sends(401)
    with chat.serving(good, bad, good) as server:
        found = read(reader(server, fallback=fallback), LONG)
    sentences = [each.strip() + "." for each in LONG.split(".") if each]
    assert fallback.asked == [sentences[:3]]
    assert [i for i, score in enumerate(found) if score == BY_FALLBACK] == [1, 2]


def test_what_nobody_foresaw(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(*_: object) -> str:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(ChatEndpoint, "ask", ask)
    assert (
        read(ChatReader(ChatEndpoint("http://localhost/v1", "m"), Fallback(), timeout=1)) == [BY_FALLBACK] * 3
    )
    (warning,) = warnings(caplog)
    assert "RuntimeError: unforeseen" in warning


def test_while_it_is_left_alone_the_other_reader_reads_on() -> None:
    fallback = Fallback()
    with chat.serving(chat.sends(429, Retry_After="3600")) as server:
        read(reader(server, fallback=fallback), LONG)
    assert [len(asked) for asked in fallback.asked] == [1, 1 + 1, 2 + 2, 2 + 4, 2 + 8, 2 + 8, 2 + 2]


def test_after_three_failures_in_a_row_it_is_left_alone() -> None:
    with chat.serving(chat.sends(401)) as server:
        spoken = reader(server)
        assert read(spoken, LONG) == [BY_FALLBACK] * 26
        assert read(spoken, LONG) == [BY_FALLBACK] * 26
    assert len(server.requests) == 3


def test_it_is_asked_again_after_its_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("declaim.prosody.backoff._FIRST_REST", 0.2)
    bad = chat.sends(401)
    with chat.serving(bad, bad, bad, chat.scores()) as server:
        spoken = reader(server)
        assert read(spoken, LONG) == [BY_FALLBACK] * 26
        time.sleep(0.25)
        assert BY_FALLBACK not in read(spoken)


def test_failures_that_are_not_in_a_row_are_forgiven(caplog: pytest.LogCaptureFixture) -> None:
    good, bad = chat.scores(), chat.sends(401)
    with chat.serving(*[bad, bad, good] * 5, good) as server:
        found = read(reader(server), LONG)
    assert [len(asked) for asked in server.asked[:9]] == [1, 1, 1, 2, 1, 1, 2, 1, 1]
    assert sum(map(len, server.asked)) == len(found)
    assert len(warnings(caplog)) == 1


def test_a_server_that_says_when_to_come_back_is_not_asked_before() -> None:
    with chat.serving(chat.sends(429, Retry_After="3600")) as server:
        assert read(reader(server), LONG) == [BY_FALLBACK] * 26
    assert len(server.requests) == 1


def test_threads_may_share_it() -> None:
    found: dict[str, list[Score]] = {}
    with chat.serving(chat.scores(emotion={"calm": 30})) as server:
        spoken = reader(server)
        texts = [LONG, THREE, LONG.replace("Number", "Item")]

        def work(text: str) -> None:
            found[text] = read(spoken, text)

        threads = [threading.Thread(target=work, args=(text,)) for text in texts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [len(found[text]) for text in texts] == [26, 3, 26]
    assert all(score.emotion.calm == 0.3 for each in found.values() for score in each)

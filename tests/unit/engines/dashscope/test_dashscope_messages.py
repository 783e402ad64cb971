import json
from typing import Any

import pytest

from declaim.engines.dashscope.errors import DashScopeError
from declaim.engines.dashscope.messages import (
    Task,
    TimedSentence,
    TimedWord,
    continue_task,
    finish_task,
    read_event,
    run_task,
)
from declaim.engines.dashscope.voices import CloudVoice

TASK = "0123456789abcdef0123456789abcdef"


def event(name: str, **rest: Any) -> str:
    return json.dumps({"header": {"event": name, "task_id": TASK}, **rest})


def test_sambert_gets_the_text_with_the_task() -> None:
    task = Task("你好。", CloudVoice("sambert-zhichu-v1"), rate=1.2, pitch=0.9, volume=40)
    assert json.loads(run_task(task, TASK)) == {
        "header": {"streaming": "out", "task_id": TASK, "action": "run-task"},
        "payload": {
            "model": "sambert-zhichu-v1",
            "task": "tts",
            "task_group": "audio",
            "function": "SpeechSynthesizer",
            "parameters": {
                "text_type": "PlainText",
                "format": "pcm",
                "sample_rate": 48_000,
                "volume": 40,
                "rate": 1.2,
                "pitch": 0.9,
                "word_timestamp_enabled": True,
                "phoneme_timestamp_enabled": False,
            },
            "input": {"text": "你好。"},
        },
    }


def test_cosyvoice_gets_it_afterwards() -> None:
    voice = CloudVoice("cosyvoice-v3-flash", "longanyang")
    run = json.loads(run_task(Task("你好。", voice, word_timestamps=False), TASK))
    assert run["header"]["streaming"] == "duplex"
    assert run["payload"]["input"] == {}
    assert run["payload"]["parameters"] == {
        "text_type": "PlainText",
        "format": "pcm",
        "sample_rate": 24_000,
        "volume": 50,
        "rate": 1.0,
        "pitch": 1.0,
        "word_timestamp_enabled": False,
        "voice": "longanyang",
    }
    header = {"task_id": TASK, "streaming": "duplex"}
    assert json.loads(continue_task("你好。", TASK)) == {
        "header": {"action": "continue-task", **header},
        "payload": {"input": {"text": "你好。"}},
    }
    assert json.loads(finish_task(TASK)) == {
        "header": {"action": "finish-task", **header},
        "payload": {"input": {}},
    }


def test_an_instruction() -> None:
    task = Task("好", CloudVoice("cosyvoice-v3-flash", "longanyang"), instruction="你说话的情感是happy。")
    assert json.loads(run_task(task, TASK))["payload"]["parameters"]["instruction"] == "你说话的情感是happy。"


@pytest.mark.parametrize(
    "payload",
    [{"payload": {"output": None, "usage": {"characters": 1}}}, {"payload": {}}, {"payload": None}, {},
     {"payload": {"output": {"sentence": {}}}}, {"payload": []}, {"payload": {"output": "?"}}],
)  # fmt: skip
def test_every_way_to_finish(payload: dict[str, Any]) -> None:
    finished = read_event(event("task-finished", **payload))
    assert (finished.name, finished.task_id, finished.sentence) == ("task-finished", TASK, None)


def test_sambert_s_times() -> None:
    words = [{"text": "床", "begin_time": 0, "end_time": 263, "phonemes": [{"text": "ch_c", "tone": 2}]}]
    sentence = {"begin_time": 120, "end_time": 1162, "words": words}
    read = read_event(event("result-generated", payload={"output": {"sentence": sentence}, "usage": {}}))
    assert read.sentence == TimedSentence(120, (TimedWord("床", 0.0, pytest.approx(0.263)),))


def test_cosyvoice_s_times() -> None:
    words = [{"text": "，床", "begin_index": 2, "end_index": 3, "begin_time": 80}]
    output = {"type": "sentence-end", "sentence": {"index": 2, "words": words}, "original_text": "床"}
    read = read_event(event("result-generated", payload={"output": output}))
    assert read.sentence == TimedSentence(2, (TimedWord("，床", 0.08, 0.08),))


@pytest.mark.parametrize(
    "payload",
    [None, {}, {"output": None}, {"output": {}}, {"output": {"sentence": None}}, {"output": []},
     {"output": {"sentence": {"words": [{"text": 1}]}}},
     {"output": {"sentence": {"words": [{"text": "a", "begin_time": float("nan")}]}}},
     {"output": {"sentence": {"words": [{"text": "a", "begin_time": -1}]}}}],
)  # fmt: skip
def test_a_result_without_times(payload: Any) -> None:
    assert read_event(event("result-generated", payload=payload)).sentence is None


def test_a_result_without_words() -> None:
    payload = {"output": {"sentence": {"index": 0, "words": None}}}
    assert read_event(event("result-generated", payload=payload)).sentence == TimedSentence(0, ())


def test_a_failure() -> None:
    frame = {"header": {"event": "task-failed", "error_code": "X", "error_message": "y"}, "payload": {}}
    failed = read_event(json.dumps(frame))
    assert (failed.error_code, failed.error_message, failed.task_id) == ("X", "y", "")


@pytest.mark.parametrize(
    "frame", ["", "hello", "{}", "[]", "null", '{"header": {}}', '{"header": null}', "{"]
)
def test_what_is_no_event(frame: str) -> None:
    with pytest.raises(DashScopeError, match="no event"):
        read_event(frame)

"""The key is in no log, no error and no repr, whatever happens and whatever is logged."""

import asyncio
import gc
import json
import logging
import traceback
from contextlib import aclosing

import pytest
from dashscope_sentences import sentence_of
from pydantic import SecretStr

import dashscope_server as fake
from declaim.engines.dashscope.channel import DashScopeChannel
from declaim.engines.dashscope.errors import DashScopeError
from declaim.engines.dashscope.settings import DashScopeConfig, key_from_environment
from declaim.engines.to_say import ToSay
from declaim.prosody.score import Score

KEY = "sk-tell-nobody-0123456789abcdef"
ECHO = json.dumps({"header": {"event": "task-failed", "error_code": KEY, "error_message": f"bad key {KEY}"}})


def speak(server: fake.DashScopeServer) -> BaseException | None:
    async def run() -> None:
        limits = {"connect_timeout": 1.0, "first_audio_timeout": 0.5, "idle_timeout": 0.5}
        channel = DashScopeChannel(DashScopeConfig(endpoint=server.url, **limits), key_from_environment())
        try:
            said = ToSay(sentence_of(), Score(), "zf_xiaoxiao")
            async with aclosing(channel.speak(said, lambda: None)) as chunks:
                async for _ in chunks:
                    pass
        finally:
            await channel.close()

    try:
        asyncio.run(run(), debug=True)
    except DashScopeError as error:
        return error
    return None


def everything(error: BaseException | None, caplog: pytest.LogCaptureFixture) -> str:
    told = [repr(record.__dict__) + record.getMessage() for record in caplog.records]
    while error is not None:
        told += [str(error), repr(error), repr(error.__dict__), *traceback.format_exception(error)]
        error = error.__cause__ or error.__context__
    return "\n".join(told)


@pytest.mark.parametrize(
    ("answer", "refusal"),  # the first goes well
    [
        (fake.speaks(), None),
        (fake.fails("InvalidApiKey", f"Incorrect API key: {KEY}"), None),
        (fake.sends(ECHO), None),
        (fake.sends(f"your key is {KEY}"), None),
        (fake.drops(0.3), None),
        (fake.stalls(0.3), None),
        (fake.cut(0.1), None),
        (fake.speaks(), fake.refusal(401, KEY, f"Incorrect API key: {KEY}", Retry_After=KEY)),
        (fake.speaks(), fake.refusal(429, "Throttling", KEY)),
        (fake.speaks(), fake.refusal(503)),
        (fake.speaks(), fake.refusal(302, Location=f"ws://127.0.0.1:9/{KEY}")),
    ],
)
def test_the_key_stays_here(
    answer: fake.Answer,
    refusal: fake.Response | None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("DECLAIM_DASHSCOPE_API_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    for name in ("websockets", "websockets.client", "asyncio"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger("websockets.server").setLevel(logging.WARNING)  # the test's own
    with fake.serving(answer, refusals=() if refusal is None else (refusal,)) as server:
        error = speak(server)
        gc.collect()  # lets asyncio complain, if it has anything to
        assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert KEY not in everything(error, caplog)


def test_nothing_shows_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    config = DashScopeConfig()
    channel = DashScopeChannel(config, SecretStr(KEY))
    assert KEY not in repr(channel) + repr(vars(channel)) + repr(vars(channel._client)) + repr(config)
    monkeypatch.setenv("DASHSCOPE_API_KEY", KEY)
    assert KEY not in repr(key_from_environment())

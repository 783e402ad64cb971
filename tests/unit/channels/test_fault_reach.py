"""What a channel says of its own failure decides how long it is left alone."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

import pytest

from declaim.audio.chunk import AudioChunk
from declaim.channels.channel import ChannelError, FaultReach
from declaim.channels.register import Channels
from declaim.channels.settings import BreakerSettings, ChannelSettings
from declaim.engines.to_say import ToSay
from toy_channels import ToyChannel, heard, text_of, to_say

TEXT = text_of(6)
SETTINGS = ChannelSettings(breaker=BreakerSettings(minimum_calls=4, first_wait=2.0))


class Refusing(ToyChannel):
    """Fails at once, and says how far that reaches."""

    def __init__(self, fault: FaultReach, retry_after: float = 0.0) -> None:
        super().__init__("main")
        self.error = ChannelError("no", fault=fault, retry_after=retry_after)
        self.asked = 0

    async def speak(
        self,
        said: ToSay,  # noqa: ARG002 - the contract's
        started: Callable[[], None],
    ) -> AsyncGenerator[AudioChunk]:
        started()
        self.asked += 1
        raise self.error
        yield  # a generator


def speak_six(main: Refusing) -> Channels:
    """Six sentences at one moment, each spoken whole by the understudy."""
    understudy = ToyChannel("understudy")
    channels = Channels({"main": SETTINGS, "understudy": SETTINGS}, clock=lambda: 0.0, draw=lambda: 1.0)

    async def test() -> None:
        failover = channels.begin([main, understudy])
        for number in range(6):
            said = to_say(TEXT, number)
            async with aclosing(failover.speak(said)) as chunks:
                assert heard([chunk async for chunk in chunks]) == [word.spoken for word in said.words]

    asyncio.run(test())
    return channels


@pytest.mark.parametrize(
    ("main", "asked", "state", "wait"),
    [
        (Refusing("passing"), 4, "open", 2.0),
        (Refusing("lasting"), 1, "open", 2.0),
        (Refusing("lasting", 30.0), 1, "open", 30.0),
        (Refusing("passing", 30.0), 1, "open", 30.0),
        (Refusing("sentence"), 6, "closed", 0.0),
    ],
    ids=["passing", "lasting", "lasting for a time", "passing for a time", "sentence"],
)
def test_how_far_a_failure_reaches(main: Refusing, asked: int, state: str, wait: float) -> None:
    health = speak_six(main).health[0]
    assert (main.asked, health.state, health.reopens_in) == (asked, state, wait)

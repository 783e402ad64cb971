"""Sentences on their way through a list of channels."""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from declaim.audio.chunk import AudioChunk
from declaim.channels.breaker import BreakerState
from declaim.channels.channel import ChannelDownError
from declaim.channels.failover import Failover
from declaim.channels.level import loudness
from declaim.channels.register import Channels
from declaim.channels.reports import Outcome, Reason
from declaim.channels.settings import BreakerSettings, ChannelSettings, Policy
from declaim.engines.to_say import ToSay
from declaim.errors import ConfigError, EngineError, OptionError, UnknownVoiceError
from declaim.text.sentence import Clause, Sentence, Span
from toy_channels import GARBAGE, ToyChannel, heard, sentences_of, text_of, to_say

TEXT = text_of(20)
WORDS = [f"w{number:03}" for number in range(6)]
DEADLINE = 0.1
QUICK = ChannelSettings(first_audio=DEADLINE, between_chunks=DEADLINE, alone=1.0)


class Watcher:
    def __init__(self) -> None:
        self.attempts: list[tuple[str, Outcome]] = []
        self.moves: list[tuple[str, str, Reason]] = []
        self.approximations: list[tuple[str, tuple[Span, ...]]] = []
        self.states: list[tuple[str, BreakerState]] = []

    def attempted(self, channel: str, outcome: Outcome, first_audio: float | None) -> None:
        assert (first_audio is None) <= (outcome != "spoken")
        self.attempts.append((channel, outcome))

    def moved(self, channel: str, to: str, reason: Reason) -> None:
        self.moves.append((channel, to, reason))

    def approximated(self, channel: str, spans: tuple[Span, ...]) -> None:
        self.approximations.append((channel, spans))

    def breaker_changed(self, channel: str, state: BreakerState) -> None:
        self.states.append((channel, state))


def listed(*channels: ToyChannel, settings: ChannelSettings = QUICK) -> Channels:
    made = Channels({channel.name: settings for channel in channels})
    made.observer = Watcher()
    return made


def begun(*channels: ToyChannel, policy: Policy | None = None) -> tuple[Failover, Watcher]:
    made = listed(*channels)
    assert isinstance(made.observer, Watcher)
    return made.begin(channels, policy or Policy()), made.observer


async def spoken(failover: Failover, said: ToSay) -> list[AudioChunk]:
    async with aclosing(failover.speak(said)) as chunks:
        return [chunk async for chunk in chunks]


def run(test: Coroutine[Any, Any, Any]) -> Any:
    async def tidy() -> Any:
        result = await test
        await asyncio.sleep(0)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert all(task.cancelling() for task in left), left
        return result

    return asyncio.run(tidy())


def assert_whole(chunks: Sequence[AudioChunk], said: ToSay) -> None:
    assert heard(chunks) == [word.spoken for word in said.words]
    places = [said.sentence.span[0], *(chunk.span[1] for chunk in chunks)]
    assert [chunk.span[0] for chunk in chunks] == places[:-1]
    assert places[-1] == said.sentence.span[1]


def test_the_main_channel_speaks() -> None:
    main, second = ToyChannel("main"), ToyChannel("second")
    failover, watcher = begun(main, second)
    chunks = run(spoken(failover, to_say(TEXT)))
    assert_whole(chunks, to_say(TEXT))
    assert {chunk.channel for chunk in chunks} == {"main"}
    assert not second.calls
    assert watcher.attempts == [("main", "spoken")]
    (report,) = failover.reports
    assert report.channels == failover.channels == ("main",)
    assert report.passed_over == ()
    assert (report.parts[0].span, report.parts[0].seconds) == ((0, 33), pytest.approx(0.6))


FAULTS = {"raise": "failed", "hang": "late", "hang on": "late", "end": "incomplete"}


@pytest.mark.parametrize("at", range(6))
@pytest.mark.parametrize("size", [0, 1, 2])
@pytest.mark.parametrize("fault", ["raise", "end", *GARBAGE])
def test_every_word_is_heard_once(fault: str, size: int, at: int) -> None:
    main, second = ToyChannel("main", {at: fault}, size=size), ToyChannel("second", size=size)
    failover, watcher = begun(main, second)
    chunks = run(spoken(failover, to_say(TEXT)))
    assert_whole(chunks, to_say(TEXT))
    reason = FAULTS.get(fault, "implausible")
    assert watcher.attempts == [("main", reason), ("second", "spoken")]
    assert watcher.moves == [("main", "second", reason)]
    (report,) = failover.reports
    assert [(each.channel, each.reason) for each in report.passed_over] == [("main", reason)]
    names = [chunk.channel for chunk in chunks]
    assert names == sorted(names)
    assert report.channels == tuple(dict.fromkeys(names))


@pytest.mark.parametrize("at", [0, 3])
@pytest.mark.parametrize("fault", ["hang", "hang on"])
def test_a_channel_that_hangs_is_left_at_its_deadline(fault: str, at: int) -> None:
    main, second = ToyChannel("main", {at: fault}), ToyChannel("second")
    failover, _ = begun(main, second)

    async def timed() -> float:
        began = time.monotonic()
        assert_whole(await spoken(failover, to_say(TEXT)), to_say(TEXT))
        return time.monotonic() - began

    assert DEADLINE <= run(timed()) < DEADLINE + 0.2
    assert [each.reason for each in failover.reports[0].passed_over] == ["late"]


def test_a_queue_is_no_fault() -> None:
    class Queued(ToyChannel):
        async def speak(self, said: ToSay, started: Any) -> Any:
            await asyncio.sleep(3 * DEADLINE)
            async for chunk in super().speak(said, started):
                yield chunk

    failover, watcher = begun(Queued("main"), ToyChannel("second"))
    run(spoken(failover, to_say(TEXT)))
    assert watcher.attempts == [("main", "spoken")]


def test_patience_with_a_queue_may_end() -> None:
    slow = ToyChannel("main", {0: "hang"})
    settings = ChannelSettings(concurrency=1, patience=0.05, first_audio=0.5)
    second = ToyChannel("second")
    channels = listed(slow, second, settings=settings)

    async def both() -> list[list[AudioChunk]]:
        requests = [channels.begin([slow, second]) for _ in range(2)]
        return await asyncio.gather(*(spoken(request, to_say(TEXT)) for request in requests))

    for chunks in run(both()):
        assert_whole(chunks, to_say(TEXT))
    watcher = channels.observer
    assert isinstance(watcher, Watcher)
    assert sorted(watcher.attempts) == [("main", "busy"), ("main", "late"), *[("second", "spoken")] * 2]
    assert channels.health[0].failure_rate == 1.0  # of one: a queue says nothing


def test_no_more_than_so_many_sentences_at_a_time() -> None:
    busy, most = 0, 0

    class Counting(ToyChannel):
        async def speak(self, said: ToSay, started: Any) -> Any:
            nonlocal busy, most
            busy += 1
            most = max(most, busy)
            await asyncio.sleep(0.01)
            async for chunk in super().speak(said, started):
                yield chunk
            busy -= 1

    main = Counting("main")
    channels = listed(main, settings=ChannelSettings(concurrency=2))

    async def many() -> None:
        await asyncio.gather(*(spoken(channels.begin([main]), to_say(TEXT, at)) for at in range(8)))

    for _ in range(2):  # from one event loop after another
        run(many())
    assert most == 2


def test_what_the_client_got_wrong_does_not_move_on() -> None:
    main, second = ToyChannel("main", {2: OptionError("what?")}), ToyChannel("second")
    failover, watcher = begun(main, second)
    with pytest.raises(OptionError):
        run(spoken(failover, to_say(TEXT)))
    assert watcher.attempts == [("main", "refused")]
    assert not second.calls


def test_a_voice_that_one_channel_lacks_another_may_have() -> None:
    main = ToyChannel("main", dict.fromkeys(range(0, 120, 6), UnknownVoiceError("no recording")))
    channels = listed(main, ToyChannel("second"))
    failover = channels.begin([main, ToyChannel("second")])
    for number in range(8):
        assert_whole(run(spoken(failover, to_say(TEXT, number))), to_say(TEXT, number))
    assert {report.channels for report in failover.reports} == {("second",)}
    assert [(each.channel, each.reason) for each in failover.reports[0].passed_over] == [("main", "voice")]
    assert (len(main.calls), channels.health[0].state) == (8, "closed")


def test_a_voice_that_nobody_has_is_the_requests_fault() -> None:
    error = UnknownVoiceError("no recording")
    failover, _ = begun(ToyChannel("main", {0: error}), ToyChannel("second", {0: error}))
    with pytest.raises(UnknownVoiceError, match="main: no recording; second: no recording"):
        run(spoken(failover, to_say(TEXT)))


def test_a_key_that_is_missing_is_the_channels_fault() -> None:
    failover, _ = begun(ToyChannel("main", {0: ConfigError("no key")}), ToyChannel("second"))
    assert_whole(run(spoken(failover, to_say(TEXT))), to_say(TEXT))


def test_clients_that_leave_say_nothing_about_a_channel() -> None:
    main = ToyChannel("main", {8: "hang"})
    channels = listed(main, ToyChannel("second"), settings=ChannelSettings())

    async def leave() -> None:
        chunks = channels.begin([main]).speak(to_say(TEXT))
        await anext(chunks)
        await chunks.aclose()
        waiting = asyncio.create_task(spoken(channels.begin([main]), to_say(TEXT, 1)))
        await asyncio.sleep(0.05)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert channels.health[0].speaking == 0

    run(leave())
    watcher = channels.observer
    assert isinstance(watcher, Watcher)
    assert watcher.attempts == [("main", "left"), ("main", "left")]
    assert channels.health[0].failure_rate == 0


def test_when_all_fail_the_error_names_each() -> None:
    failover, _ = begun(ToyChannel("main", {2: "raise"}), ToyChannel("second", {4: "silence"}))
    chunks: list[AudioChunk] = []

    async def listen() -> None:
        async with aclosing(failover.speak(to_say(TEXT))) as speaking:
            async for chunk in speaking:
                chunks.append(chunk)  # noqa: PERF401 - what was heard before the error counts

    with pytest.raises(EngineError, match=r"main: the toy broke; second: it is silent"):
        run(listen())
    assert heard(chunks) == WORDS[:4]
    assert failover.reports[0].channels == ("main", "second")


def test_a_single_channel_is_waited_for() -> None:
    class Slow(ToyChannel):
        async def speak(self, said: ToSay, started: Any) -> Any:
            started()
            await asyncio.sleep(3 * DEADLINE)
            async for chunk in super().speak(said, started):
                yield chunk

    failover, _ = begun(Slow("main"))
    assert_whole(run(spoken(failover, to_say(TEXT))), to_say(TEXT))


def test_a_single_channel_that_hangs_ends_in_an_error() -> None:
    failover, _ = begun(ToyChannel("main", {0: "hang"}))
    with pytest.raises(EngineError, match=r"main: nothing could be heard within 1 s"):
        run(spoken(failover, to_say(TEXT)))


def test_an_end_that_does_not_come_costs_no_word() -> None:
    class Endless(ToyChannel):
        async def speak(self, said: ToSay, started: Any) -> Any:
            async for chunk in super().speak(said, started):
                yield chunk
            started()
            await asyncio.Event().wait()

    second = ToyChannel("second")
    failover, watcher = begun(Endless("main"), second)
    assert_whole(run(spoken(failover, to_say(TEXT))), to_say(TEXT))
    assert watcher.attempts == [("main", "late")]
    assert not second.calls


def test_more_than_was_asked_for_is_not_heard() -> None:
    class Talkative(ToyChannel):
        async def speak(self, said: ToSay, started: Any) -> Any:
            for _ in range(2):
                async for chunk in super().speak(said, started):
                    yield chunk

    failover, watcher = begun(Talkative("main"), ToyChannel("second"))
    assert_whole(run(spoken(failover, to_say(TEXT))), to_say(TEXT))
    assert watcher.attempts == [("main", "implausible")]


# Breakers


def failing(count: int = 200) -> dict[int, str | Exception]:
    return dict.fromkeys(range(count), "raise")


def test_a_channel_that_is_down_is_left_alone_and_comes_back() -> None:
    now = 0.0
    main, second = ToyChannel("main", failing()), ToyChannel("second")
    breaker = BreakerSettings(minimum_calls=4, first_wait=2, longest_wait=16, probes=2)
    channels = Channels(
        dict.fromkeys(("main", "second"), ChannelSettings(breaker=breaker)),
        clock=lambda: now,
        draw=lambda: 1.0,
    )

    async def test() -> None:
        nonlocal now
        for number in range(10):
            assert_whole(
                await spoken(channels.begin([main, second]), to_say(TEXT, number)), to_say(TEXT, number)
            )
        assert len(main.calls) == 4
        failover = channels.begin([main, second])
        await spoken(failover, to_say(TEXT))
        assert [each.reason for each in failover.reports[0].passed_over] == ["resting"]
        assert "tried again in 2 s: the toy broke" in failover.reports[0].passed_over[0].detail
        now += 2
        await spoken(channels.begin([main, second]), to_say(TEXT))
        assert len(main.calls) == 5
        main.faults = {}
        now += 3.9
        await spoken(channels.begin([main, second]), to_say(TEXT))
        assert len(main.calls) == 5
        now += 0.1
        for _ in range(3):
            failover = channels.begin([main, second])
            await spoken(failover, to_say(TEXT))
            assert failover.channels == ("main",)
        assert channels.health[0].state == "closed"

    run(test())


def test_a_thousand_requests_cost_a_dead_channel_few_calls() -> None:
    """Two a second; then it is well again."""
    now = 0.0
    main, second = ToyChannel("main", failing()), ToyChannel("second")
    channels = Channels(dict.fromkeys(("main", "second"), ChannelSettings()), clock=lambda: now)

    said = to_say(text_of(1, clauses=1, words=1))

    async def test() -> None:
        nonlocal now
        for _ in range(1000):
            assert_whole(await spoken(channels.begin([main, second]), said), said)
            now += 0.5
        assert len(main.calls) <= 20
        main.faults = {}
        recovered, interval = now, channels.health[0].reopens_in
        failover = channels.begin([main, second])
        while failover.channels != ("main",):
            now += 0.5
            failover = channels.begin([main, second])
            await spoken(failover, said)
        assert now - recovered <= interval + 0.5

    run(test())


def test_a_sentence_is_not_refused_because_breakers_are_open() -> None:
    now = 0.0
    main, second = ToyChannel("main", failing()), ToyChannel("second", failing())
    channels = Channels(dict.fromkeys(("main", "second"), ChannelSettings()), clock=lambda: now)

    async def test() -> None:
        for _ in range(6):
            with pytest.raises(EngineError):
                await spoken(channels.begin([main, second]), to_say(TEXT))
        assert [each.state for each in channels.health] == ["open", "open"]
        calls = len(main.calls) + len(second.calls)
        with pytest.raises(EngineError, match=r"main: .*second: "):
            await spoken(channels.begin([main, second]), to_say(TEXT))
        assert len(main.calls) + len(second.calls) == calls + 1  # one hope a sentence
        soonest = min(channels.health, key=lambda each: each.reopens_in)
        {"main": main, "second": second}[soonest.name].faults = {}
        failover = channels.begin([main, second])
        assert_whole(await spoken(failover, to_say(TEXT)), to_say(TEXT))
        assert failover.channels == (soonest.name,)

    run(test())


class Down(ToyChannel):
    """Nobody is there; whoever is patient finds somebody."""

    def patient(self) -> ToyChannel:
        return ToyChannel(self.name)

    async def speak(self, said: ToSay, started: Any) -> Any:  # noqa: ARG002
        self.calls.append(said)
        raise ChannelDownError("nobody is there")
        yield


def test_a_channel_where_nobody_is_moves_on_at_once_and_is_not_blamed() -> None:
    main, second = Down("main"), ToyChannel("second")
    channels = listed(main, second)

    async def test() -> None:
        for _ in range(8):
            failover = channels.begin([main, second])
            assert_whole(await spoken(failover, to_say(TEXT)), to_say(TEXT))
            assert [each.reason for each in failover.reports[0].passed_over] == ["down"]

    run(test())
    assert channels.health[0].state == "closed"


@pytest.mark.parametrize("others", [[], [ToyChannel("second", failing())]])
def test_where_nobody_is_is_waited_for_if_nobody_else_can_speak(others: list[ToyChannel]) -> None:
    failover, _ = begun(Down("main"), *others)
    assert_whole(run(spoken(failover, to_say(TEXT))), to_say(TEXT))
    assert failover.channels == ("main",)


# What may be spent


def test_the_text_stays_here_if_it_must() -> None:
    cloud, local = ToyChannel("cloud", is_cloud=True), ToyChannel("local")
    failover, _ = begun(cloud, local, policy=Policy(never_cloud=True))
    run(spoken(failover, to_say(TEXT)))
    assert not cloud.calls
    assert [each.reason for each in failover.reports[0].passed_over] == ["cloud"]


def test_a_request_spends_no_more_than_it_may() -> None:
    cloud, local = ToyChannel("cloud", price=0.1), ToyChannel("local")
    failover, _ = begun(cloud, local, policy=Policy(max_cost=1.2))

    async def test() -> None:
        for number in range(4):
            assert_whole(await spoken(failover, to_say(TEXT, number)), to_say(TEXT, number))

    run(test())
    assert [report.channels for report in failover.reports] == [("cloud",)] * 2 + [("local",)] * 2
    assert failover.spent == pytest.approx(1.2)
    assert "would cost 0.6, and 0 may still be spent" in failover.reports[2].passed_over[0].detail


def test_what_a_failed_channel_may_have_cost_counts() -> None:
    cloud, local = ToyChannel("cloud", {2: "raise", 8: "raise"}, price=0.1), ToyChannel("local")
    failover, _ = begun(cloud, local, policy=Policy(max_cost=0.9))

    async def test() -> None:
        for number in range(2):
            await spoken(failover, to_say(TEXT, number))

    run(test())
    assert failover.spent == pytest.approx(0.6)
    assert len(cloud.calls) == 1


@pytest.mark.parametrize("policy", [Policy(never_cloud=True), Policy(max_cost=0.1)])
def test_a_policy_that_leaves_nobody_is_the_requests_fault(policy: Policy) -> None:
    failover, _ = begun(ToyChannel("cloud", price=0.1, is_cloud=True), policy=policy)
    with pytest.raises(OptionError, match="cloud: ") as caught:
        run(spoken(failover, to_say(TEXT)))
    assert caught.value.hint


def test_a_channel_that_does_not_take_its_end_for_one_leaves_nothing_behind() -> None:
    """It is cancelled, and speaks on."""

    class Stubborn(ToyChannel):
        async def speak(self, said: ToSay, started: Any) -> Any:
            started()
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            async for chunk in super().speak(said, started):
                yield chunk

    main, second = Stubborn("main"), ToyChannel("second")
    channels = listed(main, second)

    async def test() -> None:
        await spoken(channels.begin([main, second]), to_say(TEXT))
        await asyncio.sleep(0.1)
        assert channels.health[0].speaking == 0

    run(test())


# What cannot be said


def second_clause(sentence: Sentence) -> tuple[Span, ...]:
    return tuple(clause.span for clause in sentence.clauses if clause.span == (11, 22))


def test_who_can_say_it_comes_before_who_approximates() -> None:
    main, second = ToyChannel("main", lacking=second_clause), ToyChannel("second")
    failover, watcher = begun(main, second)
    run(spoken(failover, to_say(TEXT)))
    run(spoken(failover, to_say(TEXT, 1)))
    assert [report.channels for report in failover.reports] == [("second",), ("main",)]
    assert [(each.channel, each.reason) for each in failover.reports[0].passed_over] == [("main", "lacks")]
    assert not watcher.approximations


def test_who_approximates_speaks_if_nobody_else_can() -> None:
    main, second = ToyChannel("main", lacking=second_clause), ToyChannel("second", {0: "raise"})
    failover, watcher = begun(main, second)
    assert_whole(run(spoken(failover, to_say(TEXT))), to_say(TEXT))
    assert failover.reports[0].parts[0].approximated == ((11, 22),)
    assert watcher.approximations == [("main", ((11, 22),))]


def test_what_is_approximated_is_not_left_out() -> None:
    """Who ends before the words that he lacks has not said them, and is not asked for ever."""
    main = ToyChannel("main", {4: "end"}, lacking=lambda sentence: (sentence.clauses[-1].span,))
    failover, watcher = begun(main)
    with pytest.raises(EngineError, match="it ended and has not said characters 22 to 33"):
        run(asyncio.wait_for(spoken(failover, to_say(TEXT)), 5))
    assert watcher.attempts == [("main", "incomplete")]


def test_the_rest_of_a_sentence_may_lack_nothing() -> None:
    main = ToyChannel("main", {4: "raise"})
    second = ToyChannel("second", lacking=second_clause)
    failover, _ = begun(main, second, ToyChannel("third"))
    run(spoken(failover, to_say(TEXT)))
    assert failover.channels == ("main", "second")


# Silence


def test_silence_needs_no_channel() -> None:
    main = ToyChannel("main")
    failover, _ = begun(main)
    said = replace(to_say(TEXT), sentence=Sentence((Clause((), (0, 5), pause=0.5), Clause((), (5, 9)))))
    chunks = run(spoken(failover, said))
    assert [(chunk.span, chunk.seconds, chunk.channel) for chunk in chunks] == [
        ((0, 5), 0.5, ""),
        ((5, 9), 0, ""),
    ]
    assert not main.calls


def test_what_is_left_without_words_is_silence() -> None:
    """A channel that ends with the last word has said it all."""
    sentence = to_say(TEXT).sentence
    said = replace(to_say(TEXT), sentence=Sentence((*sentence.clauses, Clause((), (33, 40), pause=0.25))))

    class Brief(ToyChannel):
        async def speak(self, said: ToSay, started: Any) -> Any:
            short = replace(said, sentence=sentence)
            async for chunk in super().speak(short, started):
                yield chunk

    failover, watcher = begun(Brief("main"), ToyChannel("second"))
    chunks = run(spoken(failover, said))
    assert_whole(chunks, said)
    assert chunks[-1].seconds == 0.25
    assert watcher.attempts == [("main", "spoken")]


# Levels


def level_of(chunks: Sequence[AudioChunk]) -> float:
    measured = loudness(np.concatenate([chunk.samples for chunk in chunks]))
    assert measured
    return measured[0]


@pytest.mark.parametrize("energy", [0.0, -8.0])
def test_an_understudy_is_as_loud_as_the_main_channel(energy: float) -> None:
    """Its energy is its own: both channels obey the score."""
    factor = 10 ** (energy / 20)
    main = ToyChannel("main")
    second = ToyChannel("second", amplitude=0.06)
    failover, _ = begun(main, second)

    async def test() -> tuple[list[AudioChunk], list[AudioChunk]]:
        before = await spoken(failover, to_say(TEXT))
        main.faults = failing()
        second._amplitude *= factor
        return before, await spoken(failover, to_say(TEXT, energy=energy))

    before, after = run(test())
    assert level_of(after) - level_of(before) == pytest.approx(energy, abs=0.2)
    assert [part.gain for part in failover.reports[1].parts] == [pytest.approx(10.5, abs=0.2)]


def test_the_gain_of_a_sentence_is_constant_and_limited() -> None:
    main = ToyChannel("main", {2: "raise"})
    second = ToyChannel("second", amplitude=0.01, size=1)
    failover, _ = begun(main, second)
    chunks = run(spoken(failover, to_say(TEXT)))
    assert failover.reports[0].parts[1].gain == 12
    assert [float(np.abs(chunk.samples).max()) for chunk in chunks[1:]] == pytest.approx(
        [0.0398] * 2, abs=1e-3
    )


def test_a_level_that_is_known_beforehand() -> None:
    main, second = ToyChannel("main", failing()), ToyChannel("second")
    channels = Channels({"main": ChannelSettings(level=-30), "second": ChannelSettings()})
    chunks = run(spoken(channels.begin([main, second]), to_say(TEXT)))
    assert level_of(chunks) == pytest.approx(-30, abs=0.3)


def test_nothing_is_known_of_the_main_channel() -> None:
    main, second = ToyChannel("main", failing()), ToyChannel("second")
    failover, _ = begun(main, second)
    run(spoken(failover, to_say(TEXT)))
    assert failover.reports[0].parts[0].gain == 0


# Lists and settings


def test_lists_that_cannot_be() -> None:
    with pytest.raises(ConfigError):
        Channels({})
    channels = Channels({"main": ChannelSettings()})
    with pytest.raises(ConfigError, match="other"):
        channels.begin([ToyChannel("other")])
    with pytest.raises(ConfigError):
        channels.begin([])


def test_the_order_is_that_of_the_list() -> None:
    main, second = ToyChannel("main"), ToyChannel("second")
    failover = listed(main, second).begin([second, main])
    run(spoken(failover, to_say(TEXT)))
    assert failover.channels == ("main",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_audio": 0}, {"first_audio": "soon"}, {"deadline": 3}, {"concurrency": 0}, {"level": 3.0},
        {"breaker": {"minimum_calls": 30}}, {"breaker": {"first_wait": 500}},
        {"breaker": {"failure_rate": 0}},
    ],
)  # fmt: skip
def test_settings_that_are_wrong(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ChannelSettings.model_validate(wrong)


def test_sentences_are_whole() -> None:
    assert "".join(TEXT[slice(*sentence.span)] for sentence in sentences_of(TEXT)) == TEXT

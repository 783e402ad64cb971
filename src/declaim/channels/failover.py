"""One request's way through the channels: each sentence is spoken by the first one that can, to its end."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace

from declaim.audio.chunk import AudioChunk
from declaim.channels.attempt import Attempt, Limits, SpokenChunk
from declaim.channels.breaker import Permit
from declaim.channels.channel import PatientChannel
from declaim.channels.level import SpeechLevel, amplified, gain_between, plain_level
from declaim.channels.plausible import sayable
from declaim.channels.policy import Member, Offer, offers_for
from declaim.channels.reports import ChannelObserver, PassedOver, SentenceReport, SpokenPart
from declaim.channels.settings import Policy
from declaim.engines.silence import silent
from declaim.engines.to_say import ToSay
from declaim.errors import EngineError, InputError, OptionError, UnknownVoiceError
from declaim.text.sentence import Span


@dataclass(slots=True)
class _Record:
    """A sentence's, while it is spoken."""

    span: Span
    parts: list[SpokenPart] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)
    """Channels that were given it and failed."""
    down: set[str] = field(default_factory=set)
    """Those of them that had not begun, because nobody was there."""
    failed: PassedOver | None = None
    """The latest of them."""
    was_last_resort: bool = False
    """Whether a channel has been asked against its breaker, or again."""
    cost: float = 0.0

    def pass_over(self, passed: PassedOver) -> None:
        if all((each.channel, each.reason) != (passed.channel, passed.reason) for each in self.passed_over):
            self.passed_over.append(passed)

    def add(self, part: SpokenPart) -> None:
        """Take a chunk; it joins what the same channel spoke before it."""
        last = self.parts[-1] if self.parts else None
        if last and (last.channel, last.gain) == (part.channel, part.gain):
            span = last.span[0], part.span[1]
            approximated = tuple(dict.fromkeys(last.approximated + part.approximated))
            self.parts[-1] = replace(
                part, span=span, seconds=last.seconds + part.seconds, approximated=approximated
            )
        else:
            self.parts.append(part)

    @property
    def report(self) -> SentenceReport:
        return SentenceReport(self.span, tuple(self.parts), tuple(self.passed_over), self.cost)


@dataclass(frozen=True, slots=True)
class _Choice:
    """A channel that is going to speak."""

    offer: Offer
    permit: Permit
    is_alone: bool
    """Whether no other one is left to go on if it fails."""
    may_pass: bool
    """Whether another one is well and would take the sentence at once."""


class Failover:
    """Speaks the sentences of one request, one after the other.

    Args:
        members: the channels, in the order in which they are asked.
        main: the one of them that is usually first: the others are made as loud as it is.
        policy: what the request may use and spend.
        observer: told what happens.
    """

    def __init__(
        self, members: Sequence[Member], main: Member, policy: Policy, observer: ChannelObserver | None
    ) -> None:
        self._members = members
        self._main = main
        self._policy = policy
        self._observer = observer
        self._heard = SpeechLevel(main.standing.level.level)
        """Of the main channel in this request: its voice may be louder or softer than others."""
        self.spent = 0.0
        """By the request so far. A channel that began is counted, whether it came to an end or not: nobody
        promises that it is not billed."""
        self.reports: list[SentenceReport] = []
        """One for each sentence that has ended, in order."""

    @property
    def channels(self) -> tuple[str, ...]:
        """Those that have spoken in this request, in the order in which they first did."""
        return tuple(dict.fromkeys(name for report in self.reports for name in report.channels))

    async def speak(self, said: ToSay) -> AsyncGenerator[AudioChunk]:
        """Speak a sentence; every clause is heard once, whoever says it.

        Raises:
            InputError: the request is wrong.
            UnknownVoiceError: no channel has the voice.
            OptionError: the policy leaves no channel for the sentence.
            QueueFullError: nothing of the request has been spoken, and too much waits to let it in.
            EngineError: every channel failed; the message names each and why. What was given is sound.
        """
        record = _Record(said.sentence.span)
        remaining: ToSay | None = said
        try:
            while remaining is not None and sayable(remaining.words):
                choice = self._choose(remaining, record)
                attempt = self._attempt(choice, remaining, record)
                gain: float | None = None
                try:
                    async with attempt:
                        async for spoken in attempt:
                            gain = self._levelled(choice, spoken, gain)
                            yield self._given(choice, spoken, gain, record)
                finally:
                    self._account(choice, attempt, record)
                remaining = attempt.remaining
            for clause in remaining.sentence.clauses if remaining is not None else ():
                silence = silent(clause)
                record.add(SpokenPart("", clause.span, silence.seconds, 0.0, ()))
                yield silence
        finally:
            self.reports.append(record.report)

    def _choose(self, said: ToSay, record: _Record) -> _Choice:
        """Who speaks next.

        Raises:
            EngineError, InputError: nobody can.
        """
        offers, barred = offers_for(said, self._members, self._policy, self.spent)
        for passed in barred:
            record.pass_over(passed)
        untried = [offer for offer in offers if offer.name not in record.tried]
        for offer in untried:
            if permit := offer.member.standing.breaker.permit():
                return self._choice(offer, permit, untried, offers, record)
            self._note_resting(offer, record)
        return self._last_resort(offers, untried, record)

    def _choice(
        self, offer: Offer, permit: Permit, untried: list[Offer], offers: list[Offer], record: _Record
    ) -> _Choice:
        others = [other for other in untried if other is not offer]
        well = [other for other in others if other.member.standing.breaker.is_passable]
        is_alone = not (well if record.was_last_resort else others)
        if not offer.lacks:
            earlier = self._members[: self._members.index(offer.member)]
            for other in offers:
                if other.lacks and other.member in earlier and other in untried:
                    detail = f"it can only approximate characters {_listed(other.lacks)}"
                    record.pass_over(PassedOver(other.name, "lacks", detail))
        return _Choice(offer, permit, is_alone=is_alone, may_pass=bool(well))

    def _last_resort(self, offers: list[Offer], untried: list[Offer], record: _Record) -> _Choice:
        """Who would be tried again first: a doubtful attempt serves a listener better than none.

        There is one for a sentence. More would only keep those waiting who could hear of the failure.
        """
        hopes = [*untried, *(offer for offer in offers if offer.name in record.down)]
        if record.was_last_resort or not hopes:
            raise self._nobody(record)
        record.was_last_resort = True
        offer = min(hopes, key=lambda each: each.member.standing.breaker.reopens_in)
        return _Choice(offer, offer.member.standing.breaker.force(), is_alone=True, may_pass=False)

    def _attempt(self, choice: _Choice, said: ToSay, record: _Record) -> Attempt:
        if self._observer and record.failed:
            self._observer.moved(record.failed.channel, choice.offer.name, record.failed.reason)
        member, settings = choice.offer.member, choice.offer.member.standing.settings
        channel = member.channel
        if choice.is_alone and isinstance(channel, PatientChannel):
            channel = channel.patient()
        limits = Limits(
            first_audio=settings.alone if choice.is_alone else settings.first_audio,
            between_chunks=settings.alone if choice.is_alone else settings.between_chunks,
            patience=settings.patience if choice.may_pass else None,
        )
        lacks = choice.offer.lacks
        return Attempt(channel, member.standing, said, lacks=lacks, permit=choice.permit, limits=limits)

    def _levelled(self, choice: _Choice, spoken: SpokenChunk, gain: float | None) -> float | None:
        """The gain of this chunk in dB, None while there was nothing to hear: one for the whole attempt."""
        if len(self._members) == 1:
            return 0.0  # nobody is to be as loud, so nothing needs to be measured
        heard = plain_level(spoken.chunk.samples, spoken.clauses, spoken.said.score)
        if heard is None or not any(clause.words for clause in spoken.clauses):
            return gain
        standing = choice.offer.member.standing
        standing.level.add(*heard)
        if choice.offer.member is self._main:
            self._heard.add(*heard)
            return 0.0
        return gain_between(standing.level.level, self._heard.level) if gain is None else gain

    def _given(self, choice: _Choice, spoken: SpokenChunk, gain: float | None, record: _Record) -> AudioChunk:
        """A chunk as it is heard."""
        chunk, name = spoken.chunk, choice.offer.name
        words = [word for clause in spoken.clauses for word in clause.words]
        approximated = tuple(
            (start, end)
            for start, end in choice.offer.lacks
            if any(word.span[0] < end and start < word.span[1] for word in words)
        )
        record.add(SpokenPart(name, chunk.span, chunk.seconds, gain or 0.0, approximated))
        if approximated and self._observer:
            self._observer.approximated(name, approximated)
        return replace(chunk, samples=amplified(chunk.samples, gain or 0.0), channel=name)

    def _account(self, choice: _Choice, attempt: Attempt, record: _Record) -> None:
        """Note what an attempt has cost, and why it failed if it did."""
        name = choice.offer.name
        if self._observer:
            self._observer.attempted(name, attempt.outcome, attempt.first_audio)
        if attempt.has_started:
            self.spent += choice.offer.cost
            record.cost += choice.offer.cost
        record.down.discard(name)
        if attempt.failure:
            record.tried.add(name)
            if attempt.failure.fault == "down" and not attempt.has_started:
                record.down.add(name)
            record.failed = PassedOver(name, attempt.failure.fault, attempt.failure.detail)
            record.pass_over(record.failed)

    def _note_resting(self, offer: Offer, record: _Record) -> None:
        standing = offer.member.standing
        detail = (
            f"it failed before and is tried again in {standing.breaker.reopens_in:.0f} s: {standing.fault}"
        )
        record.pass_over(PassedOver(offer.name, "resting", detail))

    def _nobody(self, record: _Record) -> EngineError | InputError:
        why = "; ".join(f"{each.channel}: {each.detail}" for each in record.passed_over)
        message = f"no channel could speak characters {_listed([record.span])}: {why}"
        reasons = {each.reason for each in record.passed_over}
        if reasons == {"voice"}:
            return UnknownVoiceError(message)
        if reasons <= {"cloud", "cost", "voice"}:
            return OptionError(message, hint="Allow the request more, or configure a local channel.")
        return EngineError(message)


def _listed(spans: Sequence[Span]) -> str:
    return ", ".join(f"{start} to {end}" for start, end in spans)

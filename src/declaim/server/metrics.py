"""What the service counts, in Prometheus' format."""

from __future__ import annotations

import logging
from collections import Counter as Tally
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, get_args

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request

from declaim.channels.breaker import BreakerState
from declaim.channels.reports import Outcome, Reason
from declaim.server.service import ServiceState, SpeechService
from declaim.server.settings import BrownoutStep
from declaim.stopwatch import StageName
from declaim.text.sentence import Span

_LOG: Final = logging.getLogger(__name__)

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 15, 30, 60, 120)
_RATIOS: Final = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2, 4)
_STATES: Final = ("starting", "idle", "busy", "dead")


class Metrics:
    """The counters of one app, in a registry of their own.

    Labels have few values: an endpoint is the route's template, never the path that was asked for, and no
    label holds anything that a client has written.
    """

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self.requests = Counter(
            "declaim_requests", "Requests that have ended.", ("endpoint", "status"), registry=registry
        )
        self.request_seconds = Histogram(
            "declaim_request_seconds", "From a request's head to the end of its answer.", ("endpoint",),
            buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self.queue_wait = Histogram(
            "declaim_queue_wait_seconds", "For which a request waited until a worker took it up.",
            buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self.first_audio = Histogram(
            "declaim_first_audio_seconds", "From a request's head to its first audio.", ("cache",),
            buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self.real_time_factor = Histogram(
            "declaim_real_time_factor", "Seconds that a worker took for a second of audio, by clause.",
            buckets=_RATIOS, registry=registry,
        )  # fmt: skip
        self.stage_seconds = Histogram(
            "declaim_stage_seconds", "That a stage took, by worker step: text, prosody, acoustic, vocoder.",
            ("stage",), buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self.channel_outcomes = Counter(
            "declaim_channel_outcomes", "Sentences that a channel was given, by what became of them.",
            ("channel", "outcome"), registry=registry,
        )  # fmt: skip
        self.channel_first_audio = Histogram(
            "declaim_channel_first_audio_seconds", "Work of a channel on the first audio of a sentence.",
            ("channel",), buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self.failovers = Counter(
            "declaim_failovers", "Sentences that went on from one channel to another, by why.",
            ("channel", "to", "reason"), registry=registry,
        )  # fmt: skip
        self.approximations = Counter(
            "declaim_approximations", "Written stretches that a channel could only approximate.",
            ("channel",), registry=registry,
        )  # fmt: skip
        self.cache_requests = Counter(
            "declaim_cache_requests", "Streams by where they came from: hit, miss, coalesced.", ("status",),
            registry=registry,
        )  # fmt: skip
        self.cache_bytes = Gauge("declaim_cache_bytes", "Bytes of kept streams on disk.", registry=registry)
        self.sent_bytes = Counter(
            "declaim_sent_bytes", "Bytes of answers, without their heads.", registry=registry
        )
        self.audio_seconds = Counter("declaim_audio_seconds", "Audio that was sent.", registry=registry)
        ProcessCollector(registry=registry)

    def watch(self, service: SpeechService) -> None:
        """Tell of the service's queue and workers too, as they are when somebody asks, and count its work."""
        self.registry.register(_ServiceCollector(service))
        service.observer = self

    def waited(self, seconds: float) -> None:
        """See :class:`~declaim.server.service.Observer`."""
        self.queue_wait.observe(seconds)

    def worked(self, stages: Mapping[StageName, float]) -> None:
        """See :class:`~declaim.server.service.Observer`."""
        for stage, seconds in stages.items():
            self.stage_seconds.labels(stage).observe(seconds)

    def spoke(self, worker_seconds: float, audio_seconds: float) -> None:
        """See :class:`~declaim.server.service.Observer`."""
        if audio_seconds:
            self.real_time_factor.observe(worker_seconds / audio_seconds)

    def attempted(self, channel: str, outcome: Outcome, first_audio: float | None) -> None:
        """See :class:`~declaim.channels.reports.ChannelObserver`."""
        self.channel_outcomes.labels(channel, outcome).inc()
        if first_audio is not None:
            self.channel_first_audio.labels(channel).observe(first_audio)

    def moved(self, channel: str, to: str, reason: Reason) -> None:
        """See :class:`~declaim.channels.reports.ChannelObserver`."""
        self.failovers.labels(channel, to, reason).inc()

    def approximated(self, channel: str, spans: Sequence[Span]) -> None:
        """See :class:`~declaim.channels.reports.ChannelObserver`."""
        self.approximations.labels(channel).inc(len(spans))

    def breaker_changed(self, channel: str, state: BreakerState) -> None:
        """See :class:`~declaim.channels.reports.ChannelObserver`; how it is now is read from the service."""
        _LOG.warning("the breaker of channel %s is %s", channel, state)


class _ServiceCollector(Collector):
    """The state of the service."""

    def __init__(self, service: SpeechService) -> None:
        self._service = service

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not ask a service that may be starting."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """One reading of the state, as metrics."""
        state = self._service.state()
        yield GaugeMetricFamily(
            "declaim_ready", "1 if requests are taken.", value=float(state.phase == "ready")
        )
        yield GaugeMetricFamily(
            "declaim_queue_depth", "Requests of which nothing has been spoken yet.", value=state.waiting
        )
        yield GaugeMetricFamily("declaim_speaking", "Requests that are being spoken.", value=state.speaking)
        yield GaugeMetricFamily(
            "declaim_stalled_seconds", "For which work has waited without a worker moving.",
            value=state.stalled_for,
        )  # fmt: skip
        yield _worker_counts(state)
        yield from _each_worker(state)
        yield from _each_channel(state)
        yield _brownout(state)


def _worker_counts(state: ServiceState) -> Metric:
    counts = Tally((worker.role, worker.state) for worker in state.workers)
    family = GaugeMetricFamily("declaim_workers", "Worker processes.", labels=("role", "state"))
    for role in sorted({worker.role for worker in state.workers}):
        for one in _STATES:
            family.add_metric((role, one), counts[role, one])
    return family


def _each_worker(state: ServiceState) -> Iterator[Metric]:
    """Memory and restarts by place: the process there changes, the place does not."""
    labels = ("role", "worker")
    memory = GaugeMetricFamily("declaim_worker_resident_bytes", "Memory of a worker.", labels=labels)
    restarts = CounterMetricFamily(
        "declaim_worker_restarts", "How often a worker was replaced.", labels=labels
    )
    for place, worker in enumerate(state.workers):
        memory.add_metric((worker.role, str(place)), worker.memory)
        restarts.add_metric((worker.role, str(place)), worker.restarts)
    yield memory
    yield restarts


def _each_channel(state: ServiceState) -> Iterator[Metric]:
    breakers = GaugeMetricFamily(
        "declaim_channel_breaker", "1 for the state of a channel's breaker.", labels=("channel", "state")
    )
    failing = GaugeMetricFamily(
        "declaim_channel_failure_rate",
        "Of a channel's latest sentences, those that failed.",
        labels=("channel",),
    )
    for channel in state.channels:
        for one in get_args(BreakerState):
            breakers.add_metric((channel.name, one), float(channel.state == one))
        failing.add_metric((channel.name,), channel.failure_rate)
    yield breakers
    yield failing


def _brownout(state: ServiceState) -> Metric:
    family = GaugeMetricFamily(
        "declaim_brownout", "1 for each step that is taken because of the load.", labels=("step",)
    )
    for step in get_args(BrownoutStep):
        family.add_metric((step,), float(step in state.brownout))
    return family


def metrics_router(metrics: Metrics) -> APIRouter:
    """``GET /metrics``."""
    router = APIRouter()

    @router.get("/metrics", include_in_schema=False)
    async def show(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(metrics.registry), headers={"content-type": content_type})

    return router

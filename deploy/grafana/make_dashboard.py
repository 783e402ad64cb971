"""Write ``dashboards/declaim.json``: ``python deploy/grafana/make_dashboard.py``.

The questions come first, from top to bottom: do people hear something, how soon, is there room for more, who
speaks, where does the time go, and are the workers well?
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

TARGET = Path(__file__).parent / "dashboards" / "declaim.json"
_WINDOW = "$__rate_interval"
_SOURCE = {"type": "prometheus", "uid": "prometheus"}


class Panel(NamedTuple):
    """A panel: what it shows, in which unit, and the lines in it."""

    title: str
    unit: str
    queries: dict[str, str]
    """Legend → PromQL."""
    kind: str = "timeseries"
    width: int = 8


def _quantile(share: float, metric: str, by: str = "") -> str:
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({share}, sum by ({labels}) (rate({metric}_bucket[{_WINDOW}])))"


ROWS: dict[str, tuple[Panel, ...]] = {
    "Is it heard?": (
        Panel("Ready", "bool_yes_no", {"": "declaim_ready"}, "stat", 4),
        Panel("Requests being spoken", "short", {"": "declaim_speaking"}, "stat", 4),
        Panel(
            "Audio made a second",
            "s",
            {"": f"rate(declaim_audio_seconds_total[{_WINDOW}])"},
            "stat",
            4,
        ),
        Panel(
            "Requests by answer",
            "reqps",
            {"{{status}}": f"sum by (status) (rate(declaim_requests_total[{_WINDOW}]))"},
            width=12,
        ),
    ),
    "How soon?": (
        Panel(
            "First audio",
            "s",
            {
                "half": _quantile(0.5, "declaim_first_audio_seconds"),
                "19 of 20": _quantile(0.95, "declaim_first_audio_seconds"),
            },
        ),
        Panel(
            "Waiting in the queue",
            "s",
            {
                "half": _quantile(0.5, "declaim_queue_wait_seconds"),
                "19 of 20": _quantile(0.95, "declaim_queue_wait_seconds"),
            },
        ),
        Panel(
            "Real-time factor of a worker",
            "none",
            {
                "half": _quantile(0.5, "declaim_real_time_factor"),
                "19 of 20": _quantile(0.95, "declaim_real_time_factor"),
            },
        ),
    ),
    "Is there room?": (
        Panel("Waiting", "short", {"requests": "declaim_queue_depth"}),
        Panel("Cheaper because of the load", "short", {"{{step}}": "declaim_brownout"}),
        Panel(
            "From the cache",
            "percentunit",
            {
                "{{status}}": f"sum by (status) (rate(declaim_cache_requests_total[{_WINDOW}]))"
                f" / ignoring (status) group_left sum(rate(declaim_cache_requests_total[{_WINDOW}]))"
            },
        ),
    ),
    "Who speaks?": (
        Panel(
            "Sentences by channel and outcome",
            "ops",
            {
                "{{channel}}: {{outcome}}": "sum by (channel, outcome) "
                f"(rate(declaim_channel_outcomes_total[{_WINDOW}]))"
            },
        ),
        Panel(
            "Failovers",
            "ops",
            {
                "{{channel}} → {{to}}: {{reason}}": "sum by (channel, to, reason) "
                f"(rate(declaim_failovers_total[{_WINDOW}]))"
            },
        ),
        Panel("Breakers that are open", "short", {"{{channel}}": 'declaim_channel_breaker{state="open"}'}),
    ),
    "Where does the time go?": (
        Panel(
            "Seconds of work a second, by stage",
            "none",
            {"{{stage}}": f"sum by (stage) (rate(declaim_stage_seconds_sum[{_WINDOW}]))"},
            width=12,
        ),
        Panel(
            "Requests, 19 of 20, by endpoint",
            "s",
            {"{{endpoint}}": _quantile(0.95, "declaim_request_seconds", "endpoint")},
            width=12,
        ),
    ),
    "Are the workers well?": (
        Panel("Workers", "short", {"{{role}}: {{state}}": "declaim_workers"}),
        Panel("Memory", "bytes", {"{{role}} {{worker}}": "declaim_worker_resident_bytes"}),
        Panel(
            "Replaced",
            "short",
            {"{{role}}": "sum by (role) (increase(declaim_worker_restarts_total[1h]))"},
        ),
    ),
}


def dashboard() -> dict[str, Any]:
    """The dashboard as Grafana reads it (schema version 41)."""
    panels: list[dict[str, Any]] = []
    top = 0
    for title, row in ROWS.items():
        heading = {"type": "row", "title": title, "collapsed": False}
        panels.append(_placed(heading, len(panels), 0, top, 24, 1))
        left = 0
        for panel in row:
            panels.append(_placed(_shown(panel), len(panels), left, top + 1, panel.width, 7))
            left += panel.width
        top += 8
    return {
        "uid": "declaim",
        "title": "Declaim",
        "schemaVersion": 41,
        "refresh": "15s",
        "time": {"from": "now-1h", "to": "now"},
        "panels": panels,
    }


def _placed(panel: dict[str, Any], number: int, x: int, y: int, w: int, h: int) -> dict[str, Any]:  # noqa: PLR0917
    return {"id": number + 1, "gridPos": {"x": x, "y": y, "w": w, "h": h}, **panel}


def _shown(panel: Panel) -> dict[str, Any]:
    targets = [
        {"refId": chr(ord("A") + i), "datasource": _SOURCE, "expr": query, "legendFormat": legend}
        for i, (legend, query) in enumerate(panel.queries.items())
    ]
    return {
        "type": panel.kind,
        "title": panel.title,
        "datasource": _SOURCE,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": targets,
    }


if __name__ == "__main__":
    TARGET.write_text(json.dumps(dashboard(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

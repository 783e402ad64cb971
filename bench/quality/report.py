"""The results as Markdown: engines side by side, then their paired differences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.quality.bootstrap import Estimate, mean, mean_difference, ratio, ratio_difference
from bench.quality.results import Result

METRICS = {"zh": "CER", "en": "WER", "mixed": "MER"}
GROUP_HEAD = ("set", "voice", "engine", "n", "error rate %", "pinyin errors %", "P.808", "OVRL", "RTF")
DIFFERENCE_HEAD = (
    "set",
    "voice",
    "engine",
    "n",
    "error rate, points",
    "pinyin errors, points",
    "P.808",
    "OVRL",
)


def report(results: Sequence[Result], baseline: str) -> str:
    """Return a table of all engines and, where the baseline took part, one of differences against it.

    Every value comes with its 95 % bootstrap interval over sentences; RTF is synthesis time over audio time.
    """
    parts = ["Mean and 95 % interval. Error rate: CER (zh), WER (en), MER (mixed).", _groups_table(results)]
    differences = list(_difference_rows(results, baseline))
    if differences:
        parts += [
            f"Difference from {baseline} on the same sentences (paired).",
            table(DIFFERENCE_HEAD, differences),
        ]
    return "\n\n".join(parts)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Format a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _groups_table(results: Sequence[Result]) -> str:
    rows = []
    for set_name, voice, engine in _keys(results):
        group = _select(results, set_name, voice, engine)
        rows.append((f"{set_name} ({METRICS[set_name]})", voice, engine, str(len(group)), *_scores(group)))
    return table(GROUP_HEAD, rows)


def _scores(group: Sequence[Result]) -> tuple[str, ...]:
    rtf = sum(r.synthesis_seconds for r in group) / sum(r.audio_seconds for r in group)
    return (
        _percent(ratio([r.errors for r in group], [r.tokens for r in group])),
        _syllable_rate(group),
        _mos(mean([r.p808 for r in group])),
        _mos(mean([r.overall for r in group])),
        f"{rtf:.2f}",
    )


def _syllable_rate(group: Sequence[Result]) -> str:
    if group[0].set_name == "en":
        return "–"
    return _percent(ratio([r.syllable_errors for r in group], [r.syllables for r in group]))


def _difference_rows(results: Sequence[Result], baseline: str) -> Iterable[tuple[str, ...]]:
    for set_name, voice, engine in _keys(results):
        group, others = _paired(*(_select(results, set_name, voice, name) for name in (engine, baseline)))
        if engine == baseline or not group:
            continue
        yield (
            set_name,
            voice,
            engine,
            str(len(group)),
            _percent(_rate_difference(group, others, "errors", "tokens"), signed=True),
            "–"
            if set_name == "en"
            else _percent(_rate_difference(group, others, "syllable_errors", "syllables"), signed=True),
            _mos(mean_difference([r.p808 for r in group], [r.p808 for r in others]), signed=True),
            _mos(mean_difference([r.overall for r in group], [r.overall for r in others]), signed=True),
        )


def _paired(group: Sequence[Result], others: Sequence[Result]) -> tuple[Sequence[Result], Sequence[Result]]:
    """The sentences that both have, in one order: a run may have been interrupted, or had a limit."""
    mine, its = ({result.id: result for result in side} for side in (group, others))
    shared = [name for name in mine if name in its]
    return [mine[name] for name in shared], [its[name] for name in shared]


def _rate_difference(group: Sequence[Result], others: Sequence[Result], errors: str, tokens: str) -> Estimate:
    columns = ([getattr(r, name) for r in side] for name in (errors, tokens) for side in (group, others))
    return ratio_difference(*columns)


def _keys(results: Sequence[Result]) -> list[tuple[str, str, str]]:
    return list(dict.fromkeys((r.set_name, r.voice, r.engine) for r in results))


def _select(results: Sequence[Result], set_name: str, voice: str, engine: str) -> list[Result]:
    return [r for r in results if (r.set_name, r.voice, r.engine) == (set_name, voice, engine)]


def _percent(estimate: Estimate, *, signed: bool = False) -> str:
    sign = "+" if signed else ""
    return (
        f"{100 * estimate.value:{sign}.1f} [{100 * estimate.low:{sign}.1f}, {100 * estimate.high:{sign}.1f}]"
    )


def _mos(estimate: Estimate, *, signed: bool = False) -> str:
    sign = "+" if signed else ""
    return f"{estimate.value:{sign}.2f} [{estimate.low:{sign}.2f}, {estimate.high:{sign}.2f}]"

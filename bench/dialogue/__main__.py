"""How much dialogue is found, and how often its speaker: ``python -m bench.dialogue [--errors]``."""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict

from bench.dialogue.annotations import EITHER, GROUP, Annotation, annotations
from bench.dialogue.generated import generated_accuracy
from declaim.studio.dialogue.attribution import attribute
from declaim.studio.dialogue.lines import Line

_OVERLAP = 0.5
"""Share of a quote that must be found, and of what is found that must be quote."""


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="print what is wrong")
    parser.add_argument(
        "--held-out", action="store_true", help="only chapters the rules were written without"
    )
    parser.add_argument("--development", action="store_true", help="only the others")
    options = parser.parse_args()
    scores: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    evidence: dict[tuple[str, str], dict[str, Counter[str]]] = {}
    for annotation in annotations():
        if options.held_out > annotation.held_out or options.development > (not annotation.held_out):
            continue
        kind = annotation.language, "held out" if annotation.held_out else "development"
        rests_on = evidence.setdefault(kind, defaultdict(Counter))
        score = _measure(annotation, rests_on, errors=options.errors)
        _print(annotation.name + (" (held out)" if annotation.held_out else ""), score)
        scores[kind].update(score)
    print()
    for (language, kind), score in sorted(scores.items()):
        _print(f"{language} {kind}", score)
    for (language, kind), rests_on in sorted(evidence.items()):
        _print_evidence(f"{language} {kind}", rests_on)
    for language, right, total, seconds in generated_accuracy():
        print(f"generated {language}: {right} of {total} lines {right / total:.3f}, {seconds:.2f} s")


def _print_evidence(name: str, rests_on: dict[str, Counter[str]]) -> None:
    print(f"\n{name}, right by evidence:")
    for evidence, counts in sorted(rests_on.items()):
        share = counts["right"] / counts["all"]
        print(f"  {evidence:12} {counts['right']:4} of {counts['all']:4}  {share:.2f}")


def _measure(annotation: Annotation, evidence: dict[str, Counter[str]], *, errors: bool) -> Counter[str]:
    begun = time.perf_counter()
    dialogue = attribute(annotation.book)
    found = list(dialogue.lines)
    score = Counter(milliseconds=round(1000 * (time.perf_counter() - begun)))
    for gold in annotation.lines:
        line = next((line for line in found if _same(line, gold.block, gold.start, gold.end)), None)
        if line is not None:
            found.remove(line)
        if gold.kind == EITHER:
            continue
        score["gold"] += 1
        score[gold.kind] += 1
        if line is None:
            if errors:
                print("  missed", gold, _text(annotation, gold.block, gold.start, gold.end))
            continue
        score["found"] += 1
        right = line.speaker in annotation.names[gold.speaker] or (gold.speaker == GROUP and not line.speaker)
        score["right"] += right
        score["voiced wrong"] += bool(line.speaker) and not right
        score[f"{gold.kind} right"] += right
        evidence[line.evidence].update(all=1, right=int(right))
        if errors and not right:
            said = _text(annotation, gold.block, gold.start, gold.end)
            print(f"  {gold.block} {gold.speaker} was {line.speaker!r} by {line.evidence}: {said}")
    score["false"] = len(found)
    called = {name for names in annotation.names.values() for name in names}
    score["cast"] = len(dialogue.people)
    score["nobody"] = sum(called.isdisjoint({one.name, *one.aliases}) for one in dialogue.people)
    for line in found if errors else ():
        print("  no speech:", _text(annotation, line.place.block, line.place.start, line.place.end))
    return score


def _same(line: Line, block: int, start: int, end: int) -> bool:
    if line.place.block != block:
        return False
    shared = min(end, line.place.end) - max(start, line.place.start)
    return shared > _OVERLAP * max(end - start, line.place.end - line.place.start)


def _text(annotation: Annotation, block: int, start: int, end: int) -> str:
    return annotation.book.chapters[0].blocks[block].text[start : min(end, start + 60)]


def _print(name: str, score: Counter[str]) -> None:
    kinds = "  ".join(
        f"{kind} {score[f'{kind} right']}/{score[kind]}"
        for kind in ("named", "pronoun", "implicit")
        if score[kind]
    )
    precision = score["found"] / max(1, score["found"] + score["false"])
    print(
        f"{name:24} quotes {score['gold']:4}  precision {precision:.3f}"
        f"  recall {score['found'] / score['gold']:.3f}"
        f"  speaker {score['right'] / score['gold']:.3f}  ({kinds})  another's voice {score['voiced wrong']}"
        f"  cast {score['cast']}, of whom nobody {score['nobody']}  {score['milliseconds']} ms"
    )


if __name__ == "__main__":
    main()

"""``python -m bench.prosody.heard``: are emotions, pitch and rate heard as the table says?

Each sentence is spoken plainly and with each emotion by two voices, and both are measured. The table shows by
how much a measure moves at the median, and in which share of pairs in the direction that
`declaim.prosody.expression` asks for.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

import numpy as np

from bench.prosody.voice import Voice, measure
from bench.quality.corpus import load
from declaim import Config, Emotion, Score, Synthesizer
from declaim.prosody.expression import EXPRESSIONS
from declaim.prosody.prosody import Prosody

VOICES = {"zh": ("zf_xiaoxiao", "zm_yunxi"), "en": ("af_heart", "am_michael")}

MEASURES: dict[str, tuple[Callable[[Prosody], float], Callable[[Voice, Voice], float]]] = {
    "pitch, st": (lambda wanted: wanted.pitch, lambda said, plain: said.pitch - plain.pitch),
    "range, ratio": (
        lambda wanted: np.log(wanted.pitch_range),
        lambda said, plain: np.log(said.pitch_range / plain.pitch_range),
    ),
    "rate, ratio": (
        lambda wanted: np.log(wanted.rate),
        lambda said, plain: np.log(plain.seconds / said.seconds),
    ),
    "energy, dB": (lambda wanted: wanted.energy, lambda said, plain: said.energy - plain.energy),
}
"""What is asked for and what is measured, both as differences (of logarithms, for ratios)."""


def spoken(synthesizer: Synthesizer, text: str, voice: str, score: Score) -> Voice:
    """Speak a sentence and measure it."""
    chunks = synthesizer.speak(text, voice=voice, score=score, soon=False)
    return measure(np.concatenate([chunk.samples for chunk in chunks]))


def sentences(count: int) -> Iterator[tuple[str, str]]:
    """Sentences of the quality bench, as many in Chinese as in English, each with its language."""
    for language in VOICES:
        for sentence in load(language, count // len(VOICES)):
            yield language, sentence.text


def main() -> None:
    """Print what was asked for and what was measured."""
    line = argparse.ArgumentParser(prog="python -m bench.prosody.heard", description=__doc__)
    line.add_argument("--sentences", type=int, default=40, help="for each emotion (default: 40)")
    line.add_argument("--threads", type=int, default=2)
    options = line.parse_args()
    synthesizer = Synthesizer(Config(prosody="off", threads=options.threads))
    emotions = {
        name: (Score(emotion=Emotion(**{name: 1})), effect)
        for name, effect in EXPRESSIONS.items()
        if name != "calm"
    }
    knobs = {
        "pitch +2": (Score(pitch=2), Prosody(pitch=2)),
        "rate 0.8": (Score(rate=0.8), Prosody(rate=0.8)),
    }
    pairs: dict[str, list[tuple[Voice, Voice]]] = {name: [] for name in (*emotions, *knobs)}
    texts = [(text, voice) for language, text in sentences(options.sentences) for voice in VOICES[language]]
    for text, voice in texts:
        plain = spoken(synthesizer, text, voice, Score())
        for name, (score, _) in (*emotions.items(), *knobs.items()):
            pairs[name].append((spoken(synthesizer, text, voice, score), plain))
    print(f"{len(texts)} utterances for each row\n")
    print(f"| | {' | '.join(MEASURES)} |")
    print("|---" * (len(MEASURES) + 1) + "|")
    for name, (_, effect) in (*emotions.items(), *knobs.items()):
        print(f"| {name} | {' | '.join(cell(effect, pairs[name], each) for each in MEASURES)} |", flush=True)


def cell(effect: Prosody, pairs: list[tuple[Voice, Voice]], name: str) -> str:
    """What one measure did: wanted, median measured, share in the right direction."""
    wanted_of, moved_of = MEASURES[name]
    wanted = wanted_of(effect)
    moved = np.array([moved_of(said, plain) for said, plain in pairs])
    shown: Callable[[float], str] = (
        (lambda x: f"{np.exp(x):.2f}") if "ratio" in name else (lambda x: f"{x:+.2f}")
    )
    if wanted == 0:
        return f"({shown(float(np.median(moved)))})"
    share = np.mean(np.sign(moved) == np.sign(wanted))
    return f"{shown(wanted)} → {shown(float(np.median(moved)))}, {100 * share:.0f} %"


if __name__ == "__main__":
    main()

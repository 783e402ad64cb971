"""Warm peers take turns on each text: real-time factor and time to first audio."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from bench.peers.process import PeerError, PeerProcess, peer_process
from bench.peers.results import Run
from bench.peers.roster import Mode, Peer
from bench.peers.setting import Setting
from bench.peers.texts import TEXTS, Text
from bench.peers.timing import Timing

_SETTLING = 0.1
"""Seconds between two utterances: threads of the one before may still spin for a while."""
_LONG_SHARE = 3
"""A long text is spoken so many times less often than a short one, but never less than twice."""


def take_turns(setting: Setting, texts: Sequence[Text], threads: int, repeat: int) -> None:
    """Let every peer speak every text, A B A B …, after one run of each short text that is not counted.

    All stay loaded, and one speaks at a time. A peer that fails is left out from then on.

    Args:
        setting: who takes part; runs are added to its results.
        texts: to speak.
        threads: of each engine.
        repeat: runs of a short text.
    """
    with ExitStack() as stack:
        warm = dict(_loaded(setting, threads, stack))
        for text in texts:
            setting.say(f"{threads} threads, {text.name}")
            if text.is_short:
                _one_turn(setting, warm, text)
            for turn in range(turns(text, repeat)):
                setting.results.warm += [
                    Run(threads, text.name, peer.label, mode, turn, timing)
                    for peer, mode, timing in _one_turn(setting, warm, text)
                ]
                setting.keep()


def turns(text: Text, repeat: int) -> int:
    """Return how often a text is spoken."""
    return repeat if text.is_short else max(2, repeat // _LONG_SHARE)


def chosen(names: Sequence[str]) -> list[Text]:
    """Return the texts of these names."""
    return [text for text in TEXTS if text.name in names]


def _loaded(setting: Setting, threads: int, stack: ExitStack) -> Iterator[tuple[Peer, PeerProcess]]:
    for peer in setting.peers:
        process = stack.enter_context(peer_process(peer.python(), peer.module, own=peer.own))
        try:
            process.load(setting.files, threads, peer.settings)
        except PeerError as error:
            setting.fail(peer.label, "loading", error)
        else:
            yield peer, process


def _one_turn(setting: Setting, warm: dict[Peer, PeerProcess], text: Text) -> list[tuple[Peer, Mode, Timing]]:
    """Let each that can speak once in each of its modes."""
    timings = []
    for peer, process in list(warm.items()):
        if text.language not in peer.kind.languages:
            continue
        try:
            timings += [(peer, mode, _speak(process, text, mode)) for mode in peer.kind.modes]
        except PeerError as error:
            setting.fail(peer.label, text.name, error)
            del warm[peer]
    return timings


def _speak(process: PeerProcess, text: Text, mode: Mode) -> Timing:
    time.sleep(_SETTLING)
    return process.speak(text.text, text.voice, text.language, stream=mode == "stream")

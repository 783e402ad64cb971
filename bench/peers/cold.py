"""A fresh process until it has said its first short sentence, and the memory that this takes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.peers.process import PeerError, environment_for, peer_process
from bench.peers.results import ColdStart
from bench.peers.roster import DECLAIM, Peer
from bench.peers.setting import Setting
from bench.peers.texts import TEXTS, Text

COMMAND = "declaim say"
"""The command line, which is what a user waits for; beside the peers it writes a file."""
LANGUAGES = ("zh", "en")


def start_cold(setting: Setting, threads: int, repeat: int) -> None:
    """Start every peer again and again, in turns, after one start that does not count.

    So files are in the system's cache, and Python's modules compiled.

    Args:
        setting: who takes part, Declaim's command line with Declaim; starts are added to its results.
        threads: of each engine.
        repeat: starts of each, for each language.
    """
    for language in LANGUAGES:
        for turn in range(-1, repeat):
            setting.say(f"cold start, {language}, {turn + 1} of {repeat}")
            starts = list(_one_turn(setting, language, threads, turn))
            if turn >= 0:
                setting.results.cold += starts
                setting.keep()


def _one_turn(setting: Setting, language: str, threads: int, turn: int) -> Iterator[ColdStart]:
    for peer in setting.peers:
        if language not in peer.kind.languages:
            continue
        try:
            yield _start(peer, language, threads, turn, setting.files)
        except PeerError as error:
            setting.fail(peer.label, "cold start", error)
        if peer.label == DECLAIM:
            try:
                yield _command(language, threads, turn)
            except subprocess.CalledProcessError as error:
                setting.fail(COMMAND, "cold start", error)


def _start(peer: Peer, language: str, threads: int, turn: int, files: dict[str, str]) -> ColdStart:
    short, paragraph = _text(f"{language}-10"), _text(f"{language}-paragraph")
    python = peer.python()
    began = time.perf_counter()
    with peer_process(python, peer.module, own=peer.own) as process:
        loading = process.load(files, threads, peer.settings)
        timing = process.speak(short.text, short.voice, language, stream=True)
        total = time.perf_counter() - began
        peak, after_paragraph = process.peak_memory(), None
        if turn == 0:
            process.speak(paragraph.text, paragraph.voice, language, stream=True)
            after_paragraph = process.peak_memory()
    return ColdStart(
        threads,
        short.name,
        peer.label,
        turn,
        total,
        loading.import_seconds,
        loading.load_seconds,
        timing.whole,
        peak,
        after_paragraph,
    )


def _command(language: str, threads: int, turn: int) -> ColdStart:
    text = _text(f"{language}-10")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "hello.wav"
        command = [sys.executable, "-m", "declaim.cli", "say", text.text, "--voice", text.voice]
        command += ["--threads", str(threads), "-o", str(target)]
        began = time.perf_counter()
        quiet = subprocess.DEVNULL
        subprocess.run(command, check=True, stdout=quiet, stderr=quiet, env=environment_for(own=True))
        total = time.perf_counter() - began
    return ColdStart(threads, text.name, COMMAND, turn, total)


def _text(name: str) -> Text:
    return next(text for text in TEXTS if text.name == name)

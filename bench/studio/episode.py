"""A bilingual episode of two speakers, made by ``declaim podcast`` and measured from outside.

``python -m bench.studio.episode`` writes a script of three sections, makes it with the real weights, and
reads the MP3 with ffprobe, measures its loudness, and lets Whisper hear each turn where the transcript
has it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import soxr

from bench.quality.metrics import ErrorCount, count_errors
from bench.quality.recognition import SAMPLE_RATE, Recogniser
from bench.quality.run import SURROUNDING_SILENCE
from declaim.audio.loudness import LoudnessMeter

_RATE = 44_100
_SCRIPT = """\
# 开场
主持人: 大家好，欢迎收听双语茶馆。今天我们请来了一位客人。
Anna: Hello everyone, and thank you for having me.
主持人: 你是什么时候来到这座城市的？
Anna: I came here three years ago, in the middle of winter.
主持人: 那时候一定很冷吧。
Anna: It was so cold that the river was frozen for a whole month.
# 关于茶
主持人: 我们来聊一聊茶。你更喜欢绿茶还是红茶？
Anna: I drink green tea in the morning, and black tea in the afternoon.
主持人: 我每天早上都要喝一大杯，不然就没有精神。
Anna: My grandmother used to say that good tea needs good water.
主持人: 这句话说得很有道理。好水才能泡出好茶。
Anna: 我也这么觉得。In my village the water came from the mountain.
# 结尾
主持人: 时间过得真快，我们的节目就要结束了。
Anna: It was a pleasure to talk with you.
主持人: 谢谢大家的收听，我们下个星期再见。
Anna: See you next week, and enjoy your tea.
"""
_SHOW = """\
title: 茶
podcast: 双语茶馆
stereo: true
speakers: {主持人: zf_xiaoxiao, Anna: af_heart}
script_file: script.txt
"""


def main() -> None:
    """Make it, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1, help="of the recogniser")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "script.txt").write_text(_SCRIPT, encoding="utf-8")
        (folder / "show.yaml").write_text(_SHOW, encoding="utf-8")
        audio = folder / "episode.mp3"
        command = [sys.executable, "-m", "declaim.cli", "podcast", folder / "show.yaml", "-o", audio]
        subprocess.run(command, check=True)
        samples = _samples(audio)
        _tell_file(audio, samples)
        _tell_speech(audio, samples, Recogniser(given.threads))


def _samples(path: Path) -> npt.NDArray[np.float32]:
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)


def _tell_file(audio: Path, samples: npt.NDArray[np.float32]) -> None:
    told = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_chapters", audio],
        check=True,
        capture_output=True,
    )
    probed = json.loads(told.stdout)
    length = float(probed["format"]["duration"])
    print(f"length: {length:.2f} s by ffprobe, {samples.shape[1] / _RATE:.2f} s decoded")
    meter = LoudnessMeter(_RATE, channels=2)
    meter.add(np.ascontiguousarray(samples))
    print(f"loudness: {meter.integrated:.1f} LUFS")
    listed = json.loads(audio.with_suffix(".chapters.json").read_text(encoding="utf-8"))["chapters"]
    for mark, chapter in zip(probed["chapters"], listed, strict=True):
        title, start = mark["tags"]["title"], float(mark["start_time"])
        print(f"chapter: {title} from {start:.2f} s; listed from {chapter['startTime']:.2f} s")


def _tell_speech(audio: Path, samples: npt.NDArray[np.float32], recogniser: Recogniser) -> None:
    counts: dict[str, list[ErrorCount]] = {"zh": [], "en": [], "mixed": []}
    segments = json.loads(audio.with_suffix(".transcript.json").read_text(encoding="utf-8"))["segments"]
    script = "".join(line.partition(": ")[2] for line in _SCRIPT.splitlines() if not line.startswith("#"))
    said = "".join(each["body"] for each in segments)
    print(f"transcript: {'all' if _letters(said) == _letters(script) else 'NOT all'} of the script's letters")
    for start, end, text in _turns(segments):
        # What is at both ends is a pause; the transcript's times are those of the words.
        piece = samples[:, round((start - 0.1) * _RATE) : round((end + 0.1) * _RATE)].mean(axis=0)
        padded = np.pad(soxr.resample(piece, _RATE, SAMPLE_RATE), round(SURROUNDING_SILENCE * SAMPLE_RATE))
        language = _language(text)
        heard = recogniser.transcribe(padded, language)
        count = count_errors([text], heard, "en" if language == "en" else "zh")
        counts[language].append(count)
        if count.errors:
            print(f"  {count.errors}: {text!r}\n     {heard!r}")
    for language, found in counts.items():
        errors, length = sum(each.errors for each in found), sum(each.length for each in found)
        print(
            f"heard again, {language}: {len(found)} turns, {errors} errors in {length}, {errors / length:.1%}"
        )


def _turns(segments: list[dict[str, Any]]) -> list[tuple[float, float, str]]:
    """Start, end and text of what one speaker says in a row."""
    turns: list[tuple[str, float, float, str]] = []
    for each in segments:
        name, start, text = each["speaker"], each["startTime"], each["body"]
        if turns and turns[-1][0] == name:
            name, start, _, before = turns.pop()
            text = f"{before} {text}"
        turns.append((name, start, each["endTime"], text))
    return [(max(start, 0.1), end, text) for _, start, end, text in turns]


def _language(text: str) -> str:
    latin = any("a" <= letter <= "z" for letter in text)
    return "en" if text.isascii() else "mixed" if latin else "zh"


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


if __name__ == "__main__":
    main()

"""What is said is understood: Whisper writes down what was asked for."""

import re
import unicodedata
from typing import Any

import numpy as np
import pytest
import soxr
from recognised import whisper_base

from declaim import Synthesizer
from declaim.text.traditional import to_simplified

pytestmark = pytest.mark.real

WORD = re.compile(r"[\u4e00-\u9fff]|[a-z]+")
PROMPTS = {"zh": "以下是普通话的句子。", "en": None, "mixed": "以下是普通话和 English 混合的句子。"}
BOUNDS = {"zh": 0.1, "en": 0.1, "mixed": 0.35}
"""Errors a token over a language's sentences. In mixed text Whisper base writes English words that a Chinese
voice says as Chinese ones that sound alike; the bound only shows that the rest is understood."""
SENTENCES = {
    "zh": ["今天天气真好，我们一起去公园散步吧。", "请问去火车站应该怎么走？", "他每天早上都喝一杯热牛奶。"],
    "en": [
        "The weather is lovely today, and we are going for a walk.",
        "Could you please tell me where the station is?",
        "She has worked in the same office for more than ten years.",
    ],
    "mixed": ["我们明天一起去 Central Park 散步吧。", "他在 New York 工作了五年，上个月才回来。"],
}


@pytest.fixture(scope="module")
def whisper() -> Any:
    return whisper_base()


def tokens(text: str) -> list[str]:
    return WORD.findall(to_simplified(unicodedata.normalize("NFKC", text)).lower())


def errors(wanted: list[str], heard: list[str]) -> int:
    """Levenshtein's distance."""
    row = list(range(len(heard) + 1))
    for i, token in enumerate(wanted, start=1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (token != other))
    return row[-1]


@pytest.mark.parametrize("language", SENTENCES)
def test_it_is_understood(speaker: Synthesizer, whisper: Any, language: str) -> None:
    wrong, total, report = 0, 0, []
    for text in SENTENCES[language]:
        samples = np.concatenate([chunk.samples for chunk in speaker.speak(text)])
        segments, _ = whisper.transcribe(
            soxr.resample(samples, speaker.sample_rate, 16_000),
            language="en" if language == "en" else "zh",
            initial_prompt=PROMPTS[language],
            temperature=0.0,
            condition_on_previous_text=False,
        )
        heard = "".join(segment.text for segment in segments)
        wrong += errors(tokens(text), tokens(heard))
        total += len(tokens(text))
        report.append(f"{text} | {heard}")
    assert wrong / total <= BOUNDS[language], report

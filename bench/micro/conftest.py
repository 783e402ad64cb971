"""Models and inputs of the stages, loaded once; and where the times are kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from declaim.acoustic.frames import FRAME_RATE, Frames
from declaim.acoustic.tokens import TokenSequence, tokenise
from declaim.engines.kokoro import KokoroEngine
from declaim.models.store import ModelStore
from declaim.prosody.performing import performed
from declaim.prosody.score import Score
from declaim.text.frontend import TextFrontend
from declaim.text.sentence import Sentence

THREADS = 2
"""Of every model."""
SENTENCES = {
    "zh": "吃过晚饭以后，我们沿着河边慢慢走，一直走到月亮升起来才回家。",
    "en": "The library opens at nine, and the first bus from the station gets there at ten.",
}
VOICES = {"zh": "zf_xiaoxiao", "en": "af_heart"}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence between the stages."""

    tokens: TokenSequence
    style: NDArray[np.float32]
    """(1, 256)."""
    frames: Frames


def pytest_configure(config: pytest.Config) -> None:
    """Keep the times where git does not see them, unless another place was named."""
    if config.getoption("benchmark_storage", None) == "file://./.benchmarks":
        config.option.benchmark_storage = f"file://{Path(__file__).parents[1] / 'results' / 'micro'}"


@pytest.fixture(scope="session")
def store() -> ModelStore:
    """Where the models are kept."""
    return ModelStore()


@pytest.fixture(scope="session")
def frontend() -> TextFrontend:
    """The text stage, warm in both languages."""
    made = TextFrontend()
    for text in SENTENCES.values():
        list(made.read(text))
    return made


@pytest.fixture(params=SENTENCES)
def language(request: pytest.FixtureRequest) -> str:
    """Each language in turn."""
    return str(request.param)


@pytest.fixture
def sentence(frontend: TextFrontend, language: str) -> Sentence:
    """A sentence of that language, as the text stage gives it."""
    (read,) = frontend.read(SENTENCES[language])
    return read


@pytest.fixture(scope="session")
def engine(store: ModelStore) -> KokoroEngine:
    """Stages 3 and 4."""
    return KokoroEngine.load(store, threads=THREADS)


@pytest.fixture(scope="session")
def spoken(frontend: TextFrontend, engine: KokoroEngine) -> Spoken:
    """A sentence of more than three seconds, up to the vocoder."""
    (sentence,) = frontend.read(SENTENCES["zh"])
    tokens = tokenise(performed(sentence, Score()), engine._vocabulary)  # noqa: SLF001 - a stage by itself
    style = engine._voices.style(VOICES["zh"], len(tokens.ids))  # noqa: SLF001 - the same
    return Spoken(tokens, style, engine._frames(tokens, style))  # noqa: SLF001 - the same


@pytest.fixture(scope="session")
def samples(engine: KokoroEngine, spoken: Spoken) -> NDArray[np.float32]:
    """Speech, three seconds of it at 24 kHz."""
    return engine._vocoder(spoken.frames, spoken.style, 0, 3 * FRAME_RATE)  # noqa: SLF001 - a stage by itself

"""Speech for books in a test's own process: the real first two stages by rules, and the tiny model."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

from declaim import Config
from declaim.audio.chunk import AudioChunk
from declaim.composer import Composer
from declaim.engines.kokoro import KokoroEngine
from declaim.engines.to_say import ToSay
from declaim.manner import manner_of
from declaim.models.store import ModelStore
from declaim.server.service import SpeechRequest
from declaim.studio.jobs.plan import Plan, PlannedChapter
from declaim.studio.passage import Passage, Place


@dataclass
class BookSpeechInProcess:
    """Reads and speaks; what was spoken is remembered, and ``before`` may fail or wait."""

    composer: Composer
    engine: KokoroEngine
    config: Config
    seconds: float = 0.0
    before: Callable[[str], None] = lambda _: None
    spoken: list[str] = field(default_factory=list)
    under_way: int = 0
    most: int = 0

    @classmethod
    def made(cls, store: ModelStore, engine: KokoroEngine, **options: float) -> "BookSpeechInProcess":
        config = Config(prosody="rules")
        return cls(Composer(config, store, threads=1), engine, config, **options)

    async def read(self, request: SpeechRequest) -> AsyncGenerator[ToSay]:
        manner = manner_of(
            self.config,
            request.text,
            voice=request.voice,
            language=request.language,
            score=request.score,
            expressiveness=request.expressiveness,
        )
        for sentence, score in self.composer.compose(request.text, manner):
            await asyncio.sleep(0)
            yield ToSay(sentence, score, sentence.voice or manner.voice)

    async def speak(self, said: ToSay, client: str) -> AsyncGenerator[AudioChunk]:
        assert client.startswith("book ")
        words = "".join(word.spoken for word in said.words)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            self.before(words)
            await asyncio.sleep(self.seconds)
            for chunk in self.engine.speak(said.sentence, said.score, said.voice):
                yield chunk
            self.spoken.append(words)
        finally:
            self.under_way -= 1


def plan_of(*chapters: str, voice: str = "zf_xiaoxiao", pause: float = 0.0) -> Plan:
    """A paragraph of each chapter's text is a passage."""
    planned = []
    for index, text in enumerate(chapters):
        passages, printed = [], []
        for block, paragraph in enumerate(text.split("\n")):
            place = Place(index, block, 0, len(paragraph))
            passages.append(Passage(paragraph, place, voice=voice, pause=pause))
            printed.append(paragraph)
        planned.append(PlannedChapter(f"第{index + 1}章", 1, tuple(passages), tuple(printed)))
    return Plan("书", tuple(planned))

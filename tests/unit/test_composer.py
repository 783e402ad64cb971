"""Composed by stand-in readers: what is given, what is read, and what the configuration says."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest

from declaim.composer import Composer
from declaim.config import Config
from declaim.errors import ConfigError, MarkupError, NothingToSayError
from declaim.manner import NOTHING_GIVEN, Manner
from declaim.models.store import ModelStore
from declaim.prosody.emotion import Emotion
from declaim.prosody.expression import EXPRESSIONS
from declaim.prosody.prosody import NEUTRAL, Prosody
from declaim.prosody.score import Emphasis, Score
from declaim.synthesizer import Synthesizer
from declaim.text.sentence import Sentence

TEXT = "Well, it is late. Shall we go home?\n\n他来了,我们走吧。"
Composed: TypeAlias = list[tuple[Sentence, Score]]
Compose: TypeAlias = Callable[..., Composed]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads every sentence so."""

    score: Score

    def read(self, sentences: Iterable[Sentence], text: str) -> Iterator[tuple[Sentence, Score]]:  # noqa: ARG002
        return ((sentence, self.score) for sentence in sentences)


def manner(given: Score = NOTHING_GIVEN, asked: Prosody = NEUTRAL, expressiveness: float = 1.0) -> Manner:
    return Manner("af_heart", "en", asked, given, expressiveness)


@pytest.fixture
def compose(synthesizer: Synthesizer, tiny_store: ModelStore, monkeypatch: pytest.MonkeyPatch) -> Compose:
    monkeypatch.setattr("declaim.composer.TextFrontend", lambda **_: synthesizer._composer._frontend)

    def composed(text: str, read: Score | None = None, *, config: Any = None, **options: Any) -> Composed:
        composer = Composer(Config(**{"prosody": "off", **(config or {})}), tiny_store, threads=1)
        if read is not None:
            monkeypatch.setattr(composer, "_reader", _Reader(read))
        return list(composer.compose(text, manner(**options)))

    return composed


def end_pauses(composed: Composed) -> list[float | None]:
    return [sentence.clauses[-1].pause for sentence, _ in composed]


def test_each_sentence_has_a_score_and_all_of_the_text_is_there(compose: Compose) -> None:
    composed = compose(TEXT)
    spans = [sentence.span for sentence, _ in composed]
    assert [TEXT[slice(*span)].strip() for span in spans] == [
        "Well, it is late.",
        "Shall we go home?",
        "他来了,我们走吧。",
    ]
    assert [score for _, score in composed] == [Score()] * 3


def test_no_expressiveness_is_off(compose: Compose) -> None:
    read = Score(
        emotion=Emotion(angry=1), rate=1.1, pitch=1, pauses=(0.5, 3), emphasis=(Emphasis(word="it"),)
    )
    off, silent = compose(TEXT), compose(TEXT, read, expressiveness=0)
    assert [sentence for sentence, _ in silent] == [sentence for sentence, _ in off]
    assert [score.model_copy(update={"emotion": Emotion()}) for _, score in silent] == [s for _, s in off]


def test_what_is_asked_is_turned_on_top_of_every_score(compose: Compose) -> None:
    read = Score(emotion=Emotion(sad=1))
    for _, score in compose(TEXT, read, asked=Prosody(rate=0.9, pitch=2, pitch_range=1.2, energy=-1)):
        assert score.prosody == EXPRESSIONS["sad"] * Prosody(rate=0.9, pitch=2, pitch_range=1.2, energy=-1)
    for _, score in compose(TEXT, read, given=Score(rate=1.5), asked=Prosody(rate=2)):
        assert score.rate == 2


def test_what_is_given_is_every_sentences(compose: Compose) -> None:
    given = Score(emotion=Emotion(happy=0.5), pitch=-3)
    for _, score in compose(TEXT, Score(emotion=Emotion(sad=1), pitch=2, energy=1), given=given):
        assert (score.emotion, score.pitch) == (given.emotion, -3)
        assert score.energy == EXPRESSIONS["happy"].energy / 2 + 1


def test_pauses_of_the_configuration(compose: Compose) -> None:
    config = {"sentence_pause": 0.5, "paragraph_pause": 0.9}
    assert end_pauses(compose(TEXT, config=config)) == [0.5, 0.9, 0.25]


@pytest.mark.parametrize("pause", [0.0, 0.1, 4.0])
def test_a_pause_that_is_given_is_the_one(compose: Compose, pause: float) -> None:
    given = Score(pauses=(None, pause))
    composed = compose("Well, it is late. Now, shall we go?", Score(pauses=(0.4, 2)), given=given)
    for sentence, score in composed:
        assert score.pauses == (None, pause)
        assert sentence.clauses[-1].pause is None  # the engine writes the score's


@pytest.mark.parametrize(("read", "is_kept"), [(0.1, False), (0.35, False), (0.6, True)])
def test_a_pause_that_is_read_is_never_shorter_than_the_configurations(
    compose: Compose, read: float, is_kept: bool
) -> None:
    composed = compose("It is late. We go. Now.", Score(pauses=(read,)))
    assert end_pauses(composed)[:2] == [None if is_kept else 0.35] * 2


def test_the_pause_that_markup_asks_for_stands(compose: Compose) -> None:
    text = "It is late. [pause 50ms] We go. Now."
    for options in ({}, {"given": Score(pauses=(2.0,))}, {"read": Score(pauses=(2.0,))}):
        assert end_pauses(compose(text, **options))[0] == 0.05


def test_pauses_that_are_read_keep_their_share_at_another_rate(compose: Compose) -> None:
    read = Score(pauses=(0.3, None))
    slow = compose("Well, it is late.", read, asked=Prosody(rate=0.5))
    assert slow[0][1].pauses == (0.6, None)
    given = compose("Well, it is late.", given=read, asked=Prosody(rate=0.5))
    assert given[0][1].pauses == (0.3, None)


def test_emphasis_is_found_in_each_sentence_as_it_is_written(compose: Compose) -> None:
    text = "In 2024, we go. Is it 2024? 他来了。"
    given = Score(emphasis=(Emphasis(word="2024", strength=0.8),))
    found = [[(each.word, each.start) for each in score.emphasis] for _, score in compose(text, given=given)]
    assert found == [[("2024", 3)], [("2024", 22)], []]


def test_emphasis_that_is_read_is_replaced_by_what_is_given(compose: Compose) -> None:
    read = Score(emphasis=(Emphasis(word="late", start=12),))
    ((_, score),) = compose("Well, it is late.", read)
    assert score.emphasis == read.emphasis
    ((_, score),) = compose("Well, it is late.", read, given=Score(emphasis=()))
    assert score.emphasis == ()
    ((_, score),) = compose("Well, it is late.", read, given=Score(emphasis=(Emphasis(word="well"),)))
    assert score.emphasis == (Emphasis(word="Well", start=0),)


@pytest.mark.parametrize(("text", "error"), [("<speak>Hi", MarkupError), (" ", NothingToSayError)])
def test_what_is_wrong_with_a_text_is_said_at_once(
    synthesizer: Synthesizer, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        synthesizer._composer.compose(text, manner())


def test_sentences_that_are_passed_over(synthesizer: Synthesizer) -> None:
    composer = synthesizer._composer
    whole = list(composer.compose(TEXT, manner()))
    assert [each.span for each, _ in composer.compose(TEXT, manner(), skip=2)] == [whole[2][0].span]


def test_settings_that_cannot_be_used(compose: Compose) -> None:
    with pytest.raises(ConfigError, match="prosody"):
        compose(TEXT, config={"prosody": "magic"})
    with pytest.raises(ConfigError, match="expressiveness"):
        compose(TEXT, config={"expressiveness": float("nan")})

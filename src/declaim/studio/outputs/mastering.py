"""One gain for the whole book: loudness by ITU-R BS.1770 over everything that is heard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.audio.loudness import LoudnessMeter, check_target, gain_to
from declaim.errors import EngineError
from declaim.studio.outputs.progress import Progress, Tally
from declaim.studio.outputs.settings import OutputSettings
from declaim.studio.outputs.takes import samples_of
from declaim.studio.outputs.timeline import starts_of
from declaim.studio.recording import RecordedChapter, Take


def measure_gain(
    chapters: Sequence[RecordedChapter], settings: OutputSettings, *, progress: Progress | None = None
) -> float:
    """The factor that brings a book to its loudness: the first of two passes.

    One factor for all chapters keeps what is quiet in the book quiet. Silences count as they are heard: the
    absolute gate leaves them out. See `declaim.audio.loudness.gain_to` for what bounds the factor.

    Raises:
        OptionError: the loudness is outside its range.
        EngineError: there is nothing to hear in any chapter.
        TakeError: a recorded sentence is missing or damaged.
    """
    require_audio(chapters)
    return _gain(chapters, settings, Tally(progress, starts_of(chapters)[-1]))


def prepared(
    chapters: Sequence[RecordedChapter],
    settings: OutputSettings,
    gain: float | None,
    progress: Progress | None,
) -> tuple[float, Tally]:
    """The gain, measured unless it is given, and a tally that goes on with writing all chapters once."""
    require_audio(chapters)
    rounds = 1 + (passes(settings) if gain is None else 0)
    tally = Tally(progress, starts_of(chapters)[-1] * rounds)
    return _gain(chapters, settings, tally) if gain is None else gain, tally


def passes(settings: OutputSettings) -> int:
    """How often measuring goes over all samples: once, or not at all."""
    return 0 if settings.loudness is None else 1


def require_audio(chapters: Sequence[RecordedChapter]) -> None:
    """Refuse a book of which nothing was spoken.

    Raises:
        EngineError: there is no take in any chapter.
    """
    if not any(chapter.takes for chapter in chapters):
        raise EngineError("there is no audio to write: nothing in the book was spoken")


def _gain(chapters: Sequence[RecordedChapter], settings: OutputSettings, tally: Tally) -> float:
    if settings.loudness is None:
        return 1.0
    target = check_target(settings.loudness)
    meter = LoudnessMeter(SAMPLE_RATE)
    for samples in samples_of(_takes(chapters)):
        meter.add(samples)
        tally.add(len(samples))
    return gain_to(target, meter, settings.ceiling)


def _takes(chapters: Iterable[RecordedChapter]) -> Iterable[Take]:
    return (take for chapter in chapters for take in chapter.takes)

import pytest

from declaim import Config
from declaim.server.workers.sizing import (
    READER_MEMORY,
    SPEAKER_MEMORY,
    UNDERSTUDY_MEMORY,
    Sizes,
    sizes_for,
)

PLENTY = 64_000_000_000


@pytest.mark.parametrize(
    ("cores", "speakers", "threads"),
    [(0.5, 2, 1), (1, 2, 1), (2, 2, 2), (4, 2, 4), (8, 3, 4), (16, 5, 4), (64, 17, 4)],
)
def test_cores_are_made_use_of(
    cores: float, speakers: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("declaim.synthesizer.usable_cores", lambda: cores)
    assert sizes_for(Config(), cores=cores, memory=PLENTY) == Sizes(speakers, threads)


def test_speakers_fit_into_the_memory() -> None:
    config = Config(threads=2)
    enough = READER_MEMORY + 3 * SPEAKER_MEMORY
    assert sizes_for(config, cores=16, memory=enough).speakers == 3
    assert sizes_for(config, cores=16, memory=enough - 1).speakers == 2
    assert sizes_for(config, cores=16, memory=100_000_000).speakers == 1


def test_what_is_configured_is_followed() -> None:
    config = Config(threads=3, server={"workers": 7})
    assert sizes_for(config, cores=1, memory=100_000_000) == Sizes(7, 3)


def test_an_understudy_of_this_machine_takes_its_share_of_the_memory() -> None:
    enough = READER_MEMORY + UNDERSTUDY_MEMORY + 2 * SPEAKER_MEMORY
    config = Config(channels=("kokoro", "sambert", "fastspeech"))
    assert sizes_for(config, cores=16, memory=enough).speakers == 2
    assert sizes_for(config, cores=16, memory=enough - 1).speakers == 1

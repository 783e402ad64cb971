"""The table of stages with the real models, on a short text."""

import pytest

from declaim.ablation.configurations import configurations
from declaim.ablation.measurement import rows, take_turns
from declaim.config import Config
from declaim.manner import manner_of
from declaim.models.store import ModelStore

pytestmark = pytest.mark.real

TEXT = "The ferry is late again, as always in winter. 小林打开 notebook，等船长回来。 Nobody was in a hurry."


def test_rows_of_kokoro() -> None:
    config = Config()
    loaded = configurations("kokoro", config, ModelStore(), threads=2)
    runs = [[timing] for _, timing in take_turns(loaded, TEXT, manner_of(config, TEXT), 1)]
    first, light, cached, split, streamed = rows(loaded, runs)
    for row in (first, light, cached, split, streamed):
        stages = row.timing.text + row.timing.prosody + row.timing.acoustic + row.timing.vocoder
        assert stages == pytest.approx(row.timing.total, rel=0.05)
        assert 7 < row.timing.audio < 15
    for row in (first, light, cached, split):
        assert row.timing.first_audio == pytest.approx(row.timing.total, rel=0.01)
    assert streamed.timing.first_audio < 0.7 * streamed.timing.total
    assert cached.timing.prosody < light.timing.prosody

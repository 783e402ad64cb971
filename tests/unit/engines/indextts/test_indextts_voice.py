import os
import shutil
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from reference_package import recording

from declaim.engines.indextts.graph import Graph
from declaim.engines.indextts.layout import ModelFolder
from declaim.engines.indextts.voice import Analyser, Voice, VoiceCache
from declaim.errors import ConfigError, ModelError


class Counted:
    """An analyser that says how often it was asked."""

    def __init__(self, folder: ModelFolder) -> None:
        regulator = Graph(folder.graph("length_regulator"), 1, ("x", "template"))
        self._analyse = Analyser(folder, regulator, 1)
        self.times = 0

    def __call__(self, content: bytes, path: Path) -> Voice:
        self.times += 1
        return self._analyse(content, path)


@pytest.fixture
def analyse(tiny_folder: ModelFolder) -> Counted:
    return Counted(tiny_folder)


def cache(analyse: Counted, model: ModelFolder, folder: Path) -> VoiceCache:
    return VoiceCache(analyse, model, folder)  # type: ignore[arg-type]


def same(one: Voice, other: Voice) -> bool:
    return all(np.array_equal(getattr(one, f.name), getattr(other, f.name)) for f in fields(Voice))


def test_shapes(analyse: Counted, reference: Path) -> None:
    voice = analyse(reference.read_bytes(), reference)
    frames = voice.mel.shape[2]
    assert voice.style.shape == (1, 192)
    assert voice.emotion.shape == (1, 1280)
    assert voice.mel.shape == (1, 80, frames)
    assert voice.prompt.shape == (1, frames, 512)


def test_a_voice_is_computed_once_whatever_its_file_is_called(
    analyse: Counted, tiny_folder: ModelFolder, reference: Path, tmp_path: Path
) -> None:
    voices = cache(analyse, tiny_folder, tmp_path / "voices")
    copy = Path(shutil.copy(reference, tmp_path / "copy.wav"))
    assert voices[reference] is voices[reference] is voices[copy]
    assert analyse.times == 1


def test_another_process_finds_it(
    analyse: Counted, tiny_folder: ModelFolder, reference: Path, tmp_path: Path
) -> None:
    first, second = (cache(analyse, tiny_folder, tmp_path / "voices")[reference] for _ in range(2))
    assert analyse.times == 1
    assert same(first, second)
    assert first is not second
    assert [path.suffix for path in (tmp_path / "voices").iterdir()] == [".npz"]


def test_another_recording_is_another_voice(
    analyse: Counted, tiny_folder: ModelFolder, tmp_path: Path
) -> None:
    voices = cache(analyse, tiny_folder, tmp_path / "voices")
    path = tmp_path / "voice.wav"
    path.write_bytes(recording())
    first = voices[path]
    path.write_bytes(recording(seconds=2))
    assert not same(first, voices[path])


def test_other_weights_compute_it_again(
    analyse: Counted, tiny_folder: ModelFolder, reference: Path, tmp_path: Path
) -> None:
    model = ModelFolder(Path(shutil.copytree(tiny_folder.path, tmp_path / "model")))
    for _ in range(2):
        cache(analyse, model, tmp_path / "voices")[reference]
        os.utime(model.graph("campplus"), ns=(1, 1))
    assert analyse.times == 2


def test_a_damaged_voice_is_computed_again(
    analyse: Counted,
    tiny_folder: ModelFolder,
    reference: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = cache(analyse, tiny_folder, tmp_path)[reference]
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:1000])
    assert same(first, cache(analyse, tiny_folder, tmp_path)[reference])
    assert "damaged" in caplog.text
    cache(analyse, tiny_folder, tmp_path)[reference]
    assert analyse.times == 2


def test_a_folder_that_cannot_be_written_costs_only_time(
    analyse: Counted,
    tiny_folder: ModelFolder,
    reference: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "file").touch()
    assert cache(analyse, tiny_folder, tmp_path / "file")[reference]
    assert "cannot keep the voice" in caplog.text


def test_a_recording_that_is_not_there(analyse: Counted, tiny_folder: ModelFolder, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.wav cannot be read"):
        cache(analyse, tiny_folder, tmp_path)[tmp_path / "none.wav"]


def test_padding_comes_from_the_folder(tiny_folder: ModelFolder, tmp_path: Path) -> None:
    model = ModelFolder(Path(shutil.copytree(tiny_folder.path, tmp_path / "model")))
    model.feature_settings.write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="padding_value"):
        Counted(model)

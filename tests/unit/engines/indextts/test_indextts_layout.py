import shutil
from pathlib import Path

import pytest
import tiny_indextts

from declaim.engines.indextts.acoustic import AcousticModel
from declaim.engines.indextts.layout import ModelFolder, model_folder
from declaim.engines.indextts.settings import IndexTTSConfig
from declaim.errors import ConfigError, ModelError, ModelMissingError


@pytest.fixture
def folder(tiny_folder: ModelFolder, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_folder.path, tmp_path / "model"))


def settings(folder: Path | None, **others: object) -> IndexTTSConfig:
    return IndexTTSConfig.model_validate({"model_dir": folder, "accept_licence": True} | others)


def test_a_complete_folder(folder: Path) -> None:
    assert model_folder(settings(folder)).path == folder


def test_without_a_folder_it_says_which_key_names_one() -> None:
    with pytest.raises(ConfigError) as caught:
        model_folder(settings(None))
    assert "engines.indextts.model_dir" in caught.value.hint


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="none is no folder"):
        model_folder(settings(tmp_path / "none"))


@pytest.mark.parametrize(
    "file",
    [
        "campplus.onnx",
        "bigvgan.onnx",
        "spk_proj.npz",
        "gpt_step/gpt_step.onnx.data",
        "cfm_estimator/cfm_estimator.onnx",
        "hf_cache/w2v-bert-2.0/preprocessor_config.json",
        tiny_indextts.VOCABULARY_FILE,
    ],
)
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(ModelMissingError) as caught:
        model_folder(settings(folder))
    assert str(caught.value) == f"{folder} lacks {Path(file)}"


def test_all_missing_files_are_named(folder: Path) -> None:
    for name in ("emo_vec", "length_regulator"):
        (folder / f"{name}.onnx").unlink()
    with pytest.raises(ModelMissingError, match=r"lacks emo_vec\.onnx, length_regulator\.onnx$"):
        model_folder(settings(folder))


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_projection_that_was_cut_off(folder: Path, share: float) -> None:
    file = folder / "spk_proj.npz"
    content = file.read_bytes()
    file.write_bytes(content[: round(share * len(content))])
    with pytest.raises(ModelError, match=r"spk_proj\.npz cannot be read"):
        AcousticModel.load(ModelFolder(folder), settings(folder), 1)


def test_another_vocoder_needs_no_bigvgan(folder: Path) -> None:
    (folder / "bigvgan.onnx").unlink()
    assert model_folder(settings(folder, vocoder="griffin_lim"))


def test_emotions_by_vector_need_their_files_only_if_asked_for(folder: Path) -> None:
    (folder / "feat1.pt").unlink()
    assert model_folder(settings(folder))
    assert not ModelFolder(folder).has_emotions
    with pytest.raises(ModelMissingError, match=r"lacks feat1\.pt$") as caught:
        model_folder(settings(folder, emotion="score"))
    assert "emotion = 'reference'" in caught.value.hint


def test_the_terms_come_before_the_first_use(folder: Path) -> None:
    (folder / "campplus.onnx").unlink()
    with pytest.raises(ConfigError) as caught:
        model_folder(settings(folder, accept_licence=False))
    message = str(caught.value)
    for term in (
        "100 million monthly users",
        "RMB 1 billion",
        "improve other commercial models",
        "disclaimer",
    ):
        assert term in message
    assert "no licence file" in message
    assert "accept_licence = true" in caught.value.hint


def test_the_terms_say_where_the_licence_is(folder: Path) -> None:
    (folder / "LICENSE.txt").write_text("…", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"The licence itself: .*LICENSE\.txt$"):
        model_folder(settings(folder, accept_licence=False))

"""Versions of recipes follow the files that they are made of."""

from pathlib import Path

import pytest

from declaim.engines import kokoro_files
from declaim.engines.fastspeech import graph as fastspeech
from declaim.models import recipe
from declaim.models.recipe import recipe_version
from declaim.prosody.encoder import graph_file as encoder
from declaim.prosody.language_model import graph_file as language_model


@pytest.mark.parametrize(
    "recipe",
    [kokoro_files.RECIPE, fastspeech.RECIPE, encoder.RECIPE, language_model.RECIPE],
    ids=["kokoro", "fastspeech", "encoder", "language model"],
)
def test_the_files_of_each_recipe_are_there(recipe: tuple[str, ...]) -> None:
    assert recipe_version(*recipe) == recipe_version(*recipe)


def test_a_change_to_any_file_is_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipe, "_PACKAGE", tmp_path)
    files = [tmp_path / name for name in ("cut_a.py", "cut_b.py", "other.py")]
    for file in files:
        file.write_text("x = 1\n")
    versions = [recipe_version("cut_*.py", "other.py")]
    for file in files:
        file.write_text("x = 2\n")
        versions.append(recipe_version("cut_*.py", "other.py"))
    assert len(set(versions)) == len(versions)


def test_a_pattern_that_names_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no_such_file"):
        recipe_version("engines/no_such_file.py")

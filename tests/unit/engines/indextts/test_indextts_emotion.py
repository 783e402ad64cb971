import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from tiny_indextts import write_tensor

from declaim.engines.indextts.emotion import EmotionTable, towards
from declaim.engines.indextts.tensor_file import read_tensor
from declaim.errors import ConfigError, ModelError
from declaim.prosody.emotion import EMOTIONS, Emotion

ROWS = (2, 1, 1, 1, 1, 1, 1, 1)
STYLES = np.eye(9, 192, dtype=np.float32) * np.arange(1, 10, dtype=np.float32)[:, None]
VECTORS = np.repeat(np.arange(9, dtype=np.float32)[:, None] * 10, 1280, axis=1)
OWN = np.full((1, 1280), -1, dtype=np.float32)
STYLE = np.eye(1, 192, k=1, dtype=np.float32)
"""Like the second actor, who is happy."""


def blended(strength: float = 1.0, style: np.ndarray = STYLE, **weights: float) -> float:
    vector = EmotionTable(STYLES, VECTORS, ROWS).blend(Emotion(**weights), strength, style, OWN)
    assert vector.shape == (1, 1280)
    assert vector.dtype == np.float32
    assert (vector == vector[0, 0]).all()
    return float(vector[0, 0])


def test_no_emotion_is_the_voices_own() -> None:
    assert blended() == -1


@pytest.mark.parametrize(("number", "name"), list(enumerate(EMOTIONS)))
def test_each_emotion_has_rows_of_its_own_in_our_order(number: int, name: str) -> None:
    assert blended(**{name: 0.5}) == pytest.approx(0.5 * 10 * (number + 1) - 0.5)


def test_the_actor_whose_voice_is_most_like_it_is_taken_however_loud_others_are() -> None:
    first = np.eye(1, 192, dtype=np.float32) + 0.6 * STYLE
    assert blended(style=first, happy=0.5) == pytest.approx(-0.5)
    assert blended(style=STYLE, happy=0.5) == pytest.approx(4.5)


def test_emotions_mix_and_never_take_more_than_four_fifths() -> None:
    assert blended(angry=0.2, sad=0.4) == pytest.approx(0.2 * 20 + 0.4 * 30 - 0.4)
    assert blended(angry=0.5, sad=0.5) == pytest.approx(0.4 * 20 + 0.4 * 30 - 0.2)
    assert blended(calm=1.0) == pytest.approx(0.8 * 80 - 0.2)


def test_strength_weakens() -> None:
    assert blended(0.5, angry=0.6) == blended(angry=0.3)
    assert blended(0.0, angry=0.6) == -1


def test_rows_that_are_not_those_of_the_files_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"9 styles and 9 vectors are not 2 \+ 1") as caught:
        EmotionTable(STYLES, VECTORS, (2, 1, 1, 1, 1, 1, 1, 2))
    assert "emotion_rows" in caught.value.hint
    with pytest.raises(ConfigError):
        EmotionTable(STYLES, VECTORS, (3, 0, 1, 1, 1, 1, 1, 1))


def test_towards_another_recordings_emotion() -> None:
    other = np.full((1, 1280), 3, dtype=np.float32)
    assert [towards(OWN, other, strength)[0, 0] for strength in (0, 0.5, 1)] == [-1, 1, 3]


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_tensor_as_pytorch_saves_it(tmp_path: Path, order: str) -> None:
    value = np.asarray(np.arange(12, dtype=np.float32).reshape(3, 4), order=order)  # type: ignore[call-overload]
    write_tensor(tmp_path / "t.pt", value)
    np.testing.assert_array_equal(read_tensor(tmp_path / "t.pt"), value)


class _Harmful:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("harm",)


def test_a_tensor_file_runs_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(tmp_path / "t.pt", "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(_Harmful()))
    with pytest.raises(ModelError, match=r"t\.pt cannot be read as a tensor: it names builtins\.print"):
        read_tensor(tmp_path / "t.pt")
    assert not capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"no zip"])
def test_a_damaged_tensor_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.pt").write_bytes(content)
    with pytest.raises(ModelError, match="cannot be read as a tensor"):
        read_tensor(tmp_path / "t.pt")


@pytest.mark.parametrize("content", [b"", b"\x80\x02", b"\x80\x02(U\x05tor"])
def test_a_tensor_that_was_cut_off(tmp_path: Path, content: bytes) -> None:
    with zipfile.ZipFile(tmp_path / "t.pt", "w") as archive:
        archive.writestr("archive/data.pkl", content)
    with pytest.raises(ModelError, match="cannot be read as a tensor"):
        read_tensor(tmp_path / "t.pt")


def test_something_else_than_a_tensor(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.pt", "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({"weights": 1}))
    with pytest.raises(ModelError, match="holds no tensor"):
        read_tensor(tmp_path / "t.pt")

from pathlib import Path

import numpy as np
import pytest
import tiny_kokoro as tiny

from declaim.engines.voices import VOICES, VoiceBank, parse_blend
from declaim.errors import ModelError, UnknownVoiceError
from declaim.models.manifest import packaged_manifest


def test_all_voices_of_the_model_are_known() -> None:
    members = {member.name for member in packaged_manifest()["kokoro-voices"].members}
    assert members == {f"{name}.bin" for name in VOICES}
    assert len(VOICES) == 54


def test_names_say_language_and_gender() -> None:
    assert (VOICES["zf_xiaoxiao"].language, VOICES["zf_xiaoxiao"].gender) == ("zh", "female")
    assert (VOICES["bm_lewis"].language_name, VOICES["bm_lewis"].gender) == ("British English", "male")


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("af_heart", {"af_heart": 1.0}),
        ("af_heart+af_bella", {"af_heart": 0.5, "af_bella": 0.5}),
        ("zf_xiaoxiao*0.7+zf_xiaoyi*0.3", {"zf_xiaoxiao": 0.7, "zf_xiaoyi": 0.3}),
        (" zf_xiaoxiao * 7 + zf_xiaoyi * 3 ", {"zf_xiaoxiao": 0.7, "zf_xiaoyi": 0.3}),
        ("af_heart*.5", {"af_heart": 1.0}),
        ("af_heart*0+af_bella", {"af_heart": 0.0, "af_bella": 1.0}),
        ("af_heart+af_heart*2+af_bella", {"af_heart": 0.75, "af_bella": 0.25}),
    ],
)
def test_blends(text: str, weights: dict[str, float]) -> None:
    assert parse_blend(text) == pytest.approx(weights)


@pytest.mark.parametrize(
    "text",
    [
        "", "+", "af_heart+", "nobody", "AF_HEART", "af_heart af_bella", "af_heart*", "af_heart*x",
        "af_heart*-1", "af_heart*nan", "af_heart*inf", "af_heart*1e5", "af_heart*0", "af_heart*0+af_bella*0",
        "af_heart*" + "9" * 4000, "../af_heart", "af_heart.bin", "a" * 100_000, "af_heart\n",
    ],
)  # fmt: skip
def test_what_is_no_voice(text: str) -> None:
    with pytest.raises(UnknownVoiceError) as caught:
        parse_blend(text)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize(
    ("typed", "meant"), [("zf_xiaoxao", "zf_xiaoxiao"), ("heart", "af_heart"), ("AF_HEART", "af_heart")]
)
def test_a_typing_error_gets_a_suggestion(typed: str, meant: str) -> None:
    with pytest.raises(UnknownVoiceError) as caught:
        parse_blend(typed)
    assert meant in caught.value.hint


def test_nonsense_gets_the_list_only() -> None:
    with pytest.raises(UnknownVoiceError) as caught:
        parse_blend("qqqqqqqq")
    assert "did you mean" not in caught.value.hint
    assert "declaim voices" in caught.value.hint


def test_the_style_belongs_to_the_number_of_tokens(tiny_models: Path) -> None:
    bank = VoiceBank(tiny_models / "kokoro-voices")
    assert bank.style("af_heart", 1).shape == (1, 256)
    assert bank.style("af_heart", 1)[0, 1] == 0
    assert bank.style("af_heart", 510)[0, 1] == 509


def test_a_blend_is_the_weighted_mean(tiny_models: Path) -> None:
    style = VoiceBank(tiny_models / "kokoro-voices").style("zf_xiaoxiao*3+af_bella", 7)
    assert style.dtype == np.float32
    assert style[0, 128] == pytest.approx(0.75 * tiny.VOICES["zf_xiaoxiao"] + 0.25 * tiny.VOICES["af_bella"])
    assert style[0, 1] == pytest.approx(6)


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 100, b"\0" * (510 * 256 * 4 + 4), b"\0" * (510 * 256 * 4 - 1)]
)
def test_a_damaged_file_is_a_model_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "af_heart.bin").write_bytes(content)
    with pytest.raises(ModelError, match=r"af_heart\.bin") as caught:
        VoiceBank(tmp_path).style("af_heart", 5)
    assert "declaim models" in caught.value.hint


def test_a_missing_file_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="af_heart"):
        VoiceBank(tmp_path).style("af_heart", 5)

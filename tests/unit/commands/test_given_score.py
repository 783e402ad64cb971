from pathlib import Path

import pytest

from declaim.commands.given_score import given_score
from declaim.errors import OptionError
from declaim.prosody.emotion import Emotion
from declaim.prosody.score import Score


def test_nothing_is_given() -> None:
    assert given_score(None, None).model_fields_set == set()


def test_only_what_is_written_is_given() -> None:
    score = given_score('{"rate": 1.0, "pauses": [0.5]}', None)
    assert score == Score(pauses=(0.5,))
    assert score.model_fields_set == {"rate", "pauses"}


def test_the_emotion_beside_a_score_wins() -> None:
    assert given_score(None, "sad:0.6") == Score(emotion=Emotion(sad=0.6))
    score = given_score('{"emotion": {"happy": 1}, "pitch": 2}', "sad")
    assert score == Score(emotion=Emotion(sad=1), pitch=2)
    assert score.model_fields_set == {"emotion", "pitch"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_file(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "score.json"
    file.write_text('{"emphasis": [{"word": "重庆"}]}', encoding=encoding)
    assert given_score(f"@{file}", None).emphasis[0].word == "重庆"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "gb.json").write_bytes('{"emphasis": [{"word": "重庆"}]}'.encode("gb18030"))
    (tmp_path / "bad.json").write_text("{")
    for name, word in (
        ("none.json", "No such file"),
        ("gb.json", "UTF-8"),
        ("bad.json", "JSON"),
        ("", "director"),
    ):
        with pytest.raises(OptionError, match=word):
            given_score(f"@{tmp_path / name}", None)


def test_an_empty_option_is_no_score_and_no_emotion() -> None:
    for given in (("", None), (None, "")):
        with pytest.raises(OptionError):
            given_score(*given)

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from declaim.prosody.emotion import EMOTIONS, Emotion
from declaim.prosody.expression import EXPRESSIONS
from declaim.prosody.score import Score

Declaim = Callable[..., Any]

TEXT = "Is it 5% of 2024?! “好啊,我们走吧!”他说……"


def listed(declaim: Declaim, *arguments: str, **given: Any) -> list[dict[str, Any]]:
    done = declaim("score", *arguments, "--json", **given)
    assert (done.code, done.err) == (0, "")
    return [json.loads(line) for line in done.out.decode().splitlines()]


def refused(finished: Any, *words: str) -> None:
    assert finished.code == 2, finished.err
    assert finished.out == b""
    assert "Traceback" not in finished.err
    for word in words:
        assert word in finished.err


def test_a_json_object_for_each_sentence(declaim: Declaim) -> None:
    sentences = listed(declaim, TEXT)
    assert [each["text"] for each in sentences] == ["Is it 5% of 2024?!", "“好啊,我们走吧!”", "他说……"]
    for each in sentences:
        assert TEXT[slice(*each["span"])].strip() == each["text"]
        assert tuple(each["emotion"]) == EMOTIONS
        Score(**{name: value for name, value in each.items() if name not in {"text", "span"}})
    assert sentences[0]["emotion"]["surprised"] == 0.5
    assert sentences[0]["pitch"] > 1
    assert sentences[2]["pauses"] == [pytest.approx(0.6, rel=0.1)]


def test_off_asks_for_nothing(declaim: Declaim) -> None:
    for each in listed(declaim, TEXT, "--prosody", "off"):
        assert Score(**{n: v for n, v in each.items() if n not in {"text", "span"}}) == Score()


def test_what_is_given_is_shown(declaim: Declaim) -> None:
    arguments = ("--emotion", "sad:0.5", "--score", '{"pitch": 3, "emphasis": [{"word": "2024"}]}')
    first, *others = listed(declaim, TEXT, *arguments, "--expressiveness", "2")
    assert all(each["pitch"] == 3 and each["emotion"]["sad"] == 1 for each in (first, *others))
    assert first["emphasis"] == [{"word": "2024", "strength": 0.5, "start": TEXT.index("2024")}]
    assert all(each["emphasis"] == [] for each in others)


def test_expressiveness(declaim: Declaim) -> None:
    energies = [
        listed(declaim, "Go. Now.", "--emotion", "sad", f"--expressiveness={amount}")[0]["energy"]
        for amount in (0, 0.5, 1, 2)
    ]
    assert energies == [0, -1.5, -3, -6]


def test_the_table(declaim: Declaim) -> None:
    done = declaim("score", "Go home. 2024!", "--emotion", "happy:0.6,calm:0.05", "--prosody", "off")
    assert (done.code, done.err) == (0, "")
    header, *rows = done.out.decode().splitlines()
    assert header.split()[:6] == ["sentence", "emotion", "rate", "pitch", "range", "energy"]
    said = Score(emotion=Emotion(happy=0.6)).emotion, EXPRESSIONS["happy"].pitch * 0.6
    assert rows[0].split()[:2] == ["Go", "home."]
    assert "happy 0.60" in rows[0]
    assert "calm" not in rows[0]
    assert f"{said[1]:+.1f} st" in rows[0]


def test_a_file_and_standard_input(declaim: Declaim, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("One. Two.", encoding="utf-8")
    for given in (
        listed(declaim, "-f", str(tmp_path / "text.txt")),
        listed(declaim, "-", stdin=b"One. Two."),
        listed(declaim, stdin=b"One. Two."),
    ):
        assert [each["text"] for each in given] == ["One.", "Two."]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Hi.", "--emotion", "joy"), ["'joy'", "happy, angry"]),
        (("Hi.", "--emotion", "sad:2"), ["sad"]),
        (("Hi.", "--score", "{"), ["score is wrong", "JSON"]),
        (("Hi.", "--score", '{"rate": 9}'), ["rate", "2"]),
        (("Hi.", "--score", '{"rate": NaN}'), ["rate", "finite"]),
        (("Hi.", "--score", '{"speed": 1}'), ["speed"]),
        (("Hi.", "--score", "@missing.json"), ["missing.json", "No such file"]),
        (("Hi.", "--voice", "nobody"), ["nobody"]),
        (("Hi.", "--expressiveness", "3"), ["expressiveness"]),
        (("Hi.", "--expressiveness", "nan"), ["expressiveness"]),
        (("Hi.", "--prosody", "magic"), ["prosody", "llm"]),
        (("Hi.", "--plot", "picture.mp3"), ["picture.mp3", ".png"]),
        (("",), ["nothing to say"]),
        (("<speak>Hi",), ["line 1"]),
        (("Hi.", "-f", "missing.txt"), ["text and a file"]),
    ],
)
def test_what_is_wrong_is_said_before_models_are_loaded(
    declaim: Declaim, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: list[str]
) -> None:
    monkeypatch.setenv("DECLAIM_PROSODY", "llm")
    monkeypatch.setattr(
        "declaim.models.store.ModelStore.ensure", lambda *_: pytest.fail("models were asked for")
    )
    refused(declaim("score", *arguments), *words)

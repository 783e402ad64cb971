import errno
import io
import os
import tarfile
import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import pytest
from tiny_artifact import MEMBERS, MODEL, VOCAB, WHEELS, holds_members, manifest_of

from declaim.errors import InputError, IntegrityError, ModelMissingError, OptionError, StorageError
from declaim.models.bundle import export_bundle, import_bundle
from declaim.models.store import ModelStore


@pytest.fixture
def full(tmp_path: Path) -> ModelStore:
    """A store that has the model."""
    local = tmp_path / "local" / "tiny"
    local.mkdir(parents=True)
    for name, data in MEMBERS.items():
        (local / name).write_bytes(data)
    return ModelStore(tmp_path / "full", local=local.parent, manifest=manifest_of(WHEELS), offline=True)


@pytest.fixture
def empty(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "empty", manifest=manifest_of(WHEELS), offline=True)


@pytest.fixture
def bundle(full: ModelStore, tmp_path: Path) -> Path:
    path = tmp_path / "bundle.tar"
    assert export_bundle(full, ["tiny"], path) == path.stat().st_size
    return path


def bundle_of(folder: Path, *entries: tuple[tarfile.TarInfo | str, bytes]) -> Path:
    path = folder / "made.tar"
    with tarfile.open(path, "w") as archive:
        for entry, data in entries:
            info = tarfile.TarInfo(entry) if isinstance(entry, str) else entry
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def test_what_is_exported_can_be_imported(empty: ModelStore, bundle: Path) -> None:
    assert not empty.has("tiny")
    assert import_bundle(empty, bundle) == ["tiny"]
    assert holds_members(empty.ensure("tiny"))
    assert empty.status()[0].state == "installed"
    assert import_bundle(empty, bundle) == []


def test_the_same_models_give_the_same_bytes(full: ModelStore, bundle: Path, tmp_path: Path) -> None:
    os.utime(full.path("tiny") / "vocab.json", (1, 1))
    export_bundle(full, ["tiny"], tmp_path / "again.tar")
    assert (tmp_path / "again.tar").read_bytes() == bundle.read_bytes()


def test_unpacked_by_hand_it_is_a_folder_of_models(bundle: Path, tmp_path: Path) -> None:
    with tarfile.open(bundle) as archive:
        archive.extractall(tmp_path / "by hand", filter="data")
    store = ModelStore(tmp_path / "x", local=tmp_path / "by hand", manifest=manifest_of(WHEELS), offline=True)
    assert store.path("tiny") == tmp_path / "by hand" / "tiny"


def test_a_model_that_is_not_here_is_not_exported(empty: ModelStore, tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="tiny"):
        export_bundle(empty, ["tiny"], tmp_path / "bundle.tar")
    with pytest.raises(OptionError, match="huge"):
        export_bundle(empty, ["huge"], tmp_path / "bundle.tar")
    assert not (tmp_path / "bundle.tar").exists()


def test_a_model_damaged_without_a_trace_is_not_exported(full: ModelStore, tmp_path: Path) -> None:
    member = full.path("tiny") / "tiny.onnx"
    before = member.stat()
    member.write_bytes(MODEL[::-1])
    os.utime(member, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(IntegrityError, match=r"tiny\.onnx"):
        export_bundle(full, ["tiny"], tmp_path / "bundle.tar")
    assert not (tmp_path / "bundle.tar").exists()


def test_a_full_disk_leaves_no_half_bundle(
    full: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "addfile", refuse)
    with pytest.raises(StorageError, match="No space left"):
        export_bundle(full, ["tiny"], tmp_path / "bundle.tar")
    assert [path.name for path in tmp_path.glob("*bundle*")] == []
    assert list(tmp_path.glob(".declaim*")) == []


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_bundle_that_was_cut_off(empty: ModelStore, bundle: Path, share: float) -> None:
    with bundle.open("rb+") as file:
        file.truncate(int((len(MODEL) + len(VOCAB)) * share))
    with pytest.raises(IntegrityError, match="bundle"):
        import_bundle(empty, bundle)
    assert not empty.has("tiny")


def test_a_broken_off_import_is_taken_up_again(empty: ModelStore, tmp_path: Path) -> None:
    half = bundle_of(tmp_path, ("tiny/tiny.onnx", MODEL))
    with pytest.raises(IntegrityError, match=r"lacks vocab\.json of tiny"):
        import_bundle(empty, half)
    assert not empty.has("tiny")
    assert import_bundle(empty, bundle_of(tmp_path, ("tiny/vocab.json", VOCAB))) == ["tiny"]
    assert holds_members(empty.path("tiny"))


def test_changed_bytes_are_refused(empty: ModelStore, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match=r"tiny\.onnx whose bytes are not the pinned ones"):
        import_bundle(empty, bundle_of(tmp_path, ("tiny/tiny.onnx", MODEL[::-1])))
    assert not empty.has("tiny")


def link(name: str, target: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


@pytest.mark.parametrize(
    "entry",
    [
        "../outside",
        "/outside",
        "tiny/../../outside",
        "./tiny/tiny.onnx",
        "tiny/other.bin",
        link("tiny/tiny.onnx", "/etc/passwd", tarfile.SYMTYPE),
        link("tiny/tiny.onnx", "tiny/vocab.json", tarfile.LNKTYPE),
        link("tiny/tiny.onnx", "", tarfile.FIFOTYPE),
        link("tiny", "", tarfile.DIRTYPE),
        link("tiny/tiny.onnx", "", tarfile.GNUTYPE_SPARSE),
    ],
    ids=[
        "up",
        "absolute",
        "up again",
        "dot",
        "unknown",
        "symbolic link",
        "hard link",
        "pipe",
        "folder",
        "sparse",
    ],
)
def test_nothing_but_model_files_is_taken(
    empty: ModelStore, tmp_path: Path, entry: tarfile.TarInfo | str
) -> None:
    path = bundle_of(tmp_path, (entry, b""))
    before = {each for each in tmp_path.rglob("*") if empty.root not in each.parents}
    with pytest.raises(IntegrityError, match="no model's file"):
        import_bundle(empty, path)
    after = {each for each in tmp_path.rglob("*") if empty.root not in each.parents}
    assert after - before <= {empty.root}


def test_a_file_of_another_size_is_not_even_read(empty: ModelStore, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="instead of"):
        import_bundle(empty, bundle_of(tmp_path, ("tiny/tiny.onnx", MODEL * 2)))


def test_a_header_that_claims_to_be_huge_is_not_read(empty: ModelStore, tmp_path: Path) -> None:
    name = tarfile.TarInfo("././@LongLink")
    name.type, name.size = tarfile.GNUTYPE_LONGNAME, 200_000_000
    path = tmp_path / "made.tar"
    path.write_bytes(name.tobuf(tarfile.GNU_FORMAT))
    os.truncate(path, name.size)
    tracemalloc.start()
    try:
        with pytest.raises(IntegrityError, match="no model's file"):
            import_bundle(empty, path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000


def test_a_bundle_without_its_end_is_not_taken_for_a_whole_one(empty: ModelStore, bundle: Path) -> None:
    os.truncate(bundle, 512 * sum(1 + -(-len(data) // 512) for data in MEMBERS.values()))
    with pytest.raises(IntegrityError, match="is cut off"):
        import_bundle(empty, bundle)


def test_a_disk_too_small_is_said_before_anything_is_written(
    empty: ModelStore, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("declaim.models.files.shutil.disk_usage", lambda _: SimpleNamespace(free=10))
    with pytest.raises(StorageError, match="is full"):
        import_bundle(empty, bundle)
    assert not [path for path in empty.root.rglob("*") if path.is_file() and path.suffix != ".lock"]


def test_a_disk_that_fills_up_is_said_and_leaves_no_model(
    empty: ModelStore, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr("declaim.models.files.os.fsync", refuse)
        with pytest.raises(StorageError, match="is full"):
            import_bundle(empty, bundle)
    assert not empty.has("tiny")
    assert import_bundle(empty, bundle) == ["tiny"]


@pytest.mark.parametrize("content", [b"", b"no archive at all" * 100])
def test_a_file_that_is_no_bundle(empty: ModelStore, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bundle.tar"
    path.write_bytes(content)
    with pytest.raises(InputError, match="is no bundle"):
        import_bundle(empty, path)
    with pytest.raises(InputError, match="cannot be read"):
        import_bundle(empty, tmp_path)
    with pytest.raises(InputError, match="there is no file"):
        import_bundle(empty, tmp_path / "nowhere.tar")

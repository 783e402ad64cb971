import socket
import time
from pathlib import Path

import pytest
from loopback_hub import Hub
from tiny_artifact import MEMBERS, MODEL, holds_members, hub_source, manifest_of

from declaim.errors import ConfigError, FetchError, IntegrityError
from declaim.models.hub import fetch_members

HALF = 200_000


def fetch(address: str, folder: Path) -> list[int]:
    artifact = manifest_of(hub_source(address))["tiny"]
    seen: list[int] = []
    fetch_members(artifact.sources[0], list(artifact.members), folder, seen.append)
    return seen


def test_members_arrive_and_progress_ends_at_their_size(hub: Hub, tmp_path: Path) -> None:
    hub.chunk = 100_000
    seen = fetch(hub.address, tmp_path)
    assert holds_members(tmp_path)
    assert seen == sorted(seen)
    assert seen[-1] == sum(map(len, MEMBERS.values()))
    assert len(seen) > 4


def test_broken_connection_goes_on_where_it_broke(hub: Hub, tmp_path: Path) -> None:
    hub.drop_after = [HALF, 100_000]
    fetch(hub.address, tmp_path)
    assert holds_members(tmp_path)
    asked = [header for path, header in hub.requests if path == "/tiny.onnx"]
    assert asked == [None, f"bytes={HALF}-", f"bytes={HALF + 100_000}-"]


def test_hub_without_ranges_starts_over(hub: Hub, tmp_path: Path) -> None:
    hub.ranges, hub.drop_after = False, [HALF]
    fetch(hub.address, tmp_path)
    assert holds_members(tmp_path)


def test_connection_that_keeps_breaking_is_given_up_and_what_came_is_kept(hub: Hub, tmp_path: Path) -> None:
    hub.drop_after = [1000] * 9
    with pytest.raises(FetchError, match="broke 4 times"):
        fetch(hub.address, tmp_path)
    assert (tmp_path / "tiny.onnx.partial").read_bytes() == MODEL[:4000]


def test_half_file_of_an_earlier_fetch_is_taken_up(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "tiny.onnx.partial").write_bytes(MODEL[:HALF])
    fetch(hub.address, tmp_path)
    assert ("/tiny.onnx", f"bytes={HALF}-") in hub.requests
    assert holds_members(tmp_path)


@pytest.mark.parametrize("size", [HALF, len(MODEL), len(MODEL) + 5])
def test_spoilt_half_file_is_thrown_away(hub: Hub, tmp_path: Path, size: int) -> None:
    (tmp_path / "tiny.onnx.partial").write_bytes(b"\0" * size)
    fetch(hub.address, tmp_path)
    assert holds_members(tmp_path)


def test_wrong_bytes_leave_no_member(hub: Hub, tmp_path: Path) -> None:
    hub.files["/tiny.onnx"] = b"x" * len(MODEL)
    with pytest.raises(IntegrityError, match=f"{hub.address}/tiny.onnx"):
        fetch(hub.address, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_wrong_length_is_refused_before_the_body(hub: Hub, tmp_path: Path) -> None:
    hub.files["/tiny.onnx"] = b"x" * (len(MODEL) + 1)
    artifact = manifest_of(hub_source(hub.address))["tiny"]
    with pytest.raises(IntegrityError):
        fetch_members(artifact.sources[0], list(artifact.members), tmp_path, lambda _: pytest.fail("read"))
    assert list(tmp_path.iterdir()) == []


def test_a_length_that_is_no_number_is_passed_over(hub: Hub, tmp_path: Path) -> None:
    hub.length = "much"
    fetch(hub.address, tmp_path)
    assert holds_members(tmp_path)


def test_missing_file_is_not_asked_for_again(hub: Hub, tmp_path: Path) -> None:
    del hub.files["/tiny.onnx"]
    with pytest.raises(FetchError, match="404"):
        fetch(hub.address, tmp_path)
    assert len(hub.requests) == 1


def test_server_in_trouble_is_asked_again(hub: Hub, tmp_path: Path) -> None:
    hub.refuse = [503, 500]
    fetch(hub.address, tmp_path)
    assert holds_members(tmp_path)


def test_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch, hub: Hub, tmp_path: Path) -> None:
    monkeypatch.setattr("declaim.models.hub._STALLED", 0.05)
    hub.chunk, hub.delay = 1000, 0.5
    begun = time.monotonic()
    with pytest.raises(FetchError, match="connection broke"):
        fetch(hub.address, tmp_path)
    assert time.monotonic() - begun < 5


def test_nobody_listening(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(FetchError, match="cannot be reached"):
            fetch(address, tmp_path)


def test_unknown_name_is_given_up_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setattr("declaim.models.hub.time.sleep", lambda _: pytest.fail("tried again"))
    with pytest.raises(FetchError, match="Name or service not known"):
        fetch("http://hub.invalid", tmp_path)


def test_hf_endpoint_takes_hugging_face_s_place(
    monkeypatch: pytest.MonkeyPatch, hub: Hub, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.address + "/")
    hub.files = {f"/a/b/{name}": data for name, data in MEMBERS.items()}
    artifact = manifest_of(hub_source("https://huggingface.co/a/b"))["tiny"]
    fetch_members(artifact.sources[0], list(artifact.members), tmp_path, lambda _: None)
    assert holds_members(tmp_path)


def test_hf_endpoint_that_is_no_web_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "file:///etc")
    artifact = manifest_of(hub_source("https://huggingface.co/a"))["tiny"]
    with pytest.raises(ConfigError, match="HF_ENDPOINT"):
        fetch_members(artifact.sources[0], list(artifact.members), tmp_path, lambda _: None)


@pytest.mark.parametrize(
    ("served", "error"),
    [
        (b'{"n": 3, "vocab": {"a": 1, "\\u00e9": 2}}', None),
        (b'{"n": 3}', IntegrityError),
        (b"<html>", IntegrityError),
    ],
)
def test_one_key_of_a_json_file(
    hub: Hub, tmp_path: Path, served: bytes, error: type[Exception] | None
) -> None:
    source = (
        f'[[tiny.sources]]\nkind = "https"\nbase = "{hub.address}/"\njson_key = "vocab"\n'
        'parts = { "vocab.json" = ["config.json"] }'
    )
    artifact = manifest_of(source)["tiny"]
    hub.files["/config.json"] = served
    vocab = [member for member in artifact.members if member.name == "vocab.json"]
    if error:
        with pytest.raises(error):
            fetch_members(artifact.sources[0], vocab, tmp_path, lambda _: None)
    else:
        fetch_members(artifact.sources[0], vocab, tmp_path, lambda _: None)
        assert (tmp_path / "vocab.json").read_bytes() == MEMBERS["vocab.json"]

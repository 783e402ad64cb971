"""Single files from a model hub over HTTPS: streamed, resumed after a break, checked at the end."""

from __future__ import annotations

import functools
import http.client
import json
import os
import re
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from declaim.errors import ConfigError, FetchError, IntegrityError
from declaim.models.files import CHUNK, sha256_of, write_member, wrong_bytes
from declaim.models.manifest import Member, Source

_HUGGING_FACE = "https://huggingface.co"
_STALLED = 30.0
"""Seconds without a byte after which a connection counts as broken."""
_ATTEMPTS = 4
"""Tries for one file; each goes on where the last one broke off."""
_PAUSE = 1.0
"""Seconds before the second try; doubled for each one after it."""
_JSON_LIMIT = 1 << 20
"""Bytes: larger JSON than this is not what the manifest means."""

_BROKEN = (TimeoutError, ConnectionError, ssl.SSLError, http.client.HTTPException, urllib.error.URLError)


def fetch_members(source: Source, wanted: list[Member], folder: Path, arrived: Callable[[int], None]) -> None:
    """Write the ``wanted`` members into ``folder``; ``arrived`` is called with the bytes so far.

    Raises:
        FetchError: the hub cannot be reached or says no; the message is the reason alone.
        IntegrityError: the bytes are not the pinned ones.
    """
    done = 0
    for member in wanted:
        url = _endpoint(source.base) + source.parts[member.name][0]
        if source.json_key is not None:
            payload = _json_member(url, source.json_key)
            write_member([payload], member, folder, url)
        else:
            _Download(url, member, folder, functools.partial(_add, arrived, done)).run()
        done += member.size
        arrived(done)


def _add(arrived: Callable[[int], None], before: int, size: int) -> None:
    arrived(before + size)


def _endpoint(base: str) -> str:
    """``base``, at the mirror that HF_ENDPOINT names when it is a Hugging Face address."""
    mirror = os.environ.get("HF_ENDPOINT", "").rstrip("/")
    if not mirror or not base.startswith(_HUGGING_FACE + "/"):
        return base
    if not mirror.startswith(("https://", "http://")):
        raise ConfigError(f"HF_ENDPOINT is not an http(s) address: {mirror!r}")
    return mirror + base.removeprefix(_HUGGING_FACE)


def _open(url: str, start: int = 0) -> http.client.HTTPResponse:
    request = urllib.request.Request(url, headers={"User-Agent": "declaim"})  # noqa: S310 - http(s): see _endpoint
    if start:
        request.add_header("Range", f"bytes={start}-")
    response = urllib.request.urlopen(request, timeout=_STALLED)  # noqa: S310
    assert isinstance(response, http.client.HTTPResponse)
    return response


def _json_member(url: str, key: str) -> bytes:
    """One key of a JSON file, written as ``{"key": …}`` the way `json` writes it."""
    try:
        with _open(url) as response:
            table = json.loads(response.read(_JSON_LIMIT))
        return json.dumps({key: table[key]}, ensure_ascii=False).encode()
    except _BROKEN as error:
        raise FetchError(_reason(error)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise IntegrityError(f"{url} is not the JSON file it should be") from error


class _Download:
    """One file on its way from a hub to ``folder``; what has arrived outlives the process."""

    def __init__(self, url: str, member: Member, folder: Path, arrived: Callable[[int], None]) -> None:
        self._url = url
        self._member = member
        self._arrived = arrived
        self._partial = folder / f"{member.name}.partial"
        self._final = folder / member.name

    def run(self) -> None:
        left_over = self._partial.exists()
        self._receive_all()
        if left_over and not self._is_right():  # bytes of an older, broken try: once more from the start
            self._partial.unlink()
            self._receive_all()
        if not self._is_right():
            self._partial.unlink()
            raise wrong_bytes(self._member, self._url)
        self._partial.replace(self._final)

    def _is_right(self) -> bool:
        return self._size() == self._member.size and sha256_of(self._partial) == self._member.sha256

    def _size(self) -> int:
        return self._partial.stat().st_size if self._partial.exists() else 0

    def _receive_all(self) -> None:
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(_PAUSE * 2 ** (attempt - 1))
            try:
                self._receive()
            except _BROKEN as error:
                if _is_final(error) or attempt == _ATTEMPTS - 1:
                    raise FetchError(_reason(error)) from error
            if self._size() >= self._member.size:
                return
        raise FetchError(f"the connection broke {_ATTEMPTS} times")

    def _receive(self) -> None:
        start = self._size()
        if start >= self._member.size:
            return
        with _open(self._url, start) as response:
            resumes = response.status == http.HTTPStatus.PARTIAL_CONTENT and _starts_at(response, start)
            self._refuse_other_size(response, start if resumes else 0)
            with self._partial.open("ab" if resumes else "wb") as file:
                self._copy(response, file.write, start if resumes else 0)
                file.flush()
                os.fsync(file.fileno())

    def _copy(self, response: http.client.HTTPResponse, write: Callable[[bytes], int], size: int) -> None:
        while size <= self._member.size and (chunk := response.read1(CHUNK)):
            write(chunk)
            size += len(chunk)
            self._arrived(min(size, self._member.size))

    def _refuse_other_size(self, response: http.client.HTTPResponse, start: int) -> None:
        if response.length is not None and start + response.length != self._member.size:
            raise wrong_bytes(self._member, self._url)


def _starts_at(response: http.client.HTTPResponse, start: int) -> bool:
    match = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return match is not None and int(match[1]) == start


def _is_final(error: Exception) -> bool:
    """Whether another try is pointless: the server said no, or its name is not known here."""
    if isinstance(error, urllib.error.HTTPError):
        return error.code < http.HTTPStatus.INTERNAL_SERVER_ERROR
    return isinstance(error, urllib.error.URLError) and isinstance(error.reason, socket.gaierror)


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        error.close()
        return f"the server answered {error.code} {error.reason}"
    if isinstance(error, urllib.error.URLError):
        return f"cannot be reached: {error.reason}"
    return f"the connection broke: {str(error) or type(error).__name__}"

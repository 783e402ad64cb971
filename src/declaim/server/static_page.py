"""The web page at ``/``: files of this package, read once and served with strict headers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

PREFIX: Final = "/page/"
"""Where the page's own files are; none of them is a secret, so none needs a key."""
_INDEX: Final = "index.html"
_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
    }
)
"""By suffix. Files of other kinds are not served: not all that lies in the folder is for browsers."""

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "media-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Only files of this service, its own API, and audio that came from it. Strings never become markup: nobody
may make any."""
HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cache-Control": "no-cache",  # asked for again each time, and answered with 304 until it changes
    }
)


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file as it is sent."""

    content: bytes
    media_type: str
    etag: str


def page_router() -> APIRouter:
    """``GET /`` and the files that it asks for."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/", methods=["GET", "HEAD"])
    async def index(request: Request) -> Response:
        return _answer(_INDEX, request)

    @router.api_route(PREFIX + "{path:path}", methods=["GET", "HEAD"])
    async def file(path: str, request: Request) -> Response:
        return _answer(path, request)

    return router


@cache
def page_files() -> Mapping[str, PageFile]:
    """All files of the page by path: some 200 kB, so that a request never waits for a disk.

    What is not among them does not exist, whatever a path says.
    """
    folder = resources.files("declaim.server") / "page"
    return MappingProxyType(dict(_files_in(folder, "")))


def _files_in(folder: Traversable, prefix: str) -> Iterator[tuple[str, PageFile]]:
    for entry in folder.iterdir():
        path = prefix + entry.name
        suffix = entry.name[entry.name.rfind(".") :]
        if entry.is_dir():
            yield from _files_in(entry, f"{path}/")
        elif suffix in _TYPES:
            content = entry.read_bytes()
            etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
            yield path, PageFile(content, _TYPES[suffix], etag)


def _answer(path: str, request: Request) -> Response:
    file = page_files().get(path)
    if file is None:
        raise HTTPException(404)
    headers = {**HEADERS, "ETag": file.etag}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if known & {file.etag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)

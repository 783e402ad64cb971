"""A model hub on loopback that can be told to misbehave."""

import http.server
import time
from dataclasses import dataclass, field

from tiny_artifact import MEMBERS


@dataclass
class Hub:
    """What the hub serves and how, and what it was asked for."""

    address: str = ""
    files: dict[str, bytes] = field(
        default_factory=lambda: {f"/{name}": data for name, data in MEMBERS.items()}
    )
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    """Path and Range header of each request."""
    drop_after: list[int] = field(default_factory=list)
    """For each of the next answers: break the connection after so many bytes of the body."""
    refuse: list[int] = field(default_factory=list)
    """Answer the next requests with these status codes."""
    ranges: bool = True
    length: str = ""
    """What to send as Content-Length in place of the truth."""
    chunk: int = 1 << 20
    delay: float = 0.0
    """Seconds between chunks."""


class Handler(http.server.BaseHTTPRequestHandler):
    hub: Hub

    def do_GET(self) -> None:
        hub, asked = self.hub, self.headers.get("Range")
        hub.requests.append((self.path, asked))
        if hub.refuse or self.path not in hub.files:
            self.send_error(hub.refuse.pop(0) if hub.refuse else 404)
            return
        body = hub.files[self.path]
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and hub.ranges else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Length", hub.length or str(len(body) - start))
        self.end_headers()
        self._send(body[start : start + hub.drop_after.pop(0)] if hub.drop_after else body[start:])

    def _send(self, body: bytes) -> None:
        try:
            for offset in range(0, len(body), self.hub.chunk):
                self.wfile.write(body[offset : offset + self.hub.chunk])
                time.sleep(self.hub.delay)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass

"""Small PDFs to read: lines of text at places on pages, without any library."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path

WIDTH, HEIGHT = 400, 600
_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
"""What passwords are filled up with (ISO 32000-1, 7.6.3.3)."""

_CHINESE_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts "
    b"[<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /CIDSystemInfo "
    b"<< /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor << /Type /FontDescriptor "
    b"/FontName /STSong-Light /Flags 6 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 "
    b"/Descent -120 /StemV 80 >> >>] >>"
)


@dataclass(frozen=True)
class Text:
    """A line at a place, in points from the lower left; Chinese is written in a font that is not embedded."""

    x: float
    y: float
    text: str
    size: float = 11

    def operators(self) -> bytes:
        if self.text.isascii():
            string = "(" + self.text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"
            font = "/E"
        else:
            string, font = "<" + self.text.encode("utf-16-be").hex() + ">", "/C"
        return f"BT {font} {self.size} Tf 1 0 0 1 {self.x} {self.y} Tm {string} Tj ET\n".encode()


def write_pdf(
    path: Path,
    pages: list[list[Text]],
    *,
    title: str = "",
    bookmarks: list[tuple[str, int]] | None = None,
    password: str = "",
) -> Path:
    """Write a PDF; bookmarks are titles and indexes of pages, a password locks it with 40-bit RC4."""
    objects = _objects(pages, title, bookmarks or [])
    encryption = ""
    if password:
        encryption = f" /Encrypt {len(objects) + 1} 0 R /ID [<{'00' * 16}> <{'00' * 16}>]"
        objects.append(_lock(password))
    data, offsets = bytearray(b"%PDF-1.5\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 2 0 R{encryption} >>\n"
    path.write_bytes(bytes(data) + f"{trailer}startxref\n{start}\n%%EOF\n".encode())
    return path


def _objects(pages: list[list[Text]], title: str, bookmarks: list[tuple[str, int]]) -> list[bytes]:
    first_page = 6
    first_mark = first_page + 2 * len(pages) + 1
    kids = " ".join(f"{first_page + 2 * i} 0 R" for i in range(len(pages)))
    outlines = f" /Outlines {first_mark - 1} 0 R" if bookmarks else ""
    objects = [
        f"<< /Type /Catalog /Pages 3 0 R{outlines} >>".encode(),
        f"<< /Title <FEFF{title.encode('utf-16-be').hex()}> >>".encode() if title else b"<< >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        _CHINESE_FONT,
    ]
    for index, page in enumerate(pages):
        content = b"".join(text.operators() for text in page)
        objects.append(
            f"<< /Type /Page /Parent 3 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents "
            f"{first_page + 2 * index + 1} 0 R /Resources << /Font << /E 4 0 R /C 5 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    if bookmarks:
        objects += _bookmarks(bookmarks, first_page, first_mark)
    return objects


def _bookmarks(bookmarks: list[tuple[str, int]], first_page: int, first_mark: int) -> list[bytes]:
    last = first_mark + len(bookmarks) - 1
    objects = [f"<< /Type /Outlines /First {first_mark} 0 R /Last {last} 0 R >>".encode()]
    for index, (title, page) in enumerate(bookmarks):
        number = first_mark + index
        next_one = f" /Next {number + 1} 0 R" if number < last else ""
        destination = f"[{first_page + 2 * page} 0 R /Fit]"
        objects.append(
            f"<< /Title <FEFF{title.encode('utf-16-be').hex()}> /Parent {first_mark - 1} 0 R "
            f"/Dest {destination}{next_one} >>".encode()
        )
    return objects


def _lock(password: str) -> bytes:
    """The dictionary of the standard handler, revision 2 (ISO 32000-1, algorithms 2 to 4)."""
    padded = (password.encode() + _PADDING)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    permissions = -4
    key = hashlib.md5(padded + owner + struct.pack("<i", permissions) + bytes(16)).digest()[:5]
    user = _rc4(key, _PADDING)
    strings = f"/O <{owner.hex()}> /U <{user.hex()}>"
    return f"<< /Filter /Standard /V 1 /R 2 {strings} /P {permissions} >>".encode()


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)

"""How finished files are made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, TypeAlias

ReadAlongFormat: TypeAlias = Literal["m4a", "mp3"]

_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""The first moment that a ZIP archive can name (APPNOTE.TXT 4.4.6)."""


@dataclass(frozen=True, slots=True)
class OutputSettings:
    """What can be chosen about the files of a book; the defaults suit one voice that reads.

    Attributes:
        loudness: integrated loudness of the whole book in LUFS (ITU-R BS.1770), -40 to -6; None leaves the
            level. -19 for one channel is as loud as -16 for two, what Apple's and AES TD1004's podcasts
            have, and lies inside the -23 to -18 dB RMS that ACX, Audible's publishing side, asks for.
        ceiling: dBTP where peaks are held; -3 is ACX's limit.
        m4b_bit_rate: of AAC, bits per second.
        mp3_bit_rate: constant.
        opus_bit_rate: on average.
        read_along_format: of the audio in an EPUB: both are core media types of EPUB 3.3; MP3 is read by
            every reading system, M4A is smaller at the same quality.
        read_along_bit_rate: of that audio.
        narrator: the name that goes into tags; empty leaves it out.
        genre: as tags have it.
        cover_pixels: a cover whose longer side is longer, or which is larger than 2 MiB, is made smaller.
        modified: what an EPUB says of its last change. It is fixed, because equal books are to give equal
            files; set it to the time of the recording for books that are published.
    """

    loudness: float | None = -19.0
    ceiling: float = -3.0
    m4b_bit_rate: int = 64_000
    mp3_bit_rate: int = 64_000
    opus_bit_rate: int = 32_000
    read_along_format: ReadAlongFormat = "mp3"
    read_along_bit_rate: int = 48_000
    narrator: str = ""
    genre: str = "Audiobook"
    cover_pixels: int = 1400
    modified: datetime = field(default=_EARLIEST)

"""Which clip belongs to which stretch of a page: SMIL, as EPUB 3.3's Media Overlays have it."""

from __future__ import annotations

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.studio.outputs.read_along.parts import Clip, Part
from declaim.studio.outputs.read_along.xml import DECLARATION


def overlay(part: Part, audio: str) -> str:
    """The overlay of a chapter whose audio is the file ``audio``."""
    page = f"{part.name}.xhtml"
    pairs = "".join(_pair(number, clip, page, audio) for number, clip in enumerate(part.clips(), 1))
    return (
        f'{DECLARATION}<smil xmlns="http://www.w3.org/ns/SMIL" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'version="3.0">\n<body>\n<seq id="chapter" epub:textref="{page}" epub:type="chapter">\n'
        f"{pairs}</seq>\n</body>\n</smil>\n"
    )


def clock(samples: int) -> str:
    """A full clock value: hours, minutes, seconds and milliseconds."""
    milliseconds = round(samples * 1000 / SAMPLE_RATE)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    return f"{minutes // 60}:{minutes % 60:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"


def _pair(number: int, clip: Clip, page: str, audio: str) -> str:
    return (
        f'<par id="p{number}"><text src="{page}#{clip.target}"/>'
        f'<audio src="{audio}" clipBegin="{clock(clip.start)}" clipEnd="{clock(clip.end)}"/></par>\n'
    )

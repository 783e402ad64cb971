"""Which encoding a text file is in.

Byte order marks and UTF-8 tell themselves. What is left for Chinese is told apart by decoding it each way and
looking at how many of the characters are common ones: in a wrong decoding nearly all are rare. General
detectors know a hundred encodings, and take a line of Chinese, or a French name in an English book, for one
of the others.
"""

from __future__ import annotations

import codecs
import re

from declaim.errors import BookDamagedError, BookFormatError
from declaim.text.characters import HAN

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHINESE = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
_COMMON = frozenset(
    "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里所去行过"
    "家十用发天如然作方成者多日都三小军二无同么经法当起与好看学进种将还分此心前面又定见只主没公从她想手把开她头眼"
    "老走什声间问回话向身笑打很样最几听知点正已门因再但每给望王先女长气月山水风书夜门口东西边真让带坐城路雨"
    "這為來個們說國時會後對裡過發無麼經當與學進種將還見沒從開頭聲間問話樣幾聽點門長氣風書東邊真讓帶"
    "，。！？：；“”「」、…—"
)
"""The commonest characters of modern Chinese prose, in both scripts, and its punctuation."""
_WESTERN_MARKS = frozenset("‘’“”–—…•«»\xa0°£€§©¿¡")
_LEAST_COMMON = 0.25
"""Share of such characters in all that is not ASCII: half of Chinese prose, a tenth of wrong decodings."""
_ONLY_MARKS = 0.9
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_DECLARATION_WITHIN = 2048
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "us-ascii": "utf-8",
}
"""What browsers take instead (WHATWG Encoding Standard): pages name the first edition for all of it."""
_LOST = "\ufffd"
_MOST_LOST = 0.001
_MANY = 8
"""So many characters beyond ASCII, and one of them may be cut off by the sample's end."""
_SAMPLE = 2**18
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_HAN_CHARACTER = re.compile(f"[{HAN}]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decode(data: bytes, name: str) -> tuple[str, int]:
    """The text of a file, whatever it is encoded in, with line ends as they are.

    Args:
        data: the whole file.
        name: what to call it in an error.

    Returns:
        The text, and how many places in it could not be decoded; they are U+FFFD.

    Raises:
        BookFormatError: it is no text, or in no encoding that is known here.
        BookDamagedError: more than one character in a thousand cannot be decoded.
    """
    encoding = detect(data)
    if encoding is None:
        raise BookFormatError(f"{name} is no text in a known encoding", hint="save it as UTF-8")
    text = data.decode(encoding, "replace")
    lost = text.count(_LOST) - (data.decode(encoding, "ignore").count(_LOST) if _LOST in text else 0)
    if lost > 1 + _MOST_LOST * len(text):
        raise BookDamagedError(
            f"{name} seems to be {encoding}, but {lost} places in it are not", hint="save it as UTF-8"
        )
    return text, lost


def decode_page(data: bytes) -> str:
    """The text of an HTML page: by its mark, by what it says of itself if that is true, else by its looks."""
    mark = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    match = _DECLARED.search(data[:_DECLARATION_WITHIN])
    said = match[1].decode().lower() if match else ""
    for encoding in filter(None, (mark, _WIDER.get(said, said))):
        try:
            text = data.decode(encoding, "replace")
        except LookupError:  # no encoding of that name
            continue
        if text.count(_LOST) <= 1 + _MOST_LOST * len(text):
            return text
    return data.decode(detect(data) or "cp1252", "replace")


def detect(data: bytes) -> str | None:
    """Python's name of the encoding of a text, or None if it is no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    sample = _sample(data)
    if _is_utf8(sample):
        return "utf-8"
    shares = {encoding: _common_share(sample, encoding) for encoding in _CHINESE}
    best = max(shares, key=lambda encoding: shares[encoding])
    if shares[best] >= _LEAST_COMMON:
        return best
    if wide := _wide_latin(sample):
        return wide
    return "cp1252" if _is_western(sample) else None


def _sample(data: bytes) -> bytes:
    """The part to look at: the beginning, or what is around the first byte that is not ASCII."""
    first = next((match.start() for match in re.finditer(rb"[\x80-\xff]", data)), 0)
    start = max(0, first - _SAMPLE // 2) & ~1  # even, for UTF-16
    return data[start : start + _SAMPLE]


def _is_utf8(sample: bytes) -> bool:
    """Whether it is UTF-8 but for a byte or two; other encodings fail on nearly every letter beyond ASCII."""
    text = sample.decode("utf-8", "replace")
    foreign = len(_NOT_ASCII.findall(text))
    return _is_printable(text) and _is_sound(text, foreign)


def _is_printable(text: str) -> bool:
    """Whether there are hardly any control characters: a text may have a DOS end-of-file mark or so."""
    return len(_CONTROL.findall(text)) <= 1 + _MOST_LOST * len(text)


def _is_sound(text: str, foreign: int) -> bool:
    lost = text.count(_LOST)
    return lost == 0 or lost <= 0.01 * foreign + (1 if foreign > _MANY else 0)


def _common_share(sample: bytes, encoding: str) -> float:
    """How much of what is not ASCII is common Chinese when decoded this way; 0 if it cannot be."""
    text = sample.decode(encoding, "replace")
    foreign = _NOT_ASCII.findall(text)
    if not foreign or not _is_sound(text, len(foreign)):
        return 0.0
    share = sum(character in _COMMON for character in foreign) / len(foreign)
    # English with Chinese quotation marks has only these; the bytes of another encoding are more varied.
    return share if _HAN_CHARACTER.search(text) or share > _ONLY_MARKS else 0.0


def _wide_latin(sample: bytes) -> str | None:
    """UTF-16 without a mark, of a text in Latin letters: every other byte is nought."""
    half = len(sample) // 2
    if half == 0:
        return None
    if sample[1::2].count(0) > 0.9 * half:
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) > 0.9 * half else None


def _is_western(sample: bytes) -> bool:
    """Whether it is Windows-1252: letters, quotation marks and dashes, and no control character."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    foreign = _NOT_ASCII.findall(text)
    expected = sum(character.isalpha() or character in _WESTERN_MARKS for character in foreign)
    return _is_printable(text) and expected >= 0.9 * len(foreign) and 4 * len(foreign) <= len(text)

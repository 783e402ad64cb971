"""Written to spoken English: the table of rules, most specific first.

American conventions: month before day in figures, no "and" in cardinals, "oh" for zero in times, years, rooms
and codes.
"""

# ruff: noqa: E501 - a table reads best with a line for a rule
from __future__ import annotations

import re
import unicodedata

from declaim.text.abbreviations import EXPANSIONS, WITHOUT_STOP
from declaim.text.measures_en import CURRENCIES, PER, SCALES, UNITS
from declaim.text.numerals_en import cardinal, digits, number, ordinal, pairs, plural, year
from declaim.text.roman import is_roman, roman_value
from declaim.text.rules import Rule, one_of, rule

_Match = re.Match[str]
_N = r"\d+(?:\.\d+)?"
_LEFT = r"(?<![\w.])"
_TO = r"\s?[-–—−~]\s?"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_MONTH = "|".join(_MONTHS)


def _stop(match: _Match, spoken: str) -> str:
    """The full stop of an abbreviation ends the sentence too when it is the last thing in it."""
    is_last = re.match(r"[\s\"'”’)\]]*$", match.string[match.end() :])
    return spoken + ("." if is_last and match.group().endswith(".") else "")


def _expand(match: _Match) -> str:
    return _stop(match, EXPANSIONS[match["word"]])


def _saint_or_street(match: _Match) -> str:
    """Tell saints and doctors from streets and drives: St. Paul, but Main St."""
    before = re.search(r"[A-Z0-9][\w']*\s$", match.string[: match.start()])
    after = re.match(r"\s?[A-Z]", match.string[match.end() :])
    title, place = {"St": ("saint", "street"), "Dr": ("doctor", "drive")}[match["word"]]
    return _stop(match, place if before and not after else title)


def _initials(match: _Match) -> str:
    return _stop(match, re.sub(r"[.\s]", "", match.group()))


def _us_date(match: _Match) -> str | None:
    first, second, written = int(match[1]), int(match[2]), match[3]
    month, day = (first, second) if first <= len(_MONTHS) else (second, first)
    if not (1 <= month <= len(_MONTHS) and 1 <= day <= 31):  # noqa: PLR2004 - the calendar
        return None
    return f"{_MONTHS[month - 1]} {ordinal(str(day))}, {_year(written)}"


def month_and_day(month: str, day: str) -> str:
    """``3``, ``8`` → March eighth."""
    return f"{_MONTHS[(int(month) - 1) % len(_MONTHS)]} {ordinal(day)}"


def _iso_date(match: _Match) -> str | None:
    month, day = int(match[2]), int(match[3])
    if not (1 <= month <= len(_MONTHS) and 1 <= day <= 31):  # noqa: PLR2004 - the calendar
        return None
    return f"{_MONTHS[month - 1]} {ordinal(match[3])}, {_year(match[1])}" + (", " if match["time"] else "")


def _month_day(match: _Match) -> str:
    spoken = f"{match['month']} {ordinal(match['day'])}"
    if match["last"]:
        spoken += f" to {ordinal(match['last'])}"
    return spoken + (f", {_year(match['year'])}" if match["year"] else "")


def _day_month(match: _Match) -> str:
    article = "" if re.search(r"\bthe\s$", match.string[: match.start()], re.IGNORECASE) else "the "
    spoken = f"{article}{ordinal(match['day'])} of {match['month']}"
    return spoken + (f", {_year(match['year'])}" if match["year"] else "")


def _year(written: str) -> str:
    if len(written) == 4:  # noqa: PLR2004 - 2024
        return year(written)
    return pairs(written) if written[0] == "0" else cardinal(written)


def _clock(match: _Match) -> str | None:
    hour, minute, second, noon = int(match["hour"]), match["minute"], match["second"], match["noon"]
    if hour > 24 or int(minute) > 59 or int(second or 0) > 59:  # noqa: PLR2004 - the clock
        return None
    spoken = cardinal(str(hour))
    if int(minute) or second:
        spoken += f" {_minutes(minute)}"
    elif not noon:
        spoken += " o'clock" if hour <= 12 else " hundred"  # noqa: PLR2004 - the clock
    if second:
        spoken += f" and {cardinal(second)} second{'s' * (int(second) != 1)}"
    return _stop(match, f"{spoken} {noon[0].upper()}M") if noon else spoken


def _minutes(minute: str) -> str:
    return pairs(minute) if int(minute) else "hundred"


def _hour(match: _Match) -> str:
    return _stop(match, f"{cardinal(match['hour'])} {match['noon'][0].upper()}M")


def _money(match: _Match) -> str:
    one, many, hundredth, hundredths = CURRENCIES[match["currency"]]
    value, upper = match["value"], match["upper"]
    sign = "minus " if match["sign"] else ""
    per = f" per {PER[match['per']]}" if match["per"] else ""
    if scale := SCALES.get(match["scale"] or "", ""):
        high = f" to {number(upper)}" if upper else ""
        return f"{sign}{number(value)}{high} {scale} {one if _is_attributive(match) else many}{per}"
    if upper:
        return f"{sign}{number(value)} to {number(upper)} {many}{per}"
    whole, _, cents = value.partition(".")
    if len(cents) != 2 or not hundredth:  # noqa: PLR2004 - two decimals are hundredths
        name = one if value == "1" or _is_attributive(match) else many
        return f"{sign}{number(value)} {name}{per}"
    parts = []
    if int(whole) or not int(cents):
        parts.append(f"{cardinal(whole)} {one if int(whole) == 1 else many}")
    if int(cents):
        parts.append(f"{cardinal(cents)} {hundredth if int(cents) == 1 else hundredths}")
    return sign + " and ".join(parts) + per


def _is_attributive(match: _Match) -> bool:
    """A $20 bill is a twenty-dollar bill."""
    after = match.string[match.end() :]
    return (
        re.match(r"[\s-](?:bill|note|coin|fine|fee|ticket|gift|deal|house|home|bonus|budget)s?\b", after)
        is not None
    )


def _measure(match: _Match) -> str:
    one, many = UNITS[match["unit"]]
    low, high = match["low"], match["high"]
    spoken = number(low) + (f" to {number(high)}" if high else "")
    attributive = match["hyphen"] == "-"
    name = one if (low == "1" and not high) or attributive else many
    if "per" in match.groupdict() and match["per"]:
        name += f" per {PER[match['per']]}"
    return f"{spoken}{'-' if attributive else ' '}{name}"


def _percent(match: _Match) -> str:
    high = f" to {number(match['high'])}" if match["high"] else ""
    return f"{number(match['low'])}{high} {'per mille' if match['sign'] == '‰' else 'percent'}"


def _telephone(match: _Match) -> str:
    groups = re.findall(r"\d+", match.group())
    return ("plus " if match.group()[0] == "+" else "") + ", ".join(map(digits, groups))


_HALVES = {"2": ("half", "halves"), "4": ("quarter", "quarters")}


def _fraction(match: _Match) -> str | None:
    top, bottom, whole = match["top"], match["bottom"], match["whole"]
    if int(top) >= int(bottom) or int(bottom) > 100:  # noqa: PLR2004 - 24/7, 1/1024
        return f"{cardinal(top)} {'over ' * (int(top) < int(bottom))}{cardinal(bottom)}"
    return fraction_words(whole, top, bottom)


def fraction_words(whole: str | None, top: str, bottom: str) -> str:
    """``3 1/2`` → three and a half."""
    one, many = _HALVES.get(bottom, (ordinal(bottom), ordinal(bottom) + "s"))
    if whole:
        article = "a" if top == "1" and bottom in _HALVES else cardinal(top)
        return f"{cardinal(whole)} and {article} {one if top == '1' else many}"
    return f"{cardinal(top)} {one if top == '1' else many}"


def _vulgar(match: _Match) -> str | None:
    top, _, bottom = unicodedata.normalize("NFKC", match["sign"]).partition("\u2044")
    before = match.string[max(match.start() - 1, 0) : match.start()]
    return " " * before.isalpha() + fraction_words(match["whole"], top, bottom) if bottom else None


def _version(match: _Match) -> str:
    """Parts of a version are numbers of their own: 3.11 is three point eleven, 22.04 twenty-two point oh four."""
    parts = match["parts"].split(".")
    prefix = "version " if match.groupdict().get("v") else ""
    return prefix + " point ".join(_part(part) for part in parts)


def _part(part: str) -> str:
    return digits(part, zero="oh") if len(part) > 1 and part[0] == "0" else cardinal(part)


def _named_version(match: _Match) -> str:
    return match["name"] + " point ".join(_part(part) for part in match["parts"].split("."))


def _decade(match: _Match) -> str:
    written = match["year"]
    if len(written) == 2:  # noqa: PLR2004 - '90s
        return plural(cardinal(written)) if int(written) else "two thousands"
    return plural(year(written))


def _code(match: _Match) -> str:
    """B-204 → B two oh four, RTX4090 → RTX forty ninety, GPT-4 → GPT four."""
    value = match["digits"]
    if len(value) <= 2 and value[0] != "0" or value.endswith("00") and len(value) == 3:  # noqa: PLR2004, RUF021
        spoken = cardinal(value)
    elif len(value) == 4 and value[0] != "0":  # noqa: PLR2004 - in pairs, as years are said
        spoken = year(value)
    else:
        spoken = digits(value, zero="oh")
    return f"{match['letters']} {spoken}"


def _power(written: str) -> str:
    return f"minus {ordinal(written[1:])}" if written[0] in "-−" else ordinal(written)


def _room(match: _Match) -> str:
    value = match["digits"]
    return match["name"] + (year(value) if len(value) == 4 else pairs(value))  # noqa: PLR2004 - room 1204


def _bare(match: _Match) -> str:
    """A bare number. Four digits from 1100 on are a year unless a plural says that things are counted."""
    written = match.group()
    if len(written) > 1 and written[0] == "0" and "." not in written:
        return digits(written, zero="oh" if len(written) == 3 else "zero")  # noqa: PLR2004 - 007
    if re.fullmatch(r"1[1-9]\d\d|20\d\d", written) and not _counts(match):
        return year(written)
    return number(written)


def _counts(match: _Match) -> bool:
    if re.search(r"[$£€,]\s?$", match.string[: match.start()]):
        return False
    after = re.match(r"\s([a-z]+)", match.string[match.end() :])
    if not after:
        return False
    word = after[1]
    return word in ("people", "men", "women", "children") or (
        word.endswith("s")
        and word not in ("was", "is", "has", "as", "this", "its", "his", "does", "us", "thus", "unless")
    )


_ORDINAL_NAMES = (
    "Henry|Louis|Elizabeth|Charles|George|Edward|James|William|Richard|Philip|Francis|Napoleon|Nicholas|"
    "Alexander|Catherine|Peter|Pius|Benedict|Gregory|Leo|Clement|Innocent|Urban|Paul|John|Frederick|Wilhelm|"
    "Ferdinand|Leopold|Ramses|Ramesses|Ptolemy|Mary|Otto|Christian|Gustav|Carl|Alfonso|Felipe|Pedro|Ivan|"
    "Harald|Haakon|Edmund|Robert|David|Boniface|Sixtus|Julius|Darius|Xerxes|Cyrus|Thutmose|Theodosius|Gates"
)
_NUMBERED = (
    "Chapter|Part|Volume|Book|Act|Scene|Section|Article|Phase|Type|Level|Class|Grade|Stage|Appendix|Figure|Table|"
    "Title|Episode|Season|Bowl|War|Mark|Unit|Lesson|Division|Category|Tier|Factor|Schedule|Amendment"
)
_VERSIONED = (
    "Python|Java|Node|Node.js|iOS|iPadOS|macOS|watchOS|Android|Windows|Ubuntu|Debian|Fedora|Linux|[Kk]ernel|Chrome|"
    "Firefox|Safari|PHP|Go|Rust|Ruby|Rails|Perl|Swift|Kotlin|Scala|Django|CUDA|PyTorch|TensorFlow|NumPy|React|Vue|"
    "Angular|TypeScript|Bluetooth|[Vv]ersions?|[Vv]er\\.?|[Rr]elease"
)


def _roman(match: _Match) -> str | None:
    if not is_roman(match["roman"]):
        return None
    return f"{match['name']} {cardinal(str(roman_value(match['roman'])))}"


def _regnal(match: _Match) -> str | None:
    if not is_roman(match["roman"]):
        return None
    return f"{match['name']} the {ordinal(str(roman_value(match['roman']))).capitalize()}"


_WITHOUT_STOP = one_of(WITHOUT_STOP & EXPANSIONS.keys())

WORDS: tuple[Rule, ...] = (
    rule(r"\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?(?=\s\d{1,4}\b)|(?<=\d\s)(Jan|Feb|Mar|Apr|Jun|Jul|Aug|"
         r"Sept?|Oct|Nov|Dec)\b\.?", lambda m: EXPANSIONS[m[1] or m[2]]),
    # Abbreviations
    rule(r"\b(?P<word>St|Dr)\.(?!\w)", _saint_or_street),
    rule(r"\bDr(?=\s[A-Z])", "doctor"),
    rule(r"\bNos\.?\s?(?=\d)", "numbers "),
    rule(r"\b(?:No|NO|no)\.\s?(?=\d)|\bNo\s(?=\d)", "number "),
    rule(r"\bpp\.\s?(?=\d)", "pages "),
    rule(r"\bp\.\s?(?=\d)", "page "),
    rule(r"\be\.\s?g\.,?", "for example,"),
    rule(r"\bi\.\s?e\.,?", "that is,"),
    rule(r"\b[Pp]h\.\s?[Dd]\.", lambda m: _stop(m, "PhD")),
    rule(r"\ba\.\s?k\.\s?a\.", "also known as"),
    rule(r"\bw/o\b", "without"),
    rule(r"\bw/(?=\s|\w)", "with "),
    rule(r"\b24/7\b", "twenty-four seven"),
    rule(r"\b9/11\b", "nine eleven"),
    rule(r"\b(?:[A-Z]\.){2,}|\b(?:[a-z]\.){3,}", _initials),
    rule(r"(?<![\w.])([A-Z])\.(?=\s[A-Z][\w'.])", r"\1"),
    rule(rf"\b(?P<word>{one_of(EXPANSIONS)})\.(?!\w)", _expand),
    rule(rf"\b(?P<word>{_WITHOUT_STOP})\b(?![.\w])", lambda m: EXPANSIONS[m["word"]]),
    # Roman numerals
    rule(rf"\b(?P<name>{_NUMBERED})\s(?P<roman>[IVXLC]+)\b(?![.']\w)", _roman),
    rule(rf"\b(?P<name>{_ORDINAL_NAMES})\s(?P<roman>[IVX]{{2,}}|[VX]|I(?=[,.;:!?)’']|\sof\b|$))\b(?!')", _regnal),
    rule(r"\b(?P<name>[A-Z][a-z]+)\s(?P<roman>[IVX]{2,})\b(?!')", _roman),
    rule(r"[Ⅰ-Ⅻⅰ-ⅻ]", lambda m: cardinal(str(roman_value(unicodedata.normalize("NFKC", m.group()).upper())))),
    # Names with signs
    rule(r"\b([CF])#", r"\1 sharp"),
    rule(r"\bC\+\+", "C plus plus"),
    rule(r"(?<![\w.])\.(?=[A-Z]{2,}\b)", "dot "),
    rule(r"(?<![\w#])#\s?(?=\d)", "number "),
    rule(r"(?<![\w#])#(?=[A-Za-z])", "hashtag "),
    rule(r"\band/or\b", "and or"),
    rule(r"\b(he|she|his|her|him|hers|yes|no|true|false|on|off)/(he|she|his|her|him|hers|no|yes|true|false|on|off)\b",
         r"\1 or \2", re.IGNORECASE),
)  # fmt: skip

DATES: tuple[Rule, ...] = (
    rule(r"\d{25,}", lambda m: digits(m.group())),  # no number, and the rules below assume short runs
    rule(r"(?<=\d),(?=\d{3}(?:,\d{3})*(?![\d,]))", ""),  # 1,234,567
    # Telephones, IP addresses
    rule(r"\+\d{1,3}(?:[\s.-]?\(?\d{2,4}\)?){2,5}(?!\d)", _telephone),
    rule(r"(?<![\d-])(?:1[\s.-])?(?:\(\d{3}\)\s?|\d{3}[\s.-])\d{3}[-.\s]\d{4}(?![\d-])", _telephone),
    rule(r"(?<![\d-])\d{3}-\d{4}(?![\d-])", _telephone),
    rule(r"\b[Cc]all(?:ed|ing)?\s(\d{3})\b", lambda m: m.group()[:-3] + digits(m[1])),
    rule(r"(?<![\d.])911(?![\d.])", "nine one one"),
    rule(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])", lambda m: " dot ".join(map(digits, m.group().split(".")))),
    # Dates
    rule(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?![\d/])", _us_date),
    rule(r"(?<![\d-])([12]\d{3})[-/.](\d{1,2})[-/.](\d{1,2})(?P<time>T(?=\d))?(?![\d-])", _iso_date),
    rule(rf"\b(?P<month>{_MONTH})\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:{_TO}(?P<last>\d{{1,2}})(?:st|nd|rd|th)?)?"
         r"(?:,?\s(?P<year>[12]\d{3}))?(?![\d:]|\.\d)", _month_day),
    rule(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<month>{_MONTH})\b(?:,?\s(?P<year>[12]\d{{3}})\b)?", _day_month),
    rule(r"(?<![\w])['’]?(?P<year>(?:1[1-9]|20)\d0|\d0)['’]?s\b", _decade),
    rule(r"(?<![\w])['’](\d\d)\b(?!['’\"])", lambda m: _year(m[1])),
    rule(r"(?<![\d.-])(1[1-9]\d\d|20\d\d)\s?[-–—]\s?(\d\d)(?![\d-])", lambda m: f"{year(m[1])} to {_year(m[2])}"),
    rule(r"(?<![\d.-])(1[1-9]\d\d|20\d\d)\s?[-–—]\s?(1[1-9]\d\d|20\d\d)(?![\d-])", lambda m: f"{year(m[1])} to {year(m[2])}"),
    # Times
    rule(r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:Z|\s?(?P<noon>[AaPp]\.?[Mm])\b\.?)?(?![\d:])",
         _clock),
    rule(r"(?<![\d:.])(?P<hour>1[0-2]|[1-9])\s?(?P<noon>[AaPp]\.[Mm]\.|[AaPp][Mm]\b)", _hour),
    rule(r"(?<=\d)\s?[-–—]\s?(?=\d{1,2}:\d\d)|(?<=clock)\s?[-–—]\s?(?=\w)|(?<=hundred)\s?[-–—]\s?(?=\w)|(?<=[AP]M)\s?[-–—]\s?(?=\w)", " to "),
    rule(rf"(?<![\d:]){_N}(?::{_N})+(?![\d:])", lambda m: " to ".join(map(number, m.group().split(":")))),
)  # fmt: skip

_CURRENCY = one_of(CURRENCIES)
_SCALE = r"(?P<scale>(?:[KkMBT]|MM|[Bb]n|tn)\b|(?:thousand|million|billion|trillion)\b)"
_VALUE = rf"(?P<value>{_N})(?:{_TO}(?:{_CURRENCY})?(?P<upper>{_N}))?(?:[\s-]?{_SCALE})?"
_PER = rf"(?:/(?P<per>{one_of(PER)})\b)?"
_SPAN = rf"(?P<low>(?<![\w.])[-−+]{_N}|(?<![\w.]){_N})(?:{_TO}(?P<high>{_N}))?"

QUANTITIES: tuple[Rule, ...] = (
    rule(rf"(?<![A-Za-z])(?P<sign>[-−])?(?P<currency>{_CURRENCY})\s?{_VALUE}{_PER}", _money),
    rule(rf"(?P<sign>(?<!\w)[-−])?{_LEFT}{_VALUE}\s?(?P<currency>{_CURRENCY})(?!\w){_PER}", _money),
    rule(r"(?<![\w.])(\d+)¢", lambda m: f"{cardinal(m[1])} cent{'s' * (m[1] != '1')}"),
    rule(rf"(?P<low>(?<![\w.])[-−+]{_N}|(?<![\d.]){_N})(?:%?{_TO}(?P<high>{_N}))?\s?(?P<sign>[%‰])", _percent),
    rule(r"(?<!\w)(\d{1,2})['’]\s?(\d{1,2})(?:\"|”|''|’’)?", lambda m: f"{cardinal(m[1])} foot {cardinal(m[2])}"),
    rule(rf"(?<![\w.])({_N})(?:\"|”|'')(?!\w)(?<=[\"'”])(?=\s[a-z])", lambda m: f"{number(m[1])}-inch"),
    rule(rf"{_SPAN}(?P<hyphen>[\s-])?(?P<unit>{one_of(UNITS)})(?:/(?P<per>{one_of(PER)}))?(?![\w²³/])(?!'\w)", _measure),
    rule(r"(?:(?<![\w./])(?P<whole>\d+)\s)?(?<![\w./])(?P<top>\d{1,4})/(?P<bottom>[1-9]\d{0,3})(?:ths?|rds?|nds?)?(?![\w/])(?!\.\d)",
         _fraction),
    rule(r"(?P<whole>\d+)?\s?(?P<sign>[¼-¾⅐-⅞])", _vulgar),
)  # fmt: skip

_SIGNS = {
    "+": "plus", "−": "minus", "×": "times", "÷": "divided by", "=": "equals", "≠": "is not equal to",
    "≈": "is about", "<": "less than", ">": "greater than", "≤": "at most", "≥": "at least",
    "±": "plus or minus",
}  # fmt: skip

NUMBERS: tuple[Rule, ...] = (
    rule(r"\b(\d+)(?:st|nd|rd|th)\b", lambda m: ordinal(m[1])),
    rule(r"(?<![\w.])(?P<v>[vV])\.?\s?(?P<parts>\d+(?:\.\d+)*)(?![\w.]*\d)", _version),
    rule(rf"(?P<name>\b(?:{_VERSIONED})[\s-])(?P<parts>\d+(?:\.\d+)+)(?!\d)", _named_version),
    rule(r"(?<![\w.])(?P<parts>\d+(?:\.\d+){2,})(?!\d)", _version),
    rule(r"(?P<name>\b(?:[Rr]oom|[Ff]light|[Aa]partment|[Ss]uite|[Gg]ate|[Rr]oute|[Hh]ighway|[Ii]nterstate|[Ee]xtension|"
         r"[Bb]us|US|Boeing)\s)(?P<digits>\d{3,4})(?!\d)", _room),
    # Powers, roots, subscripts
    rule(r"(?<=\w)²", " squared"),
    rule(r"(?<=\w)³", " cubed"),
    rule(r"(?<=\w)[⁰¹²³⁴-⁹]+", lambda m: f" to the {ordinal(unicodedata.normalize('NFKC', m.group()))}"),
    rule(r"\^(?=[-−]?\d)([-−]?\d+)", lambda m: " squared" if m[1] == "2" else f" to the {_power(m[1])}"),
    rule(r"[₀-₉]+", lambda m: f" {cardinal(unicodedata.normalize('NFKC', m.group()))} "),
    rule(r"√\s?", "the square root of "),
    rule(r"(?<![\w.])(\d{4})\s?[xX×]\s?(\d{4})(?!\w)", lambda m: f"{year(m[1])} by {year(m[2])}"),
    rule(rf"(?<![\w.])({_N})\s?[xX×*]\s?(?={_N})", lambda m: f"{number(m[1])} {'by' if 'x' in m.group().lower() else 'times'} "),
    # Codes, then what sticks to a number
    rule(r"(?P<letters>(?<![A-Za-z])[A-Za-z]+)[-−]?(?P<digits>\d+)(?!\.?\d)", _code),
    rule(r"(?<=[A-Za-z])[-−]?(?=\d+\.\d)", " "),
    rule(r"(?<=[\d²³)])\s?([+×÷=≠≈<>≤≥±])\s?(?=[\d.A-Za-z(√−-])", lambda m: f" {_SIGNS[m[1]]} "),
    rule(r"(?<=[\w)])\s([+−×÷=≠≈<>≤≥±])\s(?=[\w.(√-])", lambda m: f" {_SIGNS[m[1]]} "),
    rule(r"(?<=[\w)])([×÷=≠≈≤≥±])(?=[\w.(√-])", lambda m: f" {_SIGNS[m[1]]} "),
    rule(rf"(?P<low>(?<![\w.]){_N})\s?[-−]\s?(?={_N}\s?(?:=|equals))", lambda m: f"{number(m['low'])} minus "),
    rule(r"(?<=\d)\s?[-–—−~]\s?(?=\d)", " to "),
    rule(r"(?<![\w)])[-−](?=\.?\d)", "minus "),
    rule(r"(?<!\w)[~≈]\s?(?=\d)", "about "),
    rule(r"(?<!\w)\+(?=\d)", "plus "),
    rule(r"([<>≤≥±])\s?(?=\d)", lambda m: f"{_SIGNS[m[1]]} "),
    rule(r"§\s?(?=\d)", "section "),
    rule(r"(?<=\w)\+(?!\w)", " plus"),
    rule(r"(?<!\d)\.(?=\d)", "zero point "),
    rule(rf"{_N}(?=[A-Za-z])", lambda m: f"{_bare(m)} "),
    rule(_N, _bare),
)  # fmt: skip

SIGNS: tuple[Rule, ...] = (
    rule(r"\s?&\s?(?=\w)", " and "),
    rule(r"(?<=\w)@(?=\w)|\s@\s", " at "),
    rule(r"@(?=\w)", "at "),
    rule(r"\b(\w+)\.(?=(?:pdf|txt|py|js|ts|md|csv|json|xml|html?|css|docx?|xlsx?|pptx?|zip|exe|jpe?g|png|gif|mp3|mp4|wav|"
         r"toml|ya?ml|sh|rs|go|cpp|java)\b)", r"\1 dot "),
    rule(r"(?<=[A-Za-z])\.(?=(?:js|io|ai|net|com|org)\b)", " dot "),
    rule(r"°", " degrees"),
)  # fmt: skip

SPECIFIC: tuple[Rule, ...] = (*WORDS, *DATES, *QUANTITIES)
GENERAL: tuple[Rule, ...] = (*NUMBERS, *SIGNS)

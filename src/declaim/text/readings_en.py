"""How each kind of written English is said: one function for a match of a rule of `normalisation_en`."""

# ruff: noqa: E501 - a table reads best with a line for a rule
from __future__ import annotations

import re
import unicodedata

from declaim.text.abbreviations import EXPANSIONS
from declaim.text.measures_en import CURRENCIES, PER, SCALES, UNITS
from declaim.text.numerals_en import cardinal, digits, number, ordinal, pairs, plural, year
from declaim.text.roman import is_roman, roman_value
from declaim.text.rules import after, before

_Match = re.Match[str]
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
WEEKDAYS = {
    "Mon": "Monday", "Tue": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday", "Fri": "Friday",
    "Sat": "Saturday", "Sun": "Sunday",
}  # fmt: skip
COMPASS = {"N": "north", "S": "south", "E": "east", "W": "west"}
_RATIO_BEFORE = re.compile(r"\b(?:ratios?|odds|scale|mix|proportion)\b[^.!?;]{0,12}$", re.IGNORECASE)
_RATIO_AFTER = re.compile(r"\s?(?:aspect\s)?(?:ratio|odds|scale|mix|split|dilution)\b")
_ARTICLE = re.compile(r"\b[Aa]n?\s$")
_PRICED = re.compile(r"[\s-](?:bill|note|coin|fine|fee|ticket|gift|deal|house|home|bonus|budget)s?\b")
_NOTHING_MORE = re.compile(r"[\s\"'”’)\]]*$")
_NO_PLURAL = ("ss", "us", "is")
_NO_NOUN = frozenset({"was", "has", "as", "its", "does", "always", "perhaps", "sometimes", "series"})
_HALVES = {"2": ("half", "halves"), "4": ("quarter", "quarters")}


def stop(match: _Match, spoken: str) -> str:
    """The full stop of an abbreviation ends the sentence too when it is the last thing in it."""
    is_last = _NOTHING_MORE.match(match.string, match.end())
    return spoken + ("." if is_last and match.group().endswith(".") else "")


def expanded(match: _Match) -> str:
    """Prof. → professor."""
    return stop(match, EXPANSIONS[match["word"]])


def saint_or_street(match: _Match) -> str:
    """Tell saints and doctors from streets and drives: St. Paul, but Main St."""
    follows_name = re.search(r"\b[A-Z0-9][\w']*\s$", before(match, 32))
    leads_name = re.match(r"\s?[A-Z]", after(match, 2))
    title, place = {"St": ("saint", "street"), "Dr": ("doctor", "drive")}[match["word"]]
    return stop(match, place if follows_name and not leads_name else title)


def initials(match: _Match) -> str:
    """U.S. → US."""
    return stop(match, re.sub(r"[.\s]", "", match.group()))


def us_date(match: _Match) -> str | None:
    """3/8/2024 → March eighth, twenty twenty-four; None if no calendar has the day."""
    spoken = month_and_day(match[1], match[2])
    return f"{spoken}, {written_year(match[3])}" if spoken else None


def month_and_day(first: str, second: str) -> str | None:
    """``3``, ``8`` → March eighth; the day comes first where only that gives a month. None if neither does."""
    month, day = sorted((int(first), int(second))) if int(first) > len(MONTHS) else (int(first), int(second))
    if not (1 <= month <= len(MONTHS) and 1 <= day <= 31):  # noqa: PLR2004 - the calendar
        return None
    return f"{MONTHS[month - 1]} {ordinal(str(day))}"


def iso_date(match: _Match) -> str | None:
    """2024-03-05 → March fifth, twenty twenty-four."""
    month, day = int(match[2]), int(match[3])
    if not (1 <= month <= len(MONTHS) and 1 <= day <= 31):  # noqa: PLR2004 - the calendar
        return None
    return f"{MONTHS[month - 1]} {ordinal(match[3])}, {written_year(match[1])}" + (
        ", " if match["time"] else ""
    )


def month_day(match: _Match) -> str:
    """March 5-8, 2024 → March fifth to eighth, twenty twenty-four."""
    spoken = f"{match['month']} {ordinal(match['day'])}"
    if match["last"]:
        spoken += f" to {ordinal(match['last'])}"
    return spoken + (f", {written_year(match['year'])}" if match["year"] else "")


def day_month(match: _Match) -> str:
    """5 March → the fifth of March."""
    article = "" if re.search(r"\bthe\s$", before(match, 5), re.IGNORECASE) else "the "
    spoken = f"{article}{ordinal(match['day'])} of {match['month']}"
    return spoken + (f", {written_year(match['year'])}" if match["year"] else "")


def written_year(written: str) -> str:
    """A year of four or of two digits ('69)."""
    if len(written) == 4:  # noqa: PLR2004 - 2024
        return year(written)
    return pairs(written) if written[0] == "0" else cardinal(written)


def clock(match: _Match) -> str | None:
    """14:30 → fourteen thirty, 9:00 → nine o'clock; None for a ratio."""
    hour, minute, second, noon = int(match["hour"]), match["minute"], match["second"], match["noon"]
    if hour > 24 or int(minute) > 59 or int(second or 0) > 59:  # noqa: PLR2004 - the clock
        return None
    if not second and not noon and is_ratio(match):
        return None
    spoken = cardinal(str(hour))
    if int(minute) or second:
        spoken += f" {minutes(minute)}"
    elif not noon:
        spoken += " o'clock" if hour <= 12 else " hundred"  # noqa: PLR2004 - the clock
    if second:
        spoken += f" and {cardinal(second)} second{'s' * (int(second) != 1)}"
    return stop(match, f"{spoken} {noon[0].upper()}M") if noon else spoken


def is_ratio(match: _Match) -> bool:
    """Whether the words beside 1:10 say that it is a ratio."""
    return bool(_RATIO_BEFORE.search(before(match, 24)) or _RATIO_AFTER.match(after(match, 24)))


def minutes(minute: str) -> str:
    """05 → oh five, 00 → hundred."""
    return pairs(minute) if int(minute) else "hundred"


def hour(match: _Match) -> str:
    """9 a.m. → nine AM."""
    return stop(match, f"{cardinal(match['hour'])} {match['noon'][0].upper()}M")


def money(match: _Match) -> str:
    """$23.50 → twenty-three dollars and fifty cents."""
    one, many, hundredth, hundredths = CURRENCIES[match["currency"]]
    value, upper = match["value"], match["upper"]
    sign = "minus " if match["sign"] else ""
    per = f" per {PER[match['per']]}" if match["per"] else ""
    if scale := SCALES.get(match["scale"] or "", ""):
        high = f" to {number(upper)}" if upper else ""
        return f"{sign}{number(value)}{high} {scale} {one if is_attributive(match) else many}{per}"
    if upper:
        return f"{sign}{number(value)} to {number(upper)} {many}{per}"
    whole, _, cents = value.partition(".")
    if len(cents) != 2 or not hundredth:  # noqa: PLR2004 - two decimals are hundredths
        name = one if value == "1" or is_attributive(match) else many
        return f"{sign}{number(value)} {name}{per}"
    parts = []
    if int(whole) or not int(cents):
        parts.append(f"{cardinal(whole)} {one if int(whole) == 1 else many}")
    if int(cents):
        parts.append(f"{cardinal(cents)} {hundredth if int(cents) == 1 else hundredths}")
    return sign + " and ".join(parts) + per


def follows_article(match: _Match) -> bool:
    """A 5 kg bag: what "a" belongs to comes later, and the unit before it is in the singular."""
    return _ARTICLE.search(before(match, 4)) is not None


def is_attributive(match: _Match) -> bool:
    """A $20 bill is a twenty-dollar bill."""
    return follows_article(match) or _PRICED.match(after(match, 8)) is not None


def measure(match: _Match) -> str:
    """5-10 kg → five to ten kilograms, 5-km → five-kilometer."""
    one, many = UNITS[match["unit"]]
    low, high = match["low"], match["high"]
    spoken = number(low) + (f" to {number(high)}" if high else "")
    attributive = match["hyphen"] == "-"
    name = one if (low == "1" and not high) or attributive or follows_article(match) else many
    if "per" in match.groupdict() and match["per"]:
        name += f" per {PER[match['per']]}"
    return f"{spoken}{'-' if attributive else ' '}{name}"


def percent(match: _Match) -> str:
    """10-15% → ten to fifteen percent."""
    high = f" to {number(match['high'])}" if match["high"] else ""
    return f"{number(match['low'])}{high} {'per mille' if match['sign'] == '‰' else 'percent'}"


def telephone(match: _Match) -> str:
    """555-123-4567 → its groups digit by digit, with commas between them."""
    groups = re.findall(r"\d+", match.group())
    return ("plus " if match.group()[0] == "+" else "") + ", ".join(map(digits, groups))


def named_number(match: _Match) -> str | None:
    """PIN 4821 → PIN four eight two one, unless a plural says that things are counted."""
    return None if counts(match) else match["name"] + digits(match["digits"])


def angle(match: _Match) -> str:
    """39°54' N → thirty-nine degrees fifty-four minutes north."""
    seconds = f" {number(match[3])} seconds" if match[3] else ""
    compass = f" {COMPASS[match['compass']]}" if match["compass"] else ""
    return f"{cardinal(match[1])} degrees {cardinal(match[2])} minutes{seconds}{compass}"


def feet_or_minutes(match: _Match) -> str:
    """5'11" is a height; a foot has no thirty inches, so 1'30" is a time."""
    first, second = cardinal(match[1]), cardinal(match[2])
    if int(match[2]) < 12:  # noqa: PLR2004
        return f"{first} foot {second}"
    return f"{first} minute{'s' * (match[1] != '1')} {second} seconds"


def inches(match: _Match) -> str | None:
    """27" is twenty-seven-inch, unless the mark closes a quotation."""
    return None if match.string.count('"', 0, match.start()) % 2 else f"{number(match[1])}-inch"


def part_of_unit(match: _Match) -> str | None:
    """1/2 kg → half a kilogram, 3/4 mi → three quarters of a mile, 2 1/2 kg → two and a half kilograms."""
    whole, top, bottom = match["whole"], match["top"], match["bottom"]
    if int(top) >= int(bottom):
        return None
    one, many = UNITS[match["unit"]]
    spoken = fraction_words(whole, top, bottom)
    if whole:
        return f"{spoken} {one if follows_article(match) else many}"
    if follows_article(match):
        return f"{spoken} {one}"
    article = "an" if re.match(r"[aeio]|hour", one) else "a"
    return f"half {article} {one}" if (top, bottom) == ("1", "2") else f"{spoken} of {article} {one}"


def fraction(match: _Match) -> str | None:
    """3/4 → three quarters; 50/50 → fifty fifty."""
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


def vulgar(match: _Match) -> str | None:
    """3½ → three and a half."""
    top, _, bottom = unicodedata.normalize("NFKC", match["sign"]).partition("\u2044")
    return " " * before(match, 1).isalpha() + fraction_words(match["whole"], top, bottom) if bottom else None


def version(match: _Match) -> str:
    """Parts of a version are numbers of their own: 3.11 is three point eleven, 22.04 twenty-two point oh four."""
    parts = match["parts"].split(".")
    prefix = "version " if match.groupdict().get("v") else ""
    return prefix + " point ".join(version_part(part) for part in parts)


def version_part(part: str) -> str:
    """04 → oh four, 11 → eleven."""
    return digits(part, zero="oh") if len(part) > 1 and part[0] == "0" else cardinal(part)


def named_version(match: _Match) -> str:
    """Python 3.11 → Python three point eleven."""
    return match["name"] + " point ".join(version_part(part) for part in match["parts"].split("."))


def decade(match: _Match) -> str:
    """1990s → nineteen nineties, '90s → nineties."""
    written = match["year"]
    if len(written) == 2:  # noqa: PLR2004 - '90s
        return plural(cardinal(written)) if int(written) else "two thousands"
    return plural(year(written))


def code(match: _Match) -> str:
    """B-204 → B two oh four, RTX4090 → RTX forty ninety, GPT-4 → GPT four."""
    value = match["digits"]
    if len(value) <= 2 and value[0] != "0" or value.endswith("00") and len(value) == 3:  # noqa: PLR2004, RUF021
        spoken = cardinal(value)
    elif len(value) == 4 and value[0] != "0":  # noqa: PLR2004 - in pairs, as years are said
        spoken = year(value)
    else:
        spoken = digits(value, zero="oh")
    return f"{match['letters']} {spoken}{' ' * after(match, 1).isalpha()}"


def superscript(match: _Match) -> str:
    """² → squared, ⁻³ → to the minus third."""
    return power_words(match.group())


def power_words(written: str) -> str:
    """What follows the base of a power: ``2`` → squared, ``6`` → to the sixth."""
    written = unicodedata.normalize("NFKC", written).lstrip("+")
    return {"2": " squared", "3": " cubed"}.get(written) or f" to the {power(written)}"


def power_of_unit(match: _Match) -> str:
    """10^8 m/s: what follows "ten" is "to the eighth meters per second"."""
    per = f" per {PER[match['per']]}" if match["per"] else ""
    return f"{power_words(match['power'].lstrip('^'))} {UNITS[match['unit']][1]}{per}"


def power(written: str) -> str:
    """The exponent of a power: 6 → sixth."""
    return f"minus {ordinal(written[1:])}" if written[0] in "-−" else ordinal(written)


def room(match: _Match) -> str:
    """Room 502 → Room five oh two."""
    value = match["digits"]
    return match["name"] + (year(value) if len(value) == 4 else pairs(value))  # noqa: PLR2004 - room 1204


def bare(match: _Match) -> str:
    """A bare number. Four digits from 1100 on are a year unless a plural says that things are counted."""
    written = match.group()
    if len(written) > 1 and written[0] == "0" and "." not in written:
        return digits(written, zero="oh" if len(written) == 3 else "zero")  # noqa: PLR2004 - 007
    if re.fullmatch(r"\d{10,}", written) and not written.endswith("0000") and not counts(match):
        return digits(written)  # a name for something
    if re.fullmatch(r"1[1-9]\d\d|20\d\d", written) and not counts(match):
        return year(written)
    return number(written)


def counts(match: _Match) -> bool:
    """Whether a plural after the number says that things are counted."""
    following = re.match(r"\s([a-z]+)", after(match, 24))
    if not following or before(match, 2).strip()[-1:] == ",":
        return False
    word = following[1]
    if word in ("people", "men", "women", "children"):
        return True
    return word.endswith("s") and not word.endswith(_NO_PLURAL) and word not in _NO_NOUN


def numbered_roman(match: _Match) -> str | None:
    """Chapter IV → Chapter four."""
    if not is_roman(match["roman"]):
        return None
    return f"{match['name']} {cardinal(str(roman_value(match['roman'])))}"


def regnal(match: _Match) -> str | None:
    """Henry VIII → Henry the Eighth."""
    if not is_roman(match["roman"]):
        return None
    return f"{match['name']} the {ordinal(str(roman_value(match['roman']))).capitalize()}"

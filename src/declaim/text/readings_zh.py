"""How each kind of written Chinese is said: one function for a match of a rule of `normalisation_zh`."""

# ruff: noqa: E501 - a table reads best with a line for a rule
from __future__ import annotations

import re
import unicodedata
from functools import partial

from declaim.text.measures_zh import COUNTED, CURRENCIES, PER, SPEED, UNITS
from declaim.text.numerals_zh import cardinal, digits, number, roman
from declaim.text.roman import is_roman
from declaim.text.rules import after, before

_Match = re.Match[str]
_LETTER_SCALE = {"K": 10**3, "k": 10**3, "M": 10**6, "B": 10**9, "bn": 10**9, "T": 10**12}
telephone = partial(digits, telephone=True)
_COUNTED = re.compile(rf"\s?[多余几来]?(?:{COUNTED})")
_SCORES = re.compile(
    r"(?:比分|比例|比率|以|比|胜|负|平|领先|落后|战胜|击败|总分|按|配比|赔率)[^，。；！？]{0,6}$"
)
_AFTER_SCORE = re.compile(
    r"\s?(?:[大小险完取获]?[胜负败平]|战胜|战平|击败|领先|落后|逆转|横扫|淘汰|的?比[例分]|的?比率)"
)


def full_date(match: _Match) -> str | None:
    """2024-03-05 → 二零二四年三月五日; None if no calendar has the day."""
    year, month, day = match["year"], int(match["month"]), int(match["day"])
    if not (1 <= month <= 12 and 1 <= day <= 31):  # noqa: PLR2004 - the calendar
        return None
    return f"{digits(year)}年{cardinal(str(month))}月{cardinal(str(day))}日"


def year_month(match: _Match) -> str:
    """2024-05 → 二零二四年五月."""
    return f"{digits(match['year'])}年{cardinal(match['month'])}月"


def clock(match: _Match) -> str | None:
    """14:30 → 十四点三十分, unless it is a score or a ratio."""
    hour, minute, second = match["hour"], match["minute"], match["second"]
    if int(hour) > 24 or int(minute) > 59 or int(second or 0) > 59:  # noqa: PLR2004 - the clock
        return None
    if not second and (_SCORES.search(before(match, 12)) or _AFTER_SCORE.match(after(match, 8))):
        return None
    spoken = f"{noon(match)}{number(str(int(hour)), counting=True)}点"
    if int(minute) or second:
        spoken += f"{two_digits(minute)}分"
    return spoken + (f"{two_digits(second)}秒" if second else "")


def noon(match: _Match) -> str:
    """上午 or 下午 for AM or PM, unless the text has said it."""
    mark = match["noon"]
    if not mark or before(match, 1).endswith(("午", "上", "晨", "早", "晚", "夜")):
        return ""
    return "上午" if mark.strip()[0] in "aA" else "下午"


def hour_only(match: _Match) -> str:
    """3pm → 下午三点."""
    return f"{noon(match)}{number(match['hour'], counting=True)}点"


def two_digits(written: str) -> str:
    """Minutes and seconds: 05 → 零五."""
    return "零" * (written[0] == "0") + cardinal(written) if int(written) else "零"


def named_number(match: _Match) -> str:
    """电话95588 → 电话九五五八八: what the words before it name."""
    return match["name"] + telephone(match["digits"])


def chain(match: _Match) -> str:
    """978-7-111-12345-6: three groups are no range; each is read digit by digit."""
    return "，".join(map(telephone, match.group().split("-")))


def number_sign(match: _Match) -> str:
    """No.1 is a rank, 第一; No.5 a name, 五号."""
    spoken = cardinal(match[1])
    return f"第{spoken}" if int(match[1]) <= 3 else f"{spoken}号"  # noqa: PLR2004 - the winners' rostrum


def span(match: _Match) -> str:
    """5-8 → 五到八; what falls, 3-1, is a score."""
    low, high = match["low"], match["high"]
    falls = match["to"] == "-" and not match["scale"] and float(low) > float(high)
    return f"{number(low)}{match['scale'] or ''}{'比' if falls else '到'}{number(high)}"


def inches(match: _Match) -> str | None:
    """27" → 二十七英寸, unless the mark closes a quotation."""
    return None if match.string.count('"', 0, match.start()) % 2 else f"{number(match[1])}英寸"


def feet_or_minutes(match: _Match) -> str:
    """5'11" is a height; a foot has no thirty inches, so 1'30" is a time."""
    first, second = signed(match[1]), cardinal(match[2])
    return f"{first}英尺{second}英寸" if int(match[2]) < 12 else f"{cardinal(match[1])}分{second}秒"  # noqa: PLR2004


def ratio(match: _Match) -> str:
    """3:2 → 三比二."""
    return "比".join(number(part) for part in match.group().split(":"))


def money(match: _Match) -> str:
    """¥3.5万 → 三点五万元."""
    value = amount(match["value"], match["scale"] or "")
    currency = CURRENCIES[match["currency"]]
    sign = "负" if match["sign"] else ""
    upper = f"到{amount(match['upper'], match['scale'] or '')}" if match["upper"] else ""
    return f"{sign}{value}{upper}{currency}"


def amount(value: str, scale: str) -> str:
    """23.50 → 二十三点五; 1.5 and M → 一百五十万."""
    if "." in value:
        value = value.rstrip("0").rstrip(".")
    if scale in _LETTER_SCALE:
        whole, _, decimals = value.partition(".")
        shifted = int(whole + decimals) * _LETTER_SCALE[scale]
        return cardinal(str(shifted // 10 ** len(decimals)))
    return number(value, counting=True) + scale


def percent(match: _Match) -> str:
    """5-10% → 百分之五到百分之十."""
    name = {"%": "百分之", "‰": "千分之"}[match["sign"]]
    low = hundred(match["low"], name)
    high = f"到{hundred(match['high'], name)}" if match["high"] else ""
    return f"{low}{high}"


def hundred(value: str, name: str) -> str:
    """One percentage: 100 → 百分之百, -3 → 负百分之三."""
    if value == "100" and name == "百分之":
        return "百分之百"
    sign = {"-": "负", "−": "负", "+": "正", "±": "正负"}.get(value[0], "")
    return f"{sign}{name}{number(value.lstrip('+-−±'))}"


def measure(match: _Match) -> str:
    """5mg/L → 每升五毫克."""
    below = match["per"]
    prefix, unit = (f"每{PER[below]}", UNITS[match["unit"]]) if below else ("", UNITS[match["unit"]])
    return prefix + measured(match) + unit


def speed(match: _Match) -> str:
    """60km/h → 每小时六十公里."""
    prefix, unit = SPEED[match["unit"]]
    return prefix + measured(match) + unit


def measured(match: _Match) -> str:
    """The number, or the range of numbers, before a unit."""
    high = f"到{signed(match['high'])}" if match["high"] else ""
    return signed(match["low"]) + high


def signed(value: str) -> str:
    """A quantity, whose bare 2 is 两."""
    return number(value, counting=True)


def temperature(match: _Match) -> str:
    """Below zero says which scale it is by itself: -5℃ is 零下五度."""
    high = match["high"]
    fahrenheit = match["unit"] in ("°F", "℉")
    spoken = f"零下{number(match['low'][1:])}"
    if high:
        spoken += (
            f"到零下{number(high[1:])}" if high[0] in "-−" else f"到{'零上' * (high != '0')}{number(high)}"
        )
    return spoken + ("华氏度" if fahrenheit else "度")


def fraction(match: _Match) -> str | None:
    """3/4 → 四分之三; what is no fraction (24/7) is read 杠."""
    top, bottom = match["top"], match["bottom"]
    if int(top) >= int(bottom):
        return f"{cardinal(top)}杠{cardinal(bottom)}"
    whole = f"{cardinal(match['whole'])}又" if match["whole"] else ""
    return f"{whole}{cardinal(bottom)}分之{cardinal(top)}"


def vulgar(match: _Match) -> str:
    """3½ → 三又二分之一."""
    whole = f"{cardinal(match['whole'])}又" if match["whole"] else ""
    top, _, bottom = unicodedata.normalize("NFKC", match["sign"]).partition("\u2044")
    return f"{whole}{cardinal(bottom)}分之{cardinal(top)}" if bottom else match.group()


def version(match: _Match) -> str:
    """v2.5.1 → V二点五点一."""
    letter = "V" if match.group()[0] in "vV" else ""
    return letter + "点".join(map(cardinal, match["parts"].split(".")))


def version_or_date(match: _Match) -> str:
    """2024.3.5 is a date, 10.15.7 a version."""
    parts = match["parts"].split(".")
    if len(parts) == 3 and len(parts[0]) == 4 and parts[0][0] in "12":  # noqa: PLR2004 - 2024.3.5
        month, day = int(parts[1]), int(parts[2])
        if 1 <= month <= 12 and 1 <= day <= 31:  # noqa: PLR2004 - the calendar
            return f"{digits(parts[0])}年{cardinal(parts[1])}月{cardinal(parts[2])}日"
    return version(match)


def angle(match: _Match) -> str:
    """39°54' → 三十九度五十四分."""
    seconds = f"{number(match[3])}秒" if match[3] else ""
    return f"{cardinal(match[1])}度{cardinal(match[2])}分{seconds}"


def plate(match: _Match) -> str:
    """京A12345 → 京A幺二三四五."""
    return match["region"] + re.sub(r"\d", lambda digit: telephone(digit.group()), match["rest"])


def code(match: _Match) -> str:
    """What follows the letters of a code: up to two digits are a number, more are digits; round ones cardinals."""
    value = match["digits"]
    if len(value) <= 2 or value.endswith("00") and len(value) <= 4:  # noqa: PLR2004, RUF021 - G20, A100
        spoken = cardinal(value) if value[0] != "0" else digits(value)
    else:
        spoken = digits(value)
    return match["letters"] + spoken


def roman_numeral(match: _Match) -> str | None:
    """IV → 四."""
    return roman(match.group()) if is_roman(match.group()) else None


def power(written: str) -> str:
    """What follows the base of a power: ² → 的平方, ⁻³ → 的负三次方."""
    exponent = unicodedata.normalize("NFKC", written).lstrip("^+")
    return {"2": "的平方", "3": "的立方"}.get(exponent) or f"的{number(exponent)}次方"


def power_of_unit(match: _Match) -> str:
    """10^8m/s: what follows 十 is 的八次方米每秒."""
    per = f"每{PER[match['per']]}" if match["per"] else ""
    return f"{power(match['power'])}{UNITS[match['unit']]}{per}"


def interval(match: _Match) -> str:
    """2-3天 → 两到三天."""
    return f"{number(match['low'], counting=True)}到{number(match['high'], counting=True)}"


def bare(match: _Match) -> str:
    """A bare number: figures with a leading zero, and very long ones, name something."""
    value = match.group()
    whole = value.partition(".")[0]
    if "." not in value and (len(value) > 1 and value[0] == "0"):
        return digits(value)
    is_amount = value.endswith("0000") or _COUNTED.match(match.string, match.end())
    if len(whole) > 8 and "." not in value and not is_amount:  # noqa: PLR2004 - a name for something
        return telephone(value)
    return number(value)

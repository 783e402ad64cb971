"""Written to spoken Chinese: the table of rules, most specific first.

Conventions: years digit by digit; quantities as cardinals with 两 where something is counted; numbers that
name something (telephones, trains, flights, rooms, plates) digit by digit with 幺 for 1, as GB/T 15835 leaves
to usage; a Latin letter stays a letter. wetext's choices were the starting point where usage is divided
(每小时六十公里, 十四点三十分).
"""

# ruff: noqa: E501 - a table reads best with a line for a rule
from __future__ import annotations

import re
import unicodedata
from functools import partial

from declaim.text.measures_zh import COUNTED, CURRENCIES, PER, SPEED, UNITS
from declaim.text.numerals_zh import cardinal, digits, number, roman
from declaim.text.roman import is_roman
from declaim.text.rules import Rule, one_of, rule

_Match = re.Match[str]
_N = r"\d+(?:\.\d+)?"
_LEFT = r"(?<![\d.])"
_TO = r"\s?(?:[-–—~～−]|——)\s?"
_SCALE = "百万亿|千万亿|万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千"
_LETTER_SCALE = {"K": 10**3, "k": 10**3, "M": 10**6, "B": 10**9, "bn": 10**9, "T": 10**12}
_telephone = partial(digits, telephone=True)

_SCORES = re.compile(
    r"(?:比分|比例|比率|以|比|胜|负|平|领先|落后|战胜|击败|总分|按|配比|赔率)[^，。；！？]{0,6}$"
)
_AFTER_SCORE = re.compile(
    r"\s?(?:[大小险完]?[胜负败平]|战胜|战平|击败|领先|落后|逆转|横扫|淘汰|的?比[例分]|的?比率)"
)


def _full_date(match: _Match) -> str | None:
    year, month, day = match["year"], int(match["month"]), int(match["day"])
    if not (1 <= month <= 12 and 1 <= day <= 31):  # noqa: PLR2004 - the calendar
        return None
    return f"{digits(year)}年{cardinal(str(month))}月{cardinal(str(day))}日"


def _year_month(match: _Match) -> str:
    return f"{digits(match['year'])}年{cardinal(match['month'])}月"


def _clock(match: _Match) -> str | None:
    """14:30 → 十四点三十分, unless it is a score or a ratio."""
    hour, minute, second = match["hour"], match["minute"], match["second"]
    if int(hour) > 24 or int(minute) > 59 or int(second or 0) > 59:  # noqa: PLR2004 - the clock
        return None
    before, after = match.string[max(match.start() - 12, 0) : match.start()], match.string[match.end() :]
    if not second and (_SCORES.search(before) or _AFTER_SCORE.match(after)):
        return None
    spoken = f"{_noon(match['noon'] or '', before)}{number(str(int(hour)), counting=True)}点"
    if int(minute) or second:
        spoken += f"{_two_digits(minute)}分"
    return spoken + (f"{_two_digits(second)}秒" if second else "")


def _noon(mark: str, before: str) -> str:
    if not mark or before.endswith(("午", "上", "晨", "早", "晚", "夜")):
        return ""
    return "上午" if mark.strip()[0] in "aA" else "下午"


def _hour_only(match: _Match) -> str:
    before = match.string[max(match.start() - 4, 0) : match.start()]
    return f"{_noon(match['noon'], before)}{number(match['hour'], counting=True)}点"


def _two_digits(written: str) -> str:
    return "零" * (written[0] == "0") + cardinal(written) if int(written) else "零"


def _ratio(match: _Match) -> str:
    return "比".join(number(part) for part in match.group().split(":"))


def _money(match: _Match) -> str:
    value = _amount(match["value"], match["scale"] or "")
    currency = CURRENCIES[match["currency"]]
    sign = "负" if match["sign"] else ""
    upper = f"到{_amount(match['upper'], match['scale'] or '')}" if match["upper"] else ""
    return f"{sign}{value}{upper}{currency}"


def _amount(value: str, scale: str) -> str:
    """23.50 → 二十三点五; 1.5 and M → 一百五十万."""
    if "." in value:
        value = value.rstrip("0").rstrip(".")
    if scale in _LETTER_SCALE:
        whole, _, decimals = value.partition(".")
        shifted = int(whole + decimals) * _LETTER_SCALE[scale]
        return cardinal(str(shifted // 10 ** len(decimals)))
    return number(value, counting=True) + scale


def _percent(match: _Match) -> str:
    name = {"%": "百分之", "‰": "千分之"}[match["sign"]]
    low = _hundred(match["low"], name)
    high = f"到{_hundred(match['high'], name)}" if match["high"] else ""
    return f"{low}{high}"


def _hundred(value: str, name: str) -> str:
    if value == "100" and name == "百分之":
        return "百分之百"
    sign = {"-": "负", "−": "负", "+": "正"}.get(value[0], "")
    return f"{sign}{name}{number(value.lstrip('+-−'))}"


def _measure(match: _Match) -> str:
    below = match["per"]
    prefix, unit = (f"每{PER[below]}", UNITS[match["unit"]]) if below else ("", UNITS[match["unit"]])
    return prefix + _measured(match) + unit


def _speed(match: _Match) -> str:
    prefix, unit = SPEED[match["unit"]]
    return prefix + _measured(match) + unit


def _measured(match: _Match) -> str:
    high = f"到{_signed(match['high'])}" if match["high"] else ""
    return _signed(match["low"]) + high


def _signed(value: str) -> str:
    return number(value, counting=True)


def _temperature(match: _Match) -> str:
    """Below zero says which scale it is by itself: -5℃ is 零下五度."""
    high = match["high"]
    fahrenheit = match["unit"] in ("°F", "℉")
    spoken = f"零下{number(match['low'][1:])}"
    if high:
        spoken += (
            f"到零下{number(high[1:])}" if high[0] in "-−" else f"到{'零上' * (high != '0')}{number(high)}"
        )
    return spoken + ("华氏度" if fahrenheit else "度")


def _fraction(match: _Match) -> str | None:
    top, bottom = match["top"], match["bottom"]
    if int(top) >= int(bottom):
        return f"{cardinal(top)}杠{cardinal(bottom)}"
    whole = f"{cardinal(match['whole'])}又" if match["whole"] else ""
    return f"{whole}{cardinal(bottom)}分之{cardinal(top)}"


def _vulgar(match: _Match) -> str:
    """3½ → 三又二分之一."""
    whole = f"{cardinal(match['whole'])}又" if match["whole"] else ""
    top, _, bottom = unicodedata.normalize("NFKC", match["sign"]).partition("\u2044")
    return f"{whole}{cardinal(bottom)}分之{cardinal(top)}" if bottom else match.group()


def _version(match: _Match) -> str:
    letter = "V" if match.group()[0] in "vV" else ""
    return letter + "点".join(map(cardinal, match["parts"].split(".")))


def _version_or_date(match: _Match) -> str:
    parts = match["parts"].split(".")
    if len(parts) == 3 and len(parts[0]) == 4 and parts[0][0] in "12":  # noqa: PLR2004 - 2024.3.5
        month, day = int(parts[1]), int(parts[2])
        if 1 <= month <= 12 and 1 <= day <= 31:  # noqa: PLR2004 - the calendar
            return f"{digits(parts[0])}年{cardinal(parts[1])}月{cardinal(parts[2])}日"
    return _version(match)


def _angle(match: _Match) -> str:
    seconds = f"{number(match[3])}秒" if match[3] else ""
    return f"{cardinal(match[1])}度{cardinal(match[2])}分{seconds}"


def _plate(match: _Match) -> str:
    return match["region"] + re.sub(r"\d", lambda digit: _telephone(digit.group()), match["rest"])


def _code(match: _Match) -> str:
    """What follows the letters of a code: up to two digits are a number, more are digits; round ones cardinals."""
    value = match["digits"]
    if len(value) <= 2 or value.endswith("00") and len(value) <= 4:  # noqa: PLR2004, RUF021 - G20, A100
        spoken = cardinal(value) if value[0] != "0" else digits(value)
    else:
        spoken = digits(value)
    return match["letters"] + spoken


def _cited_roman(match: _Match) -> str | None:
    return roman(match.group()) if is_roman(match.group()) else None


def _superscript(match: _Match) -> str:
    power = unicodedata.normalize("NFKC", match.group())
    if power in ("2", "3"):
        return {"2": "的平方", "3": "的立方"}[power]
    return f"的{number(power)}次方"


def _range(match: _Match) -> str:
    return f"{number(match['low'], counting=True)}到{number(match['high'], counting=True)}"


def _large(match: _Match) -> str:
    """A bare number: figures with a leading zero, and very long ones, name something."""
    value = match.group()
    whole = value.partition(".")[0]
    if "." not in value and (len(value) > 1 and value[0] == "0"):
        return digits(value)
    if len(whole) > 8 and "." not in value and not value.endswith("0000"):  # noqa: PLR2004 - ids, not amounts
        return _telephone(value)
    return number(value)


_NAMED_NUMBER = (
    "电话|手机|手机号码?|座机|热线|传真|拨打|致电|客服|报警|QQ群?|微信号?|验证码|密码|邮编|尾号|编号|订单号?|单号|卡号|账号|帐号|"
    "工号|学号|证号|身份证|号码|代码|股票代码|房间号?|门牌"
)
_SIGNS = {
    "+": "加", "−": "减", "×": "乘", "÷": "除以", "=": "等于", "≠": "不等于", "≈": "约等于", "<": "小于",
    ">": "大于", "≤": "小于等于", "≥": "大于等于", "±": "正负",
}  # fmt: skip
_OPERAND = r"(?<=[\d一二三四五六七八九十百千万亿零两A-Za-z)）方²³])"
_NEXT = r"(?=\s?[\d.A-Za-z(（一二三四五六七八九十百千万亿零两√−-])"

NAMES: tuple[Rule, ...] = (
    rule(r"\d{25,}", lambda m: digits(m.group())),  # no number, and the rules below assume short runs
    rule(r"(?<=\d),(?=\d{3}(?!\d))", ""),  # 1,234,567
    # Telephones: +86 138 1234 5678, 138-1234-5678, 010-12345678, 400-800-1234
    rule(r"\+(\d{1,3})[\s-]?((?:\d[\s-]?){6,11}\d)(?!\d)", lambda m: "加" + _telephone(m[1] + m[2])),
    rule(r"(?<!\d)1[3-9]\d(?:[\s-]?\d{4}){2}(?!\d)", lambda m: _telephone(m.group())),
    rule(r"(?<!\d)(?:0\d{2,3}|\(0\d{2,3}\))[\s-]?\d{7,8}(?:-\d{1,5})?(?!\d)", lambda m: _telephone(m.group())),
    rule(r"(?<!\d)[48]00[\s-]?\d{3,4}[\s-]?\d{3,4}(?!\d)", lambda m: _telephone(m.group())),
    rule(rf"({_NAMED_NUMBER})([:：是为]?\s?)(\d{{3,}})", lambda m: m[1] + m[2] + _telephone(m[3])),
    rule(r"(?<!\d)(?:123(?:06|15|33|45|48|20)|100(?:00|10|86))(?![\d.]|[个人元])", lambda m: _telephone(m.group())),
    rule(r"(?<!\d)1(?:10|19|20|14|22)(?=(?:报警|急救|火警|指挥|出警|热线|电话))", lambda m: _telephone(m.group())),
    # Numbers that became names
    rule(r"(?<!\d)(?:996|007|985|211|618|911|520|404|315)(?=(?:工作制|高校|工程|大学|院校|大促|购物节|事件|错误|晚会|[、,，/]))",
         lambda m: digits(m.group())),
    rule(r"(?<!\d)(\d{1,2})·(\d{1,2})(?!\d)", lambda m: digits(m[1]) + digits(m[2])),  # 9·11
    # Licence plates: 京A12345, 沪B·8K88U
    rule(r"(?P<region>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-Z])[·\s]?"
         r"(?P<rest>[A-Z0-9]{5,6})(?![A-Z0-9])", _plate),
    # Trains and flights, roads, rooms
    rule(r"(?<![A-Za-z])([GDCZTKLSY])(\d{1,4})(?=次|列车|号列车|动车|高铁)", lambda m: m[1] + _telephone(m[2])),
    rule(r"(?<![A-Za-z])(CA|MU|CZ|HU|MF|ZH|FM|3U|HO|JD|GS|9C|KN|SC|TV|EU|UA|AA|DL|BA|LH|AF|EK|SQ|CX|KE|NH|JL|MH)"
         r"(\d{3,4})(?!\d)", lambda m: m[1] + _telephone(m[2])),
    rule(r"(波音|空客|国道|省道|县道)(\d{3})(?!\d)", lambda m: m[1] + digits(m[2])),
    rule(r"(?<!\d)(\d{3,4})(?=室|房间?|路(?:公交|车|汽车|电车)?(?![程段口])|次(?:列车|航班|快车))", lambda m: _telephone(m[1])),
    # IP addresses, versions, resolutions
    rule(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", lambda m: "点".join(map(digits, m.group().split(".")))),
    rule(r"(?<![\d.A-Za-z])[vV](?P<parts>\d+(?:\.\d+)*)(?![\d.])", _version),
    rule(r"(?<![\d.])(?P<parts>\d+(?:\.\d+){2,})(?![\d.])", _version_or_date),
    rule(r"(?<!\d)(\d{3,4})[pP](?![A-Za-z])", lambda m: digits(m[1]) + "P"),
    rule(r"(?<![A-Za-z])No\.?\s?(\d+)", lambda m: "第" + cardinal(m[1]), re.IGNORECASE),
)  # fmt: skip

DATES: tuple[Rule, ...] = (
    rule(r"(?<!\d)(?P<year>[12]\d{3})(?P<to>[-/.])(?P<month>\d{1,2})(?P=to)(?P<day>\d{1,2})(?:T(?=\d)|日)?(?!\d)", _full_date),
    rule(r"(?<!\d)(?P<year>(?:19|20)\d\d)[-/](?P<month>0[1-9]|1[0-2])(?:月)?(?![\d年-])", _year_month),
    rule(rf"(?<!\d)(\d{{4}})(?:年)?{_TO}(\d{{4}})(?=年(?!的?(?:历史|时间)))", lambda m: f"{digits(m[1])}到{digits(m[2])}"),
    rule(rf"(?<![\d.])((?:1[89]|20)\d\d){_TO}((?:1[89]|20)\d\d)(?![\d.]|[个人元件])",
         lambda m: f"{digits(m[1])}到{digits(m[2])}"),
    rule(r"(?<!\d)(\d{4})(?=\s?年(?!的?(?:历史|时间|之久|文明|以[来上]|多)))", lambda m: digits(m[1])),
    rule(r"(?<!\d)((?:19|20)\d\d)(?=\s?(?:财年|学年|赛季|届|级|版|款))", lambda m: digits(m[1])),
    rule(r"(?<![\d第])(0\d|8[1-9]|9[1-9])(?=年(?![代前后来间多以的]))", lambda m: digits(m[1])),
    rule(r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:Z|\s?(?P<noon>[AaPp]\.?[Mm]\b\.?))?(?![\d:])",
         _clock),
    rule(r"(?<![\d:])(?P<hour>1[0-2]|[1-9])\s?(?P<noon>[AaPp]\.?[Mm]\b\.?)", _hour_only),
    rule(r"(?<=点)0([1-9])(?=分|$|[，。；！？、\s])", lambda m: "零" + cardinal(m[1])),
    rule(rf"(?<![\d:.]){_N}(?::{_N}){{1,2}}(?![\d:])", _ratio),
)  # fmt: skip

_CURRENCY = one_of(CURRENCIES)
_VALUE = rf"(?P<value>{_N})(?:{_TO}(?:{_CURRENCY})?(?P<upper>{_N}))?\s?(?P<scale>{_SCALE}|bn\b|[KkMBT]\b)?"
_SPAN = rf"(?P<low>(?<![\d.A-Za-z])[-−+]?{_N}|{_N})(?:{_TO}(?P<high>[-−]?{_N}))?"
_UNIT = one_of(UNITS)

QUANTITIES: tuple[Rule, ...] = (
    rule(rf"(?P<sign>[-−])?(?P<currency>{_CURRENCY})\s?[-−]?{_VALUE}(?:元|美元|块)?", _money),
    rule(rf"(?P<sign>(?<![\d)])[-−])?{_VALUE}\s?(?P<currency>{_CURRENCY})(?![A-Za-z\d])", _money),
    rule(rf"(?P<low>(?<![\d.A-Za-z])[-−+]?{_N}|{_N})(?:[%‰]?{_TO}(?P<high>[-−]?{_N}))?\s?(?P<sign>[%‰])", _percent),
    rule(rf"(?<![\d.A-Za-z])(?P<low>[-−]{_N})(?:℃|°C)?(?:{_TO}(?P<high>[-−]?{_N}))?\s?(?P<unit>℃|°[CF]|℉)", _temperature),
    rule(rf"{_LEFT}(\d+)°\s?(\d+)'(?:\s?({_N})\")?", _angle),
    rule(r"(?<!\d)(\d)'\s?(\d{1,2})(?:\"|'')", lambda m: f"{_signed(m[1])}英尺{cardinal(m[2])}英寸"),
    rule(rf"{_LEFT}({_N})(?:\"|'')(?=[^\w\"]?[\u4e00-\u9fff])", lambda m: f"{number(m[1])}英寸"),
    rule(rf"{_SPAN}\s?(?P<unit>{one_of(SPEED)})(?![A-Za-z\d])", _speed),
    rule(rf"{_SPAN}\s?(?P<unit>{_UNIT})(?:/(?P<per>{one_of(PER)}))?(?![A-Za-z\d²³])", _measure),
    rule(r"(?<=[元块角分次])\s?/\s?(?=[\u4e00-\u9fff])", "每"),
    rule(r"(?<![\d./])(?:(?P<whole>\d+)\s)?(?P<top>\d{1,4})/(?P<bottom>[1-9]\d{0,3})(?![\d./])", _fraction),
    rule(r"(?P<whole>\d+)?\s?(?P<sign>[¼-¾⅐-⅞])", _vulgar),
)  # fmt: skip

NUMBERS: tuple[Rule, ...] = (
    # Roman numerals that stand for an ordinal
    rule(r"(?<=第)[IVXLCDM]+(?=[\u4e00-\u9fff])|(?<![A-Za-z])[IVX]+(?=[期级型类度]\b|[期级型类][\u4e00-\u9fff])", _cited_roman),
    rule(r"[Ⅰ-Ⅻⅰ-ⅻ]", lambda m: roman(unicodedata.normalize("NFKC", m.group()).upper())),
    # Powers, roots and subscripts
    rule(r"[⁻]?[⁰¹²³⁴-⁹]+", _superscript),
    rule(rf"\^\s?([-−]?{_N})", lambda m: f"的{number(m[1])}次方"),
    rule(r"[₀-₉]+", lambda m: digits(unicodedata.normalize("NFKC", m.group()))),
    rule(r"√", "根号"),
    # Codes: the hyphen of B-204 and GPT-4 is no minus
    rule(r"(?P<letters>(?<![A-Za-z])[A-Za-z]+)[-−·]?(?P<digits>\d+)(?![\d.])", _code),
    rule(rf"(?<=[A-Za-z])[-−](?={_N})", ""),
    # Ranges and subtraction, then negatives
    rule(rf"(?P<low>{_LEFT}{_N})\s?[-−]\s?(?P<high>{_N})(?=\s?=)", lambda m: f"{number(m['low'])}减{number(m['high'])}"),
    rule(rf"(?P<low>{_LEFT}{_N})\s?[-–:：]\s?(?P<high>{_N})(?=\s?(?:[大小险完]?[胜负败平]|击败|领先|落后|横扫|逆转))",
         lambda m: f"{number(m['low'])}比{number(m['high'])}"),
    rule(rf"(?<=比分)(?P<is>[为是]?\s?)(?P<low>{_N})\s?[-–]\s?(?P<high>{_N})", lambda m: f"{m['is']}{number(m['low'])}比{number(m['high'])}"),
    rule(rf"(?P<low>{_LEFT}{_N}){_TO}(?P<high>{_N})(?=\s?(?:多|几|来)?(?:{COUNTED}))", _range),
    rule(rf"(?P<low>{_LEFT}{_N})(?P<scale>{_SCALE})?{_TO}(?P<high>{_N})", lambda m: f"{number(m['low'])}{m['scale'] or ''}到{number(m['high'])}"),
    rule(r"(?<=\d|[零一二三四五六七八九十百千万亿两日号月年点分秒元度时周])\s?[-–~～−]\s?(?=[负零一二三四五六七八九十百千两周星上下中晚凌\d])", "到"),
    rule(rf"(?<![\d一-龥A-Za-z])[-−](?={_N})|(?<=[为是到至达在于])[-−](?={_N})", "负"),
    rule(rf"约?[~～≈](?={_N})", "约"),
    rule(rf"±(?={_N})", "正负"),
    rule(r"#\s?(\d+)", lambda m: f"{cardinal(m[1])}号"),
    rule(rf"§\s?({_N})", lambda m: f"第{number(m[1])}节"),
    # Operators between operands
    rule(r"\+\+", "加加"),
    rule(r"(?<=\d)\s?[*xX]\s?(?=\d)", "乘"),
    rule(rf"{_OPERAND}\s?([+−×÷=≠≈<>≤≥])(?:{_NEXT})", lambda m: _SIGNS[m[1]]),
    rule(r"([<>≤≥≠×])\s?(?=\d)", lambda m: _SIGNS[m[1]]),
    rule(r"(?<=[\dA-Za-z])\+", "加"),
    rule(r"(?<![\w)])\+(?=\d)", "正"),
    # Plain numbers
    rule(rf"(?<![\d.第初])2(?=\s?(?:多|几)?(?:{COUNTED}))", "两"),
    rule(r"(?<!\d)\.(?=\d)", "零点"),
    rule(rf"{_N}", _large),
)  # fmt: skip

SIGNS: tuple[Rule, ...] = (
    rule(r"(?<=[\dA-Za-z\u4e00-\u9fff])\s?&\s?(?=[A-Za-z\u4e00-\u9fff])", "和"),
    rule(r"@(?=[\w\u4e00-\u9fff])", "艾特"),
    rule(r"(?<=[周一二三四五六日月号])\s?[-–~～]\s?(?=[周星一二三四五六七八九十])", "到"),
    rule(r"(?<=[\u4e00-\u9fff])\s?/\s?(?=[\u4e00-\u9fff])", "、"),
    rule(r"(?<=[\u4e00-\u9fff])\s?[=＝]\s?(?=[\u4e00-\u9fffA-Za-z])", "等于"),
    rule(r"(?<=[\u4e00-\u9fff])\s?\+\s?(?=[\u4e00-\u9fffA-Za-z])", "加"),
    rule(r"°", "度"),
)  # fmt: skip

SPECIFIC: tuple[Rule, ...] = (*NAMES, *DATES, *QUANTITIES)
GENERAL: tuple[Rule, ...] = (*NUMBERS, *SIGNS)

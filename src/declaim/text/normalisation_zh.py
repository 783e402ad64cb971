"""Written to spoken Chinese: the table of rules, most specific first.

Conventions: years digit by digit; quantities as cardinals with 两 where something is counted; numbers that
name something (telephones, trains, flights, rooms, plates) digit by digit with 幺 for 1, as GB/T 15835 leaves
to usage; a Latin letter stays a letter. What a number names is told by the words beside it (号码, 拨打, 热线),
so 12345 alone is 一万二千三百四十五; only more than eight figures, or a zero in front, name something by
themselves. wetext's choices were the starting point where usage is divided
(每小时六十公里, 十四点三十分).
"""

# ruff: noqa: E501 - a table reads best with a line for a rule
from __future__ import annotations

import re
import unicodedata

from declaim.text import readings_zh as say
from declaim.text.figures import MAX_DIGITS, ONE_FORM
from declaim.text.measures_zh import COUNTED, CURRENCIES, PER, SPEED, UNITS
from declaim.text.numerals_zh import cardinal, digits, number, roman
from declaim.text.rules import Rule, one_of, rule

_N = r"\d+(?:\.\d+)?"
_LEFT = r"(?<![\d.])"
_TO = r"\s?(?:[-–—~～−]|——)\s?"
_SCALE = "百万亿|千万亿|万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千"
_NAMED_NUMBER = (
    "电话|手机|座机|热线|传真|拨打|致电|客服|报警|微信|验证码|密码|邮编|订单|身份证|代码|房间|门牌|单元|分机|"
    "(?<![\\d零一二三四五六七八九十])号"
)
_HOTLINE = r"123(?:06|15|33|45|48|20)|100(?:00|10|86)|12580|95\d{3}"
_NOT_COUNTING = rf"(?!\d|\.\d|\s?[多余几来]?(?:{COUNTED}))"
_YEAR = r"19[5-9]\d|20(?!00)[0-4]\d"
_SIGNS = {
    "+": "加", "−": "减", "×": "乘", "÷": "除以", "=": "等于", "≠": "不等于", "≈": "约等于", "<": "小于",
    ">": "大于", "≤": "小于等于", "≥": "大于等于", "±": "正负",
}  # fmt: skip
_OPERAND = r"(?<=[\d一二三四五六七八九十百千万亿零两A-Za-z)）方²³])"
_NEXT = r"(?=\s?[\d.A-Za-z(（一二三四五六七八九十百千万亿零两√−-])"

NAMES: tuple[Rule, ...] = (
    rule(rf"\d{{{MAX_DIGITS + 1},}}", lambda m: digits(m.group())),
    *ONE_FORM,
    rule(r"(?P<head>[\u3400-\u9fff])(?P<marks>々+)", lambda m: m["head"] * (len(m["marks"]) + 1)),  # 佐々木
    # Telephones: +86 138 1234 5678, 138-1234-5678, 010-12345678, 400-800-1234
    rule(r"\+(\d{1,3})[\s-]?((?:\d[\s-]?){6,11}\d)(?!\d)", lambda m: "加" + say.telephone(m[1] + m[2])),
    rule(r"(?<!\d)1[3-9]\d(?:[\s-]?\d{4}){2}(?!\d)", lambda m: say.telephone(m.group())),
    rule(r"(?<!\d)(?:0\d{2,3}|\(0\d{2,3}\))[\s-]?\d{3,4}[\s-]?\d{4}(?:-\d{1,5})?(?!\d)", lambda m: say.telephone(m.group())),
    rule(r"(?<!\d)[48]00[\s-]?\d{3,4}[\s-]?\d{3,4}(?!\d)", lambda m: say.telephone(m.group())),
    rule(rf"(?P<name>(?:{_NAMED_NUMBER})(?:号?码)?[是为]?[:：]?\s?)(?P<digits>\d{{3,}}){_NOT_COUNTING}", say.named_number),
    rule(rf"(?<=转)\d{{3,5}}{_NOT_COUNTING}(?!给)", lambda m: say.telephone(m.group())),
    rule(rf"(?:(?<=[打找])|(?<=登录|联系|呼叫))\s?(?:{_HOTLINE}){_NOT_COUNTING}"
         rf"|(?<![\d.])(?:{_HOTLINE})(?=\s?(?:热线|平台|客服|官网|网站|订票|购票|投诉|举报|短信|电话|服务|营业厅))"
         rf"|(?<![\d.])(?:12306|12315|10086){_NOT_COUNTING}", lambda m: say.telephone(m.group())),
    rule(r"(?<!\d)1(?:10|19|20|14|22)(?=(?:报警|急救|火警|指挥|出警|热线|电话))", lambda m: say.telephone(m.group())),
    # Numbers that became names
    rule(r"(?<!\d)(?:996|007|985|211|618|911|520|404|315)(?=(?:工作制|高校|工程|大学|院校|大促|购物节|事件|错误|晚会|[、,，/]))",
         lambda m: digits(m.group())),
    rule(r"(?<![\d.])(\d{1,2})[./](\d{1,2})(?=大促|假期|购物节|黄金周|劳动节|晚会|运动|恐怖袭击|事件|事变|惨案)|(?<!\d)(\d{1,2})·(\d{1,2})(?!\d)",
         lambda m: digits((m[1] or m[3]) + (m[2] or m[4]))),  # 9·11
    rule(r"(?<![\d.])(?:[05-9][05]|10)(?=后(?![面边续方来天才再果]))", lambda m: digits(m.group())),  # those born in the eighties
    # Licence plates: 京A12345, 沪B·8K88U
    rule(r"(?P<region>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-Z])[·\s]?"
         r"(?P<rest>[A-Z0-9]{5,6})(?![A-Z0-9])", say.plate),
    # Trains and flights, roads, rooms
    rule(r"(?<![A-Za-z])([GDCZTKLSY])(\d{1,4})(?=次|列车|号列车|动车|高铁)", lambda m: m[1] + say.telephone(m[2])),
    rule(r"(?<![A-Za-z])(CA|MU|CZ|HU|MF|ZH|FM|3U|HO|JD|GS|9C|KN|SC|TV|EU|UA|AA|DL|BA|LH|AF|EK|SQ|CX|KE|NH|JL|MH)"
         r"(\d{3,4})(?!\d)", lambda m: m[1] + say.telephone(m[2])),
    rule(r"(波音|空客|国道|省道|县道)(\d{3})(?!\d)", lambda m: m[1] + digits(m[2])),
    rule(r"(?<![\d.])(?:(?<![A-Za-z])([A-Za-z])-)?(\d{3,4})(?=(?:会议|教|办公|候车)?室|房间?|病房|路(?:公交|车|汽车|电车)?(?![程段口])|次(?:列车|航班|快车))", lambda m: (m[1] or "") + say.telephone(m[2])),
    # IP addresses, versions, resolutions
    rule(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", lambda m: "点".join(map(digits, m.group().split(".")))),
    rule(r"(?<![\d.A-Za-z])[vV](?P<parts>\d+(?:\.\d+)*)(?![\d.])", say.version),
    rule(r"(?<![\d.])(?P<parts>\d+(?:\.\d+){2,})(?![\d.])", say.version_or_date),
    rule(r"(?<!\d)(\d{3,4})[pP](?![A-Za-z])", lambda m: digits(m[1]) + "P"),
    rule(r"(?<![A-Za-z])No\.?\s?(\d+)", say.number_sign, re.IGNORECASE),
    rule(rf"(?<![A-Za-z\d.])({_N})[eE]([-−+]?\d{{1,3}})(?![A-Za-z\d.])", lambda m: f"{number(m[1])}乘十的{number(m[2].lstrip('+'))}次方"),  # 1.6e-19
)  # fmt: skip

DATES: tuple[Rule, ...] = (
    rule(r"(?<!\d)(?P<year>[12]\d{3})(?P<to>[-/.])(?P<month>\d{1,2})(?P=to)(?P<day>\d{1,2})(?:T(?=\d)|日)?(?!\d)", say.full_date),
    rule(r"(?<!\d)(?P<year>(?:19|20)\d\d)[-/](?P<month>0[1-9]|1[0-2])(?:月)?(?![\d年-])", say.year_month),
    rule(r"(?<![A-Za-z\d.-])\d+(?:-\d+){2,}(?![A-Za-z\d-])", say.chain),  # an ISBN
    rule(rf"(?<!\d)(\d{{4}})(?:年)?{_TO}(\d{{4}})(?=年(?!的?(?:历史|时间)))", lambda m: f"{digits(m[1])}到{digits(m[2])}"),
    rule(rf"(?<![\d.])((?:1[89]|20)\d\d){_TO}((?:1[89]|20)\d\d)(?![\d.]|[个人元件])",
         lambda m: f"{digits(m[1])}到{digits(m[2])}"),
    rule(r"(?<!\d)(?!(?:1|[3-9])000\s?年[前后来间]|2000\s?年(?:[来间]|前(?!后))|[3-9]000\s?年)(\d{4})(?=\s?年(?!的?(?:历史|时间|之久|文明|以[来上]|多)))", lambda m: digits(m[1])),
    rule(rf"(?<![\d.:/-])(?<![共有达约近超为第售价仅只需花付收卖买剩到过])(?:{_YEAR})(?=[\u4e00-\u9fff])(?![多余来几左以分号字级线吨度升克平度万亿千百十倍码毫]|{COUNTED})"
         rf"|(?<=[生始建立摄卒写成]于)(?:{_YEAR}){_NOT_COUNTING}|(?<![\s\S])(?:{_YEAR})(?=，)", lambda m: digits(m.group())),
    rule(r"(?<![\d.])(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?![\d.])(?!\s?元)", say.full_date),  # 20240315
    rule(r"(?<!\d)((?:19|20)\d\d)(?=\s?(?:财年|学年|赛季|届|级|版|款))", lambda m: digits(m[1])),
    rule(r"(?<![\d第])(0\d|8[1-9]|9[1-9])(?=年(?![代前后来间多以的]))", lambda m: digits(m[1])),
    rule(r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:Z|\s?(?P<noon>[AaPp]\.?[Mm](?![A-Za-z])\.?)|分(?!钟))?(?![\d:])",
         say.clock),
    rule(r"(?<![\d:])(?P<hour>1[0-2]|[1-9])\s?(?P<noon>[AaPp]\.?[Mm](?![A-Za-z])\.?)", say.hour_only),
    rule(r"(?<=点)0([1-9])(?=分|$|[，。；！？、\s])", lambda m: "零" + cardinal(m[1])),
    rule(rf"(?<![\d:.]){_N}(?::{_N}){{1,2}}(?![\d:])", say.ratio),
)  # fmt: skip
_CURRENCY = one_of(CURRENCIES)
_VALUE = rf"(?P<value>{_N})(?:{_TO}(?:{_CURRENCY})?(?P<upper>{_N}))?\s?(?P<scale>{_SCALE}|bn(?![A-Za-z])|[KkMBT](?![A-Za-z]))?"
_SPAN = rf"(?P<low>(?<![\d.A-Za-z^])[-−+±]?{_N}|(?<![\^\d.]){_N})(?:{_TO}(?P<high>[-−+]?{_N}))?"
_UNIT = one_of(UNITS)

QUANTITIES: tuple[Rule, ...] = (
    rule(rf"(?<=\d)(?<!(?<![\d.])0)({_UNIT})?\s?[×*xX]\s?(?=\d)", r"\1乘"),  # 3cm×4cm
    rule(r"(?<=\d[kKwW])\s?[-–~～]\s?(?=\d+(?:\.\d+)?[kKwW](?![A-Za-z]))", "到"),
    rule(rf"(?<=\d[米秒])\d\d{_NOT_COUNTING}", lambda m: digits(m.group())),  # 1米75
    rule(r"(?<=\d)\s?[wW]\+?(?=\s?(?:多|[人字次粉元块个条步台件]|年薪|播放|像素|用户|公里|阅读|观看|点赞))", "万"),
    rule(rf"(?P<sign>[-−])?(?P<currency>{_CURRENCY})\s?[-−]?{_VALUE}(?:元|美元|块)?", say.money),
    rule(rf"(?P<sign>(?<![\d)])[-−])?{_VALUE}\s?(?P<currency>{_CURRENCY})(?![A-Za-z\d])", say.money),
    rule(rf"(?P<low>(?<![\d.A-Za-z])[-−+±]?{_N}|{_N})(?:[%‰]?{_TO}(?P<high>[-−+]?{_N}))?\s?(?P<sign>[%‰])", say.percent),
    rule(rf"(?<![\d.A-Za-z])(?P<low>[-−]{_N})(?:℃|°C)?(?:{_TO}(?P<high>[-−]?{_N}))?\s?(?P<unit>℃|°[CF]|℉)", say.temperature),
    rule(rf"{_LEFT}(\d+)°\s?(\d+)'(?:\s?({_N})\")?", say.angle),
    rule(r"(?<!\d)(\d)'\s?(\d{1,2})(?:\"|'')", say.feet_or_minutes),
    rule(rf"{_LEFT}({_N})(?:\"|'')(?=[^\w\"]?[\u4e00-\u9fff])", say.inches),
    rule(rf"(?<=\d)(?P<power>\^[-−]?\d+|[⁺⁻]?[⁰¹²³⁴-⁹]+)\s?(?P<unit>{_UNIT})(?:/(?P<per>{one_of(PER)}))?(?![A-Za-z\d²³/])", say.power_of_unit),
    rule(rf"{_SPAN}\s?(?P<unit>{one_of(SPEED)})(?![A-Za-z\d])", say.speed),
    rule(rf"{_SPAN}\s?(?P<unit>{_UNIT})(?:/(?P<per>{one_of(PER)}))?(?![A-Za-z\d²³])", say.measure),
    rule(r"(?<=[元块角分次升克])\s?/\s?(?=[\d\u4e00-\u9fff])", "每"),
    rule(r"(?<![\d./])(?:(?P<whole>\d+)\s)?(?P<top>\d{1,4})/(?P<bottom>[1-9]\d{0,3})(?![\d./])", say.fraction),
    rule(r"(?P<whole>\d+)?\s?(?P<sign>[¼-¾⅐-⅞])", say.vulgar),
)  # fmt: skip

NUMBERS: tuple[Rule, ...] = (
    # Roman numerals that stand for an ordinal
    rule(r"(?<=第)[IVXLCDM]+(?=[\u4e00-\u9fff])|(?<![A-Za-z])[IVX]+(?=[期级型类])", say.roman_numeral),
    rule(r"[Ⅰ-Ⅻⅰ-ⅻ]", lambda m: roman(unicodedata.normalize("NFKC", m.group()).upper())),
    # Powers, roots and subscripts
    rule(r"[⁺⁻]?[⁰¹²³⁴-⁹]+", lambda m: say.power(m.group())),
    rule(rf"\^\s?([-−]?{_N})", lambda m: say.power(m[1])),
    rule(r"[₀-₉]+", lambda m: digits(unicodedata.normalize("NFKC", m.group()))),
    rule(r"√", "根号"),
    # Codes: the hyphen of B-204 and GPT-4 is no minus
    rule(r"(?P<letters>(?<![A-Za-z])[A-Za-z]+)[-−·]?(?P<digits>\d+)(?![\d.])", say.code),
    rule(rf"(?<=[A-Za-z])[-−](?={_N})", ""),
    # Ranges and subtraction, then negatives
    rule(rf"(?P<low>{_LEFT}{_N})\s?[-−]\s?(?P<high>{_N})(?=\s?=)", lambda m: f"{number(m['low'])}减{number(m['high'])}"),
    rule(rf"(?P<low>{_LEFT}{_N})\s?[-–:：]\s?(?P<high>{_N})(?=\s?(?:[大小险完取获]?[胜负败平]|击败|领先|落后|横扫|逆转))",
         lambda m: f"{number(m['low'])}比{number(m['high'])}"),
    rule(rf"(?<=比分)(?P<is>[为是]?\s?)(?P<low>{_N})\s?[-–]\s?(?P<high>{_N})", lambda m: f"{m['is']}{number(m['low'])}比{number(m['high'])}"),
    rule(rf"(?P<low>{_LEFT}{_N}){_TO}(?P<high>{_N})(?=\s?(?:多|几|来)?(?:{COUNTED}))", say.interval),
    rule(rf"(?P<low>{_LEFT}{_N})(?P<scale>{_SCALE})?(?P<to>{_TO})(?P<high>{_N})", say.span),
    rule(r"(?<=\d|[零一二三四五六七八九十百千万亿两日号月年点分秒元度时周])\s?(?:[-–~～−]|(?<!—)—(?!—))\s?(?=[正负零一二三四五六七八九十百千两周星上下中晚凌\d])", "到"),
    rule(rf"(?<![\d一-龥A-Za-z])[-−](?={_N})|(?<=[为是到至达在于])[-−](?={_N})", "负"),
    rule(rf"约?[~～≈](?={_N})", "约"),
    rule(rf"±(?={_N})", "正负"),
    rule(r"#\s?(\d+)", lambda m: f"{cardinal(m[1])}号"),
    rule(rf"§\s?({_N})", lambda m: f"第{number(m[1])}节"),
    # Operators between operands
    rule(r"\+\+", "加加"),
    rule(r"∞", "无穷大"),
    rule(rf"{_OPERAND}\s?([+−×÷=≠≈<>≤≥])(?:{_NEXT})", lambda m: _SIGNS[m[1]]),
    rule(r"([<>≤≥≠×≈])\s?(?=\d)", lambda m: _SIGNS[m[1]]),
    rule(r"(?<=[\dA-Za-z万亿千百十方])\+", "加"),
    rule(r"(?<![\w)])\+(?=\d)", "正"),
    # Plain numbers
    rule(rf"(?<![\d.第初])2(?=\s?(?:多|几)?(?:{COUNTED}))", "两"),
    rule(rf"{_N}", say.bare),
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

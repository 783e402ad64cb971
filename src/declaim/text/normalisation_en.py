"""Written to spoken English: the table of rules, most specific first.

American conventions: month before day in figures, no "and" in cardinals, "oh" for zero in times, years, rooms
and codes.
"""

# ruff: noqa: E501 - a table reads best with a line for a rule
from __future__ import annotations

import re
import unicodedata

from declaim.text import readings_en as say
from declaim.text.abbreviations import EXPANSIONS, WITHOUT_STOP
from declaim.text.figures import MAX_DIGITS, ONE_FORM
from declaim.text.measures_en import CURRENCIES, PER, SCALES, UNITS
from declaim.text.numerals_en import cardinal, digits, number, ordinal, pairs, year
from declaim.text.roman import roman_value
from declaim.text.rules import Rule, one_of, rule

_N = r"\d+(?:\.\d+)?"
_LEFT = r"(?<![\w.])"
_TO = r"\s?[-–—−~]\s?"
_MONTH = "|".join(say.MONTHS)
_ORDINAL_NAMES = (
    "Henry|Louis|Elizabeth|Charles|George|Edward|James|William|Richard|Philip|Francis|Napoleon|Nicholas|"
    "Alexander|Catherine|Peter|Pius|Benedict|Gregory|Leo|Clement|Innocent|Urban|Paul|John|Frederick|Wilhelm|"
    "Ferdinand|Leopold|Ramses|Ramesses|Ptolemy|Mary|Otto|Christian|Gustav|Carl|Alfonso|Felipe|Pedro|Ivan|"
    "Harald|Haakon|Edmund|Robert|David|Boniface|Sixtus|Julius|Darius|Xerxes|Cyrus|Thutmose|Theodosius"
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
_NAMED_NUMBER = (
    r"(?:zip(?:\scode)?|post(?:al\s)?code|PIN|passcode|password|code|ID|SSN|ISBN(?:-1[03])?|tel|fax)(?:\snumber)?|"
    r"(?:account|order|confirmation|tracking|reference|serial|invoice|phone|ticket|case|card)\s(?:number|code|ID)"
)
_SHORT_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_WITHOUT_STOP = one_of(WITHOUT_STOP & EXPANSIONS.keys())

WORDS: tuple[Rule, ...] = (
    rule(r"\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?(?=\s(?:\d{1,2}(?:st|nd|rd|th)?|\d{4})\b)|(?<=\d\s)(Jan|Feb|Mar|Apr|Jun|Jul|Aug|"
         r"Sept?|Oct|Nov|Dec)\b\.?", lambda m: EXPANSIONS[m[1] or m[2]]),
    rule(rf"\b(?P<day>Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:s|r|rs|nes|ur)?\.?(?=,?\s(?:{_SHORT_MONTH})|,\s\d|\s\d{{1,2}}(?::\d\d|\s?[ap]\.?m|\s(?:{_SHORT_MONTH})))",
         lambda m: say.WEEKDAYS[m["day"]]),
    # Abbreviations
    rule(r"\b(?P<word>St|Dr)\.(?!\w)", say.saint_or_street),
    rule(r"(?<=[a-z]\s)St(?=,|$)", "street"),
    rule(r"(?<=[a-z]\s)(?:Ave|Rd)(?=,|$)", lambda m: EXPANSIONS[m.group()]),
    rule(r"\bDr(?=\s[A-Z])", "doctor"),
    rule(r"\bNos\.?\s?(?=\d)", "numbers "),
    rule(r"\b(?:No|NO|no)\.\s?(?=\d)|\bNo\s(?=\d)", "number "),
    rule(r"\bpp\.\s?(?=\d)", "pages "),
    rule(r"\bp\.\s?(?=\d)", "page "),
    rule(r"\be\.\s?g\.,?", "for example,"),
    rule(r"\bi\.\s?e\.,?", "that is,"),
    rule(r"\b[Pp]h\.\s?[Dd]\.", lambda m: say.stop(m, "PhD")),
    rule(r"\ba\.\s?k\.\s?a\.", "also known as"),
    rule(r"\bw/o\b", "without"),
    rule(r"\bw/(?=\s|\w)", "with "),
    rule(r"\b24/7\b", "twenty-four seven"),
    rule(r"\b9/11\b", "nine eleven"),
    rule(r"\b(?:[A-Z]\.){2,}|\b(?:[a-z]\.){3,}", say.initials),
    rule(r"(?<![\w.])([A-Z])\.(?=\s[A-Z][\w'.])", r"\1"),
    rule(rf"\b(?P<word>{one_of(EXPANSIONS)})\.(?!\w)", say.expanded),
    rule(rf"\b(?P<word>{_WITHOUT_STOP})\b(?![.\w])", lambda m: EXPANSIONS[m["word"]]),
    # Roman numerals
    rule(rf"\b(?P<name>{_NUMBERED})\s(?P<roman>[IVXLC]{{2,}}|[IVX])\b(?![.'’](?!s\b)\w)", say.numbered_roman),
    rule(r"\b(?P<name>volume|chapter|section|figure|table|part|act|scene|phase|type|level|class|stage|grade)\s(?P<roman>[IVXLC]{2,}|[VX])\b(?![.'’]\w)", say.numbered_roman),
    rule(rf"\b(?P<name>{_ORDINAL_NAMES})\s(?P<roman>[IVX]{{2,}}|[VX]|I(?=[,.;:!?)]|['’]s\b|\sof\b|$))\b(?!['’](?!s\b))", say.regnal),
    rule(r"\b(?P<name>[A-Z][a-z]+)\s(?P<roman>[IVX]{2,})\b(?!['’](?!s\b))", say.numbered_roman),
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
    rule(rf"\d{{{MAX_DIGITS + 1},}}", lambda m: digits(m.group())),
    rule(rf"(?<![\w.,$£€¥-])(?:1,[1-9]\d\d|2,0\d\d)(?!\w|[,.]\d|\s?[-–—%‰°/×*+^$€£¥]|[\s-]?(?:{one_of({*UNITS, *CURRENCIES, *SCALES})})\b)",
         lambda m: cardinal(m.group().replace(",", ""))),  # the comma says that it is no year
    *ONE_FORM,
    # Telephones, IP addresses
    rule(r"\+\d{1,3}(?:[\s.-]?\(?\d{2,4}\)?){2,5}(?!\d)", say.telephone),
    rule(r"(?<![\d-])(?:1[\s.-])?(?:\(\d{3}\)\s?|\d{3}[\s.-])\d{3}[-.\s]\d{4}(?![\d-])", say.telephone),
    rule(r"(?<![\d-])\d{3}-\d{4}(?![\d-])", say.telephone),
    rule(r"(?<![\w-])0\d{2,4}[\s-]\d{3,4}[\s-]\d{3,4}(?![\w-])", say.telephone),
    rule(r"\b1-(8\d\d)-(?=[A-Z])", lambda m: f"one {say.version_part(m[1])} "),  # 1-800-FLOWERS
    rule(rf"\b(?P<name>(?:{_NAMED_NUMBER})(?:\sis)?:?\s)(?P<digits>\d{{3,}})(?![\w-]|[.,]\d)", say.named_number, re.IGNORECASE),
    rule(r"\b[Cc]all(?:ed|ing)?\s(\d{3})\b", lambda m: m.group()[:-3] + digits(m[1])),
    rule(r"(?<![\d.])911(?![\d.])", "nine one one"),
    rule(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])", lambda m: " dot ".join(map(digits, m.group().split(".")))),
    rule(r"\b([A-Z]{2}\s)(\d{5})(?:-(\d{4}))?(?!\d)", lambda m: m[1] + digits(m[2]) + (f", {digits(m[3])}" if m[3] else "")),
    # Dates
    rule(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?![\d/])", say.us_date),
    rule(r"(?<![\d-])([12]\d{3})[-/.](\d{1,2})[-/.](\d{1,2})(?P<time>T(?=\d))?(?![\d-])", say.iso_date),
    rule(rf"\b(?P<month>{_MONTH})\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:{_TO}(?P<last>\d{{1,2}})(?:st|nd|rd|th)?)?"
         r"(?:,?\s(?P<year>[12]\d{3}))?(?![\d:]|\.\d)", say.month_day),
    rule(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<month>{_MONTH})\b(?:,?\s(?P<year>[12]\d{{3}})\b)?", say.day_month),
    rule(r"\b(?i:year)\s([1-9]\d{3})\b(?![.,]\d)", lambda m: m.group()[:-4] + year(m[1])),
    rule(r"(?<=\b[Tt]he\s)[1-9]00(?=s\b)|\b[1-9]0+(?=s\sof\b)", lambda m: cardinal(m.group()).removeprefix("one ")),  # the 400s
    rule(r"(?<=\d0s)\s?[-–—]\s?(?=['’]?(?:\d\d)?\d0s\b)", " to "),
    rule(r"(?<![\w])['’]?(?P<year>(?:1[1-9]|20)\d0|\d0)['’]?s\b", say.decade),
    rule(r"(?<![\w])['’](\d\d)\b(?!['’\"])", lambda m: say.written_year(m[1])),
    rule(r"(?<![\d.-])(1[1-9]\d\d|20\d\d)\s?[-–—]\s?(\d\d)(?![\d-])", lambda m: f"{year(m[1])} to {say.written_year(m[2])}"),
    rule(r"(?<![\d.-])(1[1-9]\d\d|20\d\d)\s?[-–—]\s?(1[1-9]\d\d|20\d\d)(?![\d-])", lambda m: f"{year(m[1])} to {year(m[2])}"),
    rule(r"\b(on|by|since|until|before|after|dated)\s(1[0-2]|[1-9])/(3[01]|[12]\d|[1-9])(?![/\d])",
         lambda m: f"{m[1]} {say.month_and_day(m[2], m[3])}", re.IGNORECASE),
    rule(r"(?<![\w.-])\d+(?:-\d+){2,}(?![\w-])", say.telephone),  # an ISBN: three groups are no range
    rule(r"\b((?i:in|since|until|by|of|from|before|after|year|AD)\s)(10\d\d)(?=[,.;:!?)]|\s(?:[A-Z]|and|to|the|when)|$)(?![.,]\d)",
         lambda m: m[1] + year(m[2])),
    rule(r"\b(\d+)(?:st|nd|rd|th)\b", lambda m: ordinal(m[1])),
    # Times
    rule(r"(?<![\w.])(\d+)\s?h(?:rs?)?\s?(\d{1,2})\s?m(?=\b)", r"\1 h \2 min"),
    rule(r"(?<=:\d\d)\s?[-–—~]\s?(?=\d{1,2}:\d\d)", " to "),
    rule(r"(?<![\d:.])(1[0-2]|[1-9])\s?[-–]\s?(?=(?:1[0-2]|[1-9])(?::\d\d)?\s?[AaPp]\.?[Mm]\b)", lambda m: f"{cardinal(m[1])} to "),
    rule(r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:Z|\s?(?P<noon>[AaPp]\.?[Mm])\b\.?|(?P<clock>\so['’]clock))?(?![\d:])",
         say.clock),
    rule(r"(?<![\d:.])(?P<hour>1[0-2]|[1-9])\s?(?P<noon>[AaPp]\.[Mm]\.|[AaPp][Mm]\b)", say.hour),
    rule(r"(?<=clock)\s?[-–—]\s?(?=\w)|(?<=hundred)\s?[-–—]\s?(?=\w)|(?<=[AP]M)\s?[-–—]\s?(?=\w)", " to "),
    rule(rf"(?<![\d:]){_N}(?::{_N})+(?![\d:])", lambda m: " to ".join(map(number, m.group().split(":")))),
)  # fmt: skip
_CURRENCY = one_of(CURRENCIES)
_SCALE = r"(?P<scale>(?:[KkMmBbT]|MM|[Bb]n|tn)\b|(?:thousand|million|billion|trillion)\b)"
_VALUE = rf"(?P<value>{_N})(?:{_TO}(?:{_CURRENCY})?(?P<upper>{_N}))?(?:[\s-]?{_SCALE})?"
_PER = rf"(?:/(?P<per>{one_of(PER)})\b)?"
_SPAN = rf"(?P<low>(?<![\w.])[-−+±]{_N}|(?<![\w./^]){_N})(?:{_TO}(?P<high>{_N}))?"

QUANTITIES: tuple[Rule, ...] = (
    rule(rf"(?<![A-Za-z])(?P<sign>[-−])?(?P<currency>{_CURRENCY})\s?{_VALUE}{_PER}", say.money),
    rule(rf"(?P<sign>(?<!\w)[-−])?{_LEFT}{_VALUE}\s?(?P<currency>{_CURRENCY})(?!\w){_PER}", say.money),
    rule(r"(?<![\w.])(\d+)¢", lambda m: f"{cardinal(m[1])} cent{'s' * (m[1] != '1')}"),
    rule(rf"(?P<low>(?<![\w.])[-−+±]{_N}|(?<![\d.]){_N})(?:%?{_TO}(?P<high>{_N}))?\s?(?P<sign>[%‰])", say.percent),
    rule(rf"(?<![\w.])(\d+)°\s?(\d+)['’](?:\s?({_N})[\"”])?(?:\s?(?P<compass>[NSEW])\b)?", say.angle),
    rule(r"(?<=\d°)\s?([NSEW])\b(?!['’])", lambda m: f" {say.COMPASS[m[1]]}"),
    rule(r"(?<!\w)(\d{1,2})['’]\s?(\d{1,2})(?:\"|”|''|’’)?", say.feet_or_minutes),
    rule(r"(?<!\w)(\d{1,3})['’](?=\s(?:tall|high|long|wide|deep|by|x)\b)", lambda m: f"{cardinal(m[1])} feet"),
    rule(rf"(?<![\w.])({_N})in\b\.?", lambda m: f"{number(m[1])} inch{'es' * (m[1] != '1')}"),
    rule(rf"(?<![\w.])({_N})(?:\"|”|'')(?!\w)(?<=[\"'”])(?=\s[a-z])", say.inches),
    rule(rf"(?<![\w.])({_N})\s?[xX×]\s?(?={_N}(?:\s?[xX×]\s?{_N})*\s?(?:{one_of(UNITS)})\b)", lambda m: f"{number(m[1])} by "),
    rule(rf"(?:(?<![\w./])(?P<whole>\d+)\s)?(?<![\w./])(?P<top>\d{{1,2}})/(?P<bottom>[1-9]\d?)[\s-]?(?P<unit>{one_of(UNITS)})(?!['’]?\w|[²³/])(?:\.(?=\s[a-z]))?", say.part_of_unit),
    rule(rf"(?<=\d)(?P<power>\^[-−]?\d+|[⁺⁻]?[⁰¹²³⁴-⁹]+)\s(?P<unit>{one_of(UNITS)})(?:/(?P<per>{one_of(PER)}))?(?![\w²³/'’])", say.power_of_unit),
    rule(rf"{_SPAN}(?P<hyphen>[\s-])?(?P<unit>{one_of(UNITS)})(?:/(?P<per>{one_of(PER)}))?(?![\w²³/])(?!'\w)(?:\.(?=\s[a-z]))?", say.measure),
    rule(r"(?:(?<![\w./])(?P<whole>\d+)\s)?(?<![\w./])(?P<top>\d{1,4})/(?P<bottom>[1-9]\d{0,3})(?:ths?|rds?|nds?)?(?![\w/])(?!\.\d)",
         say.fraction),
    rule(r"(?P<whole>\d+)?\s?(?P<sign>[¼-¾⅐-⅞])", say.vulgar),
)  # fmt: skip
_SIGNS = {
    "+": "plus", "−": "minus", "×": "times", "÷": "divided by", "=": "equals", "≠": "is not equal to",
    "≈": "is about", "<": "less than", ">": "greater than", "≤": "less than or equal to",
    "≥": "greater than or equal to",
    "±": "plus or minus",
}  # fmt: skip

NUMBERS: tuple[Rule, ...] = (
    rule(r"(?<![\w.])(?P<v>v\.?\s?|V(?=\d+\.\d))(?P<parts>\d+(?:\.\d+)*)(?![\w.]*\d)", say.version),
    rule(rf"(?P<name>\b(?:{_VERSIONED})[\s-])(?P<parts>\d+(?:\.\d+)+)(?!\d)", say.named_version),
    rule(r"(?<![\w.])(?P<parts>\d+(?:\.\d+){2,})(?!\d)", say.version),
    rule(r"(?P<name>\b(?:[Rr]oom|[Ff]light|[Aa]partment|[Ss]uite|[Gg]ate|[Rr]oute|[Hh]ighway|[Ii]nterstate|[Ee]xtension|"
         r"[Bb]us|US|Boeing)\s)(?P<digits>\d{3,4})(?!\d)", say.room),
    # Operators, then powers, roots, subscripts
    rule(r"(?<=[\w)])\s([+−×÷=≠≈<>≤≥±])\s(?=[\w.(√-])", lambda m: f" {_SIGNS[m[1]]} "),
    rule(r"(?<=[\w)])([×÷=≠≈≤≥±])(?=[\w.(√-])", lambda m: f" {_SIGNS[m[1]]} "),
    rule(r"(?<=[\w)])\+(?=[\w.(√])", " plus "),
    rule(r"(?<=[\w)])[<>](?=[\d.])", lambda m: f" {_SIGNS[m.group()]} "),
    rule(r"(?<![\w-])([xyzn])[-−](?=\d)", r"\1 minus "),
    rule(rf"(?<![\w.])({_N})[eE]([-−+]?\d{{1,3}})(?!\w|\.\w)", lambda m: f"{number(m[1])} times ten to the {say.power(m[2].lstrip('+'))}"),  # 1.6e-19
    rule(r"(?<=\w)[⁺⁻]?[⁰¹²³⁴-⁹]+", say.superscript),
    rule(r"\^(?=[-−]?\d)([-−]?\d+)", lambda m: say.power_words(m[1])),
    rule(r"[₀-₉]+", lambda m: f" {cardinal(unicodedata.normalize('NFKC', m.group()))} "),
    rule(r"√\s?", "the square root of "),
    rule(r"(?<![\w.])(\d{4})\s?[xX×]\s?(\d{4})(?!\w)", lambda m: f"{year(m[1])} by {year(m[2])}"),
    rule(rf"(?<![\w.])({_N})\s?[xX×*]\s?(?={_N})", lambda m: f"{number(m[1])} {'by' if 'x' in m.group().lower() else 'times'} "),
    rule(r"\b(2160|1440|1080|720|480|360)[pi]\b", lambda m: f"{pairs(m[1])} P"),
    # Codes, then what sticks to a number
    rule(r"(?P<letters>(?<![A-Za-z])[A-Za-z]+)[-−]?(?P<digits>\d+)(?!\.?\d)", say.code),
    rule(r"(?<=[A-Za-z])[-−]?(?=\d+\.\d)", " "),
    rule(r"(?<=[\d²³)])\s?([+×÷=≠≈<>≤≥±])\s?(?=[\d.A-Za-z(√−-])", lambda m: f" {_SIGNS[m[1]]} "),
    rule(rf"(?P<low>(?<![\w.]){_N})\s?[-−]\s?(?={_N}\s?(?:=|equals))", lambda m: f"{number(m['low'])} minus "),
    rule(r"(?<=\d)\s?[-–—−~]\s?(?=\d)", " to "),
    rule(r"(?<![\w)])[-−](?=\.?\d)", "minus "),
    rule(r"(?<!\w)[~≈]\s?(?=\d)", "about "),
    rule(r"(?<!\w)\+(?=\d)", "plus "),
    rule(r"([<>≤≥±])\s?(?=\d)", lambda m: f"{_SIGNS[m[1]]} "),
    rule(r"§\s?(?=\d)", "section "),
    rule(r"∞", " infinity "),
    rule(r"(?<=\w)\+(?!\w)", " plus"),
    rule(rf"{_N}(?=[A-Za-z])", lambda m: f"{say.bare(m)} "),
    rule(_N, say.bare),
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

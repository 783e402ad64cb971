"""Written Chinese → spoken Chinese."""

# ruff: noqa: E501 - a table reads best with a line for a case
from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaim.errors import OptionError
from declaim.text.aligned import AlignedText
from declaim.text.normalisation import Normaliser
from declaim.text.numerals_zh import cardinal, digits, number

TABLE = [
    # cardinals
    ("共有1,234,567人", "共有一百二十三万四千五百六十七人"),
    ("一共10005元", "一共一万零五元"),
    ("大约200个", "大约二百个"),
    ("0.5", "零点五"),
    ("答案是-3", "答案是负三"),
    ("2个苹果", "两个苹果"),
    ("12个苹果", "十二个苹果"),
    ("2米高", "两米高"),
    ("重2.5公斤", "重二点五公斤"),
    ("买了2本书和3支笔", "买了两本书和三支笔"),
    ("2000人参加", "两千人参加"),
    ("20000步", "两万步"),
    ("110个", "一百一十个"),
    ("13亿人口", "十三亿人口"),
    ("2亿", "两亿"),
    ("1.4亿", "一点四亿"),
    ("有0人", "有零人"),
    ("3.14159", "三点一四一五九"),
    ("100+人", "一百加人"),
    # ordinals, dates of rank: never 两
    ("第3名", "第三名"),
    ("第2个", "第二个"),
    ("第2次", "第二次"),
    ("2楼", "二楼"),
    ("2月2日", "二月二日"),
    ("No.1", "第一"),
    ("初2", "初二"),
    # percentages
    ("增长23.5%", "增长百分之二十三点五"),
    ("5‰", "千分之五"),
    ("100%同意", "百分之百同意"),
    ("下降-3%", "下降负百分之三"),
    ("5%-10%", "百分之五到百分之十"),
    ("5-10%", "百分之五到百分之十"),
    ("提高2个百分点", "提高两个百分点"),
    # dates
    ("2024年3月5日", "二零二四年三月五日"),
    ("2024-03-05", "二零二四年三月五日"),
    ("2024/3/5", "二零二四年三月五日"),
    ("2024.3.5", "二零二四年三月五日"),
    ("3月5号", "三月五号"),
    ("1998年", "一九九八年"),
    ("2000年", "二零零零年"),
    ("90年代", "九十年代"),
    ("1990年代", "一九九零年代"),
    ("2024财年", "二零二四财年"),
    ("2023-2024学年", "二零二三到二零二四学年"),
    ("1990-2000年", "一九九零到二零零零年"),
    ("98年出生", "九八年出生"),
    ("30年前", "三十年前"),
    ("有2000年的历史", "有两千年的历史"),
    ("公元前221年", "公元前二百二十一年"),
    ("2年后", "两年后"),
    ("2024-05", "二零二四年五月"),
    ("3月5日-8日", "三月五日到八日"),
    ("2024年Q3", "二零二四年Q三"),
    ("双11", "双十一"),
    ("9·11事件", "九一一事件"),
    # times
    ("14:30", "十四点三十分"),
    ("8:05", "八点零五分"),
    ("8:00", "八点"),
    ("2:30", "两点三十分"),
    ("14:30:15", "十四点三十分十五秒"),
    ("9点", "九点"),
    ("2点", "两点"),
    ("9:00-18:00", "九点到十八点"),
    ("下午3:15", "下午三点十五分"),
    ("3:30 PM", "下午三点三十分"),
    ("24小时制", "二十四小时制"),
    ("2小时", "两小时"),
    ("2024-03-05 14:30", "二零二四年三月五日 十四点三十分"),
    # money
    ("¥23.5", "二十三点五元"),
    ("¥23.50", "二十三点五元"),
    ("$99", "九十九美元"),
    ("€5", "五欧元"),
    ("£3.2", "三点二英镑"),
    ("100元", "一百元"),
    ("2元", "两元"),
    ("3.5万元", "三点五万元"),
    ("¥3.5万", "三点五万元"),
    ("$1.5M", "一百五十万美元"),
    ("$20亿", "二十亿美元"),
    ("US$50", "五十美元"),
    ("HK$100", "一百港元"),
    ("RMB 500", "五百元"),
    ("500 USD", "五百美元"),
    ("¥5-10", "五到十元"),
    ("99元/月", "九十九元每月"),
    ("-¥5", "负五元"),
    # measures
    ("5km", "五公里"),
    ("5 km", "五公里"),
    ("2km", "两公里"),
    ("36.5℃", "三十六点五摄氏度"),
    ("-5℃", "零下五度"),
    ("-5~10℃", "零下五到零上十度"),
    ("10~20℃", "十到二十摄氏度"),
    ("10kg/m²", "每平方米十公斤"),
    ("60km/h", "每小时六十公里"),
    ("500ml", "五百毫升"),
    ("3GB", "三GB"),
    ("120m²", "一百二十平方米"),
    ("5mg/L", "每升五毫克"),
    ("100dB", "一百分贝"),
    ("5000mAh", "五千毫安时"),
    ("45°", "四十五度"),
    ("39°54'", "三十九度五十四分"),
    ("4K电视", "四K电视"),
    ("5G手机", "五G手机"),
    ("1080p", "一零八零P"),
    ("3D打印", "三D打印"),
    ("2nm芯片", "两纳米芯片"),
    ("3mol", "三摩尔"),
    ("身高1米75", "身高一米七五"),
    ("9秒58", "九秒五八"),
    ("6.5L/100km", "六点五升每一百公里"),
    ('"3+1+2"模式', '"三加一加二"模式'),
    ('27"显示器', "二十七英寸显示器"),
    ("10^8m/s", "十的八次方米每秒"),
    ("15k-25k", "十五k到二十五k"),
    ("2单元201", "二单元二零幺"),
    # telephones and other names
    ("13812345678", "幺三八幺二三四五六七八"),
    ("138-1234-5678", "幺三八幺二三四五六七八"),
    ("010-12345678", "零幺零幺二三四五六七八"),
    ("400-800-1234", "四零零八零零幺二三四"),
    ("+86 13812345678", "加八六幺三八幺二三四五六七八"),
    ("请拨打110", "请拨打幺幺零"),
    ("客服电话:95588", "客服电话:九五五八八"),
    ("验证码是384756", "验证码是三八四七五六"),
    ("QQ号12345", "QQ号幺二三四五"),
    ("登录12306", "登录幺二三零六"),
    ("996工作制", "九九六工作制"),
    ("007", "零零七"),
    ("IP是192.168.1.1", "IP是一九二点一六八点一点一"),
    # fractions, ratios, ranges
    ("1/2", "二分之一"),
    ("3/4的人", "四分之三的人"),
    ("½", "二分之一"),
    ("3½", "三又二分之一"),
    ("比分3:2", "比分三比二"),
    ("以3:2获胜", "以三比二获胜"),
    ("16:9", "十六比九"),
    ("21:15战胜对手", "二十一比十五战胜对手"),
    ("比例为1:1000", "比例为一比一千"),
    ("5-10个", "五到十个"),
    ("2-3天", "两到三天"),
    ("3~5岁", "三到五岁"),
    ("周一-周五", "周一到周五"),
    ("第5-8章", "第五到八章"),
    ("~30人", "约三十人"),
    # versions and codes
    ("v2.5.1", "V二点五点一"),
    ("Python 3.11", "Python 三点一一"),
    ("iOS 17.2", "iOS 十七点二"),
    ("京A12345", "京A幺二三四五"),
    ("沪B·8K88U", "沪B八K八八U"),
    ("B-204", "B二零四"),
    ("G1234次列车", "G幺二三四次列车"),
    ("CA981航班", "CA九八幺航班"),
    ("3栋502室", "三栋五零二室"),
    ("211路公交车", "二幺幺路公交车"),
    ("5路车", "五路车"),
    ("波音737", "波音七三七"),
    ("GPT-4", "GPT四"),
    ("GPT-3.5", "GPT三点五"),
    ("MP3", "MP三"),
    ("A4纸", "A四纸"),
    ("COVID-19", "COVID十九"),
    # What names something, and what counts
    ("12345", "一万二千三百四十五"),
    ("走了10000步", "走了一万步"),
    ("拨打12345", "拨打幺二三四五"),
    ("打95588客服", "打九五五八八客服"),
    ("密码是:123456", "密码是:幺二三四五六"),
    ("手机3000台", "手机三千台"),
    ("转分机123", "转分机幺二三"),
    ("转5000元", "转五千元"),
    ("123456789元", "一亿二千三百四十五万六千七百八十九元"),
    ("978-7-111-12345-6", "九七八，七，幺幺幺，幺二三四五，六"),
    ("20240315", "二零二四年三月十五日"),
    ("2024春晚", "二零二四春晚"),
    ("共2024户", "共两千零二十四户"),
    ("生于1985", "生于一九八五"),
    ("低于1985", "低于一千九百八十五"),
    ("1000年前", "一千年前"),
    ("80后", "八零后"),
    ("80后面", "八十后面"),
    ("2枚金牌", "两枚金牌"),
    ("No.5", "五号"),
    ("佐々木", "佐佐木"),
    ("3.15晚会", "三一五晚会"),
    ("500W像素", "五百万像素"),
    ("湖人110-98勇士", "湖人一百一十比九十八勇士"),
    ("9:00—18:00", "九点到十八点"),
    ("1'30\"", "一分三十秒"),
    ("A100显卡", "A一百显卡"),
    ("RTX4090", "RTX四零九零"),
    ("G20峰会", "G二十峰会"),
    # Roman numerals
    ("第IV章", "第四章"),
    ("Ⅲ期", "三期"),
    ("II型糖尿病", "二型糖尿病"),
    ("亨利八世", "亨利八世"),
    # mathematics and signs
    ("3+5=8", "三加五等于八"),
    ("10-3=7", "十减三等于七"),
    ("2×3", "二乘三"),
    ("6÷2=3", "六除以二等于三"),
    ("x²", "x的平方"),
    ("10^6", "十的六次方"),
    ("√2", "根号二"),
    ("1.6e-19", "一点六乘十的负十九次方"),
    ("10⁻³", "十的负三次方"),
    ("±0.5%", "正负百分之零点五"),
    ("-0.5%~+0.5%", "负百分之零点五到正百分之零点五"),
    ("面积3x4米", "面积三乘四米"),
    ("5mm×3mm", "五毫米乘三毫米"),
    ("7x24小时", "七乘二十四小时"),
    ("约.5米", "约零点五米"),
    ("加速度9.8m/s²", "加速度每平方秒九点八米"),
    (">18岁", "大于十八岁"),
    ("≥60分", "大于等于六十分"),
    ("±5", "正负五"),
    ("a=b", "a等于b"),
    ("C++语言", "C加加语言"),
    ("研发&设计", "研发和设计"),
    ("@小明", "艾特小明"),
    ("#1", "一号"),
    ("男/女", "男、女"),
    ("约翰·史密斯", "约翰 史密斯"),
    ("9号线", "九号线"),
    ("3·15晚会", "三一五晚会"),
    ("4*5", "四乘五"),
    # already spoken
    ("今天天气很好，我们走吧。", "今天天气很好，我们走吧。"),
    ("“真的吗？”他问——没有回答……", "“真的吗？”他问——没有回答……"),
]  # fmt: skip

normalise = Normaliser()


def spoken(text: str, interpret_as: str | None = None) -> str:
    return normalise(AlignedText.of(text), "zh", interpret_as=interpret_as).text


@pytest.mark.parametrize(("written", "said"), TABLE, ids=[written for written, _ in TABLE])
def test_reads_as_a_chinese_reader_would(written: str, said: str) -> None:
    assert spoken(written).strip() == said


@pytest.mark.parametrize("said", sorted({said for _, said in TABLE}))
def test_what_is_spoken_already_stays(said: str) -> None:
    assert spoken(said) == spoken(spoken(said))
    if re.search("[㐀-鿿]{2}", said) and not re.search("[=+]", said):
        assert spoken(said).strip() == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("0", "零"), ("10", "十"), ("15", "十五"), ("101", "一百零一"), ("110", "一百一十"), ("1001", "一千零一"),
        ("1010", "一千零一十"), ("2222", "两千二百二十二"), ("10010", "一万零一十"), ("100000", "十万"),
        ("1000001", "一百万零一"), ("12000345", "一千二百万零三百四十五"), ("200000000", "两亿"),
        ("100020000", "一亿零二万"), ("0012", "十二"),
    ],
)  # fmt: skip
def test_cardinals(value: str, said: str) -> None:
    assert cardinal(value) == said


def test_numbers_too_long_to_have_a_name_are_read_digit_by_digit() -> None:
    assert cardinal("12345678901234567") == digits("12345678901234567")


@given(st.integers(min_value=0, max_value=10**16 - 1))
def test_a_cardinal_means_its_number(value: int) -> None:
    assert _meaning(cardinal(str(value))) == value


def _meaning(said: str) -> int:
    """Read a cardinal back, by its own grammar: sections of 万 and 亿."""
    total = section = 0
    digit = 0
    for char in said.replace("万亿", "兆").replace("两", "二"):
        if char in "零一二三四五六七八九":
            digit = "零一二三四五六七八九".index(char)
        elif char in "十百千":
            section += (digit or 1) * 10 ** ("十百千".index(char) + 1)
            digit = 0
        else:
            total += (section + digit) * {"万": 10**4, "亿": 10**8, "兆": 10**12}[char]
            section = digit = 0
    return total + section + digit


def test_signed_and_decimal_numbers() -> None:
    assert number("-3.50") == "负三点五零"
    assert number("2", counting=True) == "两"


@pytest.mark.parametrize(
    ("text", "interpret_as", "said"),
    [
        ("A1", "characters", "A 一"),
        ("b-2", "spell-out", "B 杠 二"),
        ("#", "verbatim", "井号"),
        ("2024", "digits", "二零二四"),
        ("10086", "telephone", "幺零零八六"),
        ("3/5", "date", "三月五日"),
        ("8", "time", "八点"),
        ("2024", "cardinal", "两千零二十四"),
        ("3", "ordinal", "第三"),
        ("5/4", "fraction", "四分之五"),
        ("2kg", "unit", "两公斤"),
        ("23.5", "currency", "二十三点五元"),
        ("-5", "currency", "负五元"),
        ("1,234kg", "unit", "一千二百三十四公斤"),
    ],
)
def test_say_as(text: str, interpret_as: str, said: str) -> None:
    assert spoken(text, interpret_as).strip() == said


def test_unknown_say_as_is_an_error() -> None:
    with pytest.raises(OptionError, match="shout"):
        spoken("1", "shout")


def test_each_reading_maps_to_what_was_written() -> None:
    written = "价格是¥23.5，涨了3.5%，见14:30的新闻。"
    text = normalise(AlignedText.of(written, offset=100), "zh")
    for said, source in [
        ("二十三点五元", "¥23.5"),
        ("百分之三点五", "3.5%"),
        ("十四点三十分", "14:30"),
        ("新闻", "新闻"),
    ]:
        start = text.text.index(said)
        low, high = text.source(start, start + len(said))
        assert written[low - 100 : high - 100] == source


NO_DEADLINE = settings(deadline=None)
"""The first unit that only wetext knows loads it, which takes half a second."""

WRITTEN = st.text(alphabet="0123456789.,:/%-+~¥$€℃°年月日点个千克kmgGvV第期IV×=#&@ 你好二,。½²", max_size=24)


@NO_DEADLINE
@given(WRITTEN)
def test_no_figure_or_sign_is_left(text: str) -> None:
    result = normalise(AlignedText.of(text), "zh")
    assert not re.search(r"[0-9$¥€%°℃+=×#&@/~²½]", result.text)
    assert list(result.starts) == sorted(result.starts)
    assert list(result.ends) == sorted(result.ends)
    assert len(result.starts) == len(result.text)


@NO_DEADLINE
@given(st.text(alphabet="今天气很好两个人在家看书，。！？ ", max_size=30), WRITTEN)
def test_no_ideograph_is_lost(prose: str, written: str) -> None:
    said = normalise(AlignedText.of(f"{prose}。{written}"), "zh").text
    remaining = iter(said)
    assert all(char in remaining for char in prose if char != " ")


@NO_DEADLINE
@given(WRITTEN)
def test_spoken_text_is_spoken_as_it_is(text: str) -> None:
    once = normalise(AlignedText.of(text), "zh").text
    twice = normalise(AlignedText.of(once), "zh").text
    assert normalise(AlignedText.of(twice), "zh").text == twice


@pytest.mark.parametrize(
    "piece", ["1", "a", "1.", "1-", "1:", "1/", "¥", "a1", "1 ", "-", "2024-", "1,000", "第I", "2:10 "]
)
def test_long_input_takes_linear_time(piece: str) -> None:
    said = normalise(AlignedText.of(piece * (20_000 // len(piece))), "zh").text
    assert not re.search(r"\d", said)

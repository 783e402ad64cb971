"""What Chinese readers say for units, currencies and signs, and the nouns that are counted with 两."""

# ruff: noqa: E501 - a table reads best with a line for a rule
from __future__ import annotations

UNITS = {
    # length
    "km": "公里", "m": "米", "dm": "分米", "cm": "厘米", "mm": "毫米", "μm": "微米", "um": "微米", "nm": "纳米",
    "ft": "英尺", "inch": "英寸", "in": "英寸", "mi": "英里", "mile": "英里", "miles": "英里",
    # area and volume
    "km²": "平方公里", "m²": "平方米", "cm²": "平方厘米", "mm²": "平方毫米", "km2": "平方公里", "m2": "平方米",
    "cm2": "平方厘米", "ha": "公顷", "m³": "立方米", "cm³": "立方厘米", "m3": "立方米", "cm3": "立方厘米",
    "L": "升", "l": "升", "dL": "分升", "dl": "分升", "ml": "毫升", "mL": "毫升", "ML": "毫升", "μL": "微升",
    # mass
    "t": "吨", "kg": "公斤", "KG": "公斤", "Kg": "公斤", "g": "克", "mg": "毫克", "μg": "微克", "ug": "微克",
    "lb": "磅", "lbs": "磅", "oz": "盎司",
    # time
    "h": "小时", "hr": "小时", "hrs": "小时", "min": "分钟", "s": "秒", "sec": "秒", "ms": "毫秒", "μs": "微秒",
    "ns": "纳秒", "d": "天",
    # electricity, energy, pressure, frequency, sound
    "V": "伏", "kV": "千伏", "mV": "毫伏", "mA": "毫安", "mAh": "毫安时", "W": "瓦", "kW": "千瓦", "KW": "千瓦",
    "MW": "兆瓦", "GW": "吉瓦", "kWh": "千瓦时", "KWh": "千瓦时", "Wh": "瓦时", "Ω": "欧", "kΩ": "千欧",
    "J": "焦", "kJ": "千焦", "cal": "卡", "kcal": "千卡", "N": "牛", "Pa": "帕", "kPa": "千帕", "hPa": "百帕",
    "MPa": "兆帕", "mmHg": "毫米汞柱", "Hz": "赫兹", "kHz": "千赫", "KHz": "千赫", "MHz": "兆赫", "GHz": "吉赫",
    "dB": "分贝", "db": "分贝",
    # data, chemistry, counting
    "bps": "比特每秒", "kbps": "千比特每秒", "Mbps": "兆比特每秒", "Gbps": "吉比特每秒", "mol": "摩尔",
    "mmol": "毫摩尔", "rpm": "转每分", "fps": "帧每秒", "px": "像素", "ppm": "PPM",
    # angle and temperature
    "°C": "摄氏度", "℃": "摄氏度", "°F": "华氏度", "℉": "华氏度", "°": "度",
}  # fmt: skip
"""Unit → name. Data sizes (GB) and G, K, P, D (5G, 4K) are said as their letters, as people do."""

PER = {**{unit: UNITS[unit] for unit in ("h", "s", "min", "d", "m²", "m2", "m³", "m3", "L", "l", "dL", "ml",
       "mL", "kg", "g", "km", "km²", "cm²", "mol", "t")}, "s²": "平方秒", "天": "天", "小时": "小时"}  # fmt: skip
"""What may stand below the stroke of a compound unit: km/h, mg/L, kg/m²."""

SPEED = {
    "mph": ("每小时", "英里"),
    "km/h": ("每小时", "公里"),
    "kmh": ("每小时", "公里"),
    "kph": ("每小时", "公里"),
}

CURRENCIES = {
    "¥": "元", "RMB": "元", "CNY": "元", "CN¥": "元", "$": "美元", "US$": "美元", "USD": "美元", "HK$": "港元",
    "HKD": "港元", "NT$": "新台币", "TWD": "新台币", "A$": "澳元", "AUD": "澳元", "C$": "加元", "CAD": "加元",
    "S$": "新加坡元", "SGD": "新加坡元", "€": "欧元", "EUR": "欧元", "£": "英镑", "GBP": "英镑", "JP¥": "日元",
    "JPY": "日元", "₩": "韩元", "KRW": "韩元", "₹": "卢比", "INR": "卢比", "₽": "卢布", "CHF": "瑞士法郎",
}  # fmt: skip

COUNTED = (
    "个|只|条|张|本|把|辆|台|件|位|名|人|天|年(?!级|代|份)|周|小时|分钟|秒|次(?!方)|遍|趟|块|元|美元|欧元|英镑|日元|港元|"
    "斤|公斤|千克|毫克|克|吨|米|公里|千米|厘米|毫米|平方米|平方公里|立方米|英里|英尺|英寸|升|毫升|岁|倍|点|种|类|门(?!课本)|"
    "节课|节车厢|场|家|间|座|层|行|页|份|套|双|对|副|根|支|枝|颗|粒|片|杯|瓶|碗|盒|箱|袋|包|头|匹|首|篇|部|幅|棵|朵|封|"
    "枚|户|例|宗|卷|册|株|滴|勺|锅|壶|罐|桶|扇|堵|圈|局|盘|幕|集|票|尾|发|顿|餐|拨|伙|帮|瓣|串|段|团|堆|泡|窝|截|剂|拳|刀|番|"
    "项|批|群|排|队|组|轮|步|口|句|字节|万|亿|千|成|辈子|代人|股|届|款|艘|架|顶|道|盏|座|所|笔|桌|席|笼|串|尊|栋(?!\\d)|"
    "摄氏度|华氏度|伏|瓦|千瓦|分贝|赫兹|时辰|钟头|星期|礼拜|个月|月薪|刻钟|寸|尺|亩|顷|公顷|里地|里路|度(?!假)"
)
"""Classifiers and units before which a bare 2 is 两. Dates and ranks (2月, 2号, 2楼, 2级) are not among them."""

"""What Chinese narration says of a scene beside its subjects: who appears, who is heard, who keeps silent."""

from __future__ import annotations

import re
from typing import Final

VOICE: Final = re.compile(
    r"[^，。]{0,12}?(?:是|传来|响起|传出|听见|听到|听得)了?(?P<who>[^，。的了]{2,9})的[^，。]{0,4}(?:声音|话音|喊声|叫声|哭声|笑声)"
)
"""是赵小川的声音; 忽然传来唐果的声音."""
GROUP: Final = re.compile(
    r"(?:[^，。：]{0,10}(?:的人|众人|人们|客人|看客|闲人|孩子们?|学生们?)|大家|众人|人们|几个人|旁人|全[班场家]|满[座堂屋]的?人?)"
    r"(?:们)?(?:便|也|又|就|却|听了)*(?:都|一齐|齐声|纷纷|大嚷|大叫|哄)"
)
"""看见的人大嚷: several, so nobody in particular."""
APPEARS: Final = re.compile(
    r"(?:着|了|来|出|现|见|有)(?P<who>(?:一|两|几|某)?[个位名](?P<called>[^，。、：的]{0,10}的)?(?P<head>[\u3400-\u9fff]{2,6}))$"
)
"""坐着一个红衣女子: the subject of being and coming stands at the end of its clause."""
SOMEBODY: Final = re.compile(
    r"(?:^|[^没所拥只])有(?:个|几个|一个)?人[^，。]{0,4}$|(?:一个|有个|那)[^，。]{0,4}声音[^，。]{0,2}$"
)
"""背后有人说: who it is comes later, if at all."""
DESCRIBED: Final = re.compile(
    r"(?:[那这一某有]?[个位名]|[那这一])[^，。：；、“”的]{1,8}的(?P<head>(?:人|汉子|男人|女人|老人|孩子|客人|姑娘|小伙子|老头子|先生|太太))"
)
"""一个挑担的人: somebody by what they do, before the verb."""
SEES: Final = re.compile(r"(?:看见|瞧见|望见|听见|听得|只见|遇见|遇到|碰见)(?P<whom>.+)$")
"""Whom the clause behind this one may be about: 看见他的女人非常高兴，问他说."""
SILENT: Final = re.compile(
    r"没有?(?:再)?(?:回答|说话|吭声|理|作声|做声|接话|接口|开口|言语|话)|不(?:再)?(?:说话|言语|答|语|作声|做声|吭声|理|响)|沉默"
    r"|默默|愣住|怔住|呆住|楞|愕然|一声不|一言不|无言|闭了口|说不出|没话|无话|张了张嘴|不知道?(?:该)?说什么|哑口"
)
NEW_SCENE: Final = re.compile(
    r"[\s　]*"
    r"(?:(?:又|再)?(?:过了?|隔了?)[^，。]{1,6}[天日年月周](?:之?后)?|[第次][二三四五六七八九十]?[天日年]"
    r"|[一二三四五六七八九十几][天日年月]之?后|(?:这|那|当)[天日晚夜](?:早上|上午|中午|下午|晚上|夜里)?"
    r"|(?:星期|礼拜)[一二三四五六天日]|(?:第二天)?(?:早上|上午|中午|下午|傍晚|晚上|夜里|清晨))"
)
"""第二天, 过了十多日, 中午: those who talked before need not be there."""
LEAVES: Final = re.compile(
    r"(?:出去|离开|走开|走远|走掉|回去|告辞|出门|下楼|上楼|离去|跑开|跑远|而去|[，]走)了?$"
)
"""At the end of a sentence: its subject goes, and takes no more turns."""
KIN: Final = re.compile(
    "母亲|父亲|妈|爸|爹|娘|哥|姐|弟|妹|奶奶|爷爷|外婆|外公|妻子|丈夫|儿子|女儿|师父|师兄|朋友|家"
)
NOTE_MARK: Final = re.compile(r"[⑴-⒇①-⑳]|\[\d+\]")
"""Of a footnote, which may stand between two names of one person."""
_NOT_PEOPLE: Final = re.compile(
    r"^(?:[两二三四五六七八九十几多]|好几|许多)[个位名]"
    r"|(?:里|上|下|中|外|边|旁|面|处|时|间|回|脑后|身后|背后|以后|之后|时候|工夫|日子|样子)$"
    r"|^(?:[一二两双只]?[手脚眼腿耳臂拳脸嘴鼻额头身心胸背眉牙]|声音|目光)(?!.*[人者士])"
    r"|(?:(?<![歌凶选水对助老高能新鼓射枪舵打推])手|脚|眼睛|眼光|目光|脸|嘴|嘴唇|脑袋|头发|身子|身体|声音|心|手指|拳头|眉头|耳朵)$"
)
_PAIRS: Final = frozenset("爸妈爷奶公婆哥姐弟妹叔伯娘舅姑姥宝太婶嫂")


def is_no_person(phrase: str) -> bool:
    """Whether a noun phrase is a place, a time, a part of the body or a sound: 酒店里, 时候, 两手叉, 跄跄."""
    if len(phrase) == 2 and phrase[0] == phrase[1] and phrase[0] not in _PAIRS:  # noqa: PLR2004 - 跄跄
        return True
    return bool(_NOT_PEOPLE.search(phrase))

"""得 and 地 as particles, by their place in the sentence.

得 is said de behind a verb or an adjective (跑得快, 高兴得跳起来), děi where it means must (我得走了) and dé
where it means to get (得了奖); 地 is said de between an adverbial and its verb (高兴地笑), dì otherwise. The
encyclopaedic text that the resolver learns from hardly has the particles, and the segmenter tags every 得 and
地 as one and glues them to their neighbours (地说, 事得): so these rules look at the words around. After
吕叔湘, *现代汉语八百词* (1999), s.vv. 得 and 地.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from declaim.text.characters import HAN
from declaim.text.segmentation import Token, is_word

_WINDOW: Final = 8
"""Characters to each side that are looked at."""
_CLAUSE: Final = re.compile(f"[{HAN}]+")
_CLAUSE_END: Final = re.compile(f"[{HAN}]+$")

_NO_MANNER: Final = re.compile(
    "(?:还|总|都|就|也|又|可|必|非|真|先|须|一定|肯定|恐怕|可能|大概|至少|起码|首先|每[天次年周]|[今明后]天|现在|以后|"
    "[早今明当]晚|晚上|早上|我|你|您|他|她|它|们|咱|谁|俺|自己|大家|别人|人家|人人|人|这|那|事|事儿|"
    "看来|但|但是|所以|而且|因此|不过|那么|然后|否则|不然|要不)$"
)
"""Subjects and adverbs: behind them 得 is no particle, for they have no degree or result."""
_GETTING: Final = frozenset(
    "获取夺赢求博难所争换购赚只心习应没能会将才曾已终而以并因被即便故既幸深尽自其独遂乃亦方"
) | {"没有", "可以", "才能", "已经", "曾经", "终于", "从而", "将会", "有望", "争取", "后", "前", "时"}
"""Words behind which 得 means to get: 获得, 会得病."""
_OBTAINING: Final = frozenset("制测采寻访抢添修解量抽收分娶讨骗觅录猎截选摘拾挣生建传")
"""Verbs that make one word with it where what is got follows: 测得风速, but 分得清."""
_GOT: Final = re.compile(
    "第|满分|零分|[冠亚季]军|[金银铜]牌|奖|病|.?癌|名次|感冒|.炎|秀才|举人|进士|状元|功名|.士|学位"
)
"""So begins what one gets, whatever is before it …"""
_COUNTED: Final = re.compile("[一二两三四五六七八九十百千几半了过个]")
"""… or behind a subject."""
_VERBS: Final = frozenset(
    "做办找看听吃买想拿用达学料见说认分叫受忘免走管干算少去喝装住睡开当闻猜摸数查答写读抓追抢弄养"
)
"""Verbs that take 得到, 得出 and 得了 as complements of what can be done; behind others these are words."""
_NOT_DONE: Final = frozenset("由来舍怪恨巴要顾见少算值怨免吃作记等急")
"""Verbs of which 不得 is the complement, in the neutral tone: 舍不得."""
_DEGREE: Final = re.compile(
    "[很太极更最挺够像跟能]|真[^的]|非常|十分|比|好[^好]|不[错好行得轻]|那么|这么|特别|相当|有点|有些|越|要命|厉害|"
    "多[么快高大好少]|一[塌清干]"
)
"""So begin complements of degree: what is before them is a verb, whatever the segmenter takes it for."""

_TO_DO: Final = re.compile("赶快|赶紧|马上|好好|[先把去给让等找问再多早快]|注意|小心")
"""So begins what must be done where no subject says that 得 means must."""

_NO_ADVERBIAL: Final = re.compile(
    "(?:[这那哪此该每各某本].?|栖息|繁殖|居住|出生|生产|发源|诞生|集散|聚居|聚集|"
    "安葬|埋葬|试验|实验|活动|所在|注册|目的|举[办行]|主办|出版|拍摄|取景|种植|养殖|发祥|避难|度假|旅游|隔离|登陆|"
    "着陆|停泊|放牧|驻扎|策源|主要|原产|户籍|覆盖|分布|根据|殖民|建设|建筑|商业|军事)$"
)
"""Words before 地 that make a place of it: 栖息地, 这块地."""
_ADVERBIAL_TAGS: Final = ("a", "d", "z", "i", "l", "v", "b")
_REPEATED: Final = re.compile(r"(?:(.)\1|(.)\2(.)\3|一(..?)又一\4|(..)\5)$")
"""慢慢, 笑嘻嘻, 高高兴兴, 一遍又一遍, 一个一个: with 地 these are adverbials."""
_NO_ACTION: Final = re.compile("[的里上下中内外旁边头处区带是有在和与及或也都很就为又已曾不位包]")
"""What follows the ground and not an adverbial, whose verb comes at once."""


class _Around(NamedTuple):
    """What stands around a particle."""

    before: str
    """The characters before it in its clause."""
    left: str
    """The word before it; "" where a clause begins."""
    left_tag: str
    after: str
    """The characters behind it in its clause."""
    right_tag: str
    """The part of speech of the word that follows; "" where the clause ends."""


def particle(text: str, tokens: Sequence[Token], order: int, at: int) -> str:
    """The reading of the 得 or 地 at a place, or "" where these rules have no opinion.

    Args:
        text: a sentence in simplified characters.
        tokens: its words.
        order: the index of the word around the place.
        at: the place.
    """
    token = tokens[order]
    looks_glued = token.tag[:1] in {"v", "l"} or text.startswith(("地下着", "地下起"), at)
    glued = text[at] == "地" and at == token.start and looks_glued
    if order and tokens[order - 1].text in _VERBS and text.startswith(("得到", "得出", "得了"), at):
        return "de5"
    if len(token.text) > 1 and token.tag.startswith(("nr", "ns")):
        return ""
    if len(token.text) > 1 and is_word(token.text) and not glued:
        return _in_word(token, at) if text[at] == "得" else ""
    around = _around(text, tokens, order, at)
    return _de_of_degree(around) if text[at] == "得" else _de_of_manner(around)


def _around(text: str, tokens: Sequence[Token], order: int, at: int) -> _Around:
    token = tokens[order]
    left, left_tag = text[token.start : at], "v"
    if not left and order and _CLAUSE.fullmatch(tokens[order - 1].text):
        left, left_tag = tokens[order - 1].text, tokens[order - 1].tag
    before = _CLAUSE_END.search(text, max(0, at - _WINDOW), at)
    after = _CLAUSE.match(text, at + 1, at + 1 + _WINDOW)
    follows = "v" if at + 1 < token.end else tokens[order + 1].tag if after else ""
    return _Around(before.group() if before else "", left, left_tag, after.group() if after else "", follows)


def _in_word(token: Token, at: int) -> str:
    """得 inside a word of the dictionary: 看得远 and 由不得 have the particle, 获得, 得意 and 彼得 don't."""
    before = token.text[: at - token.start]
    if before.endswith("不"):
        return "de5" if before[:-1] in _NOT_DONE else ""
    is_idiom = len(before) > 2 and at + 1 == token.end  # noqa: PLR2004 - 洋洋自得
    if not before or before in _GETTING or _NO_MANNER.search(before) or is_idiom:
        return ""
    return "de5"


def _de_of_degree(around: _Around) -> str:
    left, after = around.left, around.after
    if left.endswith("不") or not after:
        return ""
    if not left:
        return "dei3" if _TO_DO.match(after) else "de2"
    if left in _GETTING or _GOT.match(after):
        return "de2"
    if _NO_MANNER.search(left):
        return "de2" if _COUNTED.match(after) else "dei3"
    is_got = after[0] in "到出了的" and not after.startswith("的确")
    if is_got or (left in _OBTAINING and around.right_tag[:1] in {"n", "m", "r"}):
        return "de2"
    is_subject = around.left_tag[:1] in {"n", "t", "s", "r"} and not _DEGREE.match(after)
    return "dei3" if is_subject and around.right_tag[:1] in {"v", "d", "p"} else "de5"


def _de_of_manner(around: _Around) -> str:
    left, after = around.left, around.after
    if _REPEATED.search(around.before):
        return "de5"
    if not after or _NO_ACTION.match(after):
        return ""
    if len(left) < 2 or _NO_ADVERBIAL.search(left):  # noqa: PLR2004 - adverbials have two syllables
        return ""
    is_adverbial = around.left_tag.startswith(_ADVERBIAL_TAGS)
    # The segmenter takes 热情 and 小心 for nouns.
    return "de5" if is_adverbial or (around.left_tag == "n" and around.right_tag[:1] in {"v", "p"}) else ""

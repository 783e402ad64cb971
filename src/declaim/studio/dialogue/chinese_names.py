"""Names in Chinese, which has no capitals: what clauses begin with again and again.

A name is a unit because what stands behind it varies (Feng et al., "Accessor variety criteria for Chinese
word extraction", Computational Linguistics 30, 2004): 七斤 and 七斤嫂 are each followed by many
things, 七斤慢 by one. Parts of speech alone will not do: an unknown name is joined with its verb.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import rjieba

from declaim.studio.dialogue.chinese_scenes import is_no_person
from declaim.studio.dialogue.chinese_words import (
    ADVERBS,
    FEMALE_SIGNS,
    FIRST,
    HE,
    LEADING,
    MALE_SIGNS,
    NEVER_IN_NAMES,
    OTHER,
    SHE,
    SPEECH_VERBS,
    SURNAMES,
    THEY,
)

LONGEST_NAME = 6
_SHORTEST = 2
_NEVER_FIRST = frozenset(
    "像据因由自于以到当每各此某其所语指按即如若虽但而且凡然尚竟全都只连这那几两再今昨明可能应该"
)
_OFTEN = 8
"""Times from which on a quarter of them is no accident."""
_SHARE, _SHARE_OF_FEW = 0.25, 0.6
"""Of the occurrences of a beginning that go on with a character, from which it belongs to the name."""
_NUMERALS = frozenset("三四五六七八九十")
_MEASURES = frozenset(
    "年月日天时分秒个次回里岁点块元文钱百千万亿些样种口号人位条张只十角章节卷第成处方面声步句"
)
"""Behind a numeral: how much there is of something; 七斤 and 八一嫂 are people."""
_FEW = 2
"""Different characters behind a beginning, up to which it is no unit."""
_LEAST_SUBJECTS = 2
_LEAST_UNKNOWN = 3
_NAME_TAGS = frozenset({"nr", "nrt", "nrfg"})
_NOUN_TAGS = _NAME_TAGS | {"n", "ns", "nt", "nz", "ng", "vn", "an"}
_NAME_LETTERS = re.compile(r"[\u3400-\u9fffA-Za-zＡ-Ｚ·．]*")
_CLAUSE = re.compile(r"[^，,、：:；;。！？!?…—\n“”「」『』（）()]+")
_LEADING = re.compile(rf"(?:{'|'.join(sorted(LEADING, key=len, reverse=True))}|[\s　])*")
_NO_NAME = re.compile(
    "|".join(sorted({*HE, *SHE, *THEY, *FIRST, *OTHER, "那", "每", "各", "两个", "几"}, key=len))
)
PERSON_ENDS = tuple(
    {*FEMALE_SIGNS, *MALE_SIGNS, "嫂子", "娘子", "婆子", "妹子", "小子", "老子", "老太"}
    - {
        "女",
        "后",
        "母",
        "男",
        "儿",
        "汉",
        "公",
        "驼背",
        "胡子",
        "大海",
        "弟",
        "妹",
        "妇",
        "妻",
        "父",
        "兄",
        "尼",
    }
)


class ClauseStarts:
    """How often clauses of a book begin with what.

    Args:
        narration: its text, without what is said.
    """

    def __init__(self, narration: Iterable[str]) -> None:
        self._counts: Counter[str] = Counter()
        self._whole: set[str] = set()
        self._behind: dict[str, set[str]] = defaultdict(set)
        for text in narration:
            for clause in _clause_starts(text):
                self._whole.add(clause)
                for length in range(_SHORTEST, min(LONGEST_NAME, len(clause)) + 1):
                    self._counts[clause[:length]] += 1
                    self._behind[clause[: length - 1]].add(clause[length - 1])

    def name_at(self, text: str) -> str:
        """The name that a text begins with; empty if what it begins with does not come again."""
        letters = _NAME_LETTERS.match(text)
        stretch = letters.group() if letters else ""
        name = stretch[:_SHORTEST]
        if len(name) < _SHORTEST or self._counts[name] < _LEAST_SUBJECTS or not _may_begin(name, stretch):
            return ""
        for letter in stretch[_SHORTEST:LONGEST_NAME]:
            if letter in NEVER_IN_NAMES or not self._goes_on(name, letter):
                break
            name += letter
        return name if _is_noun(name) and not is_no_person(name) else ""

    def subjects(self) -> Iterator[str]:
        """Names of people that clauses begin with more than once."""
        for name in sorted({self.name_at(start) for start in self._whole}):
            if name and (looks_like_person(name) or (_may_be_called(name) and self.is_name(name))):
                yield name

    def is_name(self, name: str) -> bool:
        """Whether what clauses begin with is no word, so that it can only be a name: 闰土, 陈大海."""
        if name[0] in _NUMERALS:
            return self._counts[name] > _LEAST_UNKNOWN
        return self._counts[name] >= _LEAST_UNKNOWN and not _is_word(name) and not _has_word(name)

    def _goes_on(self, name: str, letter: str) -> bool:
        count, longer = self._counts[name], self._counts[name + letter]
        if longer >= _LEAST_SUBJECTS and len(self._behind[name]) <= _FEW:
            return True
        return longer >= (_SHARE if count >= _OFTEN else _SHARE_OF_FEW) * count and longer >= _LEAST_SUBJECTS


def _may_be_called(name: str) -> bool:
    """Whether somebody whom no tag names can be called so: 闰土, 陈大海, and not 云压得很低."""
    return len(name) == _SHORTEST or (len(name) == _SHORTEST + 1 and name[0] in SURNAMES)


def looks_like_person(name: str) -> bool:
    """Whether a name is somebody's by how it is made: 老王, 小满, 阿五, 王九妈, or by its part of speech."""
    if name[0] in "一两几这那每各" or any(letter in NEVER_IN_NAMES for letter in name):
        return False
    if name[0] == "阿" or (name[0] in "老小" and not _is_word(name)) or name in _PEOPLE:
        return True
    if name.endswith(PERSON_ENDS):
        return True
    tags = rjieba.tag(name)
    return len(tags) == 1 and tags[0][1] in _NAME_TAGS


def is_person(phrase: str) -> bool:
    """Whether a noun phrase describes somebody: 那二十多岁的人, 花白胡子, 一个老女人."""
    return bool(phrase and not is_no_person(phrase)) and (
        bool(_HEAD.search(phrase)) or phrase.endswith(PERSON_ENDS) or looks_like_person(phrase)
    )


def may_be_name(phrase: str) -> bool:
    """Whether a phrase of two or three characters is no word: 闰土."""
    short = _SHORTEST <= len(phrase) <= _SHORTEST + 1
    if is_no_person(phrase):
        return False
    return short and not _is_word(phrase) and not any(letter in NEVER_IN_NAMES for letter in phrase)


_HEAD = re.compile(
    r"(?:人|者|声音|孩子|孩儿|女子|男子|妇女|少女|少年|青年|汉子|胡子|兵|官|客|匠|司机|医生|大夫|老师|先生|学生|师傅|掌柜|店主"
    r"|老板|伙计|主人|主席|经理|校长|队长|警察|法官|律师|记者|船夫|车夫|农夫|渔夫|士兵|和尚|道士|仙人|鬼|贼|老头|王|后|们|母亲|父亲|妈妈|爸爸|祖母|祖父|儿子|女儿|丈夫|妻子|老婆|媳妇|怪声|叫声|文豪|老[头婆妈]子|小伙子|[瞎瘸聋哑胖瘦矮麻秃疯傻骗厨戏侄孙婆嫂婶妹汉]子|高个子|人物|姑娘|丫头|老人家|大爷|大娘|大婶|老乡|同学|同志|护士|保安|秘书|助理|主任|书记|村长|县长|巡警|侍卫|差役|衙役|太监|宫女|道长|施主|士|员|徒|友|商|帝|僧|尼|婢|童|侠|妃)$"
)
_PEOPLE = frozenset(
    {
        "小满",
        "老周",
        "小雪",
        "小寒",
        "母亲",
        "父亲",
        "祖母",
        "祖父",
        "掌柜",
        "老板",
        "老人",
        "孩子",
        "女孩",
        "男孩",
    }
)


def _is_word(name: str) -> bool:
    return bool(rjieba.has_word(name))


def _has_word(name: str) -> bool:
    """Whether a name is two words put together: 人人脊梁."""
    words = rjieba.tag(name)
    return len(words) > 1 and all(len(word) > 1 for word, _ in words) and not name.endswith(PERSON_ENDS)


def _may_begin(name: str, stretch: str) -> bool:
    """Whether two characters can be the beginning of a name: no verb, adverb or pronoun."""
    if name[0] in _NEVER_FIRST or _NO_NAME.match(name) or any(letter in NEVER_IN_NAMES for letter in name):
        return False
    if name[0] in "老小阿":
        return True
    first = rjieba.tag(stretch[:4])[0]
    if name[0] in _NUMERALS:
        return name[-1] not in _MEASURES
    is_other = first[0] == name and first[1] not in _NOUN_TAGS
    return not is_other and name not in ADVERBS and name not in SPEECH_VERBS


def _is_noun(name: str) -> bool:
    """Whether a name that is also a word is a noun."""
    if name[0] in "老小阿" or name[0] in _NUMERALS or not _is_word(name):
        return True
    return rjieba.tag(name)[0][1] in _NOUN_TAGS


def _clause_starts(text: str) -> Iterator[str]:
    for clause in _CLAUSE.finditer(text):
        begins = _LEADING.match(clause.group())
        yield clause.group()[begins.end() if begins else 0 :][:LONGEST_NAME]

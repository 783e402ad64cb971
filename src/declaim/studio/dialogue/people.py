"""Who is who: all names of one person under one of them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from declaim.studio.dialogue.english_words import TITLES
from declaim.studio.dialogue.genders import called_age, called_gender, voted_genders
from declaim.studio.dialogue.lines import Person

_HAN = re.compile(r"[\u3400-\u9fff]")
_POINTING = re.compile(r"^(?:那个|这个|那位|这位|一个|一位|有个|有位|那|这|某)(?=..)")
_PREFIX = 2
"""Characters that a fuller Chinese name has before the shorter: 华 老栓, 贾 宝玉."""
_RELATIVE = "的人"
_OWNED = re.compile(
    r"^[我他她伊]的?(?=母亲|父亲|妈|爹|娘|爸|哥|姐|弟|妹|叔|伯|祖父|祖母|爷爷|奶奶|妻子|丈夫|儿子|女儿|太太)的?"
)
_TITLES = (
    "先生|老师|太太|夫人|小姐|女士|大夫|医生|法医|护士|师傅|师父|师兄|师弟|经理|局长|处长|科长|所长|校长|院长|厂长|队长|队|处|局|总|工|导"
    "|教授|博士|施主|老板|老爷|少爷|掌柜|大人|大师|少侠|公子|姑娘|大哥|大姐|大叔|大妈|大娘|大嫂|阿姨|叔叔|伯伯|哥|姐|叔|伯|婶|嫂|姨|爷爷|奶奶|爷|奶"
)
_TITLED_SURNAME = re.compile(
    rf"^(?:[老小阿](?P<behind>[\u3400-\u9fff])|(?P<before>[\u3400-\u9fff])(?:{_TITLES}))$"
)
_MARRIED = re.compile(r"(?:太太|夫人|大嫂|嫂|大婶|婶|大娘|大妈|奶奶)$")
"""Titles with a husband's surname: 钱太太 is not 钱伯远."""
_BARE_TITLE = re.compile(rf"^(?P<title>{_TITLES})的?$")
_FULL_NAME = 3
"""Characters of a Chinese name, at most, but for double surnames."""
_ARTICLES = frozenset(
    {"the", "a", "an", "this", "that", "another", "some", "his", "her", "my", "their", "our"}
)


class People:
    """Everybody who speaks, found by any of their names.

    Args:
        counts: how often each name is that of a speaker.
    """

    def __init__(self, counts: Counter[str]) -> None:
        self._counts = Counter[str]()
        self._surfaces: dict[str, Counter[str]] = defaultdict(Counter)
        for name, count in counts.items():
            key = _plain(name)
            self._counts[key] += count
            self._surfaces[key][name] += count
        self._person = _merged(self._counts)
        self._genders = {person: called_gender(person) for person in set(self._person.values())}

    def find(self, name: str) -> str:
        """The person that a name means; empty if nobody of that name speaks."""
        return self._person.get(_plain(name), "")

    def called(self, name: str) -> str:
        """The person whom somebody calls by a name, a surname with a title, or by a title that one has."""
        if person := self.find(name):
            return person
        people = set(self._person.values())
        titled = None if _MARRIED.search(name) else _TITLED_SURNAME.match(name)
        if titled:
            letter = titled["behind"] or titled["before"]
            found = {one for one in people if _is_surnamed(one, letter) and _genders_agree(one, name)}
            found = found or {one for one in people if titled["behind"] and one.endswith(letter)}
        elif bare := _BARE_TITLE.match(name):
            found = {person for one, person in self._person.items() if one.endswith(bare["title"])}
        else:
            return ""
        return found.pop() if len(found) == 1 else ""

    def hear(self, name: str) -> None:
        """Learn from a title by which somebody is called: whom 沈小姐 can only mean is a woman."""
        if self.find(name) or not _TITLED_SURNAME.match(name):
            return
        if person := self.called(name):
            self._person[name] = person
            self._genders[person] = self._genders.get(person) or called_gender(name)

    def names(self) -> dict[str, str]:
        """Every name as it is written in the text, with the person it means."""
        found = {}
        for key, person in self._person.items():
            for surface in (key, *self._surfaces.get(key, ())):
                found[surface] = person
        return found

    def gender(self, person: str) -> str:
        """``female``, ``male`` or empty."""
        return self._genders.get(person, "")

    def listen(self, narration: Iterable[str]) -> None:
        """Learn from pronouns the gender of those whose names do not say it."""
        for person, gender in voted_genders(narration, self.names()).items():
            if not self._genders.get(person):
                self._genders[person] = gender

    def persons(self, lines: Counter[str]) -> tuple[Person, ...]:
        """Everybody with a line, most lines first."""
        aliases: dict[str, list[str]] = defaultdict(list)
        for key, person in self._person.items():
            if key != person:
                aliases[person].append(key)
        return tuple(
            Person(name, tuple(sorted(aliases[name])), self.gender(name), called_age(name))
            for name, _ in sorted(lines.items(), key=lambda item: (-item[1], item[0]))
            if name
        )


def _plain(name: str) -> str:
    """A name without what only points: 那个老头子 is 老头子, an old man the old man."""
    if _HAN.search(name):
        return _POINTING.sub("", name)
    words = name.split()
    if (
        words
        and words[0].lower() in _ARTICLES
        and words[0].lower() not in {"his", "her", "my", "their", "our"}
    ):
        words = ["the", *words[1:]]
    return " ".join(words)


def _merged(counts: Counter[str]) -> dict[str, str]:
    """The person behind each name."""
    names = sorted(counts, key=lambda name: (-len(name), name))
    person = {name: name for name in names}
    for name in names:
        kin = _chinese_kin(name, names) if _HAN.search(name) else _english_kin(name, names)
        if len(kin) == 1:
            person[name] = kin[0]
    return _called_as_usual({name: _root(name, person) for name in names}, counts)


def _called_as_usual(person: dict[str, str], counts: Counter[str]) -> dict[str, str]:
    """Each person by the name that they have most often, of equally frequent ones the longest."""
    usual: dict[str, str] = {}
    for name, root in person.items():
        best = usual.setdefault(root, name)
        if (counts[name], len(name), name) > (counts[best], len(best), best):
            usual[root] = name
    return {name: usual[root] for name, root in person.items()}


def _root(name: str, person: dict[str, str]) -> str:
    while person[name] != name:
        name = person[name]
    return name


def _chinese_kin(name: str, names: list[str]) -> list[str]:
    """Fuller names of whom a name can mean."""
    if name.endswith(_RELATIVE) and name.removesuffix(_RELATIVE) in names:
        return [name.removesuffix(_RELATIVE)]
    owned = _OWNED.sub("", name)
    if owned != name:
        return [owned] if owned in names else []
    if "的" in name:
        return []
    fuller = [
        other
        for other in names
        if len(name) > 1
        and other.endswith(name)
        and 0 < len(other) - len(name) <= _PREFIX
        and "的" not in other
    ]
    titled = None if _MARRIED.search(name) else _TITLED_SURNAME.match(name)
    if titled and not fuller:
        surname = titled["behind"] or titled["before"]
        fuller = [
            other
            for other in names
            if other != name and _is_surnamed(other, surname) and _genders_agree(other, name)
        ]
        if not fuller and titled["behind"]:
            fuller = [
                other for other in names if 1 < len(other) <= _FULL_NAME and other[1:].endswith(surname)
            ]
            fuller = [other for other in fuller if not _TITLED_SURNAME.match(other)]
    return fuller


def _is_surnamed(name: str, surname: str) -> bool:
    """Whether a name is a full one of two or three characters that begins with a surname."""
    return name[0] == surname and 1 < len(name) <= _FULL_NAME and not _TITLED_SURNAME.match(name)


def _english_kin(name: str, names: list[str]) -> list[str]:
    """Fuller names of whom a name can mean: Darcy, Mr. Darcy and Fitzwilliam are Fitzwilliam Darcy."""
    words = _words(name)
    if name.startswith("the "):
        head = words[-1]
        return [
            other
            for other in names
            if other != name and head in TITLES and _words(other)[0] == head and len(_words(other)) > 1
        ]
    titles, core = _split_title(words)
    if not core:
        return []
    return [other for other in names if _is_fuller(other, name, titles, core)]


def _is_fuller(other: str, name: str, titles: list[str], core: list[str]) -> bool:
    if other == name or other.startswith("the ") or _HAN.search(other):
        return False
    other_titles, other_core = _split_title(_words(other))
    if (len(other_core), len(other_titles)) <= (len(core), len(titles)) or not _genders_agree(name, other):
        return False
    if titles and other_titles and titles != other_titles:
        return False
    if titles and len(core) == 1:
        return core[-1] == other_core[-1]
    return core == other_core or (len(core) == 1 and core[0] in {other_core[0], other_core[-1]})


def _words(name: str) -> list[str]:
    return [word.lower().rstrip(".") for word in name.split()]


def _split_title(words: list[str]) -> tuple[list[str], list[str]]:
    split = 0
    while split < len(words) and words[split] in TITLES:
        split += 1
    return words[:split], words[split:]


def _genders_agree(one: str, other: str) -> bool:
    genders = {called_gender(one), called_gender(other)} - {""}
    return len(genders) <= 1

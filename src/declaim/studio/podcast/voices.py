"""A voice for everybody who speaks: the one that is asked for, else one that fits and nobody else has.

Language is that of what somebody says; gender is that of the name, where a title, a kinship term or a common
given name tells. Voices are given in order of appearance, the best first, so the same script has the same
voices again, and whoever comes in later changes nobody else's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from declaim.engines.voices import VOICES, parse_blend
from declaim.manner import main_language
from declaim.studio.podcast.labels import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from declaim.studio.podcast.script import Script
    from declaim.studio.podcast.show import Show
    from declaim.text.sentence import Language

Gender = Literal["female", "male"]

_POOLS: Final[Mapping[tuple[Language, Gender], tuple[str, ...]]] = {
    ("zh", "female"): ("zf_xiaoxiao", "zf_xiaoyi", "zf_xiaobei"),
    ("zh", "male"): ("zm_yunxi", "zm_yunyang", "zm_yunjian", "zm_yunxia"),
    ("en", "female"): ("af_heart", "bf_emma", "af_bella", "af_sarah", "bf_isabella", "af_nova", "af_kore"),
    ("en", "male"): ("am_michael", "bm_george", "am_fenrir", "am_puck", "bm_fable", "am_eric", "am_liam"),
}
"""The usual choice first; neighbours are unlike each other."""

_FEMALE: Final = re.compile(
    r"女|小姐|太太|夫人|妈|娘|奶奶|姥姥|婆|姐|妹|姨|姑|婶|嫂|[丽芳娟娜婷莉燕玲秀雯琳倩颖娇媛蕾薇]$"
    r"|\b(?:mrs|ms|miss|madam|lady|mother|mom|mum|grandma|sister|aunt|queen|woman|girl|anna?|anne|alice|amy|"
    r"barbara|betty|carol|catherine|charlotte|claire|diana|elizabeth|ella|emily|emma|eva|grace|hannah|helen|"
    r"jane|jenny|jessica|julia|kate|katie|laura|linda|lisa|lucy|maria|mary|mia|molly|nancy|olivia|rachel|"
    r"rebecca|rose|ruth|sally|sara|sarah|sophia?|sophie|susan|victoria)\b"
)
_MALE: Final = re.compile(
    r"男|先生|爸|爹|爷|叔|伯|舅|哥|弟|公公|师傅|^老.$|[强伟刚军勇杰涛鹏峰磊斌龙虎雷]$"
    r"|\b(?:mr|sir|father|dad|grandpa|brother|uncle|king|man|boy|adam|alan|albert|alex|andrew|anthony|arthur|"
    r"ben|bill|bob|brian|charles|chris|daniel|david|edward|eric|frank|fred|george|harry|henry|jack|james|"
    r"jim|joe|john|kevin|larry|lewis|mark|martin|michael|mike|nick|oliver|oscar|paul|peter|philip|richard|"
    r"robert|sam|simon|stephen|steve|thomas|tim|tom|william)\b"
)


@dataclass(frozen=True, slots=True)
class CastMember:
    """Somebody who speaks, and in which voice.

    Attributes:
        name: as the script has it; empty in one that names nobody.
        voice: a name or a blend.
        language: what they mostly speak.
        is_suggested: whether the voice was chosen here.
    """

    name: str
    voice: str
    language: Language
    is_suggested: bool


def cast_of(show: Show, script: Script) -> tuple[CastMember, ...]:
    """Everybody who speaks, in order of appearance."""
    given = {name: speaker.voice for name, speaker in show.speakers.items() if speaker.voice}
    taken = [voice for name in script.speakers if name in given for voice in parse_blend(given[name])]
    members = []
    for name in script.speakers:
        language = main_language(script.said_by(name))
        voice = given.get(name) or suggested_voice(name, language, taken)
        if name not in given:
            taken.append(voice)
        members.append(CastMember(name, voice, language, name not in given))
    return tuple(members)


def gender_of(name: str) -> Gender | None:
    """What a name says of its bearer; None where it says nothing, or both."""
    name = folded(name)
    female, male = _FEMALE.search(name), _MALE.search(name)
    if (female is None) == (male is None):
        return None
    return "female" if female else "male"


def suggested_voice(name: str, language: Language, taken: Iterable[str]) -> str:
    """A voice for somebody, beside those that others have.

    Where the name tells no gender, the one that fewer of the others have; where all voices of a kind are
    taken, the one that fewest have.
    """
    taken = list(taken)
    genders = [VOICES[voice].gender for voice in taken]
    rarer: Gender = "male" if genders.count("female") > genders.count("male") else "female"
    pool = _POOLS[language, gender_of(name) or rarer]
    return min(pool, key=taken.count)


def shared_voices(cast: Iterable[CastMember]) -> list[tuple[str, list[str]]]:
    """The voices that several people speak with, and who they are."""
    names: dict[tuple[tuple[str, float], ...], list[CastMember]] = {}
    for member in cast:
        names.setdefault(tuple(sorted(parse_blend(member.voice).items())), []).append(member)
    return [(same[0].voice, [each.name for each in same]) for same in names.values() if len(same) > 1]

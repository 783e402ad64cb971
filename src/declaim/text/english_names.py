"""Names that the dictionary lacks: products and companies by a table, Chinese names by their pinyin."""

from __future__ import annotations

import re

NAMES: dict[str, str] = {
    "alibaba": "ˌɑlibˈɑbə", "anthropic": "ænθɹˈɑpɪk", "baidu": "bˌIdˈu", "bytedance": "bˈItdˌæns",
    "chatgpt": "ʧˌætʤˌipˌitˈi", "deepseek": "dˈipsˌik", "devops": "dˈɛvˌɑps", "facebook": "fˈAsbˌʊk",
    "github": "ɡˈɪthˌʌb", "gitlab": "ɡˈɪtlˌæb", "huawei": "wˈɑwˌA", "ipad": "ˈIpˌæd", "iphone": "ˈIfˌOn",
    "javascript": "ʤˈɑvəskɹˌɪpt", "json": "ʤˈAsˌɑn", "kokoro": "kəkˈɔɹO", "kubernetes": "kˌubəɹnˈɛTiz",
    "linkedin": "lˌɪŋktˈɪn", "macbook": "mˈækbˌʊk", "macos": "mˌækˌOˈɛs", "mysql": "mˌIˌɛskjˌuˈɛl",
    "nginx": "ˌɛnʤənˈɛks", "nguyen": "wˈɪn", "numpy": "nˈʌmpˌI", "nvidia": "ɛnvˈɪdiə", "openai": "ˌOpᵊnˌAˈI",
    "paypal": "pˈApˌæl", "phd": "pˌiˌAʧdˈi", "postgresql": "pˌOstɡɹɛskjˌuˈɛl", "pytorch": "pˈItˌɔɹʧ",
    "qwen": "kwˈɛn", "saas": "sˈæs", "scipy": "sˈIpˌI", "tencent": "tˈɛnsˌɛnt", "tesla": "tˈɛslə",
    "tiktok": "tˈɪktˌɑk", "tsinghua": "ʧˌɪŋhwˈɑ", "typescript": "tˈIpskɹˌɪpt", "ubuntu": "ubˈuntu",
    "wechat": "wˈiʧˌæt", "whatsapp": "wˈʌtsˌæp", "hz": "hˈɜɹts", "khz": "kˈɪləhˌɜɹts", "readme": "ɹˈidmˌi",
    "wifi": "wˈIfˌI", "xiaomi": "ʃˌWmˈi", "python": "pˈIθˌɑn",
    "nth": "ˈɛnθ", "shh": "ʃ", "brr": "bɹ", "tsk": "tˈɪsk", "pfft": "ft", "grr": "ɡɹ", "hmph": "hmf",
    "vs.": "vˈɜɹsəs", "vs": "vˈɜɹsəs", "ph.d.": "pˌiˌAʧdˈi", "ph.d": "pˌiˌAʧdˈi", "prof.": "pɹəfˈɛsəɹ",
    "jr.": "ʤˈunjəɹ", "sr.": "sˈinjəɹ", "etc.": "ɛtsˈɛTəɹə", "'n": "ən", "café": "kæfˈA", "cafés": "kæfˈAz",
    "résumé": "ɹˈɛzəmˌA", "résumés": "ɹˈɛzəmˌAz", "exposé": "ˌɛkspOzˈA", "pâté": "pɑtˈA",
    "o'brien": "ObɹˈIən", "well-read": "wˌɛlɹˈɛd",
    "almodóvar": "ˌælmədˈOvɑɹ", "ambani": "æmbˈɑni", "antoine": "ˈæntwɑn", "beauvoir": "bOvwˈɑɹ",
    "benoit": "bənwˈɑ", "botticelli": "bˌɑTəʧˈɛli", "cervantes": "səɹvˈæntɛz", "chloe": "klˈOi",
    "chiang": "ʧjˈɑŋ", "depardieu": "dəpɑɹdjˈu", "djokovic": "ʤˈOkəvɪʧ", "dvorak": "dvˈɔɹʒæk",
    "eoin": "ˈOən", "erdogan": "ˈɛɹdəwɑn", "flaubert": "flObˈɛɹ", "foucault": "fukˈO",
    "francois": "fɹɑnswˈɑ", "gandhi": "ɡˈɑndi", "garcia": "ɡɑɹsˈiə", "gaudi": "ɡˈWdi",
    "giovanni": "ʤəvˈɑni", "giuseppe": "ʤəsˈɛpi", "godard": "ɡOdˈɑɹ", "goethe": "ɡˈɜɹTə",
    "guillaume": "ɡijˈOm", "guillermo": "ɡijˈɛɹmO", "hernandez": "hɜɹnˈændɛz", "hussein": "husˈAn",
    "hyundai": "hˈʌndA", "ishiguro": "ˌɪʃɪɡˈʊɹO", "jacques": "ʒˈɑk", "javier": "hˌɑviˈɛɹ",
    "joaquin": "wɑkˈin", "jorge": "hˈɔɹhA", "jose": "hOzˈA", "juarez": "wˈɑɹɛz", "kenyatta": "kɛnjˈɑTə",
    "khomeini": "kOmˈAni", "kundera": "kˈʊndəɹə", "lecun": "ləkˈʌn", "mandela": "mændˈɛlə",
    "mbappe": "əmbɑpˈA", "miyazaki": "mˌijəzˈɑki", "modi": "mˈOdi", "mozart": "mˈOtsɑɹt",
    "mugabe": "muɡˈɑbi", "mussolini": "mˌusəlˈini", "nadella": "nədˈɛlə", "nakamura": "nˌɑkəmˈʊɹə",
    "narayan": "nəɹˈIən", "niamh": "nˈiv", "oaxaca": "wəhˈɑkə", "paulo": "pˈWlO", "peugeot": "puʒˈO",
    "pichai": "pɪʧˈI", "puccini": "puʧˈini", "ramanujan": "ɹɑmˈɑnuʤən", "renault": "ɹənˈO",
    "renee": "ɹənˈA", "rodriguez": "ɹɑdɹˈiɡɛz", "saoirse": "sˈɜɹʃə", "sartre": "sˈɑɹtɹə", "sato": "sˈɑTO",
    "schwarzenegger": "ʃwˈɔɹtsənˌɛɡəɹ", "sean": "ʃˈɔn", "siobhan": "ʃɪvˈɔn", "tagore": "təɡˈɔɹ",
    "tanaka": "tənˈɑkə", "toyota": "tOjˈOTə", "truffaut": "tɹufˈO", "tsai": "tsˈI",
    "velazquez": "vəlˈæskɛz", "vivaldi": "vɪvˈɑldi", "walesa": "vəwˈɛnsə", "watanabe": "wˌɑtənˈɑbi",
    "yamada": "jəmˈɑdə", "zelensky": "zəlˈɛnski", "zidane": "zɪdˈɑn", "zoe": "zˈOi",
}  # fmt: skip
"""In Kokoro's alphabet, keyed by the word in small letters; one without accents has them or not."""

_INITIALS = {
    "zh": "ʤ", "ch": "ʧ", "sh": "ʃ", "b": "b", "p": "p", "m": "m", "f": "f", "d": "d", "t": "t", "n": "n",
    "l": "l", "g": "ɡ", "k": "k", "h": "h", "j": "ʤ", "q": "ʧ", "x": "ʃ", "r": "ɹ", "z": "dz", "c": "ts",
    "s": "s", "y": "j", "w": "w", "": "",
}  # fmt: skip
_FINALS = {
    "a": "ɑ", "o": "O", "e": "ʌ", "i": "i", "u": "u", "v": "u", "ü": "u", "ai": "I", "ei": "A", "ao": "W",
    "ou": "O", "an": "ɑn", "en": "ɛn", "ang": "ɑŋ", "eng": "ʌŋ", "ong": "ʊŋ", "ia": "iɑ", "ie": "iɛ",
    "iao": "iW", "iu": "iO", "ian": "iɛn", "in": "ɪn", "iang": "iɑŋ", "ing": "ɪŋ", "iong": "iʊŋ",
    "ua": "wɑ", "uo": "wO", "uai": "wI", "ui": "wA", "uan": "wɑn", "un": "ʊn", "uang": "wɑŋ", "ue": "wɛ",
    "ve": "wɛ",
    "üe": "wɛ",
}  # fmt: skip
_AFTER_PALATAL = {"iao": "W", "un": "un", "uan": "wɛn"}
"""Finals that j, q and x colour; they are palatal enough in English to swallow a glide."""
# After z, c, s, zh, ch, sh, r the letter i is no [i]: English has its schwa for it, r-coloured or not.
_BUZZED = {"zh": "ɜɹ", "ch": "ɜɹ", "sh": "ɜɹ", "r": "ɜɹ", "z": "ə", "c": "ə", "s": "ə"}
_WHOLE = {"yi": "i", "yu": "ju", "yue": "juˈɛ", "yuan": "juˈɛn", "yun": "jun", "yan": "jɛn", "ye": "jɛ",
    "yin": "jɪn", "ying": "jɪŋ", "you": "jO", "wu": "wu", "hui": "hwA"}  # fmt: skip

_SYLLABLES = """
    [bpm]: a o ai ei ao ou an en ang eng i ie iao ian in ing u
    f: a o ei ou an en ang eng u
    [dt]: a e ai ei ao ou an en ang eng ong i ie iao iu ian ing u uo ui uan un
    [nl]: a e ai ei ao ou an en ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve ü üe
    [gkh]|zh|ch|sh: a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang
    zh|ch|sh|r|[zcs]: i
    r: e ao ou an en ang eng ong u ua uo ui uan un
    [zcs]: a e ai ao ou an en ang eng ong u uo ui uan un
    [jqx]: i ia ie iao iu ian in iang ing iong u ue uan un
    y: a e i ao ou an in ang ing ong u ue uan un
    w: u a o ai ei an en ang eng
    : a e ai ei ao ou an en ang
"""
"""Initials, and the finals that follow them in Mandarin."""


def _one_of(finals: str) -> str:
    return "|".join(sorted(finals.split(), key=len, reverse=True))


_ROWS = [row.partition(":") for row in _SYLLABLES.split("\n") if ":" in row]
_SYLLABLE = re.compile(
    "(?:"
    + "|".join(f"(?:{initials.strip()})(?:{_one_of(finals)})" for initials, _, finals in _ROWS)
    + ")(?=(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])[aeiouvü]|$|')'?"
)
_INITIAL = re.compile("zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?")
_FOREIGN_END = re.compile("..[bcdfgklmnpqrstvz]e$|fo$")
"""So end many unknown words in pinyin's letters, and hardly any Chinese name of more than one syllable."""
_LONGEST_NAME = 3


def pinyin_name(word: str) -> str | None:
    """American phonemes of a Chinese name in pinyin, as English newsreaders say it; None if it is not pinyin.

    The last syllable carries the stress, as in *Beijing*.
    """
    syllables, place = list[str](), 0
    lower = word.lower()
    while match := _SYLLABLE.match(lower, place):
        syllables.append(_syllable(match[0].removesuffix("'")))
        place = match.end()
    if place < len(lower) or not 1 <= len(syllables) <= _LONGEST_NAME or _FOREIGN_END.search(lower):
        return None
    weak, strong = "".join(s.replace("ˈ", "") for s in syllables[:-1]), syllables[-1]
    return _stressed(weak, "ˌ") + _stressed(strong, "ˈ")


def _syllable(pinyin: str) -> str:
    found = _INITIAL.match(pinyin)
    initial = found[0] if found else ""
    final = pinyin.removeprefix(initial)
    whole = _WHOLE.get(initial + final)
    if whole is not None:
        return whole
    if final == "i" and initial in _BUZZED:
        return _INITIALS[initial] + _BUZZED[initial]
    coloured = _AFTER_PALATAL.get(final) if initial in {"j", "q", "x"} else None
    return _INITIALS[initial] + (coloured or _FINALS[final])


_VOWEL = re.compile("[AIOWYiuɑəɛɜɪʊʌ]")


def _stressed(phonemes: str, mark: str) -> str:
    """The mark before the first vowel that is a syllable's nucleus, where misaki puts it."""
    if "ˈ" in phonemes:
        return phonemes
    nuclei = [m.start() for m in _VOWEL.finditer(phonemes)]
    if not nuclei:
        return phonemes
    glide = len(nuclei) > 1 and phonemes[nuclei[0]] == "i" and nuclei[1] == nuclei[0] + 1
    at = nuclei[1] if glide and mark == "ˈ" else nuclei[0]
    return phonemes[:at] + mark + phonemes[at:]

"""Capitals in English text: said as a word (*NASA*, *STOP*) or letter by letter (*FBI*, *the US*)."""

from __future__ import annotations

from collections.abc import Callable

SPOKEN = frozenset(
    """
    LASER SCUBA RADAR SONAR MODEM CAPTCHA YAML TOML CUDA BERT WYSIWYG TOEFL GAAP NIMBY FAFSA LAMP SAAS PAAS
    MANOVA ANOVA NUMA WASM ELIZA LORA GAN REST SOAP SWAT ARPA ARPANET MENSA NABISCO BREXIT SWIFT EBITDA PIXAR
    """.split()
)
"""Said as words although they are short; the dictionary knows another four hundred (NASA, RAM, GIF …)."""

LETTERS = frozenset("AA AC AD AI AM BA DA ED EMU ER EST ETA GI ID IT LA LED MA MO OD OS PA PC RE SAT US WHO".split())
"""Letters, although in small ones they are words or the dictionary has them as such."""

_WORDS_IN_ITSELF = {
    # As capitals these are as often an emphasised word: letters only beside one of these.
    "IT": (
        frozenset("the an our your their in of for and".split()),
        frozenset(
            "department support team manager staff sector industry company companies services service "
            "infrastructure systems system security professional professionals specialist consultant "
            "project projects job jobs equipment budget director department's skills expert".split()
        ),
    ),
    "WHO": (frozenset(["the"]), frozenset("director guidelines said says report official officials".split())),
    "AM": (frozenset("one two three four five six seven eight nine ten eleven twelve thirty fifteen".split()), frozenset[str]()),
    "MA": (frozenset("an her his my".split()), frozenset(["in"])),
    "RE": (frozenset[str](), frozenset[str]()),
}

LONGEST_SPELLED = 5
"""Longer rows of capitals that no dictionary has are taken for a name in capitals (*HUAWEI*)."""

_VOWEL_LETTERS = frozenset("AEIOUY")


def is_said_as_letters(
    word: str, *, shouted: bool, before: str, after: str, is_word: Callable[[str], bool]
) -> bool:
    """Whether a row of capitals is spelled.

    Args:
        word: at least two capitals, nothing else.
        shouted: the words around it are in capitals too, so capitals say nothing.
        before: the word to its left, in small letters; empty at the beginning.
        after: the word to its right, likewise.
        is_word: whether the dictionary has a word, in the case given.
    """
    if word in SPOKEN:
        return False
    if shouted and is_word(word.lower()):
        return False
    if word in _WORDS_IN_ITSELF:
        left, right = _WORDS_IN_ITSELF[word]
        return before in left or after in right
    if word in LETTERS:
        return True
    if is_word(word) or is_word(word.lower()):
        return False
    return len(word) <= LONGEST_SPELLED or _VOWEL_LETTERS.isdisjoint(word)

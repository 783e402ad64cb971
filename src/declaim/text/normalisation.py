"""From written to spoken form: "14:30" → 十四点三十分, "$23.50" → twenty-three dollars and fifty cents."""

from __future__ import annotations

import re

from declaim.text.aligned import AlignedText
from declaim.text.characters import map_characters
from declaim.text.rules import Rule, rewrite
from declaim.text.say_as import say_as
from declaim.text.sentence import Language
from declaim.text.units import speak_rare_units

_PUNCTUATION = frozenset(",.!?:;—–…'\"()[]{}-“”‘’«»，。！？：；、（）【】《》〈〉「」『』〔〕")
_STRAY_HYPHEN = re.compile("(?<![A-Za-z\u00c0-\u024f])-|-(?![A-Za-z\u00c0-\u024f])")
_SPACES = re.compile(r"[ \u3000]{2,}")


class Normaliser:
    """Rewrites what is written in figures and signs as the words that are spoken for it.

    Own rules come first (`normalisation_zh`, `normalisation_en`), then wetext for the units that they don't
    list, then whatever figure is left is read as a number and whatever sign is left is dropped. It holds no
    state, so threads may share one.
    """

    def __call__(
        self, text: AlignedText, language: Language, *, interpret_as: str | None = None
    ) -> AlignedText:
        """The spoken form of a sentence, or of a run of one, read in one language.

        Args:
            text: cleaned text.
            language: what its figures and signs are read in. Letters stay as they are.
            interpret_as: how to read all of it: one of SSML's say-as types (`say_as.TYPES`).

        Returns:
            Text without figures and signs; letters of any script and punctuation remain.

        Raises:
            OptionError: no such ``interpret_as``.
        """
        if interpret_as is not None:
            text = say_as(text, language, interpret_as)
        specific, general = _rules(language)
        text = rewrite(text, specific)
        text = speak_rare_units(text, language)
        text = rewrite(text, general)
        return map_characters(text, _spoken).sub(_STRAY_HYPHEN, " ").sub(_SPACES, " ")


def _rules(language: Language) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """The rules before wetext and behind it. Their patterns take 20 to 40 ms to compile in each language."""
    if language == "zh":
        from declaim.text.normalisation_zh import GENERAL, SPECIFIC  # noqa: PLC0415
    else:
        from declaim.text.normalisation_en import GENERAL, SPECIFIC  # noqa: PLC0415
    return SPECIFIC, GENERAL


def _spoken(char: str) -> str:
    if char == "ー":
        return ""  # it draws out the kana before it, and says nothing by itself
    return char if char.isalpha() or char.isspace() or char in _PUNCTUATION or char == "〇" else " "

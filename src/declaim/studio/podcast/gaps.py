"""The silence between one speaker and the next, as people leave it, without chance.

In conversations the commonest interval between turns is a gap of about 200 ms and two in five are overlaps
(Heldner and Edlund, "Pauses, gaps and overlaps in conversations", Journal of Phonetics 38, 2010); answers to
questions come after 0 to 200 ms most often, in all of ten languages, and their mean is within 250 ms of 208
(Stivers et al., "Universals and cultural variation in turn-taking in conversation", PNAS 106, 2009). Read
out from a script, real overlaps everywhere would be tiring, so the gaps here are those of the distribution
that are above zero: log-normal, with the median a little above the mode. They are drawn by a hash of what is
said, so that an episode sounds the same each time it is made, and a changed turn moves its own gaps only.
"""

from __future__ import annotations

import hashlib
import math
import re
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from declaim.studio.podcast.script import Turn

_MEDIAN: Final = 0.28
"""Seconds."""
_SPREAD: Final = 0.45
"""Standard deviation of the natural logarithm: nine in ten gaps are between 0.13 and 0.59 s."""
_SHORTEST: Final = 0.08
_LONGEST: Final = 0.9
_AFTER_QUESTION: Final = 0.75
"""Answers come sooner (Stivers et al.)."""
_AFTER_LONG: Final = 1.35
_LONG: Final = 220
"""Characters of a turn after which the next speaker takes a breath."""

_QUESTION: Final = re.compile(r"[?？][\"'”’」』)）]*\Z")
_CUT_OFF: Final = re.compile(r"(?:—+|--|–)[\"'”’」』)）]*\Z")
_MARKS: Final = re.compile(r"\[[^\[\]]*\]|[^\w']|_")
_LONGEST_BACKCHANNEL: Final = 24
_BACKCHANNEL: Final = re.compile(
    r"(?:(?:嗯+|对+|是的?|是啊|没错|好的?|哦+|噢+|啊+|哈+|行|可以|真的吗?|当然|确实|明白|不错|对啊|对呀|对的)+"
    r"|(?:(?:yeah|yes|yep|right|exactly|sure|uhhuh|mhm|hm+|mm+|oh|okay|ok|true|wow|really|indeed|absolutely|"
    r"ofcourse|isee|goodpoint|great|haha|nice|no)){1,3})",
    re.IGNORECASE,
)

_BACKCHANNEL_OVERLAP: Final = (0.15, 0.4)
_INTERRUPTION_OVERLAP: Final = (0.2, 0.5)
"""Seconds. Overlaps are short: a log-normal with its mass below half a second (Heldner and Edlund)."""


def gap_between(turn: Turn, following: Turn, *, scale: float, overlap: float) -> float:
    """Seconds from the last sound of a turn to the first of the next one, by somebody else.

    Args:
        turn: what was said before.
        following: what comes.
        scale: how long gaps are, as a multiple of natural ones.
        overlap: seconds by which an interjection ("嗯", "right") or an interruption (a turn that ends in a
            dash) may begin early; 0 is not at all.

    Returns:
        -``overlap`` to 0 for these, otherwise 0 to 1.1 times ``scale``; the pause that the script asks for
        is not in it, and where it asks for one there is no overlap.
    """
    chance = _chance(turn, following)
    if overlap and not turn.pause and (early := _overlap(turn, following, chance)):
        return -min(early, overlap)
    gap = _MEDIAN * math.exp(_SPREAD * NormalDist().inv_cdf(chance))
    if _QUESTION.search(turn.text):
        gap *= _AFTER_QUESTION
    elif len(turn.text) > _LONG:
        gap *= _AFTER_LONG
    return scale * min(max(gap, _SHORTEST), _LONGEST)


def is_backchannel(text: str) -> bool:
    """Whether a turn only shows that somebody listens."""
    said = _MARKS.sub("", text[: 4 * _LONGEST_BACKCHANNEL])
    return 0 < len(said) <= _LONGEST_BACKCHANNEL and _BACKCHANNEL.fullmatch(said) is not None


def _overlap(turn: Turn, following: Turn, chance: float) -> float:
    if _CUT_OFF.search(turn.text):
        low, high = _INTERRUPTION_OVERLAP
    elif is_backchannel(following.text) and not _QUESTION.search(turn.text):
        low, high = _BACKCHANNEL_OVERLAP
    else:
        return 0.0
    return low + (high - low) * chance


def _chance(turn: Turn, following: Turn) -> float:
    """A number between 0 and 1, both excluded, which only what is said decides."""
    said = f"{turn.speaker}\0{turn.text}\0{following.speaker}\0{following.text}"
    digest = hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()
    return (int.from_bytes(digest[:6]) + 0.5) / 2**48

"""From the user's text to plain text: markup, addresses, emoji and odd characters are read or left out."""

from __future__ import annotations

import re

from declaim.text.addresses import speak_addresses
from declaim.text.aligned import AlignedText
from declaim.text.characters import HAN, plain_characters, without_decoration
from declaim.text.emoticons import without_emoticons
from declaim.text.hypertext import without_entities, without_tags
from declaim.text.markdown import without_markdown
from declaim.text.rules import unwrap

_TOPIC = re.compile(rf"#([{HAN}\w][^#\n]{{0,60}}?)#")
_HASHTAG = re.compile(rf"(?<![\w&])#(?=[{HAN}])")
_SHOUT = re.compile(r"[!！?？](?: ?[!！?？])+")
_DOTS = re.compile(r"\.{3,}|(?:\. ){2,}\.|[。．]{2,}|…{2,}|…[.。]+")
_DASHES = re.compile(r"(?<!-)-{2,3}(?!-)|—{2,}|–{2,}")
_TILDES = re.compile(r"[~～]{2,}")
_REPEATED = re.compile(r"([,，、;；:：])(?:[ \t]*[,，、;；:：])+")
_SYMBOL_RUN = re.compile(r"[-=*_#+|/\\<>^~]{4,}")
_EMPTY_BRACKETS = re.compile(r"\( ?\)|（ ?）|\[ ?\]|【 ?】|\{ ?\}")
_SPACE_BEFORE_MARK = re.compile(r"(?<=\S) +(?=[，。！？；：、…）】》”]|[,.;:!?)](?:\s|\Z))")
_NO_WORDS = re.compile(r"^[^\w\n]+$", re.MULTILINE)
_LINE_EDGES = re.compile(r"(?<![ \n])[ ]+(?=\n)|(?<=\n)[ ]+|^[ ]+|[ ]+\Z")
_SPACES = re.compile(" {2,}")
_PARAGRAPHS = re.compile(r"\n{3,}")
_ENDS = re.compile(r"\A\s+|\s+\Z")


def clean(text: AlignedText, *, markdown: bool = True) -> AlignedText:
    r"""Plain text of words, digits, punctuation and the few symbols that the normaliser reads.

    What comes out:

    - no markup, no emoji, no control or invisible character; ASCII letters and digits in place of full-width
      ones; letters composed; Chinese punctuation as it was;
    - one space between words and none at the ends of lines; ``\n`` inside a paragraph and ``\n\n`` between
      paragraphs, nothing else. Headings, list items and table rows are paragraphs: a splitter may join the
      lines of a paragraph, and take each paragraph's end for the end of a sentence;
    - addresses in words; repeated marks once ("!!!" → "!", "……" → "…");
    - every letter, digit and ideograph that is not markup, in its order.

    The time it takes grows linearly with the text, whatever the text.

    Args:
        text: a whole document, without lone surrogates.
        markdown: whether marks of Markdown are taken for markup. HTML always is.
    """
    text = without_emoticons(without_tags(plain_characters(text)))
    if markdown:
        text = without_markdown(text)
    text = plain_characters(without_entities(text))
    text = without_decoration(speak_addresses(text))
    return _tidy(_punctuation(text))


def _punctuation(text: AlignedText) -> AlignedText:
    text = unwrap(text, _TOPIC).sub(_HASHTAG, "").sub(_SPACE_BEFORE_MARK, "")
    text = text.sub(_SHOUT, lambda match: _shout(match.group())).sub(_DOTS, "…")
    text = text.sub(_SYMBOL_RUN, " ").sub(_DASHES, "——").sub(_TILDES, lambda match: match.group()[0])
    return text.sub(_REPEATED, r"\1")


def _shout(marks: str) -> str:
    """One mark for several; a question stays one ("?!?!" → "?")."""
    asks = next((mark for mark in marks if mark in "?？"), "")
    return asks or marks[0]


def _tidy(text: AlignedText) -> AlignedText:
    text = text.sub(_EMPTY_BRACKETS, "").sub(_NO_WORDS, "").sub(_SPACES, " ")
    return text.sub(_SPACE_BEFORE_MARK, "").sub(_LINE_EDGES, "").sub(_PARAGRAPHS, "\n\n").sub(_ENDS, "")

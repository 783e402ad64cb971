"""English abbreviations: what they stand for, and after which a full stop does not end a sentence."""

# ruff: noqa: E501 - a table reads best with a line for a rule
from __future__ import annotations

EXPANSIONS = {
    "Mr": "mister", "Mrs": "missus", "Ms": "miz", "Prof": "professor", "Gen": "general", "Sen": "senator",
    "Rep": "representative", "Gov": "governor", "Capt": "captain", "Lt": "lieutenant", "Col": "colonel",
    "Sgt": "sergeant", "Cpl": "corporal", "Maj": "major", "Cmdr": "commander", "Adm": "admiral",
    "Rev": "reverend", "Hon": "honorable", "Supt": "superintendent",
    "Jr": "junior", "Sr": "senior", "Inc": "incorporated", "Ltd": "limited", "Corp": "corporation",
    "Co": "company", "Bros": "brothers", "Dept": "department", "Univ": "university", "Assn": "association",
    "Ave": "avenue", "Blvd": "boulevard", "Rd": "road", "Ln": "lane", "Hwy": "highway", "Apt": "apartment",
    "Mt": "mount", "Ft": "fort", "Fig": "figure", "Figs": "figures", "Eq": "equation", "Eqs": "equations",
    "Vol": "volume", "Vols": "volumes", "Ch": "chapter", "Sec": "section", "Eds": "editors", "ext": "extension", "Ext": "extension",
    "vs": "versus", "etc": "et cetera", "approx": "approximately", "viz": "namely",
    "cf": "compare", "ca": "circa", "al": "al", "dept": "department", "fig": "figure", "figs": "figures",
    "eq": "equation", "vol": "volume", "ch": "chapter", "sec": "section",
    "Jan": "January", "Feb": "February", "Mar": "March", "Apr": "April", "Jun": "June", "Jul": "July",
    "Aug": "August", "Sep": "September", "Sept": "September", "Oct": "October", "Nov": "November",
    "Dec": "December", "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday",
    "Thu": "Thursday", "Thur": "Thursday", "Thurs": "Thursday", "Fri": "Friday",
}  # fmt: skip
"""Abbreviation, without its full stop → words. They count only with the full stop: "Sun" alone is the sun."""

WITHOUT_STOP = frozenset(
    {"Mr", "Mrs", "Ms", "Dr", "Prof", "vs", "Jr", "Sr", "Ltd", "Inc", "Blvd", "Mt", "approx"}
)
"""Abbreviations that are also written without a full stop (as British usage has it) and are no other word."""

SENTENCE_FINAL = frozenset({"etc", "inc", "ltd", "co", "corp", "jr", "sr", "bros", "ave", "blvd", "rd", "ln",
                            "dept", "univ", "assn", "al", "st"})  # fmt: skip
"""Those that often do end a sentence: a splitter should break after them before a capital letter."""

_OTHERS = frozenset({"dr", "st", "no", "nos", "p", "pp", "e.g", "i.e", "a.k.a", "a.m", "p.m", "u.s", "u.k", "u.n",
                     "u.s.a", "d.c", "ph.d", "m.d", "b.a", "m.a", "b.c", "a.d", "w", "op"})  # fmt: skip

ABBREVIATIONS: frozenset[str] = (
    frozenset(name.lower() for name in EXPANSIONS) - SENTENCE_FINAL - {"ca"}
) | _OTHERS
"""Lower case, without the last full stop: a full stop after one of these does not end a sentence.

Abbreviations that often end a sentence (`SENTENCE_FINAL`) are not in it. Before a small letter no full stop ends
a sentence anyway.
"""

BEFORE_NUMBERS: frozenset[str] = frozenset(
    {"no", "nos", "p", "pp", "op", "mar", "fig", "figs", "eq", "eqs", "vol", "ch", "sec"}
)
"""Those that count only when a figure follows: "No. 5", but "He said no."."""

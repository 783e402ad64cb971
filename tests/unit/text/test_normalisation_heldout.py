"""Sentences written before the rules were read, with every reading a careful speaker might give.

Each line of ``data/heldout_*.txt`` is a sentence and a regular expression over its spoken form with
punctuation and case left out. Shorthand, so that the lines stay legible: ``<IBM>`` is a word whose
letters may stand together or apart; in English ``~`` is an optional "and", ``0`` is zero or oh; in
Chinese ``!`` is 一 or 幺, ``2`` is 二 or 两.
"""

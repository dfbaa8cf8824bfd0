"""Where sentences end. Good enough for excerpts in any script; wrong only towards longer ones."""

from __future__ import annotations

import re

_END = re.compile(r"(?<![.!?…])[.!?…]++[\"”’')\]*]*+(?:\s++|$)|[。！？]")
_LAST_WORD = re.compile(r"[\w.]+$")
_ABBREVIATIONS = frozenset(
    [
        "dr",
        "mr",
        "mrs",
        "ms",
        "prof",
        "sr",
        "jr",
        "st",
        "vs",
        "e.g",
        "i.e",
        "eg",
        "ie",
        "etc",
        "cf",
        "no",
        "vol",
        "fig",
        "al",
        "inc",
        "ltd",
        "co",
        "corp",
        "gen",
        "col",
        "lt",
        "sgt",
        "capt",
        "sen",
        "rep",
        "gov",
        "approx",
        "ca",
        "u.s",
        "u.k",
        "u.n",
        "a.m",
        "p.m",
        "ph.d",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
    ]
)
STOP = re.compile(r"\s*+[.!?…]++[\"”’')\]*]*+(?=\s|$|[A-Z])")
"""The stop that ends a sentence, with the closing marks after it."""


def sentence_ends(text: str) -> list[int]:
    """Positions after each sentence's stop, ascending; the end of the text is always the last."""
    ends = [
        match.start() + len(match.group().rstrip())
        for match in _END.finditer(text)
        if _is_end(text, match.start(), match.end())
    ]
    if not ends or ends[-1] != len(text):
        ends.append(len(text))
    return ends


def _is_end(text: str, stop: int, following: int) -> bool:
    if following >= len(text):
        return True
    rest = text[following : following + 2].lstrip("\"“‘'([*")
    if rest[:1].islower():
        return False
    if text[stop] != ".":
        return True
    word = _LAST_WORD.search(text, max(0, stop - 12), stop)
    if word is None:
        return True
    last = word.group().casefold()
    initial = len(last) == 1 and last.isalpha() and word.group().isupper()
    return not initial and last not in _ABBREVIATIONS

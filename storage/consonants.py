"""Names in scripts that write no vowels, compared by their consonants: بوتين (bwtyn) is Putin."""

from __future__ import annotations

import re

VOWELS = "aeiou"
LEAST = 3
"""Fewer consonants than this tell nothing."""
_ALIKE = {**dict.fromkeys("pfv", "b"), **dict.fromkeys("cq", "k"), "j": "g", "x": "ks", "h": ""}
_SAME = str.maketrans(_ALIKE | dict.fromkeys(VOWELS + "wy", ""))
_SOUND = str.maketrans(_ALIKE | {"w": "u", "o": "u", "y": "i", "e": "i"})
_TWICE = re.compile(r"(.)\1+")


def is_bare(word: str) -> bool:
    """Whether a folded word has no vowel, as all words of such scripts."""
    return word.isalpha() and len(word) >= LEAST and not set(VOWELS) & set(word)


def consonants(word: str) -> str:
    """What a folded word has in common with its spelling without vowels; "" where too little."""
    left = _TWICE.sub(r"\1", word.translate(_SAME))
    return left if len(left) >= LEAST else ""


def sound(word: str) -> str:
    """About how a word sounds: long vowels are written, as "w" and "y"."""
    return _TWICE.sub(r"\1", word.translate(_SOUND))


def readings(bare: str) -> set[str]:
    """The consonants that a bare word may stand for: "l" may be an article, "v" a vowel."""
    forms = {bare, bare.removeprefix("l")}
    forms |= {form.replace("v", "") for form in forms}
    return {consonants(form) for form in forms} - {""}

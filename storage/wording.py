"""What words that no note has may mean: two words run together, one torn apart, one misspelt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from storage.names import STOP_WORDS

LEAST_SAID = 3
"""So often both halves are said: what stands in the notes once may itself be a slip."""
LEAST_PART = 3
"""Letters that either half of a compound has at least; shorter ones make words of anything."""
MOST_COMPOUND = 64
"""Letters of a word that may be two. Folded, one character of a question may be eighteen letters,
and each place where a word may be parted costs as much as it is long."""
Known = Callable[[str], int]
"""How often a folded word is said, 0 where it never is."""


@dataclass(slots=True)
class Wording:
    """The words to look for, and which were read as others (typed -> read)."""

    words: list[str]
    read: dict[str, str] = field(default_factory=dict)


def compounds(
    words: Sequence[str],
    known: Known,
    misspelt: Callable[[str], bool],
    *,
    only_unknown: bool = False,
) -> Wording:
    """Unknown words joined with a neighbour or split in two, where that makes known words.

    A word that is `misspelt` (a known one is an edit away) is left as it is. Neighbours that are
    both known become one too where that is more common, but not where `only_unknown`.
    """
    joined = _joined(words, known, only_unknown)
    read = dict(joined.read)
    told: list[str] = []
    for word in joined.words:
        halves = () if known(word) else _halves(word, known)
        if halves and misspelt(word):
            halves = ()
        if halves:
            read[word] = " ".join(halves)
        told += halves or (word,)
    return Wording(list(dict.fromkeys(told)), read)


def _joined(words: Sequence[str], known: Known, only_unknown: bool) -> Wording:
    """Neighbours made one word where that is said more often than the rarer of them."""
    left = list(words)
    read: dict[str, str] = {}
    for first, second in pairwise(words):
        free = first in left and second in left
        alone = first == second and left.count(first) == 1
        fits = free and not alone and not {first, second} & STOP_WORDS
        if fits and _torn(known, first, second, only_unknown):
            left[left.index(first)] = first + second
            left.remove(second)
            read[f"{first} {second}"] = first + second
    return Wording(left, read)


def _torn(known: Known, first: str, second: str, only_unknown: bool) -> bool:
    """Whether two words are one: "corona virus" where the notes say "coronavirus"."""
    rarer = min(known(first), known(second))
    return known(first + second) > rarer and not (rarer and only_unknown)


def _halves(word: str, known: Known) -> tuple[str, ...]:
    """The two words that a word is made of; of several ways, the one whose rarer half is common."""
    if not word.isalpha() or len(word) > MOST_COMPOUND:
        return ()
    ways = [
        (word[:at], word[at:])
        for at in range(LEAST_PART, len(word) - LEAST_PART + 1)
        if not {word[:at], word[at:]} & STOP_WORDS
    ]
    best = max(ways, key=lambda way: min(map(known, way)), default=())
    return best if best and min(map(known, best)) >= LEAST_SAID else ()

"""Misspelt words: the vocabulary's nearest, fast enough to ask for every unknown word.

A word's letters are a set of bits; one edit changes at most two of them. So nearly all of the
vocabulary is ruled out by counting bits, and the distance is computed for the rest alone. A word
that nothing is near may be a name from a script without vowels: those are told by consonants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlite_utils import Database

from storage.consonants import VOWELS, consonants, is_bare, readings, sound

MOST_SPELLINGS = 8
TWO_EDITS_FROM = 6
"""A word of this many letters may be off by two edits, a shorter one by one; a swap is one."""
PER_EDIT = 0.6
"""What a candidate's weight is multiplied by for each edit."""
_LETTERS = 24
"""Only the first letters of a word make bits; those after them are compared all the same."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """A word that may have been meant, its stem, and how much it counts (0 to 1)."""

    word: str
    stem: str
    weight: float


class Vocabulary:
    """All words of an index (folded, so ASCII), their stems and how many videos say them."""

    def __init__(self, words: Sequence[str], stems: Sequence[str], videos: Sequence[int]) -> None:
        self._words = np.array(words, dtype=object)
        self._stems = stems
        self._videos = videos
        encoded = np.array([word.encode() for word in words], dtype=f"S{_LETTERS}")
        letters = encoded.view(np.uint8).reshape(len(words), _LETTERS)
        self._lengths = np.count_nonzero(letters, axis=1).astype(np.int16)
        self._bits = np.zeros(len(words), np.uint64)
        for column in letters.T:
            self._bits |= _bits_of(column)

    def nearest(self, word: str) -> list[Spelling]:
        """Words of different stems within one or two edits: fewer first, then the most said."""
        edits = 2 if len(word) >= TWO_EDITS_FROM else 1
        own = np.frombuffer(word.encode()[:_LETTERS], np.uint8)
        close = np.abs(self._lengths - len(own)) <= edits
        close &= np.bitwise_count(self._bits ^ np.bitwise_or.reduce(_bits_of(own))) <= 2 * edits
        places = np.flatnonzero(close)
        near = process.extract(
            word, self._words[places].tolist(), scorer=OSA.distance, score_cutoff=edits, limit=None
        )
        found = [(int(distance), int(places[at])) for _, distance, at in near]
        found.sort(key=lambda one: (one[0], -self._videos[one[1]], self._words[one[1]]))
        spellings: dict[str, Spelling] = {}
        for distance, at in found:
            stem = self._stems[at]
            spellings.setdefault(stem, Spelling(self._words[at], stem, PER_EDIT**distance))
        return list(spellings.values())[:MOST_SPELLINGS] or self._same_consonants(word)

    def _same_consonants(self, word: str) -> list[Spelling]:
        """What is left where one of two words is in a script that writes no vowels."""
        if not word.isalpha():
            return []
        same = [
            (OSA.distance(sound(word), sound(other)), -self._videos[at], other, self._stems[at])
            for at, other in ((at, self._words[at]) for at in self._alike(word))
        ]
        least = min((distance for distance, *_ in same), default=0)
        spellings: dict[str, Spelling] = {}
        for distance, _, other, stem in sorted(same):
            if distance == least:
                spellings.setdefault(stem, Spelling(other, stem, PER_EDIT**2))
        return list(spellings.values())[:MOST_SPELLINGS]

    def _alike(self, word: str) -> list[int]:
        """The places of words with the same consonants; one of the two words has to be bare."""
        if not is_bare(word):
            return self._bare.get(consonants(word), [])
        wanted = readings(word)
        likely = np.isin(self._sums, [crc32(reading.encode()) for reading in wanted])
        places = np.flatnonzero(likely).tolist()
        return [at for at in places if consonants(self._words[at]) in wanted]

    @cached_property
    def _bare(self) -> dict[str, list[int]]:
        """The places of words without a vowel by what they may be read as, for when it is asked."""
        places = np.flatnonzero(self._bits & _VOWEL_BITS == 0).tolist()
        read: dict[str, list[int]] = {}
        for at in places:
            for reading in readings(self._words[at]):
                read.setdefault(reading, []).append(at)
        return read

    @cached_property
    def _sums(self) -> NDArray[np.uint32]:
        """A checksum of each word's consonants, made when first asked for."""
        sums = (crc32(consonants(word).encode()) for word in self._words)
        return np.fromiter(sums, np.uint32, len(self._words))


def _bits_of(letters: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """A bit for each letter, none for the zeros after a word's end."""
    bits = np.uint64(1) << (letters & 63).astype(np.uint64)
    return np.where(letters > 0, bits, np.uint64(0))


_VOWEL_BITS = np.bitwise_or.reduce(_bits_of(np.frombuffer(VOWELS.encode(), np.uint8)))


def load_vocabulary(database: Database) -> Vocabulary:
    """Every word with its stem and how many videos say it."""
    rows = database.execute("select word, stem, videos from words order by word").fetchall()
    return Vocabulary([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])

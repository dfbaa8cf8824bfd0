"""Titles against a name as typed: bm25 by trigrams and by words, and how alike two names are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA
from sqlite_utils import Database

from storage.memory import Memory
from storage.names import STOP_WORDS, stem, words_of
from storage.ranking import idf
from storage.rows import scalar

GRAMS, WORDS, BEGINS = 0.3, 1.0, 2.5
"""What a title's trigrams and its words count, and that it begins as the question does."""
_SLIPS_FROM, _SLIP = 5, 0.8
_K1, _B = 1.2, 0.75
_GRAMS_OF_A_TITLE, _WORDS_OF_A_TITLE = 40.0, 5.0


class Titles:
    """Scores titles for one question: `typed` as written, `words` as read."""

    def __init__(
        self, database: Database, memory: Memory, typed: Sequence[str], words: Sequence[str]
    ) -> None:
        self.count = memory.kept("notes", lambda: _notes(database))
        self.typed, self.read = " ".join(typed), " ".join(words)
        self.grams = {
            gram: idf(self._with_gram(database, memory, gram), self.count)
            for gram in dict.fromkeys(grams_of(self.typed))
        }
        told = [word for word in words if word not in STOP_WORDS] or list(words)
        self.words = {part: idf(with_stem(database, part), self.count) for part in map(stem, told)}
        self.first = next(iter(self.words), None)
        self.whole = sum(self.words.values())
        self.best = max(self.score(self.typed), self.score(self.read))

    def _with_gram(self, database: Database, memory: Memory, gram: str) -> int:
        known: dict[str, int] = memory.kept("grams", dict[str, int])
        if gram not in known:
            row = "select doc from title_gram_terms where term = ?"
            known[gram] = int(str(scalar(database, row, (gram,)) or 0))
        return known[gram]

    def rarest_grams(self, memory: Memory, most: int) -> list[str]:
        """Those of the question's trigrams that titles have, the most telling ones."""
        known: dict[str, int] = memory.kept("grams", dict[str, int])
        told = [gram for gram in self.grams if known[gram]]
        return sorted(told, key=lambda gram: -self.grams[gram])[:most]

    def score(self, title: str) -> float:
        """The weighted sum for one title."""
        words = words_of(title)
        stems = Counter(stem(word) for word in words if word not in STOP_WORDS)
        by_words = _bm25(self.words, stems, _WORDS_OF_A_TITLE)
        grams = Counter(grams_of(" ".join(words)))
        begins = BEGINS * (next(iter(stems), "") == self.first)
        return WORDS * by_words + GRAMS * _bm25(self.grams, grams, _GRAMS_OF_A_TITLE) + begins

    def cover(self, text: str) -> float:
        """The share of the question's information that a name's words hold, 0 to 1."""
        held = {stem(word) for word in words_of(text)}
        return sum(w for part, w in self.words.items() if part in held) / max(self.whole, 1e-9)

    def nearly(self, text: str) -> float:
        """The same, where a word that is one edit away is nearly as good."""
        words = [stem(word) for word in words_of(text)]
        held = sum(weight * _holds(words, part) for part, weight in self.words.items())
        return held / max(self.whole, 1e-9)

    def alike(self, title: str) -> float:
        """How alike the names are letter by letter, 0 to 100, whatever the order of words."""
        name = " ".join(words_of(title))
        return max(
            float(fuzz.token_sort_ratio(self.typed, name)),
            float(fuzz.token_sort_ratio(self.read, name)),
            float(fuzz.ratio(self.typed.replace(" ", ""), name.replace(" ", ""))),
        )


def _holds(words: Sequence[str], part: str) -> float:
    if part in words:
        return 1.0
    slips = len(part) >= _SLIPS_FROM and any(
        word[:1] == part[0] and OSA.distance(word, part, score_cutoff=1) <= 1 for word in words
    )
    return _SLIP if slips else 0.0


def _bm25(weights: dict[str, float], counts: Counter[str], average: float) -> float:
    length = _K1 * (1 - _B + _B * counts.total() / average)
    score = 0.0
    for part, weight in weights.items():
        if count := counts.get(part, 0):
            score += weight * count * (1 + _K1) / (count + length)
    return score


def grams_of(text: str) -> list[str]:
    """The trigrams of folded words, one blank on either side."""
    text = f" {text} "
    return [text[at : at + 3] for at in range(len(text) - 2)]


def with_stem(database: Database, part: str) -> int:
    """How many titles hold a stem."""
    row = "select doc from note_terms where term = ? and col = 'title'"
    return int(str(scalar(database, row, (part,)) or 0))


def _notes(database: Database) -> int:
    return max(1, int(str(scalar(database, "select count(*) from notes"))))

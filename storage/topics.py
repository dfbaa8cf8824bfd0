"""Topics by name: exact, then by words (misspelt ones too), then by likeness of the whole name."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlite_utils import Database

from storage.model import Topic
from storage.names import STOP_WORDS, topic_name
from storage.rows import NOTE, note_info

EXACT = 100.0
"""The score of the same name; nothing that is only alike reaches it."""
NEAR = 60.0
"""A name below this score is no candidate."""
_SAME_WORD = 76.0
"""Two words this alike (rapidfuzz ratio) may be one word, misspelt."""
_SPELLINGS = 6


@dataclass(frozen=True, slots=True)
class TopicNames:
    """All names of one generation of the index: notes first, then topics only linked to."""

    generation: int
    topics: tuple[Topic, ...]
    names: tuple[str, ...]
    spaced: tuple[str, ...]
    by_word: dict[str, tuple[int, ...]]

    def find(self, text: str, limit: int) -> tuple[Topic, ...]:
        """Candidates for a name, best first; those of the very same name score EXACT."""
        wanted = topic_name(text[:200])
        if not wanted:
            return ()
        scores = self._by_words(wanted.split("_")[:12])
        likeness = wanted.replace("_", " ")
        if max(scores.values(), default=0.0) < NEAR:
            near = process.extract(
                likeness, self.spaced, scorer=fuzz.token_sort_ratio, score_cutoff=NEAR, limit=20
            )
            scores.update({at: score for _, score, at in near})
        best = sorted(scores, key=lambda at: -scores[at])[:60]
        final = {at: self._final(at, wanted, likeness, scores[at]) for at in best}
        order = sorted(final, key=lambda at: (-final[at], self.topics[at].note is None, at))
        return tuple(self._scored(at, final[at]) for at in order if final[at] >= NEAR)[:limit]

    def _final(self, at: int, wanted: str, likeness: str, score: float) -> float:
        if self.names[at] == wanted:
            return EXACT
        return min(EXACT - 1, max(score, fuzz.token_sort_ratio(likeness, self.spaced[at])))

    def _by_words(self, words: list[str]) -> dict[int, float]:
        """Score of each name that shares words: how much of the question, then of the name."""
        told = [word for word in words if word not in STOP_WORDS] or words
        weights = {word: self._weight(word) for word in told}
        shares: dict[int, float] = defaultdict(float)
        for word in told:
            best: dict[int, float] = {}
            for spelling, like in self._spellings(word):
                for at in self.by_word[spelling]:
                    best[at] = max(best.get(at, 0.0), like)
            for at, like in best.items():
                shares[at] += weights[word] * like
        total = sum(weights.values())
        return {
            at: 80 * share / total + 18 * min(1.0, len(told) / len(self.names[at].split("_")))
            for at, share in shares.items()
        }

    def _weight(self, word: str) -> float:
        return math.log(2 + len(self.names) / (1 + len(self.by_word.get(word, ()))))

    def _spellings(self, word: str) -> list[tuple[str, float]]:
        """The names' own words that this word may mean, each with its likeness (0 to 1)."""
        if word in self.by_word:
            return [(word, 1.0)]
        found = process.extract(
            word, list(self.by_word), scorer=fuzz.ratio, score_cutoff=_SAME_WORD, limit=_SPELLINGS
        )
        return [(spelling, score / 100) for spelling, score, _ in found]

    def _scored(self, at: int, score: float) -> Topic:
        topic = self.topics[at]
        return Topic(topic.title, round(score, 1), topic.note, topic.mentions)


def load_names(database: Database, generation: int) -> TopicNames:
    """Read all names once; the result is shared by all threads until the index changes."""
    topics = [
        Topic(row[2], 0.0, note_info(row))
        for row in database.execute(f"select {NOTE} from notes n order by n.key")
    ]
    topics += linked_only(database)
    names = tuple(topic_name(topic.title) for topic in topics)
    return TopicNames(
        generation,
        tuple(topics),
        names,
        tuple(name.replace("_", " ") for name in names),
        _words(names),
    )


def linked_only(database: Database) -> Iterable[Topic]:
    """Topics that wikilinks name and no note has, as most links write them."""
    rows = database.execute(
        "select min(target), count(distinct note_id) from links"
        " where name != '' and name not in (select name from notes) group by name order by name"
    )
    for target, mentions in rows:
        yield Topic(target.replace("_", " "), 0.0, None, mentions)


def _words(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(names):
        for word in dict.fromkeys(name.split("_")):
            found[word].append(at)
    return {word: tuple(places) for word, places in found.items()}

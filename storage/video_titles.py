"""Videos that notes are about, by their titles. Reading queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from rapidfuzz import fuzz
from sqlite_utils import Database

from storage.memory import Memory
from storage.names import STOP_WORDS, words_of
from storage.ranking import idf

ALIKE = 75.0
"""From this likeness on (0 to 100) a title may be the one that was meant ..."""
HELD = 0.5
"""... or from this share of what its words tell, of all titles."""


def videos_titled(
    database: Database, memory: Memory, title: str, limit: int
) -> tuple[tuple[str, str], ...]:
    """(video id, title) of those with notes whose titles are like this one, the likest first."""
    wanted = words_of(title[:200])
    videos = memory.kept("video titles", lambda: _titled(database))
    said = memory.kept("title words", lambda: Counter(w for v in videos for w in set(v.words)))
    weights = {
        word: idf(said[word], len(videos)) for word in set(wanted) - STOP_WORDS if len(word) > 1
    }
    whole = sum(weights.values())
    near = []
    for video in videos if weights else ():
        held = sum(weights.get(word, 0.0) for word in set(video.words)) / whole
        alike = fuzz.token_sort_ratio(" ".join(wanted), " ".join(video.words))
        if held >= HELD or alike >= ALIKE:
            near.append((-max(held * 100, alike), -alike, video.title, video.video_id))
    return tuple((video_id, name) for _, _, name, video_id in sorted(near)[:limit])


@dataclass(frozen=True, slots=True)
class _Video:
    video_id: str
    title: str
    words: tuple[str, ...]


def _titled(database: Database) -> list[_Video]:
    """Every video that a note is about, where an index page tells its title."""
    rows = database.execute(
        "select t.video_id, min(t.title) from titles t"
        " where exists (select 1 from notes n where n.video_id = t.video_id) group by 1 order by 1"
    )
    return [_Video(video_id, title, tuple(words_of(title))) for video_id, title in rows]

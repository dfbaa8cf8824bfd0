"""Every word that a passage holds, with its stem and in how many videos it stands.

Kept exact by every update, so that no word is ever "corrected" to one that was taken out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlite_utils import Database

from storage.moments import telling
from storage.names import Stems


class Lexicon:
    """What one update changes in the table `words`."""

    def __init__(self, database: Database) -> None:
        self.stems = Stems()
        self._run = database.conn.execute
        self._run_many = database.conn.executemany
        self._more: Counter[str] = Counter()
        self._fewer: Counter[str] = Counter()

    def take(self, words: Iterable[str]) -> None:
        """The words of a video as it is indexed now."""
        self._more.update(set(words))

    def forget(self, video_id: str) -> None:
        """The words of a video, its passages being still as they were indexed before."""
        rows = self._run(
            "select p.text from notes n join passages p on p.note_id = n.id where n.video_id = ?",
            (video_id,),
        )
        self._fewer.update({word for row in rows for word in telling(row[0])})

    def write(self) -> None:
        """Bring the table up to date."""
        more, fewer = self._more - self._fewer, self._fewer - self._more
        self._run_many(
            "insert into words values (?, ?, ?)"
            " on conflict(word) do update set videos = videos + excluded.videos",
            ((word, self.stems[word], more[word]) for word in sorted(more)),
        )
        self._run_many(
            "update words set videos = videos - ? where word = ?",
            ((count, word) for word, count in fewer.items()),
        )
        gone = ((word,) for word in fewer)
        self._run_many("delete from words where word = ? and videos <= 0", gone)

"""What is new becomes owed: one transaction, so that no crash can lose it or announce it twice."""

from __future__ import annotations

from collections.abc import Sequence

from sqlite_utils import Database

from storage import ready, seen
from storage.database import transaction
from storage.interest import NewNote
from storage.matching import matching
from storage.rhythm import Often, Rhythm, next_due
from storage.seen import Marked
from storage.state import State

_Place = tuple[int, int]
_Owed = tuple[float | None, bool, int]
"""When it is due (None: when resumed), whether as a digest, by which subscription."""


def announce(state: State, notes: Sequence[tuple[NewNote, Marked]], now: float) -> int:
    """Those of the notes that are unseen become seen, and owed to all who asked; says how many.

    A place that asked in several ways is owed a note once: when the first of them is due.
    """
    with transaction(state.database, state.path) as database:
        return sum(
            _announce(state, database, note, now)
            for note, marked in notes
            if _first_seen(state, database, marked)
        )


def _first_seen(state: State, database: Database, marked: Marked) -> bool:
    """Whether the note was unseen until now; from now on it is not."""
    if not seen.unseen(state, [marked]):
        return False
    database.conn.executemany(
        "insert or ignore into seen values (?)", [(mark,) for mark in marked.marks]
    )
    return True


def _announce(state: State, database: Database, note: NewNote, now: float) -> int:
    places = _places(state, note, now)
    if not places:
        return 0
    news = database.execute(
        "insert into news(key, ref, title, channel, video_id, at) values (?, ?, ?, ?, ?, ?)",
        (note.key, note.ref, note.title, note.channel, note.video_id, now),
    ).lastrowid
    database.conn.executemany(
        "insert into deliveries(chat_id, thread_id, news_id, due, digest, subscription_id, at)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        ((*place, news, *owed, now) for place, owed in places.items()),
    )
    dues = ((chat_id, due) for (chat_id, _), (due, *_) in places.items() if due is not None)
    ready.owe_all(database, dues, now)
    return len(places)


def _places(state: State, note: NewNote, now: float) -> dict[_Place, _Owed]:
    """Who is owed the note, and when; each place once."""
    dues: dict[tuple[Rhythm, str], float] = {}
    places: dict[_Place, _Owed] = {}
    for row in matching(state, note):
        timing = (row.rhythm, row.zone)
        if timing not in dues:
            dues[timing] = next_due(row.rhythm, row.zone, now)
        due = None if row.paused else dues[timing]
        owed = (due, row.rhythm.often is not Often.NOW, row.id)
        place = (row.chat_id, row.thread_id)
        if place not in places or _sooner(owed, places[place]):
            places[place] = owed
    return places


def _sooner(one: _Owed, other: _Owed) -> bool:
    return one[0] is not None and (other[0] is None or one[0] < other[0])

"""Subscriptions in and out of their tables, with the searches filed by a stem. In a transaction."""

from __future__ import annotations

from functools import lru_cache

from sqlite_utils import Database

from storage.errors import LimitError
from storage.interest import Interest, Kind, required_stems, search_term
from storage.rhythm import Often, Rhythm

MOST = 100
"""Subscriptions of one chat, or of one forum topic of it."""
AT_ONCE = Rhythm()
_PLACE = "chat_id = ? and thread_id = ?"


def put_in(
    database: Database,
    chat_id: int,
    thread_id: int,
    interest: Interest,
    *,
    by: int,
    now: float,
    term: str = "",
    rhythm: Rhythm = AT_ONCE,
) -> bool:
    """Subscribe a place of a chat that was met; False where it was. LimitError beyond MOST.

    `term` is the stem to file a search under, if it is one that the search needs.
    """
    place, kind, key = (chat_id, thread_id), interest.kind, interest.key
    same = f"select 1 from subscriptions where {_PLACE} and kind = ? and key = ?"
    if database.execute(same, (*place, kind, key)).fetchone():
        return False
    count = f"select count(*) from subscriptions where {_PLACE}"
    if database.execute(count, place).fetchone()[0] >= MOST:
        raise LimitError(
            f"There are {MOST} subscriptions here already, and more are not kept."
            " Remove one that is not needed any more."
        )
    if kind is Kind.SEARCH and not _is_asked_for(database, interest):
        term = term if term in required_stems(key) else search_term(key)
        database.execute("insert or ignore into searches values (?, ?)", (term, key))
    database.execute(
        "insert into subscriptions(chat_id, thread_id, kind, key, value, often, hour, weekday,"
        " created, by) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*place, kind, key, interest.value, *rhythm_columns(rhythm), now, by),
    )
    return True


def take_out(database: Database, number: int, interest: Interest) -> None:
    """End a subscription; a search that nobody asks for any more is filed no more."""
    database.execute("delete from subscriptions where id = ?", (number,))
    if interest.kind is Kind.SEARCH and not _is_asked_for(database, interest):
        terms = [(term, interest.key) for term in required_stems(interest.key)]
        database.conn.executemany("delete from searches where term = ? and key = ?", terms)


def rhythm_columns(rhythm: Rhythm) -> tuple[str, int, int]:
    """A rhythm as the columns often, hour, weekday."""
    return rhythm.often, rhythm.hour, rhythm.weekday


@lru_cache(maxsize=1_000)
def rhythm_in(often: str, hour: int, weekday: int) -> Rhythm:
    """The rhythm that these columns hold."""
    return Rhythm(Often(often), hour, weekday)


def _is_asked_for(database: Database, interest: Interest) -> bool:
    found = "select 1 from subscriptions where kind = ? and key = ? limit 1"
    return database.execute(found, (interest.kind, interest.key)).fetchone() is not None

"""What is owed in all, what was set aside, and how long things that wait are kept."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from storage.chats import held_until
from storage.database import transaction, translated
from storage.state import State

MOST_WAITING = 500
"""Of what waits at a place for a resume, or for a suspended chat, the newest are kept."""
MOST_ASIDE = 500
DIGEST_SECONDS = 2 * 365 * 86_400
_OWED = "aside = 0 and due is not null and chat_id not in (select id from chats where {gone})"
_OWED = _OWED.format(gone="suspended != ''")
_PLACES = (
    "select chat_id, thread_id from subscriptions where paused is not null union"
    " select d.chat_id, d.thread_id from chats c join deliveries d on d.chat_id = c.id"
    " where c.suspended != ''"
)
_WAITING = (
    "chat_id = ?1 and thread_id = ?2 and aside = 0 and (due is null"
    " or chat_id in (select id from chats where suspended != ''))"
)


@dataclass(frozen=True, slots=True)
class Owed:
    """Deliveries that are owed, to how many chats, since when the oldest; what waits for a resume;
    what was given up; chats that we may not write to; and who subscribed to how much.
    """

    deliveries: int
    chats: int
    waiting: int
    aside: int
    suspended: int
    oldest: float | None
    subscriptions: int
    subscribers: int


def owed(state: State) -> Owed:
    """All of it counted: a fraction of a second where a million deliveries are owed."""
    with translated(state.path):
        row = state.database.execute(
            f"select (select count(*) from deliveries where {_OWED}),"
            f" (select count(distinct chat_id) from deliveries where {_OWED}),"
            " (select count(*) from deliveries where aside = 0 and due is null),"
            " (select count(*) from deliveries where aside = 1),"
            " (select count(*) from chats where suspended != ''),"
            f" (select min(at) from deliveries where {_OWED}),"
            " (select count(*) from subscriptions),"
            " (select count(distinct chat_id) from subscriptions)"
        ).fetchone()
    return Owed(*row)


def next_ready(state: State, now: float) -> float | None:
    """When something may go out again, which may be past; None where nothing is owed. Quick.

    Who is suspended, paused, made to wait by Telegram or not to be woken is owed nothing yet.
    """
    with translated(state.path):
        row = state.database.execute(
            "select min(ready) from chats where suspended = '' and ready is not null"
        ).fetchone()
    return None if row[0] is None else max(float(row[0]), held_until(state, now))


def aside(state: State, limit: int) -> list[tuple[str, str, str]]:
    """The newest deliveries that were given up: the chat's title, the error, what it was."""
    with translated(state.path):
        return state.database.execute(
            "select coalesce(nullif(c.title, ''), cast(d.chat_id as text)), d.error,"
            " coalesce(n.title, d.text)"
            " from deliveries d left join chats c on c.id = d.chat_id"
            " left join news n on n.id = d.news_id where d.aside = 1 order by d.id desc limit ?",
            (limit,),
        ).fetchall()


def tidy(state: State, now: float) -> None:
    """Let go of what nobody will read: to be called every hour or so."""
    with transaction(state.database, state.path) as database:
        for place in database.execute(_PLACES).fetchall():
            _keep_newest(database, _WAITING, place, MOST_WAITING)
        _keep_newest(database, "aside = 1", (), MOST_ASIDE)
        database.execute(
            "delete from news where id not in"
            " (select news_id from deliveries where news_id is not null)"
        )
        database.execute("delete from digests where at < ?", (now - DIGEST_SECONDS,))


def _keep_newest(database: Database, which: str, values: tuple[int, ...], most: int) -> None:
    database.execute(
        f"delete from deliveries where {which} and id <="
        f" (select id from deliveries where {which} order by id desc limit 1 offset {most})",
        values,
    )

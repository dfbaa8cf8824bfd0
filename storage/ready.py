"""When a chat's turn comes: the one place that sets `chats.ready`. Inside of a transaction.

`ready` is the earliest due of what the chat is owed, or the end of a wait that began at `held_at`
(0: no wait); null where nothing is owed, or where it is suspended.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

OWED = "chat_id = ? and aside = 0 and due is not null"
"""The deliveries of a chat that do not wait for a resume. In the order of their index by id."""


def owe(database: Database, chat_id: int, due: float, now: float) -> None:
    """Something is due to the chat, earlier perhaps than all else; a wait under way stays."""
    owe_all(database, [(chat_id, due)], now)


def owe_all(database: Database, dues: Iterable[tuple[int, float]], now: float) -> None:
    """The same for many chats: (chat, due)."""
    database.conn.executemany(
        "update chats set ready = ?2, held_at = 0 where id = ?1 and suspended = '' and"
        f" (ready is null or ready > ?2 and (held_at = 0 or ready <= {now!r}))",
        dues,
    )


def settle(database: Database, chat_id: int, until: float, now: float) -> None:
    """What the chat is owed has changed: its next is due when it is, but not before `until`."""
    due = earliest(database, chat_id, now)
    held = due is not None and until > max(due, now)
    ready = None if due is None else max(due, until)
    database.execute(
        "update chats set ready = case suspended when '' then ? end, held_at = ? where id = ?",
        (ready, now if held else 0, chat_id),
    )


def earliest(database: Database, chat_id: int, now: float) -> float | None:
    """When the next delivery is due, a time at or before `now` where one is due already."""
    found = database.execute(
        f"select due from deliveries where {OWED} and due <= ? order by id limit 1",
        (chat_id, now),
    ).fetchone()
    if found is None:  # only now look at all of them: mostly a digest's, few
        query = f"select min(due) from deliveries where {OWED}"
        found = database.execute(query, (chat_id,)).fetchone()
    return None if found[0] is None else float(found[0])

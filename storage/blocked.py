"""Who is blocked: people and chats by their ids, and who blocked them when."""

from __future__ import annotations

from dataclasses import dataclass

from storage.database import transaction, translated
from storage.state import State


@dataclass(frozen=True, slots=True)
class Blocked:
    """A person or chat, by its name at the time ("": nobody told). `at` are seconds since 1970."""

    id: int
    name: str
    by: int
    at: float


def block(state: State, who: int, by: int, at: float, name: str = "") -> bool:
    """Block a person or a chat. False where it was already; a name that was not known is kept."""
    with transaction(state.database, state.path) as database:
        known = database.execute("select 1 from blocked where id = ?", (who,)).fetchone()
        database.execute(
            "insert into blocked(id, name, by, at) values (?, ?, ?, ?)"
            " on conflict(id) do update set name = excluded.name where name = ''",
            (who, name, by, at),
        )
    return known is None


def unblock(state: State, who: int) -> bool:
    """Serve it again. False where it was not blocked."""
    with transaction(state.database, state.path) as database:
        gone = database.conn.execute("delete from blocked where id = ?", (who,))
        return gone.rowcount > 0


def blocked(state: State) -> tuple[Blocked, ...]:
    """All of them, the latest first."""
    with translated(state.path):
        rows = state.database.execute("select id, name, by, at from blocked order by at desc, id")
        return tuple(Blocked(*row) for row in rows.fetchall())

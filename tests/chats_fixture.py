"""A chat in a real state.db, what it is owed, and when it is its turn."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from storage.chats import Chat, meet
from storage.ready import owe
from storage.state import State

NOW = 1_780_000_000.0  # Thursday, 28 May 2026, 20:26:40 UTC
MINUTE, HOUR, DAY, YEAR = 60.0, 3_600.0, 86_400.0, 365 * 86_400.0
BERLIN = "Europe/Berlin"


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """A state.db in which one chat is met."""
    with closing(State.open(tmp_path / "state.db")) as opened:
        meet(opened, Chat(1, "private", "Ada"))
        yield opened


def query(state: State, sql: str, *values: object) -> list[tuple[object, ...]]:
    return state.database.execute(sql, values).fetchall()


def write(state: State, sql: str, *values: object) -> int:
    state.database.conn.execute("begin immediate")
    number = state.database.conn.execute(sql, values).lastrowid
    state.database.conn.execute("commit")
    return number or 0


def deliver(
    state: State,
    due: float | None,
    at: float = NOW,
    *,
    chat: int = 1,
    thread: int = 0,
    news: int | None = None,
    digest: bool = False,
    subscription: int | None = None,
    aside: bool = False,
) -> int:
    """Something that is owed, as an announcement makes it; gives its id."""
    number = write(
        state,
        "insert into deliveries(chat_id, thread_id, news_id, subscription_id, digest, due, aside,"
        " at) values (?, ?, ?, ?, ?, ?, ?, ?)",
        *(chat, thread, news, subscription, digest, due, aside, at),
    )
    if due is not None and not aside:
        state.database.conn.execute("begin immediate")
        owe(state.database, chat, due, at)
        state.database.conn.execute("commit")
    return number


def subscribe(state: State, chat: int, key: str = "", paused: float | None = None) -> int:
    return write(
        state,
        "insert into subscriptions(chat_id, thread_id, kind, key, value, often, hour, weekday,"
        " created, by, paused) values (?, 0, 'topic', ?, ?, 'now', 9, 0, 1, 7, ?)",
        *(chat, key, key, paused),
    )


def ready(state: State, chat: int = 1) -> float | None:
    """When it is the chat's turn, as the outbox reads it."""
    found = query(
        state,
        "select ready from chats where id = ? and suspended = '' and ready is not null",
        chat,
    )
    return float(str(found[0][0])) if found else None


def dues(state: State, chat: int = 1) -> list[object]:
    rows = query(state, "select due from deliveries where chat_id = ? order by id", chat)
    return [row[0] for row in rows]


def writes(state: State) -> int:
    return state.database.conn.total_changes


def at(text: str, zone: str = BERLIN) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()

"""Notices of ours, owed to a chat like all else."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from storage.database import transaction
from storage.ready import owe
from storage.state import State


def notify(state: State, chat_ids: Iterable[int], text: str, now: float) -> None:
    """Owe the same notice to several chats, or to none of them."""
    with transaction(state.database, state.path) as database:
        owe_notices(database, chat_ids, text, now)


def owe_notices(database: Database, chat_ids: Iterable[int], text: str, now: float) -> None:
    """Owe the same notice to several chats; nothing where it is empty. Inside of a transaction."""
    for chat_id in chat_ids if text else ():
        owe_notice(database, chat_id, text, now)


def owe_notice(database: Database, chat_id: int, text: str, now: float, thread_id: int = 0) -> None:
    """Owe a notice to a chat, which need not be known yet. Inside of a transaction."""
    kind = "private" if chat_id > 0 else "group"
    database.execute(
        "insert or ignore into chats(id, kind, title) values (?, ?, '')", (chat_id, kind)
    )
    database.execute(
        "insert into deliveries(chat_id, thread_id, text, due, at) values (?, ?, ?, ?, ?)",
        (chat_id, thread_id, text, now, now),
    )
    owe(database, chat_id, now, now)

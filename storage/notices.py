"""Notices of ours, owed to a chat like all else. Inside of a transaction."""

from __future__ import annotations

from sqlite_utils import Database

from storage.ready import owe


def owe_notice(database: Database, chat_id: int, text: str, now: float, thread_id: int = 0) -> None:
    """Owe a notice to a chat, which need not be known yet."""
    kind = "private" if chat_id > 0 else "group"
    database.execute(
        "insert or ignore into chats(id, kind, title) values (?, ?, '')", (chat_id, kind)
    )
    database.execute(
        "insert into deliveries(chat_id, thread_id, text, due, at) values (?, ?, ?, ?, ?)",
        (chat_id, thread_id, text, now, now),
    )
    owe(database, chat_id, now, now)

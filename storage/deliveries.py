"""What is owed to chats: what to send next, and what came of it. A delivery goes only when sent.

Chats wait in the order of `chats.ready`; in a chat the deliveries go out in the order they came.
Nothing is ever loaded but one chat's next message.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from storage.chats import Chat, held_until
from storage.database import transaction, translated
from storage.notices import owe_notices
from storage.ready import OWED, earliest, settle
from storage.rhythm import Manners, quiet_until
from storage.state import State

MOST_SINGLE = 5
"""More notes than this that are due at one place make one digest."""
MOST_IN_DIGEST = 500
_MOST_PASSED = 200
"""Chats that are passed over in one transaction, because it is night there or nothing is due."""
_CHAT = (
    "select id, kind, title, zone, quiet_from, quiet_to, silent, ready, recent from chats"
    " where suspended = '' and ready is not null"
)
_DELIVERY = (
    "select d.id, d.text, d.attempts, d.unsure, d.plain, d.news_id, coalesce(n.key, ''),"
    " coalesce(n.ref, ''), coalesce(n.title, ''), coalesce(n.channel, ''),"
    " coalesce(n.video_id, '') from deliveries d left join news n on n.id = d.news_id"
)

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class News:
    """A note that was new, as it was named then."""

    id: int
    key: str
    ref: str
    title: str
    channel: str
    video_id: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A note, or where `news` is None a notice of ours, owed to one place.

    `attempts` failed so far; after `unsure` of them nobody knows whether it arrived. A `plain`
    one is sent without any markup.
    """

    id: int
    news: News | None
    text: str
    attempts: int = 0
    unsure: int = 0
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes out as one message. `recent`: when the chat's last ones did, newest last."""

    chat: Chat
    thread_id: int
    deliveries: tuple[Delivery, ...]
    recent: tuple[float, ...] = ()

    @property
    def digest(self) -> bool:
        """Whether it tells several notes."""
        return len(self.deliveries) > 1

    @property
    def unsure(self) -> bool:
        """Whether it may have arrived already."""
        return self.deliveries[0].unsure > 0

    @property
    def plain(self) -> bool:
        """Whether it is to be sent without any markup."""
        return self.deliveries[0].plain


def next_parcel(state: State, now: float) -> Parcel | float | None:
    """A parcel to send now; else when to look again; None where nothing is owed.

    Notices go alone. More than MOST_SINGLE notes that are due at a place, or several of a daily
    or weekly subscription, go together, as far as they have all fared alike so far.
    """
    for _ in range(2):
        with translated(state.path):
            row = state.database.execute(f"{_CHAT} order by ready limit 1").fetchone()
            if row is None:
                return None
            ready = max(row[7], held_until(state, now))
            if ready > now:
                return float(ready)
            parcel = _parcel(state.database, row, now)
        if parcel is not None:
            return parcel
        _pass_over(state, now)
    return now


def sent(
    state: State, parcel: Parcel, now: float, ready: float, recent: Sequence[float] = ()
) -> None:
    """It has arrived: it is owed no more, and the chat waits until `ready` for its next one."""
    with transaction(state.database, state.path) as database:
        _forget(database, parcel)
        settle(database, parcel.chat.id, ready, now)
        database.execute(
            "update chats set recent = ? where id = ?", (json.dumps([*recent]), parcel.chat.id)
        )


def drop(state: State, parcel: Parcel, now: float) -> None:
    """There is nothing to tell any more: it is owed no more, and nothing was sent."""
    with transaction(state.database, state.path) as database:
        _forget(database, parcel)
        settle(database, parcel.chat.id, now, now)


def put_off(
    state: State,
    parcel: Parcel,
    until: float,
    now: float,
    error: str,
    *,
    unsure: bool = False,
    plain: bool = False,
) -> None:
    """It failed, and is tried again; its chat waits until then. One attempt is counted."""
    with transaction(state.database, state.path) as database:
        database.conn.executemany(
            "update deliveries set attempts = attempts + 1, unsure = unsure + ?,"
            " plain = max(plain, ?), error = ? where id = ?",
            [(unsure, plain, error, one.id) for one in parcel.deliveries],
        )
        settle(database, parcel.chat.id, until, now)


def set_aside(
    state: State,
    parcel: Parcel,
    error: str,
    now: float,
    *,
    admins: Iterable[int] = (),
    notice: str = "",
) -> None:
    """It failed for good: it is kept with its error, and the chat goes on with the next.

    The notice, if any, is owed to each of the admins.
    """
    with transaction(state.database, state.path) as database:
        database.conn.executemany(
            "update deliveries set aside = 1, attempts = attempts + 1, error = ? where id = ?",
            [(error, one.id) for one in parcel.deliveries],
        )
        settle(database, parcel.chat.id, now, now)
        owe_notices(database, admins, notice, now)


def _parcel(database: Database, row: Row, now: float) -> Parcel | None:
    """The chat's next message; None where nothing is due, or it is night there."""
    chat = _chat(row)
    first = database.execute(
        "select id, thread_id, news_id, digest, unsure, plain from deliveries"
        f" where {OWED} and due <= ? order by id limit 1",
        (chat.id, now),
    ).fetchone()
    if first is None or quiet_until(chat.manners, now) is not None:
        return None
    rows = _together(database, chat.id, first, now) if first[2] is not None else []
    few = len(rows) <= MOST_SINGLE and not first[3]
    if few or not rows:
        rows = database.execute(f"{_DELIVERY} where d.id = ?", (first[0],)).fetchall()
    return Parcel(chat, first[1], tuple(map(_delivery, rows)), tuple(json.loads(row[8])))


def _together(database: Database, chat_id: int, first: Row, now: float) -> list[Row]:
    """The notes that are due at the place of the first one and fared like it."""
    return database.execute(
        f"{_DELIVERY} where d.chat_id = ? and d.aside = 0 and d.due is not null and d.due <= ?"
        " and d.thread_id = ? and d.news_id is not null and d.unsure = ? and d.plain = ?"
        " order by d.id limit ?",
        (chat_id, now, first[1], first[4], first[5], MOST_IN_DIGEST),
    ).fetchall()


def _pass_over(state: State, now: float) -> None:
    """Chats whose turn it is and that get nothing now: until when, all at once."""
    with transaction(state.database, state.path) as database:
        rows = database.execute(
            f"{_CHAT} and ready <= ? order by ready limit {_MOST_PASSED}", (now,)
        ).fetchall()
        for row in rows:
            chat = _chat(row)
            due = earliest(database, chat.id, now)
            night = quiet_until(chat.manners, now)
            if due is not None and due <= now and night is None:
                continue
            settle(database, chat.id, night or now, now)


def _forget(database: Database, parcel: Parcel) -> None:
    database.conn.executemany(
        "delete from deliveries where id = ?", [(one.id,) for one in parcel.deliveries]
    )


def _chat(row: Row) -> Chat:
    chat_id, kind, title, zone, quiet_from, quiet_to, silent, *_ = row
    quiet = None if quiet_from is None else (quiet_from, quiet_to)
    return Chat(chat_id, kind, title, Manners(zone, quiet, bool(silent)))


def _delivery(row: Row) -> Delivery:
    number, text, attempts, unsure, plain, news_id, *news = row
    told = None if news_id is None else News(news_id, *news)
    return Delivery(number, told, text, attempts, unsure, bool(plain))

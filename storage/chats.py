"""Chats: how each wants to be written to, whether we may, and how long Telegram makes us wait."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from sqlite_utils import Database

from storage.database import transaction, translated
from storage.ready import settle
from storage.rhythm import DAY, SHIFT, Manners, next_due, quiet_until, rhythm_of
from storage.state import State

LONGEST_WAIT = DAY
"""However long we are told to wait: a day later it is tried again."""
_SLACK = 5.0
"""Seconds that a clock may be put right by without anything being reckoned anew."""
_LONGEST_DUE = 8 * DAY
"""No delivery is made to be due later than that: a week, and what the clocks shift."""
_WRONG = "aside = 0 and due is not null and (at > ?1 or due > ?2)"
"""Deliveries that are dated later than the clock, or due later than any rhythm allows."""
_MANNERS = "zone, quiet_from, quiet_to, silent, cooldown"
_FIND = f"select kind, title, {_MANNERS}, suspended from chats where id = ?"


@dataclass(frozen=True, slots=True)
class Chat:
    """`kind` is private, group or channel; `suspended` says why we may not write, '' if we may."""

    id: int
    kind: str
    title: str
    manners: Manners = field(default_factory=Manners)
    suspended: str = ""


def find(state: State, chat_id: int) -> Chat | None:
    """The chat as it is known; None where it is not."""
    with translated(state.path):
        row = state.database.execute(_FIND, (chat_id,)).fetchone()
    if row is None:
        return None
    kind, title, zone, quiet_from, quiet_to, silent, cooldown, suspended = row
    quiet = None if quiet_from is None else (quiet_from, quiet_to)
    return Chat(chat_id, kind, title, Manners(zone, quiet, bool(silent), cooldown), suspended)


def manners_of(state: State, chat_id: int) -> Manners:
    """How a chat wants to be written to; one that was never met has no wishes."""
    chat = find(state, chat_id)
    return chat.manners if chat else Manners()


def meet(state: State, chat: Chat) -> None:
    """Make it known; of a known chat only kind and title change. '' is no title."""
    known = find(state, chat.id)
    if known and (known.kind, known.title) == (chat.kind, chat.title or known.title):
        return
    with transaction(state.database, state.path) as database:
        database.execute(
            f"insert into chats(id, kind, title, {_MANNERS}) values (?, ?, ?, ?, ?, ?, ?, ?)"
            " on conflict(id) do update set kind = excluded.kind,"
            " title = coalesce(nullif(excluded.title, ''), title)",
            (chat.id, chat.kind, chat.title, *_columns(chat.manners)),
        )


def set_manners(state: State, chat_id: int, manners: Manners) -> None:
    """How it is written to from now on; digests that are owed follow its clock to another zone."""
    known = find(state, chat_id)
    if known is None or known.manners == manners:
        return
    with transaction(state.database, state.path) as database:
        database.execute(
            f"update chats set ({_MANNERS}) = (?, ?, ?, ?, ?) where id = ?",
            (*_columns(manners), chat_id),
        )
        if known.manners.zone != manners.zone:
            _move_digests(database, chat_id, known.manners.zone, manners.zone)
        until, held_at = _wait(database, chat_id)
        if held_at and until == quiet_until(known.manners, held_at):
            until = 0.0  # it waits for the end of a night that may be none any more
        settle(database, chat_id, until, held_at)


def _columns(manners: Manners) -> tuple[str, int | None, int | None, bool, int | None]:
    quiet_from, quiet_to = manners.quiet or (None, None)
    return manners.zone, quiet_from, quiet_to, manners.silent, manners.cooldown


def _move_digests(database: Database, chat_id: int, old: str, new: str) -> None:
    """Digests become due when they would be, had the chat always been in the new zone."""
    rows = database.execute(
        "select id, due, at from deliveries"
        " where chat_id = ? and digest = 1 and due is not null and aside = 0",
        (chat_id,),
    ).fetchall()
    database.conn.executemany(
        "update deliveries set due = ? where id = ?",
        [(next_due(rhythm_of(due, at, old), new, at), number) for number, due, at in rows],
    )


def _wait(database: Database, chat_id: int) -> tuple[float, float]:
    """Until when a chat waits, since when; zeros where it does not."""
    query = "select ready, held_at from chats where id = ? and held_at > 0 and ready is not null"
    row = database.execute(query, (chat_id,)).fetchone()
    return (0.0, 0.0) if row is None else (float(row[0]), float(row[1]))


def suspend(state: State, chat_id: int, reason: str, now: float) -> None:
    """We may not write there: what it is owed is kept until it comes back."""
    with transaction(state.database, state.path) as database:
        database.execute(
            "update chats set suspended = ? where id = ?", (reason or "no reason given", chat_id)
        )
        settle(database, chat_id, 0, now)


def revive(state: State, chat_id: int, now: float) -> bool:
    """We may write there again: what it is owed is ready. True where it was suspended."""
    known = find(state, chat_id)
    if known is None or not known.suspended:
        return False
    with transaction(state.database, state.path) as database:
        database.execute("update chats set suspended = '' where id = ?", (chat_id,))
        settle(database, chat_id, 0, now)
    return True


def suspended(state: State, reason: str = "") -> list[int]:
    """The chats that we may not write to, for this reason or for any."""
    with translated(state.path):
        rows = state.database.execute(
            "select id from chats where suspended != '' and :why in ('', suspended) order by id",
            {"why": reason},
        )
        return [row[0] for row in rows]


def hold(state: State, chat_id: int, until: float, now: float) -> None:
    """The chat gets nothing until then (Telegram's `retry_after`), but for a day at most."""
    with transaction(state.database, state.path) as database:
        before, _ = _wait(database, chat_id)
        settle(database, chat_id, min(max(until, before), now + LONGEST_WAIT), now)


def hold_all(state: State, until: float, now: float) -> None:
    """No chat gets anything until then, but for a day at most; a longer wait under way stays."""
    until = min(max(until, held_until(state, now)), now + LONGEST_WAIT)
    with transaction(state.database, state.path) as database:
        database.execute(
            "insert or replace into meta values ('held', ?)", (json.dumps([until, now]),)
        )


def held_until(state: State, now: float) -> float:
    """Until when nobody gets anything; 0.0 where they may.

    Where the clock went back since, the whole wait begins again, once.
    """
    with translated(state.path):
        row = state.database.execute("select value from meta where name = 'held'").fetchone()
    if row is None:
        return 0.0
    until, since = json.loads(row[0])
    if since > now + _SLACK:
        with transaction(state.database, state.path) as database:
            until = now + until - since
            database.execute(
                "update meta set value = ? where name = 'held'", (json.dumps([until, now]),)
            )
    return until if until > now else 0.0


def migrate(state: State, old: int, new: int) -> None:
    """A group has a new id: all that is the old one's is the new one's from now on."""
    if old == new:
        return
    with transaction(state.database, state.path) as database:
        waits = _wait(database, old), _wait(database, new)
        _merge_chats(database, old, new)
        _merge_subscriptions(database, old, new)
        _merge_deliveries(database, old, new)
        settle(database, new, *max(waits))


def _merge_chats(database: Database, old: int, new: int) -> None:
    """The new chat has the old one's manners where it has none of its own."""
    database.execute(
        f"insert or ignore into chats(id, kind, title, {_MANNERS}, recent)"
        f" select ?, 'group', title, {_MANNERS}, recent from chats where id = ?",
        (new, old),
    )
    database.execute(
        f"update chats set kind = 'group', ({_MANNERS}) = (select {_MANNERS} from chats"
        f" where id = ?2) where id = ?1 and ({_MANNERS}) is ('UTC', null, null, 0, null)"
        " and exists (select 1 from chats where id = ?2)",
        (new, old),
    )
    database.execute("delete from chats where id = ?", (old,))


def _merge_subscriptions(database: Database, old: int, new: int) -> None:
    """Of equal ones the new chat's stays as it is, and is owed what the other was owed."""
    same = database.execute(
        "select o.id, n.id, n.paused is null from subscriptions o"
        " join subscriptions n using (thread_id, kind, key) where o.chat_id = ? and n.chat_id = ?",
        (old, new),
    ).fetchall()
    for one, other, served in same:
        database.execute(
            "update deliveries set subscription_id = ?,"
            " due = case when due is null and ? then at else due end where subscription_id = ?",
            (other, served, one),
        )
        database.execute("delete from subscriptions where id = ?", (one,))
    database.execute("update subscriptions set chat_id = ? where chat_id = ?", (new, old))


def _merge_deliveries(database: Database, old: int, new: int) -> None:
    """Of a note that both are owed, the delivery that goes out first stays."""
    order = "({0}.aside, coalesce({0}.due, 9e99), {0}.id)"
    database.execute(
        "delete from deliveries where id in"
        f" (select case when {order.format('o')} < {order.format('n')} then n.id else o.id end"
        " from deliveries o join deliveries n using (thread_id, news_id)"
        " where o.chat_id = ? and n.chat_id = ?)",
        (old, new),
    )
    database.execute("update deliveries set chat_id = ? where chat_id = ?", (new, old))


def clock_moved(state: State, now: float) -> None:
    """Reckon anew what a wrong clock made wait: at start, and where the clock has jumped.

    A wait that began later than now lasts its whole time from now, a day at most. What became
    owed later than now, or is due later than any rhythm allows, is due when it would be if it
    had come now.
    """
    held_until(state, now)
    with transaction(state.database, state.path) as database:
        moved = _reckon_dues(database, now)
        rows = database.execute(
            "select id from chats where held_at > ? or ready > ? or held_at > 0 and ready > ?",
            (now + _SLACK, now + _LONGEST_DUE, now + LONGEST_WAIT + SHIFT),
        )
        for chat_id in moved.union(row[0] for row in rows.fetchall()):
            until, since = _wait(database, chat_id)
            length = until - since if since > now + _SLACK else until - now
            wait = now + min(length, LONGEST_WAIT + SHIFT) if since else 0.0
            settle(database, chat_id, wait, now)
        database.execute(
            "update chats set recent = '[]' where json_extract(recent, '$[#-1]') > ?",
            (now + _SLACK,),
        )


def _reckon_dues(database: Database, now: float) -> set[int]:
    """Make the dues of a wrong clock right; gives the chats that this concerns."""
    limits = (now + _SLACK, now + _LONGEST_DUE)
    rows = database.execute(f"select distinct chat_id from deliveries where {_WRONG}", limits)
    chats = {row[0] for row in rows}
    if chats:
        _reckon_digests(database, limits, now)
        first, last = database.execute("select min(id), max(id) from deliveries").fetchone()
        # In parts: SQLite keeps in memory what one statement changes.
        database.conn.executemany(
            f"update deliveries set due = min(due, ?3), at = min(at, ?3) where {_WRONG}"
            " and id between ?4 and ?4 + 9999",
            ((*limits, now, start) for start in range(first, last + 1, 10_000)),
        )
    return chats


def _reckon_digests(database: Database, limits: tuple[float, float], now: float) -> None:
    """Those of a place and a reload are due together, so they are few at a time."""
    rows = database.execute(
        "select d.chat_id, d.due, d.at, c.zone from (select distinct chat_id, due, at"
        f" from deliveries where digest = 1 and {_WRONG}) d join chats c on c.id = d.chat_id",
        limits,
    )
    for chat_id, due, at, zone in rows.fetchall():
        database.execute(
            "update deliveries set due = ?, at = min(at, ?) where chat_id = ? and digest = 1"
            " and aside = 0 and due = ? and at = ?",
            (next_due(rhythm_of(due, at, zone), zone, now), now, chat_id, due, at),
        )

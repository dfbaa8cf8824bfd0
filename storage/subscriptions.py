"""Who asked for what: subscriptions of chats and of forum topics.

A delivery belongs to the subscription that it was announced for (deliveries.subscription_id);
where others of the same place may have asked for it too, it never goes with the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from storage import ready
from storage.chats import Chat, meet
from storage.database import transaction, translated
from storage.filing import AT_ONCE, put_in, rhythm_columns, rhythm_in, take_out
from storage.heirs import hand_over
from storage.interest import Interest, Kind
from storage.notices import owe_notices
from storage.rhythm import Often, Rhythm, next_due
from storage.state import State

_COLUMNS = (
    "id, chat_id, thread_id, kind, value, key, often, hour, weekday, created, by, paused, reason"
)
_PLACE = "chat_id = ? and thread_id = ?"
_DUE = f"{_PLACE} and aside = 0 and due is not null"
_OWN = f"{_PLACE} and news_id is not null and subscription_id = ? and aside = 0"


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a place asked for. `paused` since when, None where it is served; `reason` why we did.

    `waiting` deliveries wait for it to be resumed.
    """

    id: int
    chat_id: int
    thread_id: int
    interest: Interest
    rhythm: Rhythm
    created: float
    by: int
    paused: float | None = None
    reason: str = ""
    waiting: int = 0


def add(  # noqa: PLR0917 - who, where, what and when
    state: State,
    chat: Chat,
    thread_id: int,
    interest: Interest,
    by: int,
    now: float,
    term: str = "",
    rhythm: Rhythm = AT_ONCE,
) -> bool:
    """Subscribe a place; False where it was already (nothing changes). LimitError beyond MOST.

    `term` is the stem to file a search under: the rarest of those it needs, where that is known.
    """
    meet(state, chat)
    with transaction(state.database, state.path) as database:
        return put_in(
            database, chat.id, thread_id, interest, by=by, now=now, term=term, rhythm=rhythm
        )


def remove(state: State, chat_id: int, thread_id: int, ref: str) -> Subscription | None:
    """End a subscription, with what only it is owed; gives what it was, None where it is not."""
    with transaction(state.database, state.path) as database:
        found = _find(database, chat_id, thread_id, ref)
        if found is not None:
            hand_over(database, found.id, waiting=False)
            hand_over(database, found.id, waiting=True)
            _end(database, found)
    return found


def remove_all(state: State, chat_id: int, thread_id: int) -> int:
    """End all subscriptions of a place, with what they are owed; gives how many there were."""
    with transaction(state.database, state.path) as database:
        found = _listed(database, chat_id, thread_id)
        for one in found:
            _end(database, one)
    return len(found)


def _end(database: Database, one: Subscription) -> None:
    """Out of its table, with what it is owed."""
    database.execute(f"delete from deliveries where {_OWN}", _own(one))
    take_out(database, one.id, one.interest)


def listed(state: State, chat_id: int, thread_id: int) -> tuple[Subscription, ...]:
    """The subscriptions of a place, the oldest first."""
    with translated(state.path):
        return tuple(_listed(state.database, chat_id, thread_id))


def in_chat(state: State, chat_id: int) -> dict[int, int]:
    """How many subscriptions each thread of a chat has."""
    count = "select thread_id, count(*) from subscriptions where chat_id = ? group by 1 order by 1"
    with translated(state.path):
        return {row[0]: row[1] for row in state.database.execute(count, (chat_id,))}


def find(state: State, chat_id: int, thread_id: int, ref: str) -> Subscription | None:
    """A place's subscription by the ref of its interest."""
    with translated(state.path):
        return _find(state.database, chat_id, thread_id, ref)


def _find(database: Database, chat_id: int, thread_id: int, ref: str) -> Subscription | None:
    found = _listed(database, chat_id, thread_id)
    return next((one for one in found if one.interest.ref == ref), None)


def _listed(database: Database, chat_id: int, thread_id: int) -> list[Subscription]:
    place = (chat_id, thread_id)
    waiting = dict(
        database.execute(
            f"select subscription_id, count(*) from deliveries where {_PLACE}"
            " and news_id is not null and due is null and aside = 0 group by 1",
            place,
        )
    )
    rows = database.execute(
        f"select {_COLUMNS} from subscriptions where {_PLACE} order by id", place
    )
    return [_subscription(row, waiting.get(row[0], 0)) for row in rows]


def _subscription(row: Sequence[Any], waiting: int) -> Subscription:
    number, chat_id, thread_id, kind, value, key, *rest = row
    often, hour, weekday, created, by, paused, reason = rest
    rhythm = rhythm_in(often, hour, weekday)
    asked = Interest(Kind(kind), value, key)
    return Subscription(
        *(number, chat_id, thread_id, asked, rhythm, created, by, paused, reason), waiting
    )


def pause(  # noqa: PLR0917 - a subscription is named by chat, thread and ref
    state: State, chat_id: int, thread_id: int, ref: str, now: float, reason: str = ""
) -> bool:
    """Serve it no more until it is resumed; what it is owed waits. False where it waits already."""
    with transaction(state.database, state.path) as database:
        found = _find(database, chat_id, thread_id, ref)
        if found is None or found.paused is not None:
            return False
        _pause(database, found, reason, now)
        hand_over(database, found.id, waiting=False)
        database.execute(f"update deliveries set due = null where {_OWN}", _own(found))
    return True


def _pause(database: Database, one: Subscription, reason: str, now: float) -> None:
    pausing = "update subscriptions set paused = ?, reason = ? where id = ?"
    database.execute(pausing, (now, reason, one.id))


def pause_thread(
    state: State, chat_id: int, thread_id: int, reason: str, now: float, *, notice: str = ""
) -> tuple[int, ...]:
    """A topic takes no messages: all that is served there is paused; gives the users to tell, once.

    They are owed the notice, if there is one. What nobody there could ever resume is owed no more.
    """
    place = (chat_id, thread_id)
    with transaction(state.database, state.path) as database:
        served = [one for one in _listed(database, *place) if one.paused is None]
        for one in served:
            _pause(database, one, reason, now)
        database.execute(
            f"delete from deliveries where {_DUE} and (subscription_id is null"
            " or subscription_id not in (select id from subscriptions))",
            place,
        )
        database.execute(f"update deliveries set due = null where {_DUE}", place)
        users = tuple(dict.fromkeys(one.by for one in served))
        owe_notices(database, users, notice, now)
    return users


def resume_thread(state: State, chat_id: int, thread_id: int, now: float) -> bool:
    """A topic takes messages again: what we paused there is served, and catches up."""
    with transaction(state.database, state.path) as database:
        ours = [one for one in _listed(database, chat_id, thread_id) if one.reason]
        for one in ours:
            _serve(database, one, now)
    return bool(ours)


def resume(
    state: State, chat_id: int, thread_id: int, ref: str, now: float, *, catch_up: bool
) -> bool:
    """Serve it again, with what waits or from now on. False where it was not paused."""
    with transaction(state.database, state.path) as database:
        found = _find(database, chat_id, thread_id, ref)
        if found is None or found.paused is None:
            return False
        if not catch_up:
            hand_over(database, found.id, waiting=True)
            database.execute(f"delete from deliveries where {_OWN} and due is null", _own(found))
        _serve(database, found, now)
    return True


def _serve(database: Database, one: Subscription, now: float) -> None:
    """No pause any more: what waits for this subscription is due by its rhythm."""
    serving = "update subscriptions set paused = null, reason = '' where id = ?"
    database.execute(serving, (one.id,))
    _reckon(database, one, one.rhythm, now, "due is null")


def set_rhythm(  # noqa: PLR0917 - a subscription is named by chat, thread and ref
    state: State, chat_id: int, thread_id: int, ref: str, rhythm: Rhythm, now: float
) -> bool:
    """Serve it in this rhythm, also what its next digest has already. False where it is not."""
    with transaction(state.database, state.path) as database:
        found = _find(database, chat_id, thread_id, ref)
        if found is None:
            return False
        setting = "update subscriptions set often = ?, hour = ?, weekday = ? where id = ?"
        database.execute(setting, (*rhythm_columns(rhythm), found.id))
        _reckon(database, found, rhythm, now, "due is not null and digest")
    return True


def _reckon(database: Database, one: Subscription, rhythm: Rhythm, now: float, which: str) -> None:
    """These of its deliveries are due when the rhythm says so, in the zone of its chat."""
    zone = database.execute("select zone from chats where id = ?", (one.chat_id,)).fetchone()[0]
    due = next_due(rhythm, zone, now)
    moved = database.execute(
        f"update deliveries set due = ?, digest = ? where {_OWN} and {which}",
        (due, rhythm.often is not Often.NOW, *_own(one)),
    )
    if moved.rowcount:
        ready.owe(database, one.chat_id, due, now)


def _own(one: Subscription) -> tuple[int, int, int]:
    return one.chat_id, one.thread_id, one.id

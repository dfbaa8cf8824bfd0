"""What a subscription is owed when it ends or rests, and another may have asked for it too.

A place is owed a note once, by the subscription that is first due. Whether others fitted is not
kept, and what a note links to or says is not in state.db: in doubt it goes to another one, since a
message too many is better than one that is lost. Inside of a transaction.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlite_utils import Database

from storage.interest import Kind
from storage.names import topic_name
from storage.rhythm import Often, Rhythm, next_due


class _Owed(NamedTuple):
    """A delivery, and the channel of its note."""

    id: int
    due: float | None
    digest: int
    at: float
    channel: str


class _Other(NamedTuple):
    """Another subscription of the same place."""

    id: int
    kind: str
    key: str
    often: str
    hour: int
    weekday: int
    paused: float | None
    created: float


def hand_over(database: Database, number: int, *, waiting: bool) -> None:
    """Another subscription of its place takes over what it may have asked for too.

    With `waiting` what waits for a resume, else what is due at some time; never sooner than it was.
    """
    chat_id, thread_id, zone = database.execute(
        "select s.chat_id, s.thread_id, c.zone from subscriptions s join chats c"
        " on c.id = s.chat_id where s.id = ?",
        (number,),
    ).fetchone()
    others = _others(database, number, chat_id, thread_id)
    for owed in _owed(database, number, chat_id, thread_id, waiting) if others else ():
        heirs = [(_due(one, owed, zone), one) for one in others if _may_share(one, owed)]
        if heirs:
            due, heir = min(heirs)
            database.execute(
                "update deliveries set subscription_id = ?, due = ?, digest = ? where id = ?",
                (heir.id, None if waiting else due, heir.often != Often.NOW, owed.id),
            )


def _due(one: _Other, owed: _Owed, zone: str) -> float:
    """When this one would have been due, had it come first."""
    rhythm = Rhythm(Often(one.often), one.hour, one.weekday)
    return max(owed.due or owed.at, next_due(rhythm, zone, owed.at))


def _others(database: Database, number: int, chat_id: int, thread_id: int) -> list[_Other]:
    rows = database.execute(
        "select id, kind, key, often, hour, weekday, paused, created from subscriptions"
        " where chat_id = ? and thread_id = ? and id != ? order by id",
        (chat_id, thread_id, number),
    )
    return [_Other(*row) for row in rows]


def _owed(
    database: Database, number: int, chat_id: int, thread_id: int, waiting: bool
) -> list[_Owed]:
    rows = database.execute(
        "select d.id, d.due, d.digest, d.at, n.channel from deliveries d"
        " join news n on n.id = d.news_id where d.chat_id = ? and d.thread_id = ?"
        " and d.news_id is not null and d.subscription_id = ? and d.aside = 0"
        " and (d.due is null) = ? order by d.id",
        (chat_id, thread_id, number, waiting),
    )
    return [_Owed(*row) for row in rows]


def _may_share(one: _Other, owed: _Owed) -> bool:
    """Whether this subscription may have fitted when the note was announced, and come second."""
    if one.created > owed.at:
        return False
    if owed.due is None:  # all that fitted were paused
        rested = one.paused is not None and one.paused <= owed.at
    else:  # one that is served at once would have come first to what is in a digest
        rested = one.paused is None and not (owed.digest and one.often == Often.NOW)
    return rested and (one.kind != Kind.CHANNEL or one.key == topic_name(owed.channel))

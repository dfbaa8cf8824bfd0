"""What came of a message, into the database: the one place that decides whether it is tried again.

Nothing else is sent until it is there, so that no message goes out twice for a full disk.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Collection
from typing import Concatenate, ParamSpec, TypeVar

from bot.metrics import DELIVERIES
from bot.outcomes import (
    Barred,
    Moved,
    Outcome,
    Refused,
    Sent,
    TopicGone,
    Unreachable,
    Unsure,
    Wait,
)
from bot.pace import Pace
from bot.parcels import Books
from bot.patience import MOST_WAIT, Patience
from bot.words import owner, said
from storage.chats import Chat, hold, hold_all, migrate, suspend
from storage.deliveries import Parcel, put_off, sent, set_aside
from storage.errors import StorageError
from storage.state import State
from storage.subscriptions import pause_thread

P = ParamSpec("P")
T = TypeVar("T")
_BEFORE_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
_SUPERGROUP = -1_000_000_000_000
log = logging.getLogger(__name__)


class Marking:
    """Keeps what the database has no room for: `away`, why the last message met no network ("")."""

    def __init__(
        self,
        books: Books,
        pace: Pace,
        admins: Collection[int],
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._books, self._pace, self._admins, self._now = books, pace, admins, now
        self._patience = Patience("nothing is sent until it can be marked", log, sleep)
        self._waited = 0  # the chat that had to wait last, with nothing sent since
        self.away = ""

    async def mark(self, parcel: Parcel, outcome: Outcome) -> None:
        """Mark the parcel by what came of it; only a cancellation ends this before it is done."""
        chat, now = parcel.chat, self._now()
        DELIVERIES.labels(named(outcome)).inc()
        self.away = outcome.reason if isinstance(outcome, Unsure | Unreachable) else ""
        match outcome:
            case Sent():
                await self._arrived(parcel)
            case Wait(seconds):
                await self._hold(chat, seconds)
            case Moved(chat_id):
                log.info("group %d is %d now", chat.id, chat_id)
                await self._keep(migrate, chat.id, chat_id)
            case Barred(reason):
                log.info("chat %d gets no more messages until it is back: %s", chat.id, reason)
                await self._keep(suspend, chat.id, reason, now)
            case TopicGone(reason):
                await self._pause(parcel, reason)
            case Refused(reason):
                await self._refused(parcel, reason)
            case Unsure(reason):
                await self._unsure(parcel, reason)
            case Unreachable(reason):
                until = now + _longer(max(one.attempts for one in parcel.deliveries))
                await self._keep(put_off, parcel, until, now, reason)

    async def give_up(self, parcel: Parcel, reason: str) -> None:
        """It can never be sent: keep it aside and tell the admins."""
        log.warning("a message to chat %d was set aside: %s", parcel.chat.id, reason)
        notice = set_aside_notice(parcel, reason)
        now = self._now()
        await self._keep(set_aside, parcel, reason, now, admins=self._admins, notice=notice)

    async def _arrived(self, parcel: Parcel) -> None:
        chat, now = parcel.chat, self._now()
        self._waited = 0
        recent = self._pace.recent(chat.id, now, parcel.recent)
        ready = self._pace.free_at(chat.id, now, parcel.recent)
        await self._keep(sent, parcel, now, ready, recent)
        log.debug("sent to chat %d: %d notes", chat.id, len(parcel.deliveries))

    async def _hold(self, chat: Chat, seconds: float) -> None:
        """A chat waits; where another one had to as well just before, all of them wait."""
        now = self._now()
        log.info("Telegram makes chat %d wait for %.0f s", chat.id, seconds)
        await self._keep(hold, chat.id, now + seconds, now)
        if self._waited not in {0, chat.id}:
            log.warning("Telegram makes all chats wait for %.0f s", seconds)
            await self._keep(hold_all, now + seconds, now)
        self._waited = chat.id

    async def _pause(self, parcel: Parcel, reason: str) -> None:
        chat, thread_id, now = parcel.chat, parcel.thread_id, self._now()
        log.info("topic %d of chat %d is paused: %s", thread_id, chat.id, reason)
        notice = topic_gone(chat, thread_id)
        await self._keep(pause_thread, chat.id, thread_id, reason, now, notice=notice)

    async def _refused(self, parcel: Parcel, reason: str) -> None:
        if parcel.plain:
            await self.give_up(parcel, reason)
            return
        now = self._now()
        log.warning("a message to chat %d is tried as plain text: %s", parcel.chat.id, reason)
        await self._keep(put_off, parcel, now, now, reason, plain=True)

    async def _unsure(self, parcel: Parcel, reason: str) -> None:
        """It is sent once more, never a third time."""
        if parcel.unsure:
            log.warning("a message to chat %d has perhaps not arrived: %s", parcel.chat.id, reason)
            await self._arrived(parcel)
            return
        now = self._now()
        log.info("a message to chat %d is sent again: %s", parcel.chat.id, reason)
        await self._keep(put_off, parcel, now, now, reason, unsure=True)

    async def _keep(
        self, job: Callable[Concatenate[State, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Write to the database, again and again until it is done."""
        while True:
            try:
                result = await self._books.keep(job, *args, **kwargs)
            except StorageError as error:
                await self._patience.wait(str(error))
            else:
                self._patience.over()
                return result


def _longer(attempts: int) -> float:
    """Seconds until a chat is tried again: 1, 2, 4 … 30, however often it failed."""
    return min(2.0 ** min(attempts, 10), MOST_WAIT)


def named(outcome: Outcome) -> str:
    """What came of a message, as Prometheus writes it: `topic_gone`."""
    return _BEFORE_CAPITAL.sub("_", type(outcome).__name__).lower()


def set_aside_notice(parcel: Parcel, reason: str) -> str:
    """What admins are told of it; "" of a notice of ours: to tell of those might never end."""
    told = [one.news.title for one in parcel.deliveries if one.news is not None]
    if not told:
        return ""
    where, titles = parcel.chat.title or said(owner.CHAT, id=parcel.chat.id), told[0]
    if len(told) > 1:
        titles = said(owner.TITLE_AND_MORE, title=told[0], count=len(told) - 1)
    return said(owner.SET_ASIDE, chat=where, titles=titles, reason=reason)


def topic_gone(chat: Chat, thread_id: int) -> str:
    """What those who subscribed a topic are told when it takes no messages any more."""
    group = said(owner.GROUP, title=chat.title) if chat.title else owner.A_GROUP
    if thread_id and chat.id < _SUPERGROUP:  # the form of links to a private group's messages
        link = f"https://t.me/c/{_SUPERGROUP - chat.id}/{thread_id}"
        return said(owner.TOPIC_GONE_LINK, group=group, link=link)
    return said(owner.TOPIC_GONE, group=group)

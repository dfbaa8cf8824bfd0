"""The outbox: takes out what is owed, one message at a time. Nothing else retries a delivery.

What came of a message is in the database before the next one leaves. A crash in between costs at
most one duplicate and loses nothing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine
from contextlib import suppress
from typing import NoReturn, Protocol

from bot.marking import Marking
from bot.outcomes import Courier, Refused
from bot.pace import Pace
from bot.parcels import Books, MissingError, message_of
from bot.patience import Patience
from bot.reply import Reply
from storage.backlog import tidy
from storage.chats import clock_moved, hold
from storage.deliveries import Parcel, drop, next_parcel
from storage.errors import StorageError

LOOK_EVERY = 30.0
"""However long there is nothing to do: so often it looks whether the clock was changed."""
FINISH_WITHIN = 2.5
"""Seconds for a message under way to arrive and be marked where the bot stops."""
IDLE_WITHIN = 0.2
"""Answers to people go first, but never hold a delivery up for longer."""
_DRIFT = 5.0
_MISSING_WAIT = 5.0
_TIDY_FIRST, _TIDY_EVERY = 60.0, 3_600.0
log = logging.getLogger(__name__)


class House(Books, Protocol):
    """The part of the library that the outbox needs."""

    now: Callable[[], float]
    woken: asyncio.Event


async def nobody_asks() -> None:
    """There are no answers that go first."""


async def deliver(
    library: House,
    courier: Courier,
    pace: Pace,
    admins: Collection[int],
    *,
    idle: Callable[[], Awaitable[None]] = nobody_asks,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    steady: Callable[[], float] = time.monotonic,
) -> NoReturn:
    """Deliver for ever. Cancelled, it finishes and marks the message under way first.

    `idle` returns once nobody waits for an answer; `steady` is a clock that nobody sets.
    """
    outbox = _Outbox(library, courier, pace, admins=admins, idle=idle, sleep=sleep, steady=steady)
    trouble = Patience("deliveries wait", log, sleep)
    while True:
        try:
            await outbox.turn()
        except StorageError as error:
            await trouble.wait(str(error))
        else:
            trouble.over()


class _Outbox:
    def __init__(
        self,
        library: House,
        courier: Courier,
        pace: Pace,
        *,
        admins: Collection[int],
        idle: Callable[[], Awaitable[None]],
        sleep: Callable[[float], Awaitable[None]],
        steady: Callable[[], float],
    ) -> None:
        self._library, self._courier, self._pace = library, courier, pace
        self._idle, self._sleep, self._steady = idle, sleep, steady
        self._marking = Marking(library, pace, admins, library.now, sleep)
        self._network = Patience("deliveries wait for Telegram", log, sleep)
        self._offset: float | None = None
        self._tidy_at = steady() + _TIDY_FIRST

    async def turn(self) -> None:
        """Take out one message, or wait until there may be one. Raises StorageError."""
        await self._keep_time()
        self._library.woken.clear()
        found = await self._library.keep(next_parcel, self._library.now())
        if isinstance(found, Parcel):
            await self._take_out(found)
        else:
            await self._rest(found)

    async def _keep_time(self) -> None:
        """Notice that the clock was set, and that an hour is over."""
        now, steady = self._library.now(), self._steady()
        if self._offset is None or abs(now - steady - self._offset) > _DRIFT:
            await self._library.keep(clock_moved, now)
            self._offset = now - steady
        if steady >= self._tidy_at:
            await self._library.keep(tidy, now)
            self._tidy_at = steady + _TIDY_EVERY

    async def _rest(self, until: float | None) -> None:
        """Wait until then, or until somebody wakes us."""
        left = LOOK_EVERY if until is None else until - self._library.now()
        waits = [
            asyncio.ensure_future(self._library.woken.wait()),
            asyncio.ensure_future(self._sleep(min(max(left, 0.0), LOOK_EVERY))),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()

    async def _take_out(self, parcel: Parcel) -> None:
        chat, now = parcel.chat, self._library.now()
        free = self._pace.free_at(chat.id, now, parcel.recent)
        if free > now:
            await self._library.keep(hold, chat.id, free, now)
            return
        try:
            reply = await message_of(self._library, parcel, now)
        except MissingError:
            await self._library.keep(hold, chat.id, now + _MISSING_WAIT, now)
            return
        except StorageError:
            raise
        except Exception as error:
            log.exception("a fault of ours: a message to chat %d cannot be made", chat.id)
            await self._marking.give_up(parcel, repr(error))
            return
        if reply is None:
            log.info("what chat %d was to be told is gone from the notes", chat.id)
            await self._library.keep(drop, parcel, now)
            return
        await self._let_answers_go_first()
        await _finished(self._send(parcel, reply))
        await self._until_reachable()

    async def _let_answers_go_first(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(IDLE_WITHIN):
                await self._idle()
        if rest := self._pace.rest(self._library.now()):
            await self._sleep(rest)

    async def _send(self, parcel: Parcel, reply: Reply) -> None:
        """Send it, and have what came of it in the database."""
        chat = parcel.chat
        try:
            outcome = await self._courier.post(
                chat.id, parcel.thread_id, reply, silent=chat.manners.silent, plain=parcel.plain
            )
        except Exception as error:
            log.exception("a fault of ours: a message to chat %d was not sent", chat.id)
            outcome = Refused(repr(error))
        self._pace.note(chat.id, self._library.now())
        await self._marking.mark(parcel, outcome)

    async def _until_reachable(self) -> None:
        """Where the last message met no network, wait for it; longer each time in a row."""
        if not self._marking.away:
            self._network.over()
            return
        while True:
            await self._network.wait(self._marking.away)
            if await self._courier.reachable():
                return


async def _finished(work: Coroutine[None, None, None]) -> None:
    """Do it; where we are cancelled meanwhile, to its end all the same, if that comes soon."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=FINISH_WITHIN)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise

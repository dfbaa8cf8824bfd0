"""Jobs side by side, in order where order matters, and never too many."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from weakref import WeakValueDictionary

from bot.trouble import log_place

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[None]]


class Lanes:
    """Runs jobs at the same time, save that jobs of one key run in the order they came.

    At most `per_chat` jobs of a chat run at once, so that a busy chat cannot hold up others;
    at most `most` jobs are taken in, and `put` waits while there are that many.
    """

    def __init__(self, most: int = 1000, per_chat: int = 4) -> None:
        self._room = asyncio.Semaphore(most)
        self._per_chat = per_chat
        self._chats: WeakValueDictionary[int, asyncio.Semaphore] = WeakValueDictionary()
        self._last: dict[Hashable, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._free = asyncio.Event()
        self._free.set()

    async def put(self, chat: int, key: Hashable, job: Job) -> None:
        """Take a job in; waits only for room, not for the job."""
        await self._room.acquire()
        task = asyncio.create_task(self._run(chat, job, self._last.get(key)))
        self._last[key] = task
        self._tasks.add(task)
        self._free.clear()
        task.add_done_callback(lambda done: self._done(key, done))

    async def idle(self, most: float = 0.2) -> None:
        """Return once no job is left, or after `most` seconds: a slow one holds up nobody long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(most):
                await self._free.wait()

    async def drain(self, seconds: float) -> None:
        """Give the jobs that long to finish, then cancel the rest."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        if late:
            log.warning("stopping with %d answers unfinished", len(late))
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, chat: int, job: Job, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        # The name keeps the semaphore alive while a job of this chat holds or awaits it.
        lane = self._chats.setdefault(chat, asyncio.Semaphore(self._per_chat))
        async with lane:
            try:
                await job()
            except Exception as error:  # noqa: BLE001 - no job ends the others
                log_place("a job failed", error)

    def _done(self, key: Hashable, task: asyncio.Task[None]) -> None:
        self._room.release()
        self._tasks.discard(task)
        if not self._tasks:
            self._free.set()
        if self._last.get(key) is task:
            del self._last[key]

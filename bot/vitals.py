"""How the running bot is: looked at every few seconds, told to whoever asks, logged where it turns.

There is never more than one look under way, and nobody waits long for it: a database that does not
answer holds up no report, and what was known before is told on.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from sqlite_utils import Database

from bot import metrics
from bot.health import Facts, reasons
from bot.hearing import Hearing
from bot.parcels import Books
from bot.standing import Figures, Last, Reloader
from storage.backlog import next_ready, owed
from storage.errors import StorageError
from storage.reading import counts

LOOK_WITHIN = 2.0
"""Seconds that anybody waits for a look."""
COUNT_EVERY, COUNT_SELDOM, COUNT_PART = 10.0, 120.0, 100
"""Seconds between two counts, the part of the time that they may take: with 100,000 deliveries owed
a count holds up state.db for 0.1 s, with a million for 0.9 s."""
SOON = 60.0
"""Seconds within which a delivery that failed is tried again: it is due all the while."""
_IN_VAIN = {"unsure", "unreachable"}
log = logging.getLogger(__name__)


class House(Books, Protocol):
    """The part of the library that is looked at."""

    now: Callable[[], float]
    reloads: Reloader | None
    progress: tuple[int, int] | None
    read_at: float
    answered_at: float

    @property
    def complete(self) -> bool:
        """False until a first index has seen the whole folder."""


@dataclass
class _Signs:
    """Of life, from a database: when it last came back, and when with an answer."""

    back: float
    answered: float


class Vitals:
    """`wrong` is what was wrong at the last look, a sentence under a short name each."""

    def __init__(
        self,
        library: House,
        hearing: Hearing,
        data: Path,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._library, self._hearing, self._data = library, hearing, data
        self._steady = steady
        self.wrong: Mapping[str, str] = MappingProxyType({})
        self._progressed = now = steady()
        self._state, self._index = _Signs(now, now), _Signs(now, now)
        looks = self._ask_state, self._ask_index, self._measure
        self._looks, self._counting = tuple(map(_Shared, looks)), _Shared(self._count)
        self._count_due = 0.0
        self._ready: float | None = None
        self._due_since: float | None = None
        self._arrived, self._progress = 0.0, library.progress
        self._free = self._size = 0

    @property
    def alive(self) -> float:
        """When both databases' threads last came back, by time.monotonic().

        A question of people's is as good a sign as ours, which queues up behind all of theirs.
        """
        return min(self._state.back, max(self._index.back, self._library.read_at))

    @property
    def _answered(self) -> float:
        index = max(self._index.answered, self._library.answered_at)
        return min(self._state.answered, index)

    @property
    def building(self) -> bool:
        """Whether a first index is being built, and nothing is wrong with that."""
        return not self._library.complete and not self._last.wrong

    def figures(self) -> Figures:
        """What was counted since the start, for the owner."""
        asked = metrics.by(metrics.QUERIES, "outcome")
        errors = metrics.by(metrics.TELEGRAM_ERRORS, "error")
        return Figures(
            wrong=tuple(self.wrong.values()),
            updates=int(metrics.total(metrics.UPDATES)),
            questions=int(sum(asked.values()) - asked.get("error", 0.0)),
            waits=int(metrics.total(metrics.FLOOD_WAITS)),
            waited=metrics.total(metrics.FLOOD_SECONDS),
            errors={kind: int(count) for kind, count in errors.items()},
        )

    async def look(self) -> Mapping[str, str]:
        """What is wrong now. Raises LostStateError."""
        await asyncio.gather(*(one.within(LOOK_WITHIN) for one in self._looks))
        found = reasons(self._facts())
        if found.keys() != self.wrong.keys():
            if found:
                log.warning("something is wrong: %s", " ".join(found.values()))
            else:
                log.info("nothing is wrong any more")
        self.wrong = found
        metrics.HEALTHY.set(not found)
        return found

    async def count(self) -> None:
        """Bring the gauges up to date, unless they are fresh enough. Raises LostStateError."""
        metrics.LAST_HEARD.set(time.time() - (self._steady() - self._hearing.at))
        if self._steady() >= self._count_due:
            await self._counting.within(LOOK_WITHIN)

    @property
    def _last(self) -> Last:
        return self._library.reloads.last if self._library.reloads else Last()

    def _facts(self) -> Facts:
        now, last = self._steady(), self._last
        self._note_progress(now)
        return Facts(
            heard=now - self._hearing.at,
            deaf=self._hearing.wrong,
            building=self.building,
            reloaded=now - max(last.good, self._progressed),
            took=last.seconds,
            unreadable=last.unreadable,
            due=self._due_for(now),
            answered=now - self._answered,
            free=self._free,
            size=self._size,
        )

    def _note_progress(self, now: float) -> None:
        """A long reload that gets on is as good as one that has ended."""
        progress, before = self._library.progress, self._progress
        self._progress = progress
        if progress and progress[0] and progress != before and not self._last.wrong:
            self._progressed = now

    def _due_for(self, now: float) -> float:
        """Seconds for which something may go out and nothing did."""
        outcomes = metrics.by(metrics.DELIVERIES, "outcome").items()
        before, self._arrived = self._arrived, sum(n for one, n in outcomes if one not in _IN_VAIN)
        if self._ready is None or self._ready > self._library.now() + SOON:
            self._due_since = None
            return 0.0
        if self._due_since is None or self._arrived != before:
            self._due_since = now
        return now - self._due_since

    async def _ask_state(self) -> None:
        with self._noted(self._state):
            self._ready = await self._library.keep(next_ready, self._library.now())

    async def _ask_index(self) -> None:
        with self._noted(self._index):
            await self._library.ask(_trifle)

    @contextmanager
    def _noted(self, signs: _Signs) -> Iterator[None]:
        try:
            yield
            signs.answered = self._steady()
        except StorageError as error:
            log.debug("a look at a database failed: %s", error)
        signs.back = self._steady()

    async def _measure(self) -> None:
        """How full the disk is; nobody knows where it cannot be asked, on a network drive say."""
        try:
            usage = await asyncio.to_thread(shutil.disk_usage, self._data)
            self._free, self._size = usage.free, usage.total
        except OSError as error:
            log.debug("how full the disk is cannot be told: %s", error)
            self._free = self._size = 0

    async def _count(self) -> None:
        began = self._steady()
        try:
            held = await self._library.ask(counts)
            owing = await self._library.keep(owed)
        except StorageError as error:
            log.debug("what is owed could not be counted: %s", error)
            return
        took = self._steady() - began
        self._count_due = began + min(max(COUNT_EVERY, COUNT_PART * took), COUNT_SELDOM)
        since = 0.0 if owing.oldest is None else max(self._library.now() - owing.oldest, 0.0)
        for gauge, value in (
            (metrics.NOTES, held.notes),
            (metrics.MOMENTS, held.moments),
            (metrics.PROBLEMS, held.problems),
            (metrics.OWED, owing.deliveries),
            (metrics.OLDEST, since),
            (metrics.SUBSCRIPTIONS, owing.subscriptions),
            (metrics.SUSPENDED, owing.suspended),
        ):
            gauge.set(value)


class _Shared:
    """A job that is never under way twice: who comes meanwhile waits for the same one."""

    def __init__(self, job: Callable[[], Awaitable[None]]) -> None:
        self._job = job
        self._task: asyncio.Future[None] | None = None

    async def within(self, seconds: float) -> None:
        """Begin it unless it is under way, and wait for it that long. Raises its errors."""
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._job())
        done, _ = await asyncio.wait([self._task], timeout=seconds)
        for task in done:
            task.result()


def _trifle(database: Database) -> None:
    database.execute("select 1").fetchone()

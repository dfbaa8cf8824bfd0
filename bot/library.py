"""The async face of the index and the state: one writer thread, a few reader threads."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Set
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar

from sqlite_utils import Database

from bot.circle import Circle
from bot.errors import LostStateError
from bot.standing import Figures, Reloader
from storage import reading
from storage.data_folder import INDEX, STATE
from storage.database import doubted, open_reader, snapshot, translated
from storage.errors import CorruptError
from storage.examples import Examples, examples
from storage.folder import Scan
from storage.index import Changes, Index
from storage.memory import Memory
from storage.model import Counts, Topic
from storage.state import State
from storage.topics import FoundTopics, topics_named
from storage.update import Guard, Progress, Survey, survey, take
from storage.upgrade import take_as_seen

__all__ = ["Changes", "Library"]

READERS = 2
"""A slow query leaves one for the others. More only get into each other's way, as a thread that
computes holds up all: with four of them half as many questions a second are answered."""
SETTLE = 0.2
"""Seconds for which a file must hold still before it is read."""
PREPARE_AFTER = 3.0
"""Seconds from a change until what questions need then is made ahead of them."""
QUERY_SECONDS = 5.0
"""A query that runs longer is given up with SlowQueryError."""
MOST_RENEWALS = 40
"""So many reloads wait for files that are written to, before an index built anew answers."""
_STEPS = 20_000
"""SQLite looks at the clock every so many steps of its machine (about a millisecond)."""

P = ParamSpec("P")
T = TypeVar("T")


class Library:
    """All that a bot knows. Queries run in reader threads, so a slow one holds up nobody else."""

    def __init__(self, notes: Path, index: Index, state: State) -> None:
        self.notes = notes
        self.memory = Memory()
        self.progress: tuple[int, int] | None = None
        self.reloads: Reloader | None = None
        self.circle: Circle | None = None
        self.figures: Callable[[], Figures] | None = None
        self.settle = SETTLE
        self.now: Callable[[], float] = time.time
        self.woken = asyncio.Event()
        """Set when something is owed now, for the outbox."""
        self.read_at = self.answered_at = time.monotonic()
        """When a query last ended, and when with an answer."""
        self._index = index
        self._state = state
        self._writer = ThreadPoolExecutor(1, "writer")
        self._keeper = ThreadPoolExecutor(1, "state")
        self._readers = ThreadPoolExecutor(READERS, "reader")
        self._local = threading.local()
        self._opened: list[Database] = []
        self._lock = threading.Lock()
        self._complete = index.complete
        self._scanned: Scan | None = None
        self._reloading = asyncio.Lock()
        self._preparing: asyncio.TimerHandle | None = None
        self._renewals = 0

    @classmethod
    def open(cls, notes: Path, data: Path, *, migrate: bool = True) -> Self:
        """Open or create both databases in `data`. Raises StorageError.

        Without `migrate` a state.db of an older version stays so: enough to make the index.
        """
        state = State.open(data / STATE, migrate=migrate)
        try:
            index = Index.open(data / INDEX)
        except BaseException:
            state.close()
            raise
        return cls(notes, index, state)

    def close(self) -> None:
        """Wait for queries under way, then close everything."""
        if self._preparing:
            self._preparing.cancel()
        self._writer.shutdown()
        self._keeper.shutdown()
        self._readers.shutdown()
        for database in self._opened:
            database.close()
        self._index.close()
        self._state.close()

    async def reload(
        self,
        on_progress: Progress | None = None,
        *,
        guard: Guard | None = None,
        keys: Set[str] | None = None,
    ) -> Changes:
        """Bring the index up to date with the folder; readers go on. Raises StorageError.

        A file is read if it holds still for `settle` seconds. Without a guard the folder is taken
        at its word, also where most notes are gone. With `keys`, only these may have changed.
        """

        def told(done: int, total: int) -> None:
            self.progress = (done, total)
            if on_progress:
                on_progress(done, total)

        async with self._reloading:
            first, self.progress = self._scanned is None, (0, 0)
            try:
                index, found = await self._run(self._writer, self._survey, guard, keys)
                self._scanned = found.scanned
                if found.wait:
                    await asyncio.sleep(self.settle)
                changes = await self._run(self._writer, take, index, self.notes, found, told)
                if index.replaces:
                    changes = await self._renew(index, changes, guard)
            finally:
                self.progress = None
        if first:
            self._readers.submit(self._read, self._prepare)
        elif changes or changes.more:
            self._prepare_later()
        self._complete = True
        return changes

    def _survey(self, guard: Guard | None, keys: Set[str] | None) -> tuple[Index, Survey]:
        """What has to be done, and to which index: the guard is for the one that answers."""
        index = self._index.building()
        if index is not self._index:
            guard = None
        return index, survey(index, self.notes, self._scanned, guard, keys)

    async def _renew(self, index: Index, changes: Changes, guard: Guard | None) -> Changes:
        """The index that was built beside is whole: it answers from now on, and is no news.

        Not while files are written to, nor while the guard keeps notes that are gone at once.
        """
        answering = self._index
        if index is answering and not changes:
            return changes
        if index is not answering:
            if changes.waiting and self._renewals < MOST_RENEWALS:
                self._renewals += 1
                return Changes(waiting=changes.waiting)
            job = partial(survey, answering, self.notes, self._scanned, guard)
            found = await self._run(self._writer, job)
            if not answering.outdated:  # it is damaged, and was thrown away
                return await self._run(self._writer, take, answering, self.notes, found)
            if guard and guard.missing:
                return Changes()
        await self.keep(take_as_seen, await self._run(self._writer, answering.newly_read))
        if index is not answering:
            self._renewals = 0
            waiting = changes.waiting
            changes = await self._run(self._writer, answering.renew)
            changes.waiting = waiting
        return changes

    def _prepare_later(self) -> None:
        """When the notes are left alone for a moment: whoever asks now goes first."""
        if self._preparing:
            self._preparing.cancel()
        self._preparing = asyncio.get_running_loop().call_later(
            PREPARE_AFTER, self._readers.submit, self._read, self._prepare
        )

    @property
    def complete(self) -> bool:
        """False until a first index has seen the whole folder."""
        return self._complete

    async def ask(
        self, query: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a reading query of `storage` in a reader thread, within QUERY_SECONDS."""
        job = partial(self._read, query, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._readers, job)

    async def find_topics(self, name: str, limit: int) -> tuple[Topic, ...]:
        """Candidates for a topic's name, best first."""
        return (await self.topics_named(name, limit)).topics

    async def topics_named(self, name: str, limit: int) -> FoundTopics:
        """The same, with what misspelt words were read as."""
        return await self.ask(topics_named, self.memory, name, limit)

    async def examples(self) -> Examples:
        """Three questions that work on these notes, made once a generation."""
        return await self.ask(self._examples_of)

    async def counts(self) -> Counts:
        """What the index holds now."""
        return await self.ask(reading.counts)

    def wake(self) -> None:
        """Tell the outbox that something may be owed now."""
        self.woken.set()

    async def keep(
        self, job: Callable[Concatenate[State, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a function of the precious database in its thread. Raises StorageError.

        Raises LostStateError where the file is damaged: going on would make it worse.
        """
        try:
            return await self._run(self._keeper, job, self._state, *args, **kwargs)
        except CorruptError as error:
            raise LostStateError(
                f"{error}. Stop here, and put a backup of it in its place (tubenotes restore)"
            ) from error

    async def keep_request(self, key: str, request: str) -> None:
        """Remember what a long button means."""
        await self.keep(State.keep_request, key, request)

    async def kept_request(self, key: str) -> str | None:
        """What a long button means."""
        return await self.keep(State.kept_request, key)

    async def _run(
        self, thread: ThreadPoolExecutor, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        call = partial(job, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(thread, call)

    def _read(self, query: Callable[..., T], *args: object, **kwargs: object) -> T:
        database = self._database()
        deadline = time.monotonic() + QUERY_SECONDS
        database.conn.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        try:
            with (
                doubted(database, self._index.path),
                translated(self._index.path),
                snapshot(database),
                self.memory.at(reading.generation(database)),
            ):
                result = query(database, *args, **kwargs)
        except CorruptError:
            self._index.damaged = True  # the next update builds it anew
            raise
        else:
            self.answered_at = time.monotonic()
            return result
        finally:
            self.read_at = time.monotonic()

    def _database(self) -> Database:
        """This thread's own connection, opened again where the file was replaced."""
        rebuilds = self._index.rebuilds
        if getattr(self._local, "rebuilds", None) != rebuilds:
            self._local.database = open_reader(self._index.path)
            self._local.rebuilds = rebuilds
            with self._lock:
                self._opened.append(self._local.database)
        database: Database = self._local.database
        return database

    def _prepare(self, database: Database) -> None:
        """What takes long after a change, done ahead so that nobody waits for it."""
        self.memory.vocabulary(database).nearest("bwtyn")
        topics_named(database, self.memory, "topic", 1)
        self._examples_of(database)

    def _examples_of(self, database: Database) -> Examples:
        return self.memory.kept("examples", lambda: examples(database, self.memory))

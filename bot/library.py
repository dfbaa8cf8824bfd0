"""The async face of the index and the state: one writer thread, a few reader threads."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar

from sqlite_utils import Database

from storage import reading
from storage.database import open_reader, snapshot, translated
from storage.errors import CorruptError
from storage.examples import Examples, examples
from storage.index import Changes, Index
from storage.memory import Memory
from storage.model import Counts, Topic
from storage.state import State
from storage.topics import FoundTopics, topics_named
from storage.update import Progress, update

__all__ = ["Changes", "Library"]

READERS = 4
QUERY_SECONDS = 5.0
"""A query that runs longer is given up with SlowQueryError."""
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
        self._index = index
        self._state = state
        self._writer = ThreadPoolExecutor(1, "writer")
        self._keeper = ThreadPoolExecutor(1, "state")
        self._readers = ThreadPoolExecutor(READERS, "reader")
        self._local = threading.local()
        self._opened: list[Database] = []
        self._lock = threading.Lock()
        self._complete = index.complete

    @classmethod
    def open(cls, notes: Path, data: Path) -> Self:
        """Open or create both databases in `data`. Raises StorageError."""
        state = State.open(data / "state.db")
        try:
            index = Index.open(data / "index.db")
        except BaseException:
            state.close()
            raise
        return cls(notes, index, state)

    def close(self) -> None:
        """Wait for queries under way, then close everything."""
        self._writer.shutdown()
        self._keeper.shutdown()
        self._readers.shutdown()
        for database in self._opened:
            database.close()
        self._index.close()
        self._state.close()

    async def reload(self, on_progress: Progress | None = None) -> Changes:
        """Bring the index up to date with the folder; readers go on. Raises StorageError."""

        def told(done: int, total: int) -> None:
            self.progress = (done, total)
            if on_progress:
                on_progress(done, total)

        self.progress = (0, 0)
        try:
            changes = await self._run(self._writer, update, self._index, self.notes, told)
            self._complete = True
            self._readers.submit(self._read, self._prepare)
        finally:
            self.progress = None
        return changes

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

    async def keep_request(self, key: str, request: str) -> None:
        """Remember what a long button means."""
        await self._run(self._keeper, self._state.keep_request, key, request)

    async def kept_request(self, key: str) -> str | None:
        """What a long button means."""
        return await self._run(self._keeper, self._state.kept_request, key)

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
                translated(self._index.path),
                snapshot(database),
                self.memory.at(reading.generation(database)),
            ):
                return query(database, *args, **kwargs)
        except CorruptError:
            self._index.damaged = True  # the next update builds it anew
            raise

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

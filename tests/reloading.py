"""A library on real files with reloads running beside it: what they did, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Set
from contextlib import asynccontextmanager, closing
from pathlib import Path

from bot.library import Library
from bot.reload import Reloads
from storage.update import Guard, Progress
from storage.writing import Changes
from tests.botapi.signal import Signal
from tests.tasks import beside

PATIENCE = 60.0


class CountedLibrary(Library):
    """Counts the reloads that ended well."""

    reloaded = 0
    more = Signal()

    async def reload(
        self,
        on_progress: Progress | None = None,
        *,
        guard: Guard | None = None,
        keys: Set[str] | None = None,
    ) -> Changes:
        try:
            changes = await super().reload(on_progress, guard=guard, keys=keys)
            self.reloaded += 1
            return changes
        finally:
            asyncio.get_running_loop().call_later(0.01, self.more.fire)  # it is told by then


class Running:
    """Reloads at work. `next` waits for the next that changed anything, `rounds` for any."""

    def __init__(self, library: CountedLibrary) -> None:
        self.library = library
        self.told: asyncio.Queue[Changes] = asyncio.Queue()
        self.reloads = Reloads(library, self.told.put)

    async def next(self) -> Changes:
        """What the next reload that changed something did."""
        async with asyncio.timeout(PATIENCE):
            return await self.told.get()

    async def keys(self, *keys: str) -> Changes:
        """The sum of all reloads until each of these notes was taken in."""
        total = await self.next()
        while not total.keys >= set(keys):
            total.add(await self.next())
        return total

    async def gone(self, *keys: str) -> Changes:
        """The sum of all reloads until each of these notes is gone."""
        total = await self.next()
        while not total.gone >= set(keys):
            total.add(await self.next())
        return total

    async def rounds(self, count: int = 2) -> None:
        """Wait for so many more reloads; two see all that is there when this is called."""
        wanted = self.library.reloaded + count
        assert await self.library.more.until(lambda: self.library.reloaded >= wanted, PATIENCE)

    async def wrong(self, *words: str) -> None:
        """Wait until these words are in what is wrong; without any, until nothing is."""

        def true() -> bool:
            wrong = self.reloads.last.wrong
            return bool(wrong) == bool(words) and all(word in wrong for word in words)

        assert await self.library.more.until(true, PATIENCE), self.reloads.last

    async def notes(self) -> dict[str, str]:
        """Title by key, as questions find them."""
        return await self.library.ask(
            lambda database: dict(database.execute("select key, title from notes order by key"))
        )


@asynccontextmanager
async def reloading(notes: Path, settle: float = 0.1) -> AsyncIterator[Running]:
    """Reloads that have taken in what is there."""
    library = CountedLibrary.open(notes, notes.parent / "data")
    library.settle, library.more = settle, Signal()
    running = Running(library)
    with closing(library):
        async with beside(running.reloads.run()):
            await running.next()
            yield running

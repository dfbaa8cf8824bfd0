"""kill -9 while the folder changes: the index is old or new, and each note is told once."""

from __future__ import annotations

import asyncio
import signal
from collections import defaultdict
from contextlib import closing
from multiprocessing.context import ForkServerContext
from pathlib import Path

from tests.botapi.people import CHANNEL
from tests.botapi.server import BotApiServer
from tests.faults.broadcast import (
    UNPACED,
    Forks,
    add_notes,
    assert_settled,
    chance,
    copied,
    first_run,
    once,
    title,
    titles,
    told,
    until_told,
)
from tests.faults.serving import PATIENCE, Json, know, subscribe
from tests.service import running
from tests.vaults import assert_whole, cite, dump, fresh_dump, write_note

KILLS, OLD = 50, 12
HERE = CHANNEL["id"]
Dump = dict[str, list[object]]
Pieces = dict[str, list[object]]


class Folder:
    """A folder in which notes come and change; those from `OLD` on are news."""

    def __init__(self, notes: Path) -> None:
        self.notes = notes
        self.chance = chance()
        self.last = OLD - 1
        self._away: list[tuple[Path, Path]] = []
        self._touched: set[Path] = set()
        add_notes(notes, range(OLD))

    def change(self) -> None:
        """A few notes come, and others are edited, moved, deleted or put back: no news.

        Each once: whatever a service met of it, a note is the one of before or that of now.
        """
        self._touched.clear()
        for _ in range(self.chance.randrange(1, 3)):
            self.last += 1
            add_notes(self.notes, [self.last])
            self._touched.add(self.notes / f"weather/report_{self.last}.md")
        for change in self.chance.sample((self._edit, self._move, self._delete, self._edit), 2):
            change()

    def _untouched(self) -> list[Path]:
        return sorted({*self.notes.rglob("*.md")} - self._touched)

    def _edit(self) -> None:
        path = self.chance.choice(self._untouched())
        self._touched.add(path)
        number = int(path.stem.rpartition("_")[2])
        lines = (f"Rain number {self.chance.random()} falls {cite(at)}." for at in range(10, 15))
        key = str(path.relative_to(self.notes))
        write_note(self.notes, key, title(number), f"Weather_{number:03}", "\n\n".join(lines))

    def _move(self) -> None:
        path = self.chance.choice(self._untouched())
        folder = self.notes / self.chance.choice(("weather", "climate", "storms"))
        folder.mkdir(exist_ok=True)
        path.replace(folder / path.name)
        self._touched.add(folder / path.name)

    def _delete(self) -> None:
        """Delete an old note, or put one back."""
        old = [path for path in self._untouched() if int(path.stem[7:]) < OLD]
        if len(self._away) > self.chance.randrange(4):
            away, path = self._away.pop()
            path.parent.mkdir(exist_ok=True)
            away.replace(path)
            self._touched.add(path)
        elif old:
            path = self.chance.choice(old)
            away = self.notes.parent / path.name
            self._away.append((away, path))
            path.replace(away)


async def test_fifty_kills_while_notes_change(
    tmp_path: Path, api: BotApiServer, context: ForkServerContext
) -> None:
    """Only a kill between a message and its mark makes it come twice."""
    folder, data = Folder(tmp_path / "notes"), tmp_path / "data"
    know(api, [CHANNEL])
    subscribe(data, CHANNEL)
    with closing(Forks(context, api, folder.notes, data)) as forks:
        await first_run(api, folder.notes, data)
        hits = [await change_and_kill(api, forks, folder, data) for _ in range(KILLS)]
        forks.start(UNPACED)
        expected = once([CHANNEL], range(OLD, folder.last + 1)).keys()
        await until_told(api, [CHANNEL], len(expected))
        await asyncio.sleep(0.5)
        assert await forks.end(signal.SIGTERM) == 0
    assert told(api, [CHANNEL]).keys() == expected
    assert 0 < messages_twice(api.world.sent[HERE]) <= sum(hits)
    assert_settled(data)
    assert_whole(data / "index.db")
    assert dump(data / "index.db") == fresh_dump(folder.notes, tmp_path / "fresh.db")


async def test_a_first_start_that_is_killed_announces_nothing(
    tmp_path: Path, api: BotApiServer, context: ForkServerContext
) -> None:
    """What was there before a start came through is no news; what comes then is."""
    notes, data = tmp_path / "notes", tmp_path / "data"
    add_notes(notes, range(300))
    know(api, [CHANNEL])
    subscribe(data, CHANNEL)
    with closing(Forks(context, api, notes, data)) as forks:
        for number in range(10):
            forks.start(UNPACED)
            await asyncio.sleep(number * 0.05)
            assert await forks.end(signal.SIGKILL) == -signal.SIGKILL, forks.log
    async with running(api, notes, data):
        add_notes(notes, [300])
        await until_told(api, [CHANNEL], 1)
    assert told(api, [CHANNEL]) == once([CHANNEL], [300])
    assert_settled(data)


async def change_and_kill(api: BotApiServer, forks: Forks, folder: Folder, data: Path) -> bool:
    """Whether it was killed with a message sent that was not marked.

    The folder changes before a service starts or while it runs; it is killed at any time, or when
    it sends a message.
    """
    old = dump(copied(data / "index.db", folder.notes.with_name("old.db")))
    running, sending = folder.chance.random() < 0.5, folder.chance.random() < 0.3
    if running:
        await start_serving(api, forks)
    folder.change()
    if not running:
        forks.start(UNPACED)
    if sending:
        api.slow("sendMessage", 60)
        count = len(api.called("sendMessage"))
        assert await api.until(lambda: len(api.called("sendMessage")) > count, PATIENCE), forks.log
    else:
        await asyncio.sleep(folder.chance.uniform(0, 0.5))
    assert await forks.end(signal.SIGKILL) == -signal.SIGKILL, forks.log
    api.mend()
    assert_old_or_new(folder, data, old, at_once=not running)
    return not forks.owed().isdisjoint(told(api, [CHANNEL]))


async def start_serving(api: BotApiServer, forks: Forks) -> None:
    """Start, and wait until it polls."""
    count = len(api.called("getUpdates"))
    forks.start(UNPACED)
    assert await api.until(lambda: len(api.called("getUpdates")) > count, PATIENCE), forks.log


def assert_old_or_new(folder: Folder, data: Path, old: Dump, *, at_once: bool) -> None:
    """Each note in the index is the old or the new one; all of them, where all came at once."""
    path = copied(data / "index.db", folder.notes.with_name("now.db"))
    assert_whole(path)
    now, fresh = dump(path), folder.notes.with_name("fresh.db")
    fresh.unlink(missing_ok=True)
    new = fresh_dump(folder.notes, fresh)
    if at_once:
        assert now in (old, new)
    before, after = pieces(old), pieces(new)
    for key, found in pieces(now).items():
        assert found in (before.get(key), after.get(key))
    assert before.keys() & after.keys() <= pieces(now).keys()


def pieces(held: Dump) -> Pieces:
    """All that an index holds of each note, by its key."""
    found: Pieces = defaultdict(list)
    for row in [*held["notes"], *held["passages"]]:
        assert isinstance(row, tuple)
        key = row[0] if isinstance(row[0], str) else row[0][0]
        found[key].append(row)
    return found


def messages_twice(messages: list[Json]) -> int:
    """How many messages told what had been told before."""
    seen: set[str] = set()
    count = 0
    for message in messages:
        count += not seen.isdisjoint(titles(message))
        seen.update(titles(message))
    return count

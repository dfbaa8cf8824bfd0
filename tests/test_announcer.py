"""After a reload: what is new is owed once, what was rejected is told once."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.announcer import Announcer, told
from bot.library import Library
from storage import interest, subscriptions
from storage.backlog import owed
from storage.chats import Chat
from storage.model import Problem
from storage.state import State
from tests.service import TREES, write_trees
from tests.tasks import beside

CHAT = Chat(7, "private", "Alice")
ADMIN = 99
BROKEN = b"---\ntitle: No video\n---\nWords [00:00:01].\n"


class House:
    """A library with an announcer running beside it."""

    def __init__(self, library: Library, announcer: Announcer) -> None:
        self.library, self.announcer = library, announcer

    async def reload(self) -> None:
        """Reload, and wait until all that came of it is in the state."""
        await self.announcer.reloaded(await self.library.reload())
        await asyncio.wait_for(self.announcer.settled.wait(), 60)

    async def owed(self) -> list[str]:
        """Titles of notes and texts of notices that are owed, in order."""
        return await self.library.keep(_owed)


def _owed(state: State) -> list[str]:
    rows = state.database.execute(
        "select coalesce(n.title, d.text) from deliveries d left join news n on n.id = d.news_id"
        " order by d.id"
    )
    return [row[0] for row in rows]


@asynccontextmanager
async def opened(notes: Path, data: Path, *admins: int) -> AsyncIterator[House]:
    library = Library.open(notes, data)
    library.settle = 0.0
    announcer = Announcer(library, frozenset(admins))
    with closing(library):
        async with beside(announcer.run()):
            yield House(library, announcer)


async def subscribe(library: Library) -> None:
    await library.keep(subscriptions.add, CHAT, 0, interest.everything(), 7, 0.0)


def grow(notes: Path, tree: str) -> None:
    """One more tree in the folder."""
    write_trees(notes.parent / tree, [tree])
    name = f"arboretum/the_{tree}.md"
    shutil.move(notes.parent / tree / name, notes / name)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return write_trees(tmp_path / "notes", TREES[:3])


async def test_the_first_start_announces_nothing(notes: Path, tmp_path: Path) -> None:
    async with opened(notes, tmp_path / "data") as house:
        await subscribe(house.library)
        await house.reload()
        assert await house.owed() == []


async def test_a_new_note_is_owed_once_to_those_who_asked(notes: Path, tmp_path: Path) -> None:
    async with opened(notes, tmp_path / "data") as house:
        await house.reload()
        await subscribe(house.library)
        grow(notes, TREES[5])
        await house.reload()
        assert await house.owed() == [f"The {TREES[5]}"]
        assert house.library.woken.is_set()
        await house.reload()
        assert (await house.library.keep(owed)).deliveries == 1


async def test_what_came_while_the_bot_was_down_is_news_after_it(
    notes: Path, tmp_path: Path
) -> None:
    async with opened(notes, tmp_path / "data") as house:
        await house.reload()
        await subscribe(house.library)
    grow(notes, TREES[6])
    async with opened(notes, tmp_path / "data") as house:
        await house.reload()
        assert await house.owed() == [f"The {TREES[6]}"]


async def test_a_rebuilt_index_announces_nothing(notes: Path, tmp_path: Path) -> None:
    async with opened(notes, tmp_path / "data") as house:
        await house.reload()
        await subscribe(house.library)
    for file in (tmp_path / "data").glob("index.db*"):
        file.unlink()
    async with opened(notes, tmp_path / "data") as house:
        await house.reload()
        assert await house.owed() == []


async def test_editing_renaming_moving_and_restoring_announce_nothing(
    notes: Path, tmp_path: Path
) -> None:
    async with opened(notes, tmp_path / "data") as house:
        await house.reload()
        await subscribe(house.library)
        note = notes / f"arboretum/the_{TREES[0]}.md"
        words = note.read_text("utf-8")
        note.write_text(words.replace("mild winter", "hard winter"), "utf-8")
        await house.reload()
        moved = notes / "wood" / "another name.md"
        moved.parent.mkdir()
        note.rename(moved)  # known by the content that it was edited to
        await house.reload()
        moved.unlink()
        await house.reload()
        note.write_text(words, "utf-8")
        await house.reload()
        assert await house.owed() == []


async def test_another_folder_of_notes_announces_nothing(notes: Path, tmp_path: Path) -> None:
    async with opened(notes, tmp_path / "data") as house:
        await house.reload()
        await subscribe(house.library)
    other = write_trees(tmp_path / "other", TREES[10:20])
    async with opened(other, tmp_path / "data") as house:
        await house.reload()
        assert await house.owed() == []
        grow(other, TREES[25])
        await house.reload()
        assert await house.owed() == [f"The {TREES[25]}"]


async def test_a_rejected_file_is_told_to_the_admins_once(notes: Path, tmp_path: Path) -> None:
    broken = notes / "broken.md"
    broken.write_bytes(BROKEN)
    async with opened(notes, tmp_path / "data", ADMIN) as house:
        await house.reload()
        await house.reload()
        (text,) = await house.owed()
        assert text.startswith("A file of the notes could not be read as a note:\nbroken.md:")
    async with opened(notes, tmp_path / "data", ADMIN) as house:
        await house.reload()
        assert len(await house.owed()) == 1
        broken.unlink()
        await house.reload()
        broken.write_bytes(BROKEN)
        await house.reload()
        assert len(await house.owed()) == 2  # it was mended, and broke anew


async def test_nothing_is_lost_while_the_state_is_locked(notes: Path, tmp_path: Path) -> None:
    async with opened(notes, tmp_path / "data") as house:
        await house.reload()
        await subscribe(house.library)
        await house.library.keep(_impatient)
        grow(notes, TREES[7])
        with closing(sqlite3.connect(tmp_path / "data" / "state.db")) as other:
            other.execute("begin immediate")
            await house.announcer.reloaded(await house.library.reload())
            await asyncio.wait_for(house.announcer.failed.wait(), 60)
            other.rollback()
        await asyncio.wait_for(house.announcer.settled.wait(), 60)
        assert await house.owed() == [f"The {TREES[7]}"]


def _impatient(state: State) -> None:
    state.database.conn.execute("pragma busy_timeout = 50")


def test_many_rejected_files_are_counted() -> None:
    text = told([Problem(f"{n}.md", 3, "rejected", "no video") for n in range(1_200)])
    assert text.splitlines()[:2] == [
        "1,200 files of the notes could not be read:",
        "0.md:3: no video",
    ]
    assert "… and 1,195 more." in text

"""Another reading of the same notes: questions are answered throughout, and none of it is news."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from bot import library as module
from storage.errors import FolderError
from storage.schema import VERSION
from storage.update import Guard, Survey, survey
from tests.aged import OLD, OTHER_LAYOUT, OTHER_READING, age, is_old, served_elsewhere, version_of
from tests.library_fixture import ask, words
from tests.service import TREES, write_trees
from tests.test_announcer import BROKEN, grow, opened, subscribe
from tests.test_library import Held


@pytest.fixture
async def notes(tmp_path: Path) -> Path:
    """Known from the start; the index is left by another version."""
    notes = write_trees(tmp_path / "notes", TREES[:20])
    (notes / "arboretum" / "broken.md").write_bytes(BROKEN)
    async with opened(notes, tmp_path / "data") as house:
        await house.reload()
        await subscribe(house.library)
    age(tmp_path / "data" / "index.db")
    return notes


async def test_questions_are_answered_from_the_index_of_before(notes: Path) -> None:
    data = notes.parent / "data"
    async with opened(notes, data) as house:
        held = Held(1)
        reload = asyncio.create_task(house.library.reload(held.progress))
        assert await asyncio.to_thread(held.reached.wait, 30)
        during = words(await ask(house.library, "/search alder"))
        held.go.set()
        await reload
        after = words(await ask(house.library, "/search alder"))
    assert OLD in during
    assert "so far" not in during
    assert "alder" in after
    assert OLD not in after
    assert version_of(data / "index.db") == VERSION


async def test_damage_that_is_met_meanwhile_is_mended_at_once(notes: Path) -> None:
    async with opened(notes, notes.parent / "data") as house:

        def harm(_done: int, _total: int) -> None:
            house.library._index.damaged = True

        await house.library.reload(harm)
        assert "the alder keeps" in words(await ask(house.library, "/search alder"))
        assert not house.library._index.damaged


async def test_nothing_is_announced_but_what_is_new(notes: Path) -> None:
    """Titles are read otherwise, which is one of a note's marks; one file was no note before."""
    data = notes.parent / "data"
    grow(notes, "palm")
    _was_no_note(data / "index.db", notes, "arboretum/the_palm.md")
    grow(notes, "pear")
    async with opened(notes, data) as house:
        await house.reload()
        assert await house.owed() == ["The pear"]
        grow(notes, "pine")
        await house.reload()
        assert await house.owed() == ["The pear", "The pine"]
        assert "the palm keeps" in words(await ask(house.library, "/search palm"))


def _was_no_note(index: Path, notes: Path, key: str) -> None:
    """The version before knew this file, but could not read it."""
    digest = blake2b((notes / key).read_bytes(), digest_size=16).digest()
    with closing(sqlite3.connect(index)) as db:
        db.execute("insert into files values (?, 0, 0, 0, ?, 'rejected')", (key, digest))
        db.commit()


async def test_what_is_built_beside_a_running_bot_is_no_news_at_its_next_start(
    notes: Path,
) -> None:
    data = notes.parent / "data"
    grow(notes, "palm")
    _was_no_note(data / "index.db", notes, "arboretum/the_palm.md")
    for version in (OTHER_LAYOUT, OTHER_READING):
        age(data / "index.db", version)
        with served_elsewhere(data):
            async with opened(notes, data) as house:
                await house.library.reload()
        assert is_old(data / "index.db")
        async with opened(notes, data) as house:
            assert house.library.complete
            assert OLD not in words(await ask(house.library, "/search alder"))
            await house.reload()
            assert await house.owed() == []


async def test_a_note_that_vanished_meanwhile_is_gone_and_one_that_changed_is_changed(
    notes: Path,
) -> None:
    async with opened(notes, notes.parent / "data") as house:
        (notes / "arboretum" / "the_elm.md").unlink()
        ash = notes / "arboretum" / "the_ash.md"
        ash.write_text(ash.read_text().replace("warm", "cold"))
        changes = await house.library.reload()
        assert (changes.added, changes.changed, changes.removed) == (0, 1, 1)
        assert changes.keys == {"arboretum/the_ash.md"}
        assert "cold week" in words(await ask(house.library, "/search ash"))


async def test_notes_that_are_gone_at_once_are_kept_while_a_disk_may_be_missing(
    notes: Path,
) -> None:
    data, guard = notes.parent / "data", Guard()
    async with opened(notes, data) as house:
        _move(notes, notes.parent / "away")
        with pytest.raises(FolderError):
            await house.library.reload(guard=guard)
        _make_empty(notes)
        for _ in range(2):
            assert not await house.library.reload(guard=guard)
            assert guard.missing
            assert OLD in words(await ask(house.library, "/search alder"))
        _move(notes.parent / "away", notes)
        await house.library.reload(guard=guard)
        assert guard.missing is None
    assert not is_old(data / "index.db")


def _make_empty(notes: Path) -> None:
    notes.mkdir()


def _move(folder: Path, to: Path) -> None:
    """In the place of an empty folder, or of none."""
    folder.rename(to)


async def test_a_file_that_is_being_written_is_waited_for(
    notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, ash = notes.parent / "data" / "index.db", notes / "arboretum" / "the_ash.md"

    def write_after(*given: Any) -> Survey:
        found = survey(*given)
        if found.looks:
            ash.write_text(ash.read_text("utf-8") + "More.", "utf-8")
        return found

    async with opened(notes, notes.parent / "data") as house:
        monkeypatch.setattr(module, "survey", write_after)
        for _ in range(2):
            changes = await house.library.reload()
            assert changes.waiting == {"arboretum/the_ash.md"}
            assert is_old(index)
        monkeypatch.setattr(module, "MOST_RENEWALS", 2)  # but not for ever
        await house.library.reload()
        assert not is_old(index)
        monkeypatch.setattr(module, "survey", survey)
        assert (await house.library.reload()).added == 1
        assert "the ash keeps" in words(await ask(house.library, "/search ash"))

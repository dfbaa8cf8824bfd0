"""What is shown where nothing is asked for: a moment a note, the newest and the most linked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.library import Library
from storage.model import Hit
from storage.newest import NEWEST, newest_moments
from tests.library_fixture import cite, note

WEEK = 7 * 86_400


def _write(root: Path, count: int) -> None:
    """Notes of which the last is the newest; all link to the first but one."""
    for at in range(count):
        linked = f"[[n00|First]] things about topic {at} {cite('00:01:00')}."
        body = f"It begins {cite('00:00:05')}. {linked}"
        path = root / f"{'odd' if at % 2 else 'even'}/n{at:02}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(note(f"Topic {at}", f"Video-{at:05}", body), "utf-8")
        os.utime(path, (WEEK * at, WEEK * at))


async def _moments(tmp_path: Path, count: int, *asked: object) -> tuple[Hit, ...]:
    _write(tmp_path / "notes", count)
    library = Library.open(tmp_path / "notes", tmp_path / "data")
    library.settle = 0
    try:
        await library.reload()
        return await library.ask(newest_moments, library.memory, *asked)  # type: ignore[arg-type]
    finally:
        library.close()


async def test_the_newest_come_first_by_their_first_moment(tmp_path: Path) -> None:
    hits = await _moments(tmp_path, 14, 14)
    assert [hit.note.title for hit in hits[:2]] == ["Topic 13", "Topic 12"]
    assert {hit.moment.start for hit in hits[:NEWEST]} == {5}


async def test_then_the_most_linked_by_what_says_most_of_their_title(tmp_path: Path) -> None:
    hits = await _moments(tmp_path, 14, 14)
    assert hits[NEWEST].note.title == "Topic 0"
    assert {hit.moment.start for hit in hits[NEWEST:]} == {60}
    assert len({hit.note.key for hit in hits}) == 14


async def test_of_one_channel_only_its_notes_the_newest_first(tmp_path: Path) -> None:
    hits = await _moments(tmp_path, 6, 9, 0, "odd")
    assert [hit.note.title for hit in hits] == ["Topic 5", "Topic 3", "Topic 1"]


async def test_a_channel_is_not_taken_for_all_that_was_asked_before(tmp_path: Path) -> None:
    _write(tmp_path / "notes", 4)
    library = Library.open(tmp_path / "notes", tmp_path / "data")
    library.settle = 0
    await library.reload()
    shown = [
        await library.ask(newest_moments, library.memory, 1, 0, channel)
        for channel in ("", "even", "odd")
    ]
    library.close()
    assert [hits[0].note.title for hits in shown] == ["Topic 3", "Topic 2", "Topic 3"]


@pytest.mark.parametrize(("limit", "offset", "shown"), [(5, 10, 4), (3, 2, 3), (5, 99, 0)])
async def test_a_page_is_a_part_of_the_whole(
    tmp_path: Path, limit: int, offset: int, shown: int
) -> None:
    assert len(await _moments(tmp_path, 14, limit, offset)) == shown


async def test_a_note_that_is_new_now_comes_first_after_a_reload(tmp_path: Path) -> None:
    _write(tmp_path / "notes", 3)
    library = Library.open(tmp_path / "notes", tmp_path / "data")
    library.settle = 0
    await library.reload()
    before = await library.ask(newest_moments, library.memory, 1)
    _write(tmp_path / "notes", 4)
    await library.reload()
    after = await library.ask(newest_moments, library.memory, 1)
    library.close()
    assert [hit.note.title for hit in (*before, *after)] == ["Topic 2", "Topic 3"]

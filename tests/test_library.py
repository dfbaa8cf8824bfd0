"""The library under the bot: readers that nobody holds up, and a first index still being built."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.errors import LostStateError
from bot.library import READERS, Library
from storage import backlog
from storage.errors import FolderError, SlowQueryError, StorageError
from storage.state import State
from storage.update import BATCH_FILES
from tests.library_fixture import ask, cite, note, opened, words

FOREVER = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"


@contextmanager
def empty(folder: Path) -> Iterator[Library]:
    (folder / "notes").mkdir()
    library = Library.open(folder / "notes", folder / "data")
    try:
        yield library
    finally:
        library.close()


def write(folder: Path, channel: str, count: int) -> None:
    root = folder / "notes" / channel
    root.mkdir()
    for number in range(count):
        body = f"The {channel} of day {number} is loud {cite('00:00:30')}."
        text = note(f"{channel} {number}", f"V{number:04}{channel:_<6.6}", body)
        (root / f"{channel}_{number:04}.md").write_text(text, "utf-8")


class Held:
    """A reload that stops in the middle until `go` is set."""

    def __init__(self, stop_at: int) -> None:
        self.stop_at = stop_at
        self.reached = threading.Event()
        self.go = threading.Event()

    def progress(self, done: int, _total: int) -> None:
        if done >= self.stop_at and not self.go.is_set():
            self.reached.set()
            assert self.go.wait(30)


async def test_answers_from_a_first_index_half_built_say_so(tmp_path: Path) -> None:
    with empty(tmp_path) as library:
        write(tmp_path, "chorus", BATCH_FILES)
        write(tmp_path, "silence", 60)
        held = Held(BATCH_FILES + 20)
        reload = asyncio.create_task(library.reload(held.progress))
        assert await asyncio.to_thread(held.reached.wait, 30)
        replies = {text: await ask(library, text) for text in ("chorus", "silence", "/topic", "/x")}
        held.go.set()
        changes = await reload
        later = await ask(library, "silence")
    told = f"I have read {BATCH_FILES + 20} of {BATCH_FILES + 60} files so far"
    assert told in words(replies["chorus"])
    assert replies["chorus"].found
    assert told in words(replies["silence"])
    assert not replies["silence"].found
    assert f"chorus · {BATCH_FILES} notes" in words(replies["/topic"])
    assert changes.added == BATCH_FILES + 60
    assert later.found
    assert "so far" not in words(later)


async def test_before_anything_is_read_the_bot_says_that_it_has_read_nothing_yet(
    tmp_path: Path,
) -> None:
    with empty(tmp_path) as library:
        reply = await ask(library, "/topic")
    assert words(reply) == (
        "There are no notes yet.\n\nI have not read all of the notes yet, so this may change."
    )


async def test_a_later_reload_answers_as_ever(tmp_path: Path) -> None:
    with opened(tmp_path) as library:
        (tmp_path / "notes" / "gardens" / "new.md").write_text(
            note("New", "TinyVideo-N", f"A nettle stings {cite('00:00:09')}."), "utf-8"
        )
        held = Held(1)
        reload = asyncio.create_task(library.reload(held.progress))
        assert await asyncio.to_thread(held.reached.wait, 30)
        during = await ask(library, "Moon pulls harder")
        held.go.set()
        await reload
        assert (await ask(library, "nettle")).found
        assert "New\n" in words(await ask(library, "/topic new"))
    assert during.found
    assert "so far" not in words(during)


async def test_each_question_is_a_sign_of_life_and_each_answer_one_of_health(
    tmp_path: Path,
) -> None:
    def broken(database: Database) -> object:
        return database.execute("select * from nowhere").fetchone()

    # Nothing is reloaded here, so nothing is prepared meanwhile that would be such a sign as well.
    with empty(tmp_path) as library:
        library.read_at = library.answered_at = 0.0
        await library.counts()
        assert library.answered_at > 0.0
        assert library.read_at > 0.0
        library.read_at = library.answered_at = 0.0
        with pytest.raises(StorageError, match="no such table"):
            await library.ask(broken)
        assert library.answered_at == 0.0
        assert library.read_at > 0.0


async def test_a_slow_question_holds_up_nobody_and_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(database: Database) -> object:
        return database.execute(FOREVER).fetchone()

    monkeypatch.setattr("bot.library.QUERY_SECONDS", 8.0)
    with opened(tmp_path) as library:
        waiting = [asyncio.create_task(library.ask(slow)) for _ in range(READERS - 1)]
        await asyncio.sleep(0)
        assert (await ask(library, "Moon pulls harder")).found
        assert not any(one.done() for one in waiting)
        for ended in await asyncio.gather(*waiting, return_exceptions=True):
            assert isinstance(ended, SlowQueryError)


async def test_a_missing_folder_is_told_and_the_index_stays(tmp_path: Path) -> None:
    with opened(tmp_path) as library:
        before = await library.counts()
        (tmp_path / "notes").rename(tmp_path / "elsewhere")
        with pytest.raises(FolderError):
            await library.reload()
        assert library.progress is None
        assert await library.counts() == before


async def test_a_long_button_is_remembered_for_the_next_run(tmp_path: Path) -> None:
    with empty(tmp_path) as library:
        await library.keep_request("~key", "/source a long claim")
    library = Library.open(tmp_path / "notes", tmp_path / "data")
    kept = await library.kept_request("~key"), await library.kept_request("~other")
    library.close()
    assert kept == ("/source a long claim", None)


async def test_examples_are_asked_once_until_the_notes_change(tmp_path: Path) -> None:
    with opened(tmp_path) as library:
        assert await library.examples() is await library.examples()


async def test_a_state_that_is_damaged_in_mid_run_is_written_to_no_more(tmp_path: Path) -> None:
    with empty(tmp_path) as library:
        await library.keep_request("~key", "/search " + "tulip " * 2_000)
        state = tmp_path / "data" / "state.db"
        await library.keep(_into_the_file)
        state.write_bytes(state.read_bytes()[:4096] + b"\x55" * (state.stat().st_size - 4096))
        with pytest.raises(LostStateError, match=r"state\.db .*put a backup of it in its place"):
            await library.keep(backlog.owed)


def _into_the_file(state: State) -> None:
    """All of it out of the log, and nothing of it in memory."""
    state.database.conn.execute("pragma wal_checkpoint(truncate)").fetchone()
    state.database.conn.execute("pragma shrink_memory")

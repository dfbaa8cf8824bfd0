"""From one version to the next with real processes, killed in between: it answers throughout."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from storage import state
from storage.index_file import beside_of
from storage.schema import VERSION
from tests.aged import OLD, OTHER_LAYOUT, age, is_old, version_of
from tests.botapi.people import PRIVATE
from tests.botapi.server import BotApiServer
from tests.command import run
from tests.faults import test_kill
from tests.faults.serving import CHATS, all_heard, heard, know, write_lighthouse
from tests.service import Service, ask, started
from tests.vaults import assert_whole, build, dump, fresh_dump, write_vault

KNOWN = range(900, 940)
OLD_STATE = state.VERSION - 1
# The real command. Only the index that is built beside stands still, half built, until a file
# appears.
SLOW = """
import sys, time
from pathlib import Path
import bot.library, storage.update
from bot.__main__ import main
storage.update.TOLD_EVERY = 1
take = bot.library.take

def slowly(index, root, found, told=None):
    def hold(done, total):
        told(done, total)
        if index.replaces and done == total // 2:
            print("half of the notes are read anew", flush=True)
            while not Path(GO).exists():
                time.sleep(0.01)
    return take(index, root, found, hold)

bot.library.take = slowly
sys.exit(main(["run"]))
"""
# An older Tubenotes: the same, but for the versions of its index and of its state.db.
OLDER = """
import sys
import storage.schema, storage.state
storage.schema.VERSION = OLD_VERSION
storage.state.VERSION = OLD_STATE
from bot.__main__ import main
sys.exit(main(["run"]))
"""
processes = test_kill.processes


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    write_lighthouse(tmp_path / "notes", *KNOWN)
    return tmp_path / "notes"


@asynccontextmanager
async def bot(
    api: BotApiServer, notes: Path, data: Path, script: str = "", until: str = "up to date"
) -> AsyncIterator[Service]:
    """The process from these words of its log on; stopped in good order unless it was killed."""
    async with started(api, notes, data, script) as service:
        await service.wrote(until)
        await api.polling()
        yield service
        if service.process.returncode is None:
            assert await service.stop() == 0, service.log


async def said(api: BotApiServer, words: str) -> str:
    answer: dict[str, Any] = await ask(api, words, PRIVATE)
    return str(answer["text"])


async def test_it_answers_while_the_index_is_built_anew_and_killed_in_the_middle(
    notes: Path, data: Path
) -> None:
    go = data / "go"
    slow = SLOW.replace("GO", repr(str(go)))
    half = "half of the notes are read anew"
    async with BotApiServer() as api:
        know(api, CHATS)
        async with bot(api, notes, data):
            assert OLD not in await said(api, "/search lamp 939")
        age(data / "index.db")
        write_lighthouse(notes, 1)  # while it is away
        async with bot(api, notes, data, slow, half) as service:
            assert OLD in await said(api, "/search lamp 939")
            assert OLD in await said(api, "/topic lighthouse 905")
            await service.kill()
        assert is_old(data / "index.db")
        assert beside_of(data / "index.db").exists()
        async with bot(api, notes, data, slow, half) as service:
            write_lighthouse(notes, 2)  # while it is built
            assert OLD in await said(api, "/search lamp 939")
            go.touch()
            await all_heard(api, CHATS, 1, 2)
            assert OLD not in await said(api, "/search lamp 939")
            assert "Lighthouse 002" in await said(api, "/search lamp lighthouse 2")
            write_lighthouse(notes, 3)
            await all_heard(api, CHATS, 3)
        assert [heard(api, chat) for chat in CHATS] == [[1, 2, 3]] * len(CHATS)
    assert version_of(data / "index.db") == VERSION
    assert not beside_of(data / "index.db").exists()
    assert_whole(data / "index.db")


async def test_the_next_version_is_made_ready_while_the_old_one_serves(
    notes: Path, data: Path
) -> None:
    older = OLDER.replace("OLD_VERSION", str(OTHER_LAYOUT)).replace("OLD_STATE", str(OLD_STATE))
    with closing(sqlite3.connect(data / "state.db")) as db:
        db.execute(f"pragma user_version = {OLD_STATE}")
    async with BotApiServer() as api:
        know(api, CHATS)
        async with bot(api, notes, data, older):
            before = (data / "index.db").stat()
            code, out, errors = await asyncio.to_thread(run, data, "index", str(notes))
            assert code == 0, errors
            assert f"{len(KNOWN)} notes of 1 channel," in out
            assert "index.db.next, and is used from the bot's next start" in errors
            assert (data / "index.db").stat().st_ino == before.st_ino
            assert version_of(data / "index.db") == OTHER_LAYOUT
            assert version_of(data / "state.db") == OLD_STATE  # the old bot could start again
            assert "lighthouse 939" in await said(api, "/search lamp 939")
            write_lighthouse(notes, 1)
            await all_heard(api, CHATS, 1)
        async with bot(api, notes, data) as service:
            assert "now the one that was built beside it" in service.log
            assert "built anew" not in service.log
            assert "lighthouse 939" in await said(api, "/search lamp 939")
            write_lighthouse(notes, 2)
            await all_heard(api, CHATS, 2)
        assert [heard(api, chat) for chat in CHATS] == [[1, 2]] * len(CHATS)
    assert version_of(data / "state.db") == state.VERSION
    assert_whole(data / "index.db")


def test_killed_at_any_moment_there_is_a_whole_index(
    tmp_path: Path, processes: multiprocessing.context.ForkServerContext
) -> None:
    notes, first = tmp_path / "notes", tmp_path / "first.db"
    write_vault(notes, 8, 6)
    new = fresh_dump(notes, first)
    age(first)
    old = dump(first)
    for number in range(12):
        path = tmp_path / str(number) / "index.db"
        path.parent.mkdir()
        shutil.copy(first, path)
        process, pipe = test_kill.start(processes, notes, path)
        if number % 2:  # when all is read, it takes over
            while (said := pipe.recv()) != "end" and said[0] < said[1]:
                pass
        time.sleep(random.random() / 50)  # the point is to strike at a moment of no meaning
        process.kill()
        process.join()
        assert process.exitcode in (-signal.SIGKILL, 0)
        pipe.close()
        assert_whole(path)
        assert dump(path) in (old, new)
        build(notes, path)
        assert dump(path) == new
        assert_whole(path)
        assert not beside_of(path).exists()

"""A state.db that is damaged, foreign or newer is left as it is, and `run` says how to restore."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import FAULT
from storage.state import VERSION
from tests.botapi.server import BotApiServer
from tests.faults import harm
from tests.faults.serving import (
    all_heard,
    heard,
    know,
    people,
    settled,
    standing_in,
    subscribe,
    write_lighthouse,
)

CHATS = people(40)
FEW = CHATS[:2]


def newer(path: Path) -> None:
    """As a later version leaves it."""
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"pragma user_version = {VERSION + 1}")
        database.execute("create table wishes(wish)")
        database.commit()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with notes and a state.db that has seen use; there is a backup of it."""
    place = tmp_path_factory.mktemp("served")
    write_lighthouse(place / "notes", 0)
    subscribe(place / "data", *CHATS)
    shutil.copy(place / "data" / "state.db", place / "backup.db")
    return place


@pytest.mark.parametrize(
    "damage",
    [harm.cut_short, harm.zeroed, harm.header_overwritten, harm.flipped, harm.foreign, newer],
)
async def test_a_state_in_doubt_is_refused_untouched_with_words_on_how_to_restore(
    served: Path, tmp_path: Path, damage: harm.Harm
) -> None:
    shutil.copytree(served, tmp_path, dirs_exist_ok=True)
    notes, state = tmp_path / "notes", tmp_path / "data" / "state.db"
    damage(state)
    before = state.read_bytes()
    async with BotApiServer() as api:
        async with standing_in(api, notes, state.parent, serving=False) as service:
            assert await service.ended() == FAULT
        (line,) = service.log.splitlines()
        assert str(state) in line
        assert "newer" in line if damage is newer else "damaged" in line or "not ours" in line
        assert "To restore: stop the bot" in line
        assert api.calls == []
    assert state.read_bytes() == before
    log = state.with_name("state.db-wal")
    assert not log.exists() or not log.read_bytes()


async def test_the_log_of_a_state_in_doubt_is_left_as_it_is_too(
    served: Path, tmp_path: Path
) -> None:
    """After a crash the newest of what people asked for is in the log alone."""
    shutil.copytree(served, tmp_path, dirs_exist_ok=True)
    notes, state = tmp_path / "notes", tmp_path / "data" / "state.db"
    log = state.with_name("state.db-wal")
    with closing(sqlite3.connect(state)) as database:
        database.execute("update chats set title = 'Newer' where id = ?", (CHATS[0]["id"],))
        database.commit()
        written = log.read_bytes()
    log.write_bytes(written)
    harm.zeroed(state)
    before = state.read_bytes()
    async with BotApiServer() as api:
        async with standing_in(api, notes, state.parent, serving=False) as service:
            assert await service.ended() == FAULT
        assert "damaged" in service.log
    assert (state.read_bytes(), log.read_bytes()) == (before, written)


async def test_a_backup_that_is_put_back_serves_everyone_again(
    served: Path, tmp_path: Path
) -> None:
    """As the words say: the damaged files moved away, the backup copied to their place."""
    shutil.copytree(served, tmp_path, dirs_exist_ok=True)
    notes, data = tmp_path / "notes", tmp_path / "data"
    async with BotApiServer() as api:
        know(api, CHATS)
        async with standing_in(api, notes, data) as service:
            assert await service.stop() == 0
        harm.zeroed(data / "state.db")
        async with standing_in(api, notes, data, serving=False) as service:
            assert await service.ended() == FAULT
        for name in ("state.db", "state.db-wal", "state.db-shm"):
            if (data / name).exists():
                (data / name).rename(data / f"damaged-{name}")
        shutil.copy(tmp_path / "backup.db", data / "state.db")
        async with standing_in(api, notes, data) as service:
            await service.wrote("are known from the start")
            write_lighthouse(notes, 1)
            await all_heard(api, FEW, 1)
            await settled(data)
            assert [heard(api, chat) for chat in CHATS] == [[1]] * len(CHATS)


async def test_a_state_that_is_damaged_in_mid_run_ends_the_bot_with_words_on_what_to_do(
    served: Path, tmp_path: Path
) -> None:
    shutil.copytree(served, tmp_path, dirs_exist_ok=True)
    notes, state = tmp_path / "notes", tmp_path / "data" / "state.db"
    async with BotApiServer() as api, standing_in(api, notes, state.parent) as service:
        know(api, CHATS)
        with closing(sqlite3.connect(state)) as other:  # from here on nothing is read from memory
            other.execute("update chats set title = 'New' where id = ?", (CHATS[0]["id"],))
            other.commit()
        harm.zeroed(state)
        write_lighthouse(notes, 1)
        assert await service.ended() == FAULT
        assert "Traceback" not in service.log
        assert "put a backup of it in its place" in service.log
        assert [heard(api, chat) for chat in CHATS] == [[]] * len(CHATS)

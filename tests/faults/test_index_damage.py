"""An index.db that is damaged is built anew; nothing is announced again, what is owed goes out."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.library import READERS
from storage.database import doubted, open_reader
from storage.errors import CorruptError, StorageError
from storage.index import Index
from storage.update import update
from tests.botapi.people import PRIVATE
from tests.botapi.server import BotApiServer
from tests.command import environment
from tests.faults import harm
from tests.faults.serving import (
    CHATS,
    Json,
    all_heard,
    heard,
    know,
    owes,
    settled,
    standing_in,
    whole,
    write_lighthouse,
)
from tests.service import ask, links_of

KNOWN = range(900, 940)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    write_lighthouse(tmp_path / "notes", *KNOWN)
    return tmp_path / "notes"


WAYS = [
    harm.cut_short,
    harm.zeroed,
    harm.header_overwritten,
    harm.foreign,
    harm.flipped,
    harm.log_damaged,
    harm.gone,
]


@pytest.mark.parametrize("damage", WAYS)
async def test_a_damaged_index_at_the_start(notes: Path, data: Path, damage: harm.Harm) -> None:
    """One note is owed when the bot stops, another is saved while it is away."""
    async with BotApiServer() as api:
        know(api, CHATS)
        async with standing_in(api, notes, data) as service:
            api.offline()
            await service.wrote("trying again")
            write_lighthouse(notes, 1)
            await owes(data, len(CHATS))
            assert await service.stop() == 0
        write_lighthouse(notes, 2)
        damage(data / "index.db")
        api.online()
        async with standing_in(api, notes, data, serving=False) as service:
            await service.wrote("the index is up to date")
            await all_heard(api, CHATS, 1, 2)
            await settled(data)
            assert links_of(await ask(api, "/search lamp 939", PRIVATE))
            assert await service.stop() == 0
        assert [heard(api, chat) for chat in CHATS] == [[1, 2]] * len(CHATS)
    assert whole(data / "index.db")


async def all_ask(api: BotApiServer, *questions: str) -> list[Json]:
    """So many at once that every reader is at work; the answers."""
    for text in questions * READERS:
        api.say(text, chat=PRIVATE)
    return [await api.next_message(PRIVATE) for _ in questions * READERS]


@pytest.mark.parametrize("damage", [*WAYS, harm.foreign_in_its_place])
async def test_a_damaged_index_in_mid_run(notes: Path, data: Path, damage: harm.Harm) -> None:
    """While one note is owed; the next is saved after the damage."""
    async with BotApiServer() as api, standing_in(api, notes, data) as service:
        know(api, CHATS)
        api.offline()
        await service.wrote("trying again")
        write_lighthouse(notes, 1)
        await owes(data, len(CHATS))
        damage(data / "index.db")
        api.online()
        await all_ask(api, "/search lamp 939")
        await all_heard(api, CHATS, 1)
        write_lighthouse(notes, 2)
        await all_heard(api, CHATS, 2)
        await settled(data)
        for answer in await all_ask(api, "/search lamp 939", "/search lamp 2"):
            assert links_of(answer)
        assert await service.stop() == 0
        assert [heard(api, chat) for chat in CHATS] == [[1, 2]] * len(CHATS)
        # Noise in the log is overwritten as long as somebody has the file open.
        assert ("is built anew" in service.log) == (damage is not harm.log_damaged)
    assert whole(data / "index.db")


def test_an_error_that_nobody_foresaw_is_damage_where_there_is_damage(tmp_path: Path) -> None:
    """What a flipped bit does to a number may be a KeyError much later."""
    path = tmp_path / "index.db"
    write_lighthouse(tmp_path / "notes", *KNOWN)
    with closing(Index.open(path)) as index:
        update(index, tmp_path / "notes")
    with closing(open_reader(path)) as database, pytest.raises(KeyError), doubted(database, path):
        raise KeyError(41)
    harm.flipped(path)
    for error in (KeyError(41), StorageError("no such column")):
        with (
            closing(open_reader(path)) as database,
            pytest.raises(CorruptError, match="damaged"),
            doubted(database, path),
        ):
            raise error


async def test_notes_that_another_command_took_into_the_index_are_news_all_the_same(
    notes: Path, data: Path
) -> None:
    """`tubenotes index` beside the bot: the bot finds nothing to read any more."""
    async with BotApiServer() as api, standing_in(api, notes, data) as service:
        know(api, CHATS)
        service.process.send_signal(signal.SIGSTOP)
        write_lighthouse(notes, 1)
        index = [sys.executable, "-m", "bot", "index", str(notes)]
        command = await asyncio.create_subprocess_exec(*index, env=environment(data))
        assert await command.wait() == 0
        service.process.send_signal(signal.SIGCONT)
        await all_heard(api, CHATS, 1)
        await settled(data)
        assert [heard(api, chat) for chat in CHATS] == [[1]] * len(CHATS)

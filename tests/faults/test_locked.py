"""A database that another process locks before any write: the bot answers, nothing is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.botapi.people import ALICE, PRIVATE
from tests.botapi.server import BotApiServer
from tests.faults.serving import (
    CHATS,
    Json,
    all_heard,
    heard,
    know,
    owes,
    remarks,
    settled,
    standing_in,
    struck,
    subscribe,
    warnings,
    write_lighthouse,
)
from tests.faults.stand_in import HELD, LOCK
from tests.service import Service, ask

MOST_WRITES = 100
WORDS = "is in use by another process"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another process, this one, writes to the database for a long time."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("begin immediate")
        yield
        database.rollback()


async def everything_is_out(api: BotApiServer, data: Path, number: int) -> None:
    await all_heard(api, CHATS, number)
    await settled(data)


async def is_locked(
    api: BotApiServer, service: Service, data: Path, name: str, number: int
) -> bool:
    """Before the n-th transaction, until that was told and a question was answered.

    False where one note does not take so many.
    """
    work = everything_is_out(api, data, number)
    at = len(service.log)
    write_lighthouse(data.parent / "notes", number)
    if not await struck(service, data, LOCK, f"{name} {number}", work):
        return False
    with locked(data / name):
        (data / HELD).touch()
        await service.wrote(WORDS, at)
        assert (await ask(api, "/search lamp", PRIVATE))["text"]
    (data / LOCK).unlink()
    (data / HELD).unlink()
    await everything_is_out(api, data, number)
    told = warnings(service.log[at:])
    assert len(told) == 1, told
    assert WORDS in told[0]
    return True


@pytest.mark.parametrize(("name", "least"), [("state.db", 3), ("index.db", 1)])
async def test_a_database_is_locked_at_every_write(
    notes: Path, data: Path, name: str, least: int
) -> None:
    """For longer than the bot waits, before the n-th transaction, for every n that occurs."""
    async with BotApiServer() as api, standing_in(api, notes, data) as service:
        know(api, CHATS)
        for number in range(1, MOST_WRITES):
            if not await is_locked(api, service, data, name, number):
                break
        assert least < number < MOST_WRITES - 1
        assert await service.stop() == 0
        told = [*range(1, number + 1)]
        assert [heard(api, chat) for chat in CHATS] == [told] * len(CHATS)


@pytest.mark.parametrize("name", ["state.db", "index.db"])
async def test_a_database_that_stays_locked_is_told_once_and_costs_only_time(
    notes: Path, data: Path, name: str
) -> None:
    settings: Json = {"patience": 0.01, "busy": 0.01}
    async with BotApiServer() as api, standing_in(api, notes, data, **settings) as service:
        know(api, CHATS)
        at = len(service.log)
        with locked(data / name):
            write_lighthouse(notes, 1)
            await service.wrote(WORDS, at)
            for _ in range(10):
                assert (await ask(api, "/search lamp", PRIVATE))["text"]
        assert len(remarks(service.log[at:])) < 10
        assert len(warnings(service.log[at:])) == 1
        await everything_is_out(api, data, 1)
        assert [heard(api, chat) for chat in CHATS] == [[1]] * len(CHATS)


async def test_what_people_want_changed_meanwhile_is_refused_in_words(
    notes: Path, data: Path
) -> None:
    async with BotApiServer() as api, standing_in(api, notes, data) as service:
        at = len(service.log)
        with locked(data / "state.db"):
            answer = await ask(api, "/subscribe channel harbours", PRIVATE)
        assert "try again" in answer["text"]
        (line,) = (line for line in service.log[at:].splitlines() if "no answer" in line)
        assert WORDS in line
        assert "Traceback" not in service.log
        answer = await ask(api, "/subscribe channel harbours", PRIVATE)
        assert "harbours" in answer["text"]


async def test_who_lets_the_bot_write_again_meanwhile_is_caught_up_with_later(
    notes: Path, data: Path
) -> None:
    subscribe(data, PRIVATE)
    async with BotApiServer() as api, standing_in(api, notes, data) as service:
        know(api, CHATS)
        api.block(ALICE)
        await api.polling()
        write_lighthouse(notes, 1)
        await all_heard(api, CHATS, 1)
        await owes(data, 1)
        at = len(service.log)
        with locked(data / "state.db"):
            api.unblock(ALICE)
            await service.wrote(WORDS, at)
        api.say("/help", chat=PRIVATE)
        await all_heard(api, [PRIVATE], 1)

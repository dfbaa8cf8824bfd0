"""A disk that becomes full at any write: the bot answers, nothing is lost, all goes out later."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.__main__ import LATER
from tests.botapi.people import PRIVATE, private, user
from tests.botapi.server import BotApiServer
from tests.faults import harm
from tests.faults.serving import (
    CHATS,
    all_heard,
    heard,
    know,
    order,
    remarks,
    settled,
    standing_in,
    struck,
    warnings,
    whole,
    write_lighthouse,
)
from tests.faults.stand_in import FULL, find_vfs
from tests.service import Service, ask, links_of

FIRST = CHATS[0]["id"]
MOST_WRITES = 100
WORDS = "cannot be written"
pytestmark = pytest.mark.skipif(find_vfs() is None, reason="SQLite's calls cannot be reached here")


async def everything_is_out(api: BotApiServer, data: Path, *numbers: int) -> None:
    """Each chat was told of these notes, and nothing is owed."""
    await all_heard(api, CHATS, *numbers)
    await settled(data)


async def fills_up(
    api: BotApiServer, service: Service, data: Path, order: str, new: Sequence[int]
) -> bool:
    """As ordered, from a write on, until it was told and a question was answered.

    False where there are not so many writes for these notes.
    """
    work = everything_is_out(api, data, *new)
    at = len(service.log)
    write_lighthouse(data.parent / "notes", *new)
    if not await struck(service, data, FULL, order, work):
        return False
    await service.wrote(WORDS, at)
    somebody = private(user(9_000 + new[0], "Asker"))  # nobody may ask so often in a minute
    assert (await ask(api, "/search lamp", somebody))["text"]
    (data / FULL).unlink()
    await everything_is_out(api, data, *new)
    told = warnings(service.log[at:])
    assert len(told) <= 2, told
    assert all(WORDS in line for line in told)
    return True


@pytest.mark.parametrize(
    ("name", "together", "step"), [("state.db", 1, 1), ("index.db", 1, 3), ("state.db", 6, 5)]
)
async def test_the_disk_fills_up_at_every_write(
    notes: Path, data: Path, name: str, together: int, step: int
) -> None:
    """From the n-th write on there is no room until a while later, for every n that occurs.

    One note at a time, or so many that they make a digest.
    """
    told: list[int] = []
    async with BotApiServer() as api, standing_in(api, notes, data) as service:
        know(api, CHATS)
        for number in range(1, MOST_WRITES, step):
            new = [*range(number * 10, number * 10 + together)]
            told += new
            if not await fills_up(api, service, data, f"{name} {number}", new):
                break
        assert 10 < number < MOST_WRITES - step
        assert await service.stop() == 0
        assert [sorted(heard(api, chat)) for chat in CHATS] == [told] * len(CHATS)
        most = max(message["text"].count("Lighthouse") for message in api.world.sent[FIRST])
        assert (most > 1) == (together > 1)
    assert whole(data / "state.db")
    assert whole(data / "index.db")


async def test_an_index_that_is_damaged_while_the_disk_is_full_is_built_once_there_is_room(
    notes: Path, data: Path
) -> None:
    async with BotApiServer() as api, standing_in(api, notes, data) as service:
        know(api, CHATS)
        order(data, FULL, "index.db 1")
        harm.gone(data / "index.db")
        await service.wrote(WORDS)
        write_lighthouse(notes, 1)
        await ask(api, "/search lamp", PRIVATE)
        (data / FULL).unlink()
        await everything_is_out(api, data, 1)
        assert links_of(await ask(api, "/search lamp", PRIVATE))
        assert [heard(api, chat) for chat in CHATS] == [[1]] * len(CHATS)
    assert whole(data / "index.db")


async def test_a_disk_that_stays_full_is_told_once_and_costs_only_time(
    notes: Path, data: Path
) -> None:
    async with BotApiServer() as api, standing_in(api, notes, data, patience=0.01) as service:
        know(api, CHATS)
        at = len(service.log)
        order(data, FULL, "state.db 1")
        write_lighthouse(notes, 1)
        await service.wrote(WORDS, at)
        for _ in range(5):
            assert (await ask(api, "/search lamp", PRIVATE))["text"]
            await asyncio.sleep(0.2)  # some twenty attempts
        assert len(remarks(service.log[at:])) < 10
        assert len(warnings(service.log[at:])) <= 2
        (data / FULL).unlink()
        await everything_is_out(api, data, 1)
        assert [heard(api, chat) for chat in CHATS] == [[1]] * len(CHATS)


async def test_a_bot_that_is_stopped_while_the_disk_is_full_tells_one_chat_twice_at_most(
    notes: Path, data: Path
) -> None:
    """What was sent and could not be marked is all that may come again."""
    async with BotApiServer() as api:
        know(api, CHATS)
        async with standing_in(api, notes, data) as service:
            api.slow("sendMessage", 3)
            write_lighthouse(notes, 1)
            await api.wait_for("sendMessage")
            order(data, FULL, "state.db 1")
            await service.wrote("nothing is sent until it can be marked")
            assert await service.stop() == 0
        (data / FULL).unlink()
        async with standing_in(api, notes, data) as service:
            await everything_is_out(api, data, 1)
            assert await service.stop() == 0
        told = [heard(api, chat) for chat in CHATS]
        assert sorted(told) == [[1], [1, 1]]


async def test_a_bot_that_starts_on_a_full_disk_says_so_and_loses_nothing(
    notes: Path, data: Path
) -> None:
    async with BotApiServer() as api:
        know(api, CHATS)
        async with standing_in(api, notes, data) as service:
            assert await service.stop() == 0
        write_lighthouse(notes, 1)
        order(data, FULL, "state.db 1")
        async with standing_in(api, notes, data, serving=False) as service:
            assert await service.ended() == LATER
            (line,) = (line for line in service.log.splitlines() if WORDS in line)
            assert "state.db" in line
            assert "check room" in line
        (data / FULL).unlink()
        async with standing_in(api, notes, data):
            await everything_is_out(api, data, 1)
            assert [heard(api, chat) for chat in CHATS] == [[1]] * len(CHATS)

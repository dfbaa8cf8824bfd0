"""How fast messages go out, measured where they arrive: to all, to a chat, to a group."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from statistics import median

import pytest

from storage.chats import meet
from tests.botapi.limits import WRITES
from tests.botapi.people import SUPERGROUP, private, user
from tests.botapi.server import BotApiServer
from tests.faults.broadcast import (
    WrongClock,
    add_notes,
    assert_settled,
    audience,
    once,
    script,
    serving,
    state_in,
    title,
    titles,
    told,
    until_told,
)
from tests.faults.serving import PATIENCE, Json, kept_chat, people
from tests.owing import notify
from tests.service import ask, running

ASKER = private(user(30_000, "Asker"))
GROUP_ID = SUPERGROUP["id"]


SHORT_MINUTE = 12.0
STAMPED = """
import time
from bot.telegram import client
class Stamped(client._Limiter):
    async def process_request(self, callback, args, kwargs, endpoint, data, rate_limit_args):
        async def out(*args, **kwargs):
            with open(STAMPS, "a") as file:
                print(time.monotonic(), endpoint, data.get("chat_id"), file=file)
            return await callback(*args, **kwargs)
        return await super().process_request(out, args, kwargs, endpoint, data, rate_limit_args)
client._Limiter = Stamped
"""
"""Notes when a message is let out: on a busy machine they arrive in other distances."""
HURRIED = f"""
from functools import partial
from bot import pace
from bot.telegram import client
pace.GROUP_SECONDS, pace.PER_CHAT = {SHORT_MINUTE}, 0.2
client._Limiter = partial(client._Limiter, group_time_period={SHORT_MINUTE})
"""
"""A minute of a group is over sooner, and its messages follow each other faster."""


class Stamps:
    """When the service let messages out."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "stamps"
        self.stand_in = STAMPED.replace("STAMPS", repr(str(self._path)))

    def times(self, chat_id: int | None = None) -> list[float]:
        """To this chat or to all, in order."""
        lines = (line.split() for line in self._path.read_text("ascii").splitlines())
        return [
            float(at)
            for at, method, where in lines
            if method in WRITES and chat_id in (None, int(where))
        ]


class Scales(BotApiServer):
    """A server that notes when each message came, and to which chat."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[tuple[float, int]] = []

    def admit(self, method: str, chat_id: object) -> None:
        """Note it, then do as ever."""
        if method in WRITES and isinstance(chat_id, int):
            self.came.append((time.monotonic(), chat_id))
        super().admit(method, chat_id)

    def times(self, chat_id: int | None = None) -> list[float]:
        """When messages came, to this chat or to all."""
        return [at for at, where in self.came if chat_id in (None, where)]


def most_within(times: Sequence[float], seconds: float) -> int:
    """How many lie within so many seconds, at most."""
    return max(sum(first <= at < first + seconds for at in times) for first in times)


@pytest.fixture
async def api() -> AsyncIterator[Scales]:
    scales = Scales()
    async with scales:
        yield scales


def owe(api: BotApiServer, data: Path, chat: Json, count: int) -> None:
    """Notices are owed to a chat; unlike notes they never go together."""
    api.world.chats[chat["id"]] = chat
    with state_in(data) as state:
        meet(state, kept_chat(chat))
        for number in range(count):
            notify(state, chat["id"], f"Notice {number}", time.time())


def owed_by_now(log: str) -> int:
    """For all notes that were news; one reload may have met some of them, the next the others."""
    return sum(map(int, re.findall(r"deliveries owed for them: (\d+)", log)))


async def test_a_command_is_answered_at_once_with_ten_thousand_deliveries_owed(
    tmp_path: Path, api: Scales
) -> None:
    chats = people(2_000)
    notes, data = audience(api, tmp_path, chats)
    async with serving(api, notes, data) as service:
        await service.wrote("known from the start")
        add_notes(notes, range(1, 6))
        await service.until(lambda: owed_by_now(service.log) == 10_000)
        await api.until(lambda: bool(api.came), PATIENCE)
        before, took = len(api.came), []
        for number in range(20):
            began = time.monotonic()
            api.say(f"/search weather report {number % 6}", chat=ASKER)
            await api.next_message(ASKER)
            took.append(time.monotonic() - began)
            await asyncio.sleep(0.1)
        delivered = len(api.came) - before - len(took)
        assert await service.stop() == 0
    print(f"median {median(took) * 1000:.0f} ms, worst {max(took) * 1000:.0f} ms")
    assert max(took) < 5  # to deliver them all takes minutes
    assert delivered > 5


async def test_never_more_than_thirty_messages_a_second(tmp_path: Path, api: Scales) -> None:
    """Deliveries alone, and while many people ask at once."""
    stamps = Stamps(tmp_path)
    notes, data, chats = tmp_path / "notes", tmp_path / "data", people(60)
    add_notes(notes, [0])
    for chat in chats:
        owe(api, data, chat, 3)
    askers = [private(user(31_000 + number, f"Asker_{number}")) for number in range(60)]
    async with serving(api, notes, data, script(stamps.stand_in)) as service:
        assert await api.until(lambda: len(api.came) >= 60, PATIENCE)
        alone = stamps.times()
        assert 5 < len(alone) / (alone[-1] - alone[0]) <= 27
        for asker in askers:
            api.say("/search weather", chat=asker)
        assert await api.until(lambda: len(api.came) >= 3 * 60 + 60, PATIENCE)
        assert await service.stop() == 0
    assert most_within(stamps.times(), 1.0) <= 30
    for chat in chats:
        first, second, third = stamps.times(chat["id"])
        assert min(second - first, third - second) > 0.9
    assert_settled(data)


async def test_never_more_than_twenty_messages_a_minute_to_a_group(
    tmp_path: Path, api: Scales
) -> None:
    """Answers count too: deliveries leave room for them, and go on when the minute is over."""
    notes, data = tmp_path / "notes", tmp_path / "data"
    add_notes(notes, [0])
    owe(api, data, SUPERGROUP, 19)
    stamps = Stamps(tmp_path)
    async with serving(api, notes, data, script(stamps.stand_in, HURRIED)) as service:
        for _ in range(3):
            api.say("/search weather", chat=SUPERGROUP)
        assert await api.until(lambda: len(api.times(GROUP_ID)) == 18, PATIENCE)
        for _ in range(2):
            api.say("/search weather", chat=SUPERGROUP)
        assert await api.until(lambda: len(api.times(GROUP_ID)) == 24, 2 * PATIENCE)
        assert await service.stop() == 0
    assert most_within(stamps.times(GROUP_ID), SHORT_MINUTE) <= 20
    assert_settled(data)


async def test_a_storm_of_waits_is_waited_out(tmp_path: Path, api: Scales) -> None:
    """Every chat is told to wait, again and again: nothing comes too early, all of it once."""
    chats = people(6)
    notes, data = audience(api, tmp_path, chats)
    async with running(api, notes, data) as service:
        await service.wrote("known from the start")
        for number, chat in enumerate(chats):
            api.flood(chat["id"], 1 + number % 3)
        add_notes(notes, [1, 2])
        await until_told(api, chats, 4)
        for number, chat in enumerate(chats[::2]):
            api.flood(chat["id"], 1 + number % 3)
        await until_told(api, chats, 12)
        assert service.log.count("makes chat") >= 8
    assert not api.early
    assert told(api, chats) == once(chats, [1, 2])
    assert_settled(data)


async def test_a_wait_of_an_hour_outlives_a_restart(tmp_path: Path, api: Scales) -> None:
    """Other chats are served meanwhile; after the hour it arrives."""
    chats, clock = people(3), WrongClock(tmp_path)
    notes, data = audience(api, tmp_path, chats)
    async with serving(api, notes, data, script(clock.stand_in)) as service:
        await service.wrote("known from the start")
        api.fail("sendMessage", 429, retry_after=3600)
        add_notes(notes, [1])
        await until_told(api, chats, 2)
        assert await service.stop() == 0
    held = next(chat for chat in chats if not api.world.sent[chat["id"]])
    others = [chat for chat in chats if chat is not held]
    async with serving(api, notes, data, script(clock.stand_in)) as service:
        add_notes(notes, [2])
        await until_told(api, others, 4)
        clock.set(3_500)
        await asyncio.sleep(1)
        assert [one["chat_id"] for one in api.called("sendMessage")].count(held["id"]) == 1
        clock.set(3_610)
        await until_told(api, chats, 6)
        assert await service.stop() == 0
    assert told(api, chats) == once(chats, [1, 2])
    assert [titles(one) for one in api.world.sent[held["id"]]] == [[title(1)], [title(2)]]
    assert_settled(data)


async def test_a_wait_of_an_hour_for_all_outlives_a_restart(tmp_path: Path, api: Scales) -> None:
    """Two chats in a row that have to wait stand for all; people who ask are answered."""
    chats, clock = people(5), WrongClock(tmp_path)
    notes, data = audience(api, tmp_path, chats)
    async with serving(api, notes, data, script(clock.stand_in)) as service:
        await service.wrote("known from the start")
        api.fail("sendMessage", 429, retry_after=3600, times=2)
        add_notes(notes, [1])
        await service.wrote("makes all chats wait for 3600 s")
        assert await service.stop() == 0
    async with serving(api, notes, data, script(clock.stand_in)) as service:
        await ask(api, "/search weather", ASKER)
        clock.set(3_500)
        await asyncio.sleep(1)
        assert not told(api, chats)
        clock.set(3_610)
        await until_told(api, chats, 5)
        assert await service.stop() == 0
    assert told(api, chats) == once(chats, [1])
    assert_settled(data)

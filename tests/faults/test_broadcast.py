"""A broadcast that is killed, stopped or cut off: everybody hears of every note."""

from __future__ import annotations

import asyncio
import signal
from contextlib import closing
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from storage import subscriptions
from storage.interest import search
from tests.botapi.people import PRIVATE
from tests.botapi.server import BotApiServer
from tests.faults.broadcast import (
    UNPACED,
    Forks,
    add_notes,
    assert_settled,
    audience,
    chance,
    first_run,
    once,
    state_in,
    title,
    titles,
    told,
    until_told,
)
from tests.faults.serving import PATIENCE, Json, know, people, subscribe
from tests.service import Service, running, started

KILLS, CHATS = 100, 200
NEWS = "deliveries owed for them"
Told = dict[tuple[int, str], int]


class Kills:
    """Kills at points that chance names."""

    def __init__(self, api: BotApiServer, forks: Forks) -> None:
        self._chance = chance()
        self._api, self._forks = api, forks
        self.points: list[str] = []

    async def one(self) -> None:
        """Start, and kill before, amid or after some message."""
        points = (self.at_any_time, self.arriving, self.unanswered, self.lost)
        point = self._chance.choice(points[: 3 if self._forks.owed("unsure > 0") else 4])
        count = len(self._api.called("sendMessage")) + self._chance.randrange(1, 15)
        self._forks.start(UNPACED)
        self.points.append(point.__name__)
        await point(count)
        assert await self._forks.end(signal.SIGKILL) == -signal.SIGKILL, self._forks.log
        self._api.mend()

    async def at_any_time(self, _: int) -> None:
        """While it starts, or later."""
        await asyncio.sleep(self._chance.uniform(0, 0.4))

    async def arriving(self, count: int) -> None:
        """When a message has come, and has perhaps been answered."""
        await self._came(count)
        await asyncio.sleep(self._chance.choice((0, 0, 0.001, 0.003, 0.01)))

    async def unanswered(self, count: int) -> None:
        """When a message has come, and before it is answered."""
        await self._came(count)
        self._api.slow("sendMessage", 60)
        await self._came(len(self._api.called("sendMessage")) + 1)

    async def lost(self, count: int) -> None:
        """When the connection was cut, and the message has not come.

        Never a second time for the same message: after that it would be taken as arrived.
        """
        await self._came(count)
        self._api.drop("sendMessage")
        await self._came(len(self._api.called("sendMessage")) + 1)
        await asyncio.sleep(self._chance.uniform(0, 0.02))

    async def _came(self, count: int) -> None:
        def came() -> bool:
            return len(self._api.called("sendMessage")) >= count

        assert await self._api.until(came, PATIENCE), (self.points[-1], self._forks.log)


async def test_a_hundred_kills_in_a_broadcast_lose_nothing(
    tmp_path: Path, api: BotApiServer, context: ForkServerContext
) -> None:
    """Each kill costs one message that comes twice, at most."""
    chats = people(CHATS)
    notes, data = audience(api, tmp_path, chats)
    with closing(Forks(context, api, notes, data)) as forks:
        await broadcast_and_kill(api, forks, notes, chats)
    assert_settled(data)


async def broadcast_and_kill(
    api: BotApiServer, forks: Forks, notes: Path, chats: list[Json]
) -> None:
    kills, last = Kills(api, forks), 0
    await first_run(api, notes, forks.data)
    for number in range(1, KILLS + 1):
        if last * CHATS - len(told(api, chats)) < CHATS / 2:
            last += 1
            add_notes(notes, [last])
        await kills.one()
        assert twice_in(told(api, chats)) <= number, kills.points
    forks.start(UNPACED)
    await until_told(api, chats, last * CHATS)
    await asyncio.sleep(0.5)
    assert await forks.end(signal.SIGTERM) == 0
    assert told(api, chats).keys() == once(chats, range(1, last + 1)).keys()
    assert 0 < twice_in(told(api, chats)) <= KILLS


def twice_in(told: Told) -> int:
    """How many messages came once too often."""
    return sum(told.values()) - len(told)


@pytest.mark.parametrize(("seconds", "twice"), [(0, 0), (1, 0), (60, 1)])
async def test_a_stop_in_mid_broadcast_loses_nothing(
    tmp_path: Path, api: BotApiServer, seconds: float, twice: int
) -> None:
    """What is under way is marked where Telegram answers in time; else it may come again."""
    chats = people(40)
    notes, data = audience(api, tmp_path, chats)
    async with started(api, notes, data) as service:
        await service.wrote("known from the start")
        add_notes(notes, [1])
        await until_told(api, chats, 10)
        if seconds:
            api.slow("sendMessage", seconds)
            await until_told(api, chats, len(told(api, chats)) + 1)
        assert await service.stop() == 0
        assert "stopped" in service.log
    async with running(api, notes, data):
        await until_told(api, chats, len(chats))
    assert told(api, chats).keys() == once(chats, [1]).keys()
    assert twice_in(told(api, chats)) <= twice
    assert_settled(data)


@pytest.mark.parametrize("away", ["in trouble", "offline"])
async def test_while_telegram_is_away_news_waits_and_then_comes_in_order(
    tmp_path: Path, api: BotApiServer, away: str
) -> None:
    """Up to five notes one by one; more of them as one digest."""
    notes, data, (few, many) = tmp_path / "notes", tmp_path / "data", people(2)
    add_notes(notes, [0])
    asked = search("report -4 -5 -6")
    assert asked
    know(api, [few, many])
    subscribe(data, few, to=asked)
    subscribe(data, many)
    async with running(api, notes, data) as service:
        await service.wrote("known from the start")
        if away == "offline":
            await api.offline()
        else:
            api.fail("sendMessage", 502, times=None)
        await become_news(service, notes, [1], [2, 3], [4, 5, 6])
        await service.wrote("deliveries wait for Telegram")
        if away == "offline":
            await api.online()
        api.mend()
        await until_told(api, [few, many], 9)
    one_by_one = [[title(number)] for number in range(1, 4)]
    assert [titles(message) for message in api.world.sent[few["id"]]] == one_by_one
    together = [[title(number) for number in range(1, 7)]]
    assert [titles(message) for message in api.world.sent[many["id"]]] == together
    assert_settled(data)


async def test_a_stop_while_telegram_is_away_loses_nothing(
    tmp_path: Path, api: BotApiServer
) -> None:
    chats = people(3)
    notes, data = audience(api, tmp_path, chats)
    async with running(api, notes, data) as service:
        await service.wrote("known from the start")
        await api.offline()
        await become_news(service, notes, [1])
        await service.wrote("deliveries wait for Telegram")
        assert await service.stop() == 0
    await api.online()
    async with running(api, notes, data):
        await until_told(api, chats, 3)
    assert told(api, chats) == once(chats, [1])
    assert_settled(data)


async def test_an_update_that_comes_again_subscribes_once(
    tmp_path: Path, api: BotApiServer
) -> None:
    """Also where it comes again after a restart."""
    notes, data = tmp_path / "notes", tmp_path / "data"
    add_notes(notes, [0])
    async with running(api, notes, data):
        message = api.say("/subscribe everything")
        api.again(message)
        kept = [*api.world.updates.pending]
        assert kept[0]["update_id"] == kept[1]["update_id"]
        await api.next_message(PRIVATE)
        await asyncio.sleep(0.3)
        assert not api.unread(PRIVATE)
    api.world.updates.pending += kept
    async with running(api, notes, data):
        assert "already" in (await api.next_message(PRIVATE))["text"]
        add_notes(notes, [1])
        assert titles(await api.next_message(PRIVATE)) == [title(1)]
        await api.polling()
    assert not api.unread(PRIVATE)
    with state_in(data) as state:
        assert len(subscriptions.listed(state, PRIVATE["id"], 0)) == 1


async def become_news(service: Service, notes: Path, *reloads: list[int]) -> None:
    """Add notes, each time a few, and wait until they are owed."""
    for numbers in reloads:
        since = len(service.log)
        add_notes(notes, numbers)
        await service.wrote(NEWS, since)

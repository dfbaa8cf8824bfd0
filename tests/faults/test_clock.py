"""A clock that is put wrong: what is owed arrives all the same, once."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from storage.rhythm import Often, Rhythm
from tests.botapi.server import BotApiServer
from tests.faults.broadcast import (
    WrongClock,
    add_notes,
    assert_settled,
    once,
    script,
    serving,
    told,
    until_told,
)
from tests.faults.serving import know, people, subscribe
from tests.service import Service

DAY, YEAR = 86_400, 365 * 86_400
CHATS = 20


class Runs:
    """The service, which a jump of its clock meets in mid-run or between two runs."""

    def __init__(self, api: BotApiServer, folder: Path, *, restart: bool) -> None:
        self.notes, self.data = folder / "notes", folder / "data"
        self._api, self._restart = api, restart
        self._clock = WrongClock(folder)
        self._stack = AsyncExitStack()
        self.service: Service | None = None

    async def start(self) -> Service:
        run = serving(self._api, self.notes, self.data, script(self._clock.stand_in))
        self.service = await self._stack.enter_async_context(run)
        return self.service

    async def stop(self) -> None:
        assert self.service
        assert await self.service.stop() == 0
        await self._stack.aclose()

    async def jump(self, offset: float) -> None:
        if self._restart:
            await self.stop()
        self._clock.set(offset)
        if self._restart:
            await self.start()


@pytest.mark.parametrize("restart", [False, True], ids=["in mid-run", "over a restart"])
async def test_a_clock_put_wrong_in_mid_broadcast(
    tmp_path: Path, api: BotApiServer, restart: bool
) -> None:
    """The rest goes out at once, also to a chat that has to wait; a digest comes within its day."""
    runs = Runs(api, tmp_path, restart=restart)
    *chats, daily = people(CHATS + 1)
    add_notes(runs.notes, [0])
    know(api, [*chats, daily])
    subscribe(runs.data, *chats)
    subscribe(runs.data, daily, rhythm=Rhythm(Often.DAILY))
    service = await runs.start()
    await service.wrote("known from the start")
    for number, offset in enumerate((-DAY, YEAR, 0), 1):
        before = len(told(api, chats))
        add_notes(runs.notes, [number])
        api.flood(chats[7]["id"], 2)
        await until_told(api, chats, before + 8)  # the rest is under way
        await runs.jump(offset)
        await until_told(api, chats, number * CHATS)
        await runs.jump(offset + DAY)
        await until_told(api, [daily], number)
    await runs.stop()
    assert told(api, [*chats, daily]) == once([*chats, daily], range(1, 4))
    assert_settled(runs.data)

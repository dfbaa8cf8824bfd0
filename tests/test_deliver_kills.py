"""The outbox killed at any moment: everyone hears of everything, and seldom twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from bot.outcomes import Outcome, Refused, Sent, Unreachable, Unsure, Wait
from bot.reply import Reply
from bot.text import to_plain
from storage.state import State
from tests.outbox import Clock, House, Message, Telegram, World, until
from tests.owing import ANN, BEN, GROUP, opened_state, subscribe, tell
from tests.tasks import stop

P = ParamSpec("P")
T = TypeVar("T")
PLACES = {(ANN, 0), (BEN, 0), (GROUP, 5), (GROUP, 6)}
OUTCOMES = ("sent", "sent", "wait", "refused", "unreachable", "lost", "arrived")


class Fate:
    """Every await is a step, and at one of them everything stands still: the process is dead."""

    def __init__(self, last_step: int) -> None:
        self.steps_left, self.dead = last_step, False

    async def step(self) -> None:
        self.steps_left -= 1
        self.dead = self.dead or self.steps_left == 0
        if self.dead:
            await asyncio.Future()
        await asyncio.sleep(0)


class MortalHouse(House):
    fate = Fate(-1)

    async def keep(
        self, job: Callable[Concatenate[State, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        await self.fate.step()
        result = job(self.state, *args, **kwargs)
        await self.fate.step()
        return result

    async def ask(
        self, query: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        await self.fate.step()
        return query(self.index, *args, **kwargs)


class MortalTelegram(Telegram):
    """Does what `outcomes` say, but nothing twice that loses a message by design."""

    fate = Fate(-1)

    def __init__(self, clock: Clock, outcomes: list[str]) -> None:
        super().__init__(clock)
        self.outcomes = outcomes
        self.doubted: set[tuple[int, int, int]] = set()
        self.arrived_unknown = 0

    async def post(
        self, chat_id: int, thread_id: int, reply: Reply, *, silent: bool, plain: bool
    ) -> Outcome:
        await self.fate.step()
        message = Message(chat_id, thread_id, to_plain(reply.text), self.clock.at, silent, plain)
        outcome = self._outcome(message)
        await self.fate.step()
        return outcome

    async def reachable(self) -> bool:
        await self.fate.step()
        return True

    def _outcome(self, message: Message) -> Outcome:
        name = self.outcomes.pop(0) if self.outcomes else "sent"
        told = {(message.chat_id, message.thread_id, number) for number in message.numbers}
        if name == "wait":
            return Wait(3)
        if name == "unreachable":
            return Unreachable("no network")
        if name == "refused" and not message.plain:
            return Refused("no")
        if name == "lost" and not told & self.doubted:
            self.doubted |= told
            return Unsure("timed out")
        self.arrived.append(message)
        if name != "arrived":
            return Sent()
        self.arrived_unknown += 1
        self.doubted |= told
        return Unsure("timed out")


def duplicates(messages: list[Message]) -> int:
    """Messages with a note that was told there before."""
    known: set[tuple[int, int, int]] = set()
    found = 0
    for one in messages:
        told = {(one.chat_id, one.thread_id, number) for number in one.numbers}
        found += bool(told & known)
        known |= told
    return found


async def live(world: World, fate: Fate) -> None:
    """Deliver until the end of it; nothing is finished after that."""
    task = world.start()
    await until(lambda: fate.dead or task.done() or not world.is_owed())
    with mock.patch("bot.deliver.FINISH_WITHIN", 0):
        await stop(task)


folders = count()


@settings(max_examples=75)
@given(
    outcomes=st.lists(st.sampled_from(OUTCOMES), max_size=30),
    kills=st.lists(st.integers(1, 60), max_size=6),
    waves=st.lists(st.integers(1, 7), min_size=1, max_size=3).filter(lambda one: sum(one) <= 10),
)
async def test_everyone_hears_of_everything_and_a_kill_costs_one_duplicate_at_most(
    tides_index: Database,
    tmp_path_factory: pytest.TempPathFactory,
    outcomes: list[str],
    kills: list[int],
    waves: list[int],
) -> None:
    folder: Path = tmp_path_factory.getbasetemp() / f"kills{next(folders)}"
    with opened_state(folder) as state:
        for chat_id, thread_id in PLACES:
            subscribe(state, chat_id, thread_id=thread_id)
        world = World(state, tides_index)
        world.house = house = MortalHouse(state, tides_index, world.clock)
        world.telegram = telegram = MortalTelegram(world.clock, outcomes)
        told = killed = 0
        for life in [*kills, -1, -1]:
            if waves:
                size = waves.pop()
                tell(state, *range(told, told + size), now=world.clock.now())
                told += size
            house.fate = telegram.fate = fate = Fate(life)
            await live(world, fate)
            killed += fate.dead
        expected = {(*place, number) for place in PLACES for number in range(told)}
        arrived = {
            (one.chat_id, one.thread_id, number)
            for one in telegram.arrived
            for number in one.numbers
        }
        assert not world.is_owed()
    assert arrived == expected
    assert duplicates(telegram.arrived) <= killed + telegram.arrived_unknown

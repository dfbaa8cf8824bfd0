"""The outbox where things go wrong: a full disk, a fault of ours, a clock that is set."""

from __future__ import annotations

import logging
from functools import partial

import pytest

from bot.outcomes import Wait
from storage.backlog import owed
from tests.outbox import (
    HOUR,
    World,
    failing,
    until,
)
from tests.owing import (
    ANN,
    BEN,
    NOW,
    subscribe,
    tell,
)
from tests.tasks import stop


@pytest.mark.parametrize("job", ["next_parcel", "clock_moved", "present", "open_note", "hold"])
async def test_a_disk_in_trouble_is_told_once_and_everything_goes_out_later(
    world: World, caplog: pytest.LogCaptureFixture, job: str
) -> None:
    subscribe(world.state, ANN)
    tell(world.state, 0, 1)
    world.telegram.script.append(Wait(3))
    failing(world, job, 5)
    with caplog.at_level(logging.WARNING):
        await world.run()
    assert world.telegram.told(ANN) == [0, 1]
    assert len([one for one in caplog.messages if "cannot be written" in one]) == 1
    assert world.clock.at - NOW > 30


def arrived(world: World, count: int) -> bool:
    return len(world.telegram.arrived) >= count


async def test_trouble_that_comes_back_is_told_again(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    subscribe(world.state, ANN)
    tell(world.state, 0, 1)
    task = world.start()
    for number in (0, 1):
        failing(world, "next_parcel", 3)
        await until(partial(arrived, world, number + 1))
    await stop(task)
    assert len([one for one in caplog.messages if "cannot be written" in one]) == 2


async def test_a_fault_of_ours_sets_one_message_aside_and_the_rest_goes_on(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    subscribe(world.state, ANN)
    tell(world.state, 0, 1)
    jobs: list[str] = []

    def fault(job: str) -> None:
        jobs.append(job)
        if job == "open_note" and jobs.count(job) == 1:
            raise ZeroDivisionError("of ours")

    world.house.fault = fault
    await world.run()
    assert world.telegram.told(ANN) == [1]
    assert "Tides 0" in world.telegram.arrived[0].text + world.telegram.arrived[1].text
    assert owed(world.state).aside == 1
    assert "a fault of ours" in caplog.text


@pytest.mark.parametrize("days", [-1, 365])
async def test_a_clock_that_is_set_stops_nothing(world: World, days: int) -> None:
    subscribe(world.state, ANN)
    subscribe(world.state, BEN)
    tell(world.state, 0)
    world.telegram.script.append(Wait(600))
    await world.run(hours=0.05)
    world.clock.shift = days * 24 * HOUR
    tell(world.state, 1, now=world.clock.now())
    await world.run(hours=0.5)
    assert world.telegram.told(ANN) == world.telegram.told(BEN) == [0, 1]


async def test_a_clock_that_is_set_while_it_runs_is_noticed(world: World) -> None:
    subscribe(world.state, ANN)
    tell(world.state, 0)
    world.telegram.script.append(Wait(600))
    task = world.start()
    await until(lambda: world.telegram.tried)
    world.clock.shift = -24 * HOUR
    jobs = failing(world, "", 0)
    await until(lambda: not world.is_owed() or world.clock.at > NOW + 2 * HOUR)
    await stop(task)
    assert world.telegram.told(ANN) == [0]
    assert jobs.count("clock_moved") == 1

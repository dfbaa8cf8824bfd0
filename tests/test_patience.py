"""Waiting for what fails: longer each time, told now and then."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import pytest

from bot.patience import Patience

log = logging.getLogger("tests.patience")


@dataclass
class Time:
    """Goes forward only by being slept."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def taken(self) -> list[float]:
        """The waits since the last call."""
        taken, self.slept = self.slept, []
        return taken


async def test_waits_grow_to_half_a_minute_and_a_reason_is_told_when_it_is_new(
    caplog: pytest.LogCaptureFixture,
) -> None:
    time = Time()
    patience = Patience("the disk", log, time.sleep, clock=time.clock)
    caplog.set_level(logging.INFO, log.name)
    for _ in range(7):
        await patience.wait("full")
    assert time.taken() == [1, 2, 4, 8, 16, 30, 30]
    await patience.wait("locked")
    assert time.taken() == [30]
    patience.over()
    patience.over()
    await patience.wait("full")
    assert time.taken() == [1]
    assert caplog.messages == [
        "the disk: full; trying again in 1 s",
        "the disk: full; trying again in 30 s",
        "the disk: locked; trying again in 30 s",
        "the disk: no longer, after 121 s",
        "the disk: full; trying again in 1 s",
    ]


async def test_a_night_of_failures_is_told_in_a_few_lines(
    caplog: pytest.LogCaptureFixture,
) -> None:
    time = Time()
    patience = Patience("the network", log, time.sleep, clock=time.clock, over="works again")
    caplog.set_level(logging.INFO, log.name)
    while time.now < 12 * 3600:
        await patience.wait("away")
    assert 10 < len(caplog.messages) < 20
    patience.over()
    assert caplog.messages[-1].startswith("the network: works again, after 432")


async def test_a_wait_that_was_asked_for_is_kept_and_others_are_spread() -> None:
    time = Time()
    patience = Patience("asking", log, time.sleep, clock=time.clock, spreads=True)
    await patience.wait("flooded", asked=77)
    for _ in range(20):
        await patience.wait("away")
    first, *others = time.taken()
    assert first == 77
    assert all(22.5 <= wait <= 30 for wait in others[5:])
    assert len(set(others[5:])) > 1

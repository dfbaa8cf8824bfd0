"""The owner hears of trouble once, before the readers notice, and when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.alarm import AGAIN, LASTS, Alarm, sound
from bot.words import owner, said
from storage.deliveries import Parcel, next_parcel, sent
from storage.state import State
from tests.owing import ANN, NOW, opened_state

FULL = {"full": "The disk is nearly full."}
STALE = {"stale": "The index is old."}
SINCE = 50.0


def test_what_lasts_is_told_once_and_so_is_its_end() -> None:
    alarm = Alarm()
    assert alarm.due(FULL, SINCE) == ()
    assert alarm.due(FULL, SINCE + LASTS) == ("full",)
    alarm.told(["full"], SINCE + LASTS)
    assert alarm.due(FULL, SINCE + 2 * LASTS) == ()
    assert alarm.due({}, SINCE + 3 * LASTS) == ()
    assert not alarm.over(SINCE + 3 * LASTS)
    assert alarm.over(SINCE + 4 * LASTS)
    alarm.told_over()
    assert not alarm.over(SINCE + 5 * LASTS)


def test_what_passes_is_not_told() -> None:
    alarm = Alarm()
    alarm.due(FULL, SINCE)
    alarm.due({}, SINCE + LASTS / 2)
    assert alarm.due(FULL, SINCE + LASTS) == ()
    assert not alarm.over(SINCE + 9 * LASTS)


def test_another_trouble_meanwhile_is_told_alone() -> None:
    alarm = Alarm()
    alarm.due(FULL, SINCE)
    alarm.told(alarm.due(FULL, SINCE + LASTS), SINCE + LASTS)
    alarm.due({**FULL, **STALE}, SINCE + LASTS)
    assert alarm.due({**FULL, **STALE}, SINCE + 2 * LASTS) == ("stale",)


def test_what_comes_and_goes_is_told_once_an_hour() -> None:
    alarm, now = Alarm(), SINCE
    told = []
    while now < SINCE + AGAIN * 1.5:
        for wrong in (FULL, {}):
            alarm.due(wrong, now)
            names = alarm.due(wrong, now := now + LASTS)
            alarm.told(names, now)
            told += [now] * len(names)
            if alarm.over(now):
                alarm.told_over()
    assert len(told) == 2
    assert told[1] - told[0] >= AGAIN


class House:
    """A real state.db, and the end of the test once two notices are owed."""

    def __init__(self, state: State) -> None:
        self.state, self.woken = state, 0

    async def ask(self, *_: object) -> None:
        raise AssertionError("the index tells nothing of it")

    async def keep(self, job: object, *args: object) -> object:
        assert callable(job)
        return job(self.state, *args)

    def now(self) -> float:
        return NOW

    def wake(self) -> None:
        self.woken += 1
        if self.woken == 2:
            raise asyncio.CancelledError


class Clock:
    """Vitals whose disk is full for a while, by a clock that goes on as fast as anybody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0

    async def look(self) -> Mapping[str, str]:
        return FULL if self.time < 2 * LASTS else {}

    async def sleep(self, seconds: float) -> None:
        self.time += seconds

    def steady(self) -> float:
        return self.time


async def test_each_admin_is_owed_what_is_wrong_and_that_it_is_over(tmp_path: Path) -> None:
    clock = Clock()
    with opened_state(tmp_path) as state:
        house = House(state)
        with pytest.raises(asyncio.CancelledError):
            await sound(clock, house, [ANN, ANN + 1], sleep=clock.sleep, steady=clock.steady)  # type: ignore[arg-type]
        texts: dict[int, list[str]] = {}
        while isinstance(parcel := next_parcel(state, NOW), Parcel):
            texts.setdefault(parcel.chat.id, []).append(parcel.deliveries[0].text)
            sent(state, parcel, NOW, NOW, [])
    both = [said(owner.ALARM, wrong="The disk is nearly full."), owner.ALARM_OVER]
    assert texts == {ANN: both, ANN + 1: both}

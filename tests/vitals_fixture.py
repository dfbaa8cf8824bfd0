"""The vitals of a bot whose library the test can make slow, deaf or silent, by a clock it moves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from bot import vitals
from bot.hearing import Hearing
from bot.metrics import REGISTRY
from bot.standing import Last
from bot.vitals import Vitals
from storage.state import State
from tests.outbox import Clock, House


class Reloader:
    """Stands as it is told to."""

    last = Last()

    async def now(self) -> Last:
        return self.last


class Patient(House):
    """A library by a clock that the test moves. It answers at once, or never while it `hangs`."""

    progress: tuple[int, int] | None = None
    complete = True
    hangs = queued = False
    read_at = answered_at = 0.0

    def __init__(self, state: State, index: Database, folder: Path) -> None:
        self.clock = Clock()
        super().__init__(state, index, self.clock)
        self.reloads: Any = Reloader()
        self.hearing = Hearing(0.0)
        self.vitals = Vitals(self, self.hearing, folder, self.clock.steady)
        self.asked = 0
        self.kept_at = 0.0

    async def keep(self, job: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self.asked += 1
        if self.hangs:
            await asyncio.Event().wait()
        result = await super().keep(job, *args, **kwargs)
        self.kept_at = self.clock.steady()
        return result

    async def ask(self, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self.queued:
            await asyncio.Event().wait()
        return await super().ask(query, *args, **kwargs)

    def later(self, seconds: float) -> None:
        """Time goes by, and meanwhile Telegram was heard and the notes were reloaded."""
        self.clock.at += seconds
        self.hearing.at = self.clock.steady()
        self.reloads.last = replace(self.reloads.last, good=self.clock.steady())

    async def found(self) -> set[str]:
        """What is wrong now, by name."""
        return set(await self.vitals.look())

    async def found_once_kept(self) -> set[str]:
        """The same once the state has answered, where looks do not wait for that."""
        async with asyncio.timeout(20):
            while self.kept_at < self.clock.steady():
                await self.found()
        return await self.found()


@pytest.fixture
def patient(
    tides_index: Database, state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Patient:
    """One that is well; a look waits for its databases, and the disk has room enough."""
    monkeypatch.setattr(vitals, "LOOK_WITHIN", 20.0)
    monkeypatch.setattr("bot.health.LEAST_FREE", 0)
    monkeypatch.setattr("bot.health.LEAST_PART", 0.0)
    return Patient(state, tides_index, tmp_path)


def gauge(name: str) -> float | None:
    """What a scrape would read."""
    return REGISTRY.get_sample_value(f"tubenotes_{name}")

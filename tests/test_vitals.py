"""How the running bot is: what a look finds, and whom it never holds up."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from bot import vitals as module
from bot.health import DEAF, SILENT, STALE, STUCK
from bot.hearing import Hearing
from bot.metrics import DELIVERIES, QUERIES, REGISTRY, TELEGRAM_ERRORS
from bot.standing import Last
from bot.vitals import COUNT_EVERY, Vitals
from storage.chats import hold, suspend
from storage.errors import FullError
from storage.state import State
from tests.outbox import NOTES, Clock, House, tides
from tests.owing import ANN, BEN, NOW, opened_state, subscribe, tell


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


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with tides(tmp_path_factory.mktemp("index")) as reader:
        yield reader


@pytest.fixture
def patient(index: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Patient]:
    monkeypatch.setattr(module, "LOOK_WITHIN", 20.0)
    monkeypatch.setattr("bot.health.LEAST_FREE", 0)
    monkeypatch.setattr("bot.health.LEAST_PART", 0.0)
    with opened_state(tmp_path) as state:
        yield Patient(state, index, tmp_path)


def gauge(name: str) -> float | None:
    return REGISTRY.get_sample_value(f"tubenotes_{name}")


async def test_a_bot_that_is_well(patient: Patient) -> None:
    patient.later(30)
    assert await patient.found() == set()
    assert gauge("healthy") == 1


async def test_one_that_hears_nothing_is_not(
    patient: Patient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    patient.later(1)
    patient.hearing.failed("fetching messages: TimedOut")
    patient.clock.at += DEAF + 1
    assert await patient.found() == {"deaf"}
    assert gauge("healthy") == 0
    patient.clock.at += 30
    await patient.found()
    patient.later(0)
    await patient.found()
    warned, well = [record.getMessage() for record in caplog.records]
    assert warned.startswith("something is wrong: Nothing was heard from Telegram for 1 min: fetch")
    assert well == "nothing is wrong any more"


async def test_an_index_that_nobody_reloads_becomes_stale(patient: Patient) -> None:
    patient.later(5)
    patient.clock.at += STALE + 1
    patient.hearing.at = patient.clock.steady()
    assert await patient.found() == {"stale"}


async def test_a_long_reload_that_gets_on_is_no_reason(patient: Patient) -> None:
    for done in (10, 20, 30):
        patient.clock.at += STALE - 1
        patient.hearing.at = patient.clock.steady()
        patient.progress = (done, 1_000)
        assert await patient.found() == set()
    patient.clock.at += STALE + 1
    patient.hearing.at = patient.clock.steady()
    assert await patient.found() == {"stale"}


async def test_a_reload_that_fails_again_and_again_does_not_get_on(patient: Patient) -> None:
    patient.reloads.last = Last(1.0, wrong="index.db cannot be written")
    patient.clock.at += STALE + 1
    patient.hearing.at = patient.clock.steady()
    patient.progress = (10, 1_000)
    assert await patient.found() == {"stale"}


async def test_a_folder_that_cannot_be_read_is_told_at_once(patient: Patient) -> None:
    patient.reloads.last = Last(1.0, wrong="it is gone", unreadable="it is gone")
    assert await patient.found() == {"unreadable"}


async def test_a_first_index_may_take_its_time_unless_it_fails(patient: Patient) -> None:
    patient.complete = False
    patient.clock.at += STALE + 1
    patient.hearing.at = patient.clock.steady()
    assert await patient.found() == set()
    assert patient.vitals.building
    patient.reloads.last = Last(1.0, wrong="index.db cannot be written")
    assert await patient.found() == {"stale"}
    assert not patient.vitals.building


async def test_deliveries_are_stuck_where_something_is_due_and_nothing_goes_out(
    patient: Patient,
) -> None:
    subscribe(patient.state, ANN)
    tell(patient.state, 0)
    assert await patient.found() == set()
    patient.later(STUCK + 1)
    assert await patient.found() == {"stuck"}
    DELIVERIES.labels("unreachable").inc()
    DELIVERIES.labels("unsure").inc()
    assert await patient.found() == {"stuck"}
    DELIVERIES.labels("sent").inc()
    assert await patient.found() == set()


async def test_who_waits_for_a_reason_of_his_own_makes_nothing_stuck(patient: Patient) -> None:
    subscribe(patient.state, ANN)
    subscribe(patient.state, BEN)
    tell(patient.state, 0)
    hold(patient.state, ANN, NOW + 3 * STUCK, NOW)
    suspend(patient.state, BEN, "blocked", NOW)
    for _ in range(2):
        patient.later(STUCK + 1)
        assert await patient.found() == set()


async def test_databases_that_hang_hold_up_no_report_and_are_asked_once(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient.later(1)
    await patient.found()
    asked, patient.hangs = patient.asked, True
    monkeypatch.setattr(module, "LOOK_WITHIN", 0.01)
    for _ in range(3):
        patient.later(SILENT / 2)
        await patient.found()
    assert await patient.found() == {"silent"}
    assert patient.asked == asked + 1
    assert patient.vitals.alive <= patient.clock.steady() - SILENT


async def test_a_database_that_fails_is_alive_but_gives_no_answer(patient: Patient) -> None:
    def fault(job: str) -> None:
        if job == "next_ready":
            raise FullError("state.db cannot be read")

    patient.fault = fault
    patient.later(SILENT + 1)
    assert await patient.found() == {"silent"}
    assert patient.vitals.alive == patient.clock.steady()


async def test_a_bot_whose_readers_are_busy_with_questions_is_alive(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_WITHIN", 0.01)
    patient.queued = True
    patient.later(SILENT + 1)
    patient.read_at = patient.answered_at = patient.clock.steady()
    assert await patient.found_once_kept() == set()
    assert patient.vitals.alive == patient.clock.steady()
    patient.later(SILENT + 1)
    patient.read_at = patient.clock.steady()  # every question ends in an error
    assert await patient.found_once_kept() == {"silent"}
    assert patient.vitals.alive == patient.clock.steady()
    patient.later(SILENT + 1)  # none ends
    assert await patient.found_once_kept() == {"silent"}
    assert patient.vitals.alive == patient.read_at


async def test_questions_that_are_answered_do_not_hide_a_state_that_hangs(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_WITHIN", 0.01)
    patient.hangs = True
    patient.later(SILENT + 1)
    patient.read_at = patient.answered_at = patient.clock.steady()
    assert await patient.found() == {"silent"}
    assert patient.vitals.alive == 0.0


async def test_a_disk_that_cannot_be_asked_how_full_it_is_ends_nothing(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.health.LEAST_FREE", 10**18)
    assert await patient.found() == {"full"}

    def stale(_: Path) -> None:
        raise OSError(errno.ESTALE, "Stale file handle")

    monkeypatch.setattr("shutil.disk_usage", stale)
    assert await patient.found() == set()


async def test_a_disk_that_is_nearly_full(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.health.LEAST_FREE", 10**18)
    assert await patient.found() == {"full"}


async def test_the_gauges_tell_what_the_databases_hold(patient: Patient) -> None:
    subscribe(patient.state, ANN)
    subscribe(patient.state, BEN)
    tell(patient.state, 0)
    suspend(patient.state, BEN, "blocked", NOW)
    patient.later(90)
    await patient.vitals.count()
    names = ("notes", "moments", "problems", "owed_deliveries", "subscriptions", "suspended_chats")
    assert [gauge(name) for name in names] == [NOTES, 2 * NOTES, 0, 1, 2, 1]
    assert gauge("owed_oldest_seconds") == pytest.approx(90)


async def test_a_scrape_counts_only_so_often_and_tells_the_last_values_meanwhile(
    patient: Patient,
) -> None:
    await patient.vitals.count()
    asked, before = patient.asked, gauge("subscriptions")
    subscribe(patient.state, ANN)
    await patient.vitals.count()
    assert (patient.asked, gauge("subscriptions")) == (asked, before)
    patient.clock.at += COUNT_EVERY + 1
    await patient.vitals.count()
    assert gauge("subscriptions") == 1


async def test_a_database_that_hangs_holds_up_no_scrape(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await patient.vitals.count()
    patient.hangs = True
    monkeypatch.setattr(module, "LOOK_WITHIN", 0.01)
    patient.clock.at += COUNT_EVERY + 1
    await patient.vitals.count()
    await patient.vitals.count()
    assert gauge("notes") == NOTES


async def test_the_owner_is_told_what_was_counted(patient: Patient) -> None:
    before = patient.vitals.figures()
    QUERIES.labels("search", "nothing").inc()
    QUERIES.labels("search", "error").inc()
    TELEGRAM_ERRORS.labels("TimedOut").inc(2)
    patient.reloads.last = Last(1.0, wrong="it is gone", unreadable="it is gone")
    await patient.vitals.look()
    after = patient.vitals.figures()
    assert after.questions == before.questions + 1
    assert after.errors["TimedOut"] == before.errors.get("TimedOut", 0) + 2
    assert after.wrong == ("The folder of notes cannot be read: it is gone.",)

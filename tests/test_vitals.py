"""How the running bot is: what a look finds, and what the owner is told of it."""

from __future__ import annotations

import errno
import logging
from pathlib import Path

import pytest

from bot.health import DEAF, STALE, STUCK
from bot.metrics import DELIVERIES, QUERIES, TELEGRAM_ERRORS
from bot.standing import Last
from storage.chats import hold, suspend
from tests.owing import ANN, BEN, NOW, subscribe, tell
from tests.vitals_fixture import Patient, gauge, patient

__all__ = ["patient"]


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

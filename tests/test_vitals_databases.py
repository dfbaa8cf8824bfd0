"""What the databases are asked: nobody waits for one that hangs; the gauges tell what they hold."""

from __future__ import annotations

import pytest

from bot import vitals
from bot.health import SILENT
from bot.vitals import COUNT_EVERY
from storage.chats import suspend
from storage.errors import FullError
from tests.outbox import NOTES
from tests.owing import ANN, BEN, NOW, subscribe, tell
from tests.vitals_fixture import Patient, gauge, patient

__all__ = ["patient"]


async def test_databases_that_hang_hold_up_no_report_and_are_asked_once(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient.later(1)
    await patient.found()
    asked, patient.hangs = patient.asked, True
    monkeypatch.setattr(vitals, "LOOK_WITHIN", 0.01)
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
    monkeypatch.setattr(vitals, "LOOK_WITHIN", 0.01)
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
    monkeypatch.setattr(vitals, "LOOK_WITHIN", 0.01)
    patient.hangs = True
    patient.later(SILENT + 1)
    patient.read_at = patient.answered_at = patient.clock.steady()
    assert await patient.found() == {"silent"}
    assert patient.vitals.alive == 0.0


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
    monkeypatch.setattr(vitals, "LOOK_WITHIN", 0.01)
    patient.clock.at += COUNT_EVERY + 1
    await patient.vitals.count()
    await patient.vitals.count()
    assert gauge("notes") == NOTES

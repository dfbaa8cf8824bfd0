"""Chats: their manners, where we may not write, and their waits."""

from contextlib import closing

import pytest

from storage.chats import (
    Chat,
    find,
    held_until,
    hold,
    hold_all,
    meet,
    revive,
    set_manners,
    suspend,
    suspended,
)
from storage.ready import settle
from storage.rhythm import Manners, Often, Rhythm, next_due
from storage.state import State
from tests.chats_fixture import (
    BERLIN,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    YEAR,
    at,
    deliver,
    dues,
    query,
    ready,
    state,
    writes,
)

__all__ = ["state"]


# Who they are


def test_a_chat_keeps_its_manners_when_it_is_met_again(state: State) -> None:
    manners = Manners(BERLIN, (22, 7), silent=True)
    set_manners(state, 1, manners)
    meet(state, Chat(1, "group", "Ada and friends"))
    assert find(state, 1) == Chat(1, "group", "Ada and friends", manners)
    meet(state, Chat(1, "group", ""))
    assert find(state, 1) == Chat(1, "group", "Ada and friends", manners)
    meet(state, Chat(1, "channel", ""))
    assert find(state, 1) == Chat(1, "channel", "Ada and friends", manners)
    assert find(state, 2) is None


def test_a_chat_may_come_with_manners(state: State) -> None:
    chat = Chat(-5, "channel", "News", Manners(BERLIN, None, silent=True))
    meet(state, chat)
    assert find(state, -5) == chat


@pytest.mark.parametrize("cooldown", [None, 0, 30])
def test_a_cooldown_is_kept_and_its_absence_is_not_a_zero(
    state: State, cooldown: int | None
) -> None:
    set_manners(state, 1, Manners(cooldown=7))
    set_manners(state, 1, Manners(BERLIN, cooldown=cooldown))
    found = find(state, 1)
    assert found is not None
    assert found.manners == Manners(BERLIN, cooldown=cooldown)


def test_to_meet_a_known_chat_costs_no_write(state: State) -> None:
    before = writes(state)
    meet(state, Chat(1, "private", "Ada"))
    meet(state, Chat(1, "private", ""))
    set_manners(state, 1, Manners())
    set_manners(state, 404, Manners(BERLIN))
    assert not revive(state, 1, NOW)
    assert writes(state) == before


# Where we may not write


def test_what_a_suspended_chat_is_owed_waits_for_it(state: State) -> None:
    deliver(state, NOW)
    suspend(state, 1, "bot was blocked by the user", NOW)
    assert suspended(state) == [1]
    assert ready(state) is None
    later = deliver(state, NOW + HOUR, NOW + HOUR)
    assert ready(state) is None
    assert revive(state, 1, NOW + DAY)
    assert ready(state) == NOW
    assert suspended(state) == []
    assert not revive(state, 1, NOW + DAY)
    assert later in [row[0] for row in query(state, "select id from deliveries")]


def test_suspended_chats_are_known_by_the_reason_too(state: State) -> None:
    suspend(state, 1, "the owner wants it", NOW)
    assert suspended(state, "the owner wants it") == [1]
    assert suspended(state, "blocked") == []


def test_a_chat_that_comes_back_is_owed_no_more_than_it_was(state: State) -> None:
    deliver(state, None)
    deliver(state, NOW, aside=True)
    suspend(state, 1, "", NOW)
    assert suspended(state) == [1]
    assert revive(state, 1, NOW)
    assert ready(state) is None


# Manners and what is owed


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("America/New_York", "2026-05-29T09:00"),
        ("Asia/Tokyo", "2026-05-29T09:00"),
        ("Pacific/Kiritimati", "2026-05-29T21:00"),
    ],
)
def test_a_digest_follows_the_chat_to_another_zone(state: State, zone: str, due: str) -> None:
    hour = 21 if zone == "Pacific/Kiritimati" else 9
    set_manners(state, 1, Manners(BERLIN))
    deliver(state, next_due(Rhythm(Often.DAILY, hour), BERLIN, NOW), digest=True)
    set_manners(state, 1, Manners(zone))
    assert dues(state) == [at(due, zone)]
    assert ready(state) == at(due, zone)


def test_a_weekly_digest_keeps_its_day_in_another_zone(state: State) -> None:
    rhythm = Rhythm(Often.WEEKLY, 9, 0)
    deliver(state, next_due(rhythm, "UTC", NOW), digest=True)
    deliver(state, NOW)
    deliver(state, None)
    set_manners(state, 1, Manners("America/New_York"))
    assert dues(state) == [at("2026-06-01T09:00", "America/New_York"), NOW, None]
    assert ready(state) == NOW


def night(state: State, now: float) -> float:
    """What the outbox does where something is due in quiet hours."""
    morning = next_due(Rhythm(Often.DAILY, 7), BERLIN, now)
    state.database.conn.execute("begin immediate")
    settle(state.database, 1, morning, now)
    state.database.conn.execute("commit")
    return morning


def test_without_quiet_hours_nothing_waits_for_the_morning(state: State) -> None:
    now = at("2026-05-28T23:00")
    set_manners(state, 1, Manners(BERLIN, (22, 7)))
    deliver(state, now, now)
    morning = night(state, now)
    assert ready(state) == morning
    set_manners(state, 1, Manners(BERLIN))
    assert ready(state) == now


def test_a_wait_for_telegram_outlasts_a_change_of_manners(state: State) -> None:
    deliver(state, NOW)
    hold(state, 1, NOW + HOUR, NOW)
    set_manners(state, 1, Manners(BERLIN, (1, 2)))
    assert ready(state) == NOW + HOUR


# Waits


def test_telegrams_wait_holds_the_chat_also_for_what_comes_meanwhile(state: State) -> None:
    deliver(state, NOW)
    hold(state, 1, NOW + HOUR, NOW)
    assert ready(state) == NOW + HOUR
    deliver(state, NOW + 1, NOW + 1)
    assert ready(state) == NOW + HOUR
    hold(state, 1, NOW + MINUTE, NOW)
    assert ready(state) == NOW + HOUR


def test_no_wait_is_longer_than_a_day(state: State) -> None:
    deliver(state, NOW)
    hold(state, 1, NOW + YEAR, NOW)
    hold_all(state, NOW + YEAR, NOW)
    assert ready(state) == held_until(state, NOW) == NOW + DAY


def test_a_wait_of_all_outlasts_a_restart_and_ends(state: State) -> None:
    assert held_until(state, NOW) == 0.0
    hold_all(state, NOW + HOUR, NOW)
    hold_all(state, NOW + MINUTE, NOW)
    with closing(State.open(state.path)) as again:
        assert held_until(again, NOW + 1) == NOW + HOUR
        assert held_until(again, NOW + HOUR) == 0.0

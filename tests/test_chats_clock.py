"""Chats and clocks that go wrong: nothing waits longer than it should, nothing is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.chats import (
    Chat,
    clock_moved,
    held_until,
    hold,
    hold_all,
    meet,
    set_manners,
)
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
    write,
    writes,
)

__all__ = ["state"]


# Clocks


@pytest.mark.parametrize("back", [HOUR, DAY, YEAR])
def test_a_clock_that_went_back_makes_nothing_wait_longer(state: State, back: float) -> None:
    deliver(state, NOW)
    hold(state, 1, NOW + MINUTE, NOW)
    hold_all(state, NOW + 2 * MINUTE, NOW)
    meet(state, Chat(2, "private", "Eve"))
    deliver(state, NOW, chat=2)
    then = NOW - back
    clock_moved(state, then)
    assert (ready(state), ready(state, 2)) == (then + MINUTE, then)
    assert held_until(state, then + MINUTE) == then + 2 * MINUTE
    assert held_until(state, then + 3 * MINUTE) == 0.0


def test_a_wait_that_began_later_than_now_begins_again(state: State) -> None:
    deliver(state, NOW - DAY, NOW - DAY)
    hold(state, 1, NOW + MINUTE, NOW)
    clock_moved(state, NOW - HOUR)
    assert ready(state) == NOW - HOUR + MINUTE
    before = writes(state)
    clock_moved(state, NOW - HOUR)
    assert writes(state) == before


def test_a_wait_without_reason_ends(state: State) -> None:
    deliver(state, NOW)
    write(state, "update chats set ready = ?, held_at = ?", NOW + 3 * DAY, NOW)
    clock_moved(state, NOW)
    assert ready(state) == NOW + DAY + HOUR


def test_what_was_reckoned_anew_is_reckoned_once(state: State) -> None:
    deliver(state, NOW)
    clock_moved(state, NOW - DAY)
    before = writes(state)
    clock_moved(state, NOW - DAY)
    assert writes(state) == before


def test_a_wait_of_all_ends_also_where_nobody_saw_the_clock_go_back(state: State) -> None:
    hold_all(state, NOW + MINUTE, NOW)
    assert held_until(state, NOW - DAY) == NOW - DAY + MINUTE
    assert held_until(state, NOW - DAY + 61) == 0.0


def test_a_year_ahead_and_right_again_loses_nothing(state: State) -> None:
    ahead = NOW + YEAR
    write(state, "update chats set recent = ?", f"[{NOW}, {ahead}]")
    deliver(state, ahead, ahead)
    deliver(state, next_due(Rhythm(Often.DAILY, 9), "UTC", ahead), ahead, digest=True)
    deliver(state, next_due(Rhythm(Often.WEEKLY, 9, 1), "UTC", ahead), ahead, digest=True)
    hold(state, 1, ahead + MINUTE, ahead)
    hold_all(state, ahead + HOUR, ahead)
    clock_moved(state, NOW)
    assert dues(state) == [NOW, at("2026-05-29T09:00", "UTC"), at("2026-06-02T09:00", "UTC")]
    assert ready(state) == NOW + MINUTE
    assert held_until(state, NOW) == NOW + HOUR
    assert query(state, "select recent from chats") == [("[]",)]


def test_a_digest_keeps_its_hour_where_the_clock_went_back(state: State) -> None:
    set_manners(state, 1, Manners(BERLIN))
    deliver(state, next_due(Rhythm(Often.DAILY, 9), BERLIN, NOW), digest=True)
    clock_moved(state, NOW - DAY)
    assert dues(state) == [at("2026-05-28T09:00")]
    clock_moved(state, NOW)
    assert dues(state) == [at("2026-05-28T09:00")]


def test_a_clock_that_is_right_changes_nothing(state: State) -> None:
    deliver(state, NOW)
    deliver(state, next_due(Rhythm(Often.WEEKLY), "UTC", NOW), digest=True)
    deliver(state, None)
    hold(state, 1, NOW + DAY, NOW)
    before = writes(state)
    for now in (NOW, NOW - 2, NOW + HOUR, NOW + YEAR):
        clock_moved(state, now)
    assert writes(state) == before


def test_many_dues_are_reckoned_anew(state: State) -> None:
    write(
        state,
        "insert into deliveries(chat_id, thread_id, due, at) with recursive n(i) as (select 1"
        " union all select i + 1 from n where i < 12345) select 1, 0, ?, ? from n",
        *(NOW + YEAR, NOW + YEAR),
    )
    clock_moved(state, NOW)
    assert query(state, "select count(*), min(due), max(due) from deliveries") == [
        (12_345, NOW, NOW)
    ]
    assert ready(state) == NOW


RHYTHMS = st.sampled_from([Rhythm(), Rhythm(Often.DAILY, 9), Rhythm(Often.WEEKLY, 9, 2)])
CLOCKS = st.lists(st.sampled_from([-YEAR, -DAY, -HOUR, 0.0, HOUR, YEAR]), min_size=1, max_size=4)


@given(CLOCKS, st.lists(RHYTHMS, max_size=3), st.floats(0, 2 * DAY))
@settings(max_examples=50)
def test_whatever_the_clock_does_all_is_due_in_time(
    state: State, clocks: list[float], rhythms: list[Rhythm], wait: float
) -> None:
    """At each reading of the clock something is owed; at last the clock is right."""
    write(state, "delete from deliveries")
    write(state, "update chats set ready = null, held_at = 0")
    for off in [*clocks, 0.0]:
        now = NOW + off
        clock_moved(state, now)
        for rhythm in rhythms:
            due = next_due(rhythm, "UTC", now)
            deliver(state, due, now, digest=rhythm.often is not Often.NOW)
        hold(state, 1, now + wait, now)
        turn = ready(state)
        assert (turn is None) == (not rhythms)
        longest = max((next_due(one, "UTC", now) - now for one in rhythms), default=0.0)
        assert turn is None or turn <= now + max(longest, min(wait, DAY))
        assert all(float(str(due)) <= now + 7 * DAY + HOUR for due in dues(state))
    assert len(dues(state)) == len(rhythms) * (len(clocks) + 1)

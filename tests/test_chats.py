"""Chats: their manners, their waits, a new id, and clocks that go wrong."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.chats import (
    Chat,
    clock_moved,
    find,
    held_until,
    hold,
    hold_all,
    meet,
    migrate,
    revive,
    set_manners,
    suspend,
    suspended,
)
from storage.ready import owe, settle
from storage.rhythm import Manners, Often, Rhythm, next_due
from storage.state import State

NOW = 1_780_000_000.0  # Thursday, 28 May 2026, 20:26:40 UTC
MINUTE, HOUR, DAY, YEAR = 60.0, 3_600.0, 86_400.0, 365 * 86_400.0
BERLIN = "Europe/Berlin"


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with closing(State.open(tmp_path / "state.db")) as opened:
        meet(opened, Chat(1, "private", "Ada"))
        yield opened


def query(state: State, sql: str, *values: object) -> list[tuple[object, ...]]:
    return state.database.execute(sql, values).fetchall()


def write(state: State, sql: str, *values: object) -> int:
    state.database.conn.execute("begin immediate")
    number = state.database.conn.execute(sql, values).lastrowid
    state.database.conn.execute("commit")
    return number or 0


def deliver(
    state: State,
    due: float | None,
    at: float = NOW,
    *,
    chat: int = 1,
    thread: int = 0,
    news: int | None = None,
    digest: bool = False,
    subscription: int | None = None,
    aside: bool = False,
) -> int:
    """Something that is owed, as an announcement makes it; gives its id."""
    number = write(
        state,
        "insert into deliveries(chat_id, thread_id, news_id, subscription_id, digest, due, aside,"
        " at) values (?, ?, ?, ?, ?, ?, ?, ?)",
        *(chat, thread, news, subscription, digest, due, aside, at),
    )
    if due is not None and not aside:
        state.database.conn.execute("begin immediate")
        owe(state.database, chat, due, at)
        state.database.conn.execute("commit")
    return number


def subscribe(state: State, chat: int, key: str = "", paused: float | None = None) -> int:
    return write(
        state,
        "insert into subscriptions(chat_id, thread_id, kind, key, value, often, hour, weekday,"
        " created, by, paused) values (?, 0, 'topic', ?, ?, 'now', 9, 0, 1, 7, ?)",
        *(chat, key, key, paused),
    )


def ready(state: State, chat: int = 1) -> float | None:
    """When it is the chat's turn, as the outbox reads it."""
    found = query(
        state,
        "select ready from chats where id = ? and suspended = '' and ready is not null",
        chat,
    )
    return float(str(found[0][0])) if found else None


def dues(state: State, chat: int = 1) -> list[object]:
    rows = query(state, "select due from deliveries where chat_id = ? order by id", chat)
    return [row[0] for row in rows]


def writes(state: State) -> int:
    return state.database.conn.total_changes


def at(text: str, zone: str = BERLIN) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


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
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
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


# A group with a new id


def test_a_group_moves_with_all_that_is_its(state: State) -> None:
    manners = Manners(BERLIN, (22, 7), silent=True, cooldown=30)
    meet(state, Chat(-1, "group", "Friends", manners))
    subscribe(state, -1, "fox")
    deliver(state, NOW, chat=-1, news=1)
    waiting = deliver(state, None, chat=-1, news=2)
    hold(state, -1, NOW + HOUR, NOW)
    for _ in range(2):
        migrate(state, -1, -1001)
        assert find(state, -1) is None
        assert find(state, -1001) == Chat(-1001, "group", "Friends", manners)
        assert query(state, "select chat_id, key from subscriptions") == [(-1001, "fox")]
        assert dues(state, -1001) == [NOW, None]
        assert ready(state, -1001) == NOW + HOUR
    assert query(state, "select chat_id from deliveries where id = ?", waiting) == [(-1001,)]
    deliver(state, NOW, chat=-1001, news=3)
    assert ready(state, -1001) == NOW + HOUR


def test_a_group_moves_to_an_id_that_was_met_already(state: State) -> None:
    meet(state, Chat(-1, "group", "Friends", Manners(BERLIN)))
    meet(state, Chat(-1001, "group", "Best friends"))
    deliver(state, NOW, chat=-1, news=1)
    migrate(state, -1, -1001)
    assert find(state, -1001) == Chat(-1001, "group", "Best friends", Manners(BERLIN))
    assert ready(state, -1001) == NOW


@pytest.mark.parametrize("manners", [Manners("UTC", silent=True), Manners(cooldown=0)])
def test_what_was_set_in_the_new_group_stays(state: State, manners: Manners) -> None:
    meet(state, Chat(-1, "group", "Friends", Manners(BERLIN)))
    meet(state, Chat(-1001, "group", "Friends", manners))
    migrate(state, -1, -1001)
    assert find(state, -1001) == Chat(-1001, "group", "Friends", manners)


@pytest.mark.parametrize("manners", [Manners(), Manners(BERLIN)])
def test_a_group_that_is_not_known_moves_nothing(state: State, manners: Manners) -> None:
    meet(state, Chat(-1001, "group", "Friends", manners))
    for old in (-1, -1001):
        migrate(state, old, -1001)
        assert find(state, -1001) == Chat(-1001, "group", "Friends", manners)


@pytest.mark.parametrize("paused", [None, NOW])
def test_equal_subscriptions_become_one(state: State, paused: float | None) -> None:
    """What waited for the old one waits for the new one, or goes out where that is served."""
    for chat in (-1, -1001):
        meet(state, Chat(chat, "group", "Friends"))
    old, new = subscribe(state, -1, "fox", paused=NOW), subscribe(state, -1001, "fox", paused)
    deliver(state, None, chat=-1, news=1, subscription=old)
    migrate(state, -1, -1001)
    assert query(state, "select id, paused from subscriptions") == [(new, paused)]
    assert query(state, "select subscription_id from deliveries") == [(new,)]
    assert dues(state, -1001) == [None if paused else NOW]
    assert ready(state, -1001) == (None if paused else NOW)


@pytest.mark.parametrize("old_first", [True, False])
@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [
        ((NOW, False), (NOW + DAY, False), NOW),
        ((NOW, False), (None, False), NOW),
        ((NOW, False), (NOW - DAY, True), NOW),
        ((None, False), (NOW, True), None),
        ((NOW, False), (NOW, False), NOW),
    ],
)
def test_a_note_that_both_ids_are_owed_is_owed_once(
    state: State,
    one: tuple[float | None, bool],
    other: tuple[float | None, bool],
    kept: float | None,
    old_first: bool,
) -> None:
    for chat, (due, aside) in zip(
        (-1, -1001), (one, other)[:: 1 if old_first else -1], strict=True
    ):
        meet(state, Chat(chat, "group", "Friends"))
        deliver(state, due, chat=chat, news=1, aside=aside)
    migrate(state, -1, -1001)
    assert query(state, "select chat_id, due, aside from deliveries") == [(-1001, kept, 0)]
    assert ready(state, -1001) == kept


def test_notices_and_other_topics_are_all_kept(state: State) -> None:
    for chat in (-1, -1001):
        meet(state, Chat(chat, "group", "Friends"))
        deliver(state, NOW, chat=chat)
        deliver(state, NOW, chat=chat, thread=chat, news=1)
    migrate(state, -1, -1001)
    assert dues(state, -1001) == [NOW] * 4

"""The pace of messages: never above Telegram's limits, and never slower than it has to be."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import EVERY, GROUP_SECONDS, MOST_IN_GROUP, PER_CHAT, Pace

NOW = 1_790_000_000.0
ANN, GROUP = 7, -1007
gaps = st.lists(st.floats(0, 90), min_size=1, max_size=80)


def test_a_chat_that_got_nothing_is_free_at_once() -> None:
    pace = Pace()
    pace.note(ANN, NOW)
    assert pace.free_at(8, NOW) == NOW
    assert Pace().rest(NOW) == 0


def test_a_chat_gets_one_message_a_second_answers_counted() -> None:
    pace = Pace()
    pace.note(ANN, NOW)
    assert pace.free_at(ANN, NOW + 0.25) == NOW + PER_CHAT
    assert pace.free_at(ANN, NOW + 3) == NOW + 3


def test_a_group_gets_18_in_a_minute_and_a_person_more() -> None:
    pace = Pace()
    for second in range(MOST_IN_GROUP):
        pace.note(GROUP, NOW + second)
        pace.note(ANN, NOW + second)
    later = NOW + MOST_IN_GROUP + 5
    assert pace.free_at(GROUP, later) == NOW + GROUP_SECONDS
    assert pace.free_at(ANN, later) == later


def test_what_an_earlier_run_sent_counts_and_nothing_is_counted_twice() -> None:
    before = [NOW + second for second in range(MOST_IN_GROUP - 1)]
    pace = Pace()
    pace.note(GROUP, before[-1])
    assert pace.free_at(GROUP, NOW + 20, before) == NOW + 20
    pace.note(GROUP, NOW + 20)
    assert pace.free_at(GROUP, NOW + 22, before) == NOW + GROUP_SECONDS


def test_a_clock_that_went_back_makes_nobody_wait_for_the_old_time() -> None:
    pace = Pace()
    for second in range(MOST_IN_GROUP):
        pace.note(GROUP, NOW + second)
    yesterday = NOW - 86_400
    assert pace.free_at(GROUP, yesterday, [NOW]) == yesterday
    assert pace.rest(yesterday) <= 1
    pace.note(GROUP, yesterday)
    assert pace.rest(yesterday) <= 1


def test_many_answers_slow_deliveries_down_but_never_stop_them() -> None:
    pace = Pace()
    for chat in range(10):
        pace.note(chat, NOW)
    assert 8.9 * EVERY <= pace.rest(NOW) <= 10 * EVERY
    for chat in range(500):
        pace.note(chat, NOW)
    assert pace.rest(NOW) == 1


@given(gaps, st.booleans())
def test_who_waits_as_told_never_breaks_a_limit(gaps: list[float], group: bool) -> None:
    pace, chat, now, times = Pace(), GROUP if group else ANN, NOW, list[float]()
    for gap in gaps:
        now = pace.free_at(chat, now + gap)
        pace.note(chat, now)
        times.append(now)
    assert all(later - one >= PER_CHAT for one, later in pairwise(times))
    if group:
        window = zip(times, times[MOST_IN_GROUP:], strict=False)
        assert all(later - one >= GROUP_SECONDS for one, later in window)


@given(st.lists(st.floats(0, 0.2), min_size=60, max_size=300))
def test_in_any_second_about_25_messages_go_out_in_all(gaps: list[float]) -> None:
    pace, now, times = Pace(), NOW, list[float]()
    for chat, gap in enumerate(gaps):
        now += gap
        now += pace.rest(now)
        pace.note(chat, now)
        times.append(now)
    for first in times:
        assert sum(first <= at < first + 1 for at in times) <= 27


def test_who_is_a_little_late_each_time_still_gets_25_a_second_out() -> None:
    pace, now = Pace(), NOW
    for chat in range(250):
        now += pace.rest(now) + 0.002
        pace.note(chat, now)
    assert now - NOW < 10.5


@given(st.lists(st.tuples(st.integers(1, 40), st.floats(0, 30)), max_size=200))
def test_only_the_last_minute_is_remembered(steps: list[tuple[int, float]]) -> None:
    pace, now = Pace(), NOW
    written: dict[int, float] = {}
    for chat, gap in steps:
        now += gap
        pace.note(chat, now)
        written[chat] = now
        alive = {chat for chat, at in written.items() if now - at < GROUP_SECONDS}
        assert pace._sent.keys() == alive

"""How often, which hours and which day, read from words and said in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rhythm_words import (
    as_typed,
    date,
    how,
    read_quiet,
    read_rhythm,
    read_wait,
    time_of_day,
    wait,
)
from storage.rhythm import Often, Rhythm

BEFORE = Rhythm(Often.DAILY, 18, 4)
rhythms = st.builds(Rhythm, st.sampled_from(Often), st.integers(0, 23), st.integers(0, 6))


@pytest.mark.parametrize(
    ("typed", "rhythm"),
    [
        ("now", Rhythm(Often.NOW, 18, 4)),
        ("daily", BEFORE),
        ("daily 7", Rhythm(Often.DAILY, 7, 4)),
        ("Daily at 07:00", Rhythm(Often.DAILY, 7, 4)),
        ("daily 12am", Rhythm(Often.DAILY, 0, 4)),
        ("daily 12PM", Rhythm(Often.DAILY, 12, 4)),
        ("daily 24", Rhythm(Often.DAILY, 0, 4)),
        ("weekly", Rhythm(Often.WEEKLY, 18, 4)),
        ("weekly on Wednesday", Rhythm(Often.WEEKLY, 18, 2)),
        ("weekly 6 sun", Rhythm(Often.WEEKLY, 6, 6)),
    ],
)
def test_what_is_not_said_stays_as_it_was(typed: str, rhythm: Rhythm) -> None:
    assert read_rhythm(typed.split(), BEFORE) == rhythm


@pytest.mark.parametrize(
    "typed",
    ["", "hourly", "now 7", "daily mon", "daily 7:30", "daily 25", "daily 13pm", "weekly m"],
)
def test_what_is_not_understood_is_not_guessed(typed: str) -> None:
    assert read_rhythm(typed.split(), BEFORE) is None


@given(rhythms, rhythms)
def test_what_a_button_sends_is_read_as_it_is_meant(rhythm: Rhythm, before: Rhythm) -> None:
    read = read_rhythm(as_typed(rhythm).split(), before)
    assert read is not None
    assert how(read) == how(rhythm)


@given(st.text(max_size=40))
def test_no_words_are_too_strange(typed: str) -> None:
    read_rhythm(["weekly", *typed.split()])
    quiet = read_quiet(typed)
    assert quiet is None or all(0 <= hour < 24 for hour in quiet)


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("22-7", (22, 7)),
        (" 22:00 – 07:00 ", (22, 7)),
        ("10pm to 7am", (22, 7)),
        ("22 7", (22, 7)),
        ("0-24", None),
        ("1-25", None),
        ("22", None),
        ("22-7:30", None),
    ],
)
def test_quiet_hours(typed: str, hours: tuple[int, int] | None) -> None:
    assert read_quiet(typed) == hours


@pytest.mark.parametrize(
    ("typed", "wait_read"),
    [
        ("30", (30,)),
        ("30 s", (30,)),
        (" 90 Seconds ", (90,)),
        ("1 second", (1,)),
        ("3600", (3600,)),
        ("0", (0,)),
        ("off", (0,)),
        ("Usual", (None,)),
        ("3601", None),
        ("99999", None),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
    ],
)
def test_a_cooldown_is_read(typed: str, wait_read: tuple[int | None] | None) -> None:
    assert read_wait(typed) == wait_read


@pytest.mark.parametrize("seconds", [None, 0, 1, 30, 3600])
def test_a_cooldown_is_read_as_it_is_said(seconds: int | None) -> None:
    assert read_wait(wait(seconds)) == (seconds,)


def test_a_date_and_a_clock_are_those_of_the_zone() -> None:
    late = 1_777_849_200.0  # 3 May 2026, 23:00 UTC
    assert date(late, "UTC") == "3 May 2026"
    assert date(late, "Asia/Tokyo") == "4 May 2026"
    assert time_of_day(late, "Asia/Tokyo") == "08:00"
    assert date(late, "No/Where") == "3 May 2026"

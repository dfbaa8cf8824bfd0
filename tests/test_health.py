"""What is wrong: each reason at its limit, and nothing where all is well."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import health
from bot.health import Facts, least_free, reasons, span_of

MINUTE, GB = 60.0, 1_000_000_000
WELL = Facts(heard=20.0, reloaded=5.0, took=0.2, answered=15.0, free=50 * GB, size=100 * GB)


def test_a_bot_that_is_well_has_no_reasons() -> None:
    assert reasons(WELL) == {}
    assert reasons(Facts()) == {}


@pytest.mark.parametrize(
    ("name", "fine", "wrong", "told"),
    [
        ("deaf", {"heard": 90.0}, {"heard": 91.0}, "Nothing was heard from Telegram for 1 min."),
        (
            "deaf",
            {"heard": 1.0, "deaf": "Conflict"},
            {"heard": 91.0, "deaf": "Conflict"},
            "Nothing was heard from Telegram for 1 min: Conflict.",
        ),
        (
            "silent",
            {"answered": 60.0},
            {"answered": 61.0},
            "The databases have not answered for 1 min.",
        ),
        (
            "unreadable",
            {"unreadable": ""},
            {"unreadable": "/notes does not exist"},
            "The folder of notes cannot be read: /notes does not exist.",
        ),
        (
            "stale",
            {"reloaded": 10 * MINUTE},
            {"reloaded": 11 * MINUTE},
            "The index was brought up to date 11 min ago, and not since.",
        ),
        (
            "stale",
            {"took": 4 * MINUTE, "reloaded": 19 * MINUTE},
            {"took": 4 * MINUTE, "reloaded": 21 * MINUTE},
            "The index was brought up to date 21 min ago, and not since.",
        ),
        (
            "stuck",
            {"due": 10 * MINUTE},
            {"due": 11 * MINUTE},
            "Something is owed now, and nothing was sent for 11 min.",
        ),
        (
            "full",
            {"free": 2 * GB},
            {"free": 1_999_000_000},
            "The disk of the data folder is nearly full: 1,999 MB are left.",
        ),
    ],
)
def test_each_reason_is_told_past_its_limit_and_not_before(
    name: str, fine: dict[str, float], wrong: dict[str, float], told: str
) -> None:
    assert reasons(replace(WELL, **fine)) == {}  # type: ignore[arg-type]
    assert reasons(replace(WELL, **wrong)) == {name: told}  # type: ignore[arg-type]


def test_one_poll_that_failed_wakes_nobody() -> None:
    assert reasons(replace(WELL, heard=40.0, deaf="fetching messages: TimedOut")) == {}


def test_while_the_first_index_is_built_notes_and_deliveries_may_wait() -> None:
    late = replace(WELL, building=True, reloaded=3_600.0, due=3_600.0)
    assert reasons(late) == {}
    assert reasons(replace(late, heard=3_600.0)).keys() == {"deaf"}


def test_a_folder_that_cannot_be_read_is_the_reason_for_an_old_index() -> None:
    facts = replace(WELL, unreadable="it is gone", reloaded=3_600.0)
    assert reasons(facts).keys() == {"unreadable"}


def test_everything_may_be_wrong_at_once_the_worst_first() -> None:
    facts = Facts(heard=999, answered=999, reloaded=999, due=999, free=0, size=GB)
    assert list(reasons(facts)) == ["deaf", "silent", "stale", "stuck", "full"]


@pytest.mark.parametrize(
    ("size", "left"), [(4 * GB, 0.2 * GB), (20 * GB, 0.4 * GB), (8_000 * GB, 2 * GB)]
)
def test_what_must_be_left_of_a_disk_grows_with_it_up_to_enough(size: int, left: float) -> None:
    assert least_free(size) == left


def test_a_disk_of_which_nobody_knows_is_not_full() -> None:
    assert reasons(Facts(free=0, size=0)) == {}


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-1, "0.0 s"),
        (0.25, "0.2 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3_700, "1 h 1 min"),
        (200_000, "2 days 7 h"),
    ],
)
def test_a_length_of_time_is_told_in_its_two_largest_units(seconds: float, shown: str) -> None:
    assert span_of(seconds) == shown


TIMES = st.floats(0, 1e9)


@given(st.builds(Facts, TIMES, st.text(), st.booleans(), TIMES, TIMES, st.text(), TIMES, TIMES))
def test_whatever_the_facts_each_reason_is_told_in_words(facts: Facts) -> None:
    assert all(told.strip() for told in reasons(facts).values())


def test_the_limits_leave_room_for_what_is_usual() -> None:
    """A poll ends after 20 s, and after a failure the next begins within 30 s."""
    assert health.DEAF > 20 + 10 + 30

"""When deliveries are due: at the hour that people chose by their own clock, all year round."""

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.rhythm import (
    DAY,
    SHIFT,
    UTC,
    Manners,
    Often,
    Rhythm,
    find_zone,
    is_zone,
    next_due,
    quiet_until,
    rhythm_of,
)

CHANGING = ["Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Cairo"]
ZONES = st.sampled_from([*CHANGING, UTC, "Asia/Kathmandu", "America/New_York", "Pacific/Apia"])
# From 2015 on: Sao Paulo and Cairo changed their clocks at midnight in these years.
TIMES = st.integers(1_420_070_400, 1_800_000_000).map(float)
HOURS, DAYS = st.integers(0, 23), st.integers(0, 6)


def at(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


def local(seconds: float, zone: str) -> datetime:
    return datetime.fromtimestamp(seconds, ZoneInfo(zone))


def is_skipped(day: datetime, hour: int, zone: str) -> bool:
    """Whether a zone's clocks never show this full hour on this day."""
    there = day.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)
    return local(there.timestamp(), zone).replace(tzinfo=None) != there.replace(tzinfo=None)


@given(TIMES, ZONES)
def test_at_once_is_now(now: float, zone: str) -> None:
    assert next_due(Rhythm(), zone, now) == now


@given(TIMES, ZONES, HOURS)
def test_a_daily_digest_comes_within_a_day_at_its_hour(now: float, zone: str, hour: int) -> None:
    due = next_due(Rhythm(Often.DAILY, hour), zone, now)
    assert now < due <= now + DAY + SHIFT
    there = local(due, zone)
    assert (there.hour, there.minute) == (hour, 0) or is_skipped(there, hour, zone)


@given(TIMES, ZONES, HOURS, DAYS)
def test_a_weekly_digest_comes_within_a_week_on_its_day(
    now: float, zone: str, hour: int, weekday: int
) -> None:
    due = next_due(Rhythm(Often.WEEKLY, hour, weekday), zone, now)
    assert now < due <= now + 7 * DAY + SHIFT
    there = local(due, zone)
    assert there.weekday() == weekday
    assert (there.hour, there.minute) == (hour, 0) or is_skipped(there, hour, zone)


@given(TIMES, ZONES, HOURS, st.integers(0, 6 * 86_400))
def test_no_digest_is_left_out_or_comes_twice(now: float, zone: str, hour: int, later: int) -> None:
    """All who ask before the next one is due get the same answer; who asks then gets another."""
    rhythm = Rhythm(Often.DAILY, hour)
    due = next_due(rhythm, zone, now)
    between = now + later % (due - now)
    assert next_due(rhythm, zone, between) == due
    assert next_due(rhythm, zone, due) > due + DAY - 2 * SHIFT


@pytest.mark.parametrize(
    ("now", "zone", "hour", "due"),
    [
        # 2:00 to 3:00 is skipped, and comes twice half a year later.
        ("2026-03-29T01:00", "Europe/Berlin", 2, "2026-03-29T03:00"),
        ("2026-10-25T01:00", "Europe/Berlin", 2, "2026-10-25T02:00"),
        ("2026-10-25T02:00", "Europe/Berlin", 2, "2026-10-26T02:00"),
        # Midnight itself is skipped; the hour before it came twice.
        ("2018-11-03T12:00", "America/Sao_Paulo", 0, "2018-11-04T01:00"),
        ("2018-02-17T12:00", "America/Sao_Paulo", 23, "2018-02-17T23:00"),
        ("2018-02-17T12:00", "America/Sao_Paulo", 0, "2018-02-18T00:00"),
        ("2026-04-23T12:00", "Africa/Cairo", 0, "2026-04-24T01:00"),
        # Half an hour is skipped.
        ("2026-10-04T00:00", "Australia/Lord_Howe", 2, "2026-10-04T02:30"),
        ("2026-04-05T00:00", "Australia/Lord_Howe", 2, "2026-04-05T02:00"),
    ],
)
def test_where_the_clocks_change(now: str, zone: str, hour: int, due: str) -> None:
    assert next_due(Rhythm(Often.DAILY, hour), zone, at(now, zone)) == at(due, zone)


def test_while_an_hour_comes_twice_the_digest_does_not() -> None:
    rhythm = Rhythm(Often.DAILY, 2)
    again = at("2026-10-25T02:30", fold=1)
    assert next_due(rhythm, "Europe/Berlin", again) == at("2026-10-26T02:00")


def test_an_unknown_zone_is_that_of_greenwich() -> None:
    now, rhythm = at("2026-07-01T12:00", UTC), Rhythm(Often.DAILY, 9)
    for zone in ("Mars/Olympus", "", "../../etc/passwd", "Europe", "Factory", "localtime"):
        assert not is_zone(zone)
        assert next_due(rhythm, zone, now) == at("2026-07-02T09:00", UTC)


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        ((22, 7), "2026-07-01T21:59", None),
        ((22, 7), "2026-07-01T22:00", "2026-07-02T07:00"),
        ((22, 7), "2026-07-02T03:00", "2026-07-02T07:00"),
        ((22, 7), "2026-07-02T07:00", None),
        ((13, 15), "2026-07-01T14:30", "2026-07-01T15:00"),
        ((13, 15), "2026-07-01T03:00", None),
        ((0, 6), "2026-07-01T00:00", "2026-07-01T06:00"),
        ((22, 0), "2026-07-01T23:59", "2026-07-02T00:00"),
        ((9, 9), "2026-07-01T09:00", None),
        # The nights in which clocks change, an hour shorter and longer, and one that ends then.
        ((22, 7), "2026-03-28T23:00", "2026-03-29T07:00"),
        ((22, 7), "2026-10-24T23:00", "2026-10-25T07:00"),
        ((22, 2), "2026-03-29T01:30", "2026-03-29T03:00"),
        (None, "2026-07-01T03:00", None),
    ],
)
def test_quiet_hours(quiet: tuple[int, int] | None, now: str, until: str | None) -> None:
    expected = None if until is None else at(until)
    assert quiet_until(Manners("Europe/Berlin", quiet), at(now)) == expected


@given(TIMES, ZONES, HOURS, HOURS)
def test_a_night_ends_within_a_day_and_at_its_hour(
    now: float, zone: str, start: int, end: int
) -> None:
    manners = Manners(zone, (start, end))
    until = quiet_until(manners, now)
    inside = local(now, zone).hour in {(start + more) % 24 for more in range((end - start) % 24)}
    assert (until is not None) == inside
    if until is not None:
        assert now < until <= now + DAY + SHIFT
        there = local(until, zone)
        assert there.hour == end or is_skipped(there, end, zone)


@given(TIMES, ZONES, HOURS, DAYS)
def test_a_digest_tells_its_rhythm(now: float, zone: str, hour: int, weekday: int) -> None:
    """What is owed can be reckoned anew without asking who subscribed to it."""
    for rhythm in (Rhythm(Often.DAILY, hour), Rhythm(Often.WEEKLY, hour, weekday)):
        due = next_due(rhythm, zone, now)
        guessed = rhythm_of(due, now, zone)
        if not is_skipped(local(due, zone), hour, zone):
            assert next_due(guessed, zone, now) == due
        assert guessed.often is rhythm.often or due <= now + DAY + SHIFT


def test_a_week_that_ends_in_a_little_more_than_a_day_is_a_week() -> None:
    start, due = at("2026-06-01T08:30", UTC), at("2026-06-02T09:00", UTC)
    assert rhythm_of(due, start, UTC) == Rhythm(Often.WEEKLY, 9, 1)


def test_a_day_of_25_hours_makes_no_week() -> None:
    start, due = at("2026-10-24T09:00"), at("2026-10-25T09:00")
    assert due - start == DAY + SHIFT
    assert rhythm_of(due, start, "Europe/Berlin").often is Often.DAILY


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        (" BERLIN ", "Europe/Berlin"),
        ("europe berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("America/new york", "America/New_York"),
        ("são paulo", "America/Sao_Paulo"),
        ("st. johns", "America/St_Johns"),
        ("Берлин", "Europe/Berlin"),
        ("utc", "UTC"),
        ("gmt", "GMT"),
        ("cet", "CET"),
        ("Etc/GMT-3", "Etc/GMT-3"),
        # Called by their old names too.
        ("buenos aires", "America/Argentina/Buenos_Aires"),
        ("istanbul", "Europe/Istanbul"),
        ("america/buenos_aires", "America/Buenos_Aires"),
        # Several, none, or nonsense.
        ("eastern", ""),
        ("america", ""),
        ("utc+3", ""),
        ("atlantis", ""),
        ("", ""),
        ("...", ""),
        ("localtime", ""),
        ("Factory", ""),
        ("\ud800\0", ""),
        ("berlin " * 10_000, ""),
    ],
)
def test_people_name_zones_as_they_like(words: str, zone: str) -> None:
    assert find_zone(words) == zone


@given(st.sampled_from(sorted(available_timezones())))
def test_every_zone_is_found_by_its_own_name(name: str) -> None:
    assert find_zone(name) == (name if is_zone(name) else "")


@given(st.text(max_size=80))
def test_whatever_is_typed_gives_a_zone_or_none(words: str) -> None:
    found = find_zone(words)
    assert not found or is_zone(found)

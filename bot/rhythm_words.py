"""How often, at which hours, since when: read from words and said in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from bot.words import said, updates
from storage.rhythm import LONGEST_COOLDOWN, Often, Rhythm, is_zone

_TYPED_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
AT_ONCE = Rhythm()
_HOUR = r"(\d{1,2})(?::00)?(am|pm)?"
_AN_HOUR = re.compile(_HOUR)
_QUIET = re.compile(rf"{_HOUR}\s*(?:-|–|—|to|until|\s)\s*{_HOUR}")
_FILLERS = {"at", "on", "every"}
_SECONDS = re.compile(r"([0-9]{1,4})\s*(?:s|sec|seconds?)?")


def how(rhythm: Rhythm, zone: str = "") -> str:
    """How often, in a sentence; with the zone where it is not said elsewhere."""
    if rhythm.often is Often.NOW:
        return updates.AT_ONCE
    at, weekday = hour(rhythm.hour), updates.WEEKDAYS[rhythm.weekday]
    if rhythm.often is Often.DAILY:
        every = said(updates.EVERY_DAY, hour=at)
    else:
        every = said(updates.EVERY_WEEK, weekday=weekday, hour=at)
    return said(updates.IN_ZONE, every=every, zone=zone) if zone else every


def as_typed(rhythm: Rhythm) -> str:
    """The words that `read_rhythm` reads as this."""
    if rhythm.often is Often.NOW:
        return "now"
    day = f" {_TYPED_DAYS[rhythm.weekday][:3]}" if rhythm.often is Often.WEEKLY else ""
    return f"{rhythm.often.value}{day} {rhythm.hour}"


def read_rhythm(words: Sequence[str], before: Rhythm = AT_ONCE) -> Rhythm | None:
    """`daily 18`, `weekly fri 6pm`; what is not said stays as `before`. None: not understood."""
    if not words or words[0].lower() not in list(Often):
        return None
    rhythm = replace(before, often=Often(words[0].lower()))
    for word in (word.lower() for word in words[1:]):
        number, weekday = _read_hour(word), _read_weekday(word)
        if number is not None and rhythm.often is not Often.NOW:
            rhythm = replace(rhythm, hour=number)
        elif weekday is not None and rhythm.often is Often.WEEKLY:
            rhythm = replace(rhythm, weekday=weekday)
        elif word not in _FILLERS:
            return None
    return rhythm


def read_quiet(words: str) -> tuple[int, int] | None:
    """`22-7`, `22:00 to 07:00`, `10pm-7am`; None where it is not understood."""
    match = _QUIET.fullmatch(words.strip().lower())
    if match is None:
        return None
    first, last = _clock_hour(match[1], match[2]), _clock_hour(match[3], match[4])
    return None if first is None or last is None or first == last else (first, last)


def _read_hour(word: str) -> int | None:
    match = _AN_HOUR.fullmatch(word)
    return _clock_hour(match[1], match[2]) if match else None


def _clock_hour(digits: str, half: str | None) -> int | None:
    number = int(digits)
    if half:
        return number % 12 + 12 * (half == "pm") if 1 <= number <= 12 else None
    return number % 24 if number <= 24 else None


def _read_weekday(word: str) -> int | None:
    days = [at for at, day in enumerate(_TYPED_DAYS) if day.startswith(word)]
    return days[0] if len(word) >= 3 and days else None


def hour(number: int) -> str:
    """An hour as a clock shows it."""
    return f"{number:02}:00"


def hours(quiet: tuple[int, int]) -> str:
    """Quiet hours as they are shown."""
    return f"{hour(quiet[0])}–{hour(quiet[1])}"


def date(at: float, zone: str) -> str:
    """A date in the zone: `3 May 2026`."""
    there = datetime.fromtimestamp(at, _zone(zone))
    month = updates.MONTHS[there.month - 1]
    return said(updates.DATE, day=there.day, month=month, year=there.year)


def time_of_day(at: float, zone: str) -> str:
    """What a clock in the zone shows: `14:05`."""
    return f"{datetime.fromtimestamp(at, _zone(zone)):%H:%M}"


def _zone(name: str) -> tzinfo:
    return ZoneInfo(name) if is_zone(name) else UTC


def wait(seconds: int | None) -> str:
    """The cooldown of a group in a word or two."""
    if seconds is None:
        return updates.USUAL
    return said(updates.SECONDS, seconds=seconds) if seconds else updates.OFF


def read_wait(words: str) -> tuple[int | None] | None:
    """`30`, `30 s`, `off`, `usual`: the wait alone in a tuple; None where it is not understood."""
    words = words.strip().lower()
    if words in ("usual", "off"):
        return (None,) if words == "usual" else (0,)
    typed = _SECONDS.fullmatch(words)
    return (int(typed[1]),) if typed and int(typed[1]) <= LONGEST_COOLDOWN else None

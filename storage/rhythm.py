"""When a delivery may go out: at once or as a digest, in the chat's own time zone. Pure.

Times are seconds since 1970 (UTC), as `time.time()` gives them; zones are IANA names.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from storage.names import words_of

UTC = "UTC"
DAY = 86_400.0
SHIFT = 3_600.0
"""By so much at most a day is longer than others, where clocks are put back."""
LONGEST_COOLDOWN = 3_600
"""Seconds that a person of a group can be made to wait between questions."""
_NO_ZONES = {"Factory", "localtime"}
_LONGEST_NAME = 64


class Often(StrEnum):
    """How often a subscription is served."""

    NOW = "now"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """At once, or a digest at an `hour` (0 to 23) each day or each `weekday` (0 is Monday)."""

    often: Often = Often.NOW
    hour: int = 9
    weekday: int = 0


@dataclass(frozen=True, slots=True)
class Manners:
    """How a chat wants to be written to.

    `quiet` are the hours (from, to) in which nothing is sent, None for none; `silent` sends
    without a sound. `cooldown` are the seconds that a person of a group waits between questions:
    0 for none, None for the usual.
    """

    zone: str = UTC
    quiet: tuple[int, int] | None = None
    silent: bool = False
    cooldown: int | None = None


def next_due(rhythm: Rhythm, zone: str, now: float) -> float:
    """When what is new now is due: now, or the next such hour in the zone.

    An hour that a zone skips (clocks go forward) is the one after it; of one that comes twice
    the first counts. An unknown zone is UTC.
    """
    if rhythm.often is Often.NOW:
        return now
    here = _zone(zone)
    today = datetime.fromtimestamp(now, here).date()
    # From yesterday on: what a zone skipped may fall on the day after.
    for days in range(-1, 16):
        day = today + timedelta(days)
        if rhythm.often is Often.WEEKLY and day.weekday() != rhythm.weekday:
            continue
        due = datetime.combine(day, time(rhythm.hour), here).timestamp()
        if due > now:
            return due
    raise AssertionError(rhythm)  # two weeks hold every hour of every weekday


def quiet_until(manners: Manners, now: float) -> float | None:
    """When the quiet hours that it is now in end; None outside of them. (22, 7) spans midnight.

    Hours from and to the same one are none at all.
    """
    start, end = manners.quiet or (0, 0)
    hour = datetime.fromtimestamp(now, _zone(manners.zone)).hour
    inside = start <= hour < end if start <= end else hour >= start or hour < end
    return next_due(Rhythm(Often.DAILY, end), manners.zone, now) if inside else None


def rhythm_of(due: float, at: float, zone: str) -> Rhythm:
    """The rhythm of a digest that is `due`, as of when it was made: of a week if a day is less."""
    local = datetime.fromtimestamp(due, _zone(zone))
    daily = Rhythm(Often.DAILY, local.hour, local.weekday())
    return daily if next_due(daily, zone, at) >= due else replace(daily, often=Often.WEEKLY)


def is_zone(name: str) -> bool:
    """Whether this is a time zone that the machine knows."""
    return name in _zones()


def find_zone(words: str) -> str:
    """The zone that is meant by `Europe/Berlin`, `berlin`, `utc` in any spelling; "" for none.

    Also "" where several zones are called so.
    """
    if len(words) > _LONGEST_NAME:
        return ""
    exact = {name.lower(): name for name in _zones()}
    name = exact.get("_".join(words.lower().split()))
    if name is not None:
        return name
    names = _names().get(" ".join(words_of(words)), frozenset())
    # Of a zone's old and new names the new one is meant.
    found = names if len(names) == 1 else names & _places()
    return next(iter(found)) if len(found) == 1 else ""


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - _NO_ZONES)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name if is_zone(name) else UTC)


@cache
def _names() -> dict[str, frozenset[str]]:
    """Zones by their folded names, whole and without the continent."""
    found = defaultdict(set)
    for name in _zones():
        for part in (name, name.rpartition("/")[2]):
            found[" ".join(words_of(part))].add(name)
    return {words: frozenset(names) for words, names in found.items()}


@cache
def _places() -> frozenset[str]:
    """The names in use today, by the time zone database's own list."""
    lines = files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8").splitlines()
    return frozenset(line.split("\t")[2] for line in lines if line and line[0] != "#")

"""Times and links: text to seconds, damaged times to likely ones, moments to YouTube links.

Rules and their evidence: FORMAT.md sections 3 and 6. Times are whole seconds from the start.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from storage.model import Moment, Trust

LONGEST = 4 * 3600
"""Subtitles that start later than this were never shown to the notes' author (FORMAT.md 1)."""
SPAN = 60
"""A label up to this many seconds from its data-t reads like the end of the same span."""
MOST_SHOWN = 60
"""Of something damaged, at most so many characters are quoted."""
TIME = r"\d{1,3}(?::\d{1,3}){1,3}"
_TIME = re.compile(TIME)
_VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{11}", re.ASCII)
_LEADING_ID = re.compile(r"[A-Za-z0-9_-]{11}(?![A-Za-z0-9_-])", re.ASCII)
_OFFSET = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})(?:\.\d*)?s?)?", re.ASCII)
_HOSTS = ("youtube.com", "youtube-nocookie.com", "youtu.be")
_OFFSETS = ("t", "start", "time_continue")
_PATHS = ("live", "shorts", "embed", "v", "e")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A citation's time as written: its anchor's `data-t` time ("" if none), label, and line."""

    data: str
    label: str
    line: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a stamp is taken for: seconds, trust, and the reason where it is not exact.

    `other` is what else a time of three parts may mean, in seconds, -1 where nothing else.
    """

    start: int
    trust: Trust = Trust.EXACT
    reason: str = ""
    other: int = -1


def format_time(seconds: int) -> str:
    """`m:ss`, or `h:mm:ss` from one hour on."""
    minutes, second = divmod(max(0, seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def watch_url(moment: Moment) -> str:
    """The link that opens the video at the moment, or at its start where the time is unknown."""
    if moment.trust is Trust.START:
        return f"https://youtu.be/{moment.video_id}"
    return f"https://youtu.be/{moment.video_id}?t={moment.start}"


def is_video_id(text: str) -> bool:
    """True for eleven characters of YouTube's id alphabet."""
    return _VIDEO_ID.fullmatch(text) is not None


def read_video_link(text: str) -> Moment | None:
    """The video (and second, 0 if none) that a bare id or any common YouTube link names."""
    text = text.strip().strip("<>").replace("&amp;", "&").removeprefix("//")
    if is_video_id(text):
        return Moment(text, 0)
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return None
    if host.removeprefix("music.") not in _HOSTS:
        return None
    query = parse_qs(parts.query)
    video_id = _LEADING_ID.match(_id_in(host, parts.path, query))
    if video_id is None:
        return None
    given = query | parse_qs(parts.path.partition("&")[2]) | parse_qs(parts.fragment)
    offset = next((given[key][0] for key in _OFFSETS if key in given), "")
    return Moment(video_id.group(), read_offset(offset))


def _id_in(host: str, path: str, query: dict[str, list[str]]) -> str:
    steps = [step for step in path.split("/") if step]
    if host == "youtu.be":
        return steps[0] if steps else ""
    if "v" in query:
        return query["v"][0]
    return steps[1] if len(steps) > 1 and steps[0] in _PATHS else ""


def read_offset(text: str) -> int:
    """Seconds of a link's `t`: `90`, `90s`, `1h2m3s`, `1:30`; 0 where it is none of these."""
    if ":" in text and _TIME.fullmatch(text):
        return _literal(_parts(text))
    match = _OFFSET.fullmatch(text)
    if not match:
        return 0
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def _parts(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(":"))


def _literal(parts: Sequence[int]) -> int:
    """Two parts are M:S, three H:M:S, of four the first three H:M:S (FORMAT.md 3b)."""
    if len(parts) == 2:
        return parts[0] * 60 + parts[1]
    return parts[0] * 3600 + parts[1] * 60 + parts[2]


def first_time(text: str) -> str:
    """The first `H:M:S`-like time in a text, "" if there is none."""
    match = _TIME.search(text)
    return match.group() if match else ""


def _whole(text: str) -> bool:
    """No digit is missing or too many after the first field ("00:07:1", "00:05:123" are cut)."""
    return bool(text) and len(text.rsplit(":", maxsplit=1)[-1]) == 2 and _close(text)


def _close(text: str) -> bool:
    """At most ten seconds can be wrong: a third digit could make it any of three times."""
    return bool(text) and all(len(part) <= 2 for part in text.split(":")[1:])


def read_stamps(stamps: Sequence[Stamp]) -> list[Reading]:
    """The seconds of all citations of one note, by the simple rule of FORMAT.md 3a.

    A note in which at least half of the three-part times (three or more) end in ":00" writes
    MM:SS:00, so each of its ":00" times is M:S. Elsewhere only a time beyond four hours is.
    """
    three = _three_parts(stamps)
    zeros = sum(t.endswith(":00") for t in three)
    minutes_note = len(three) >= 3 and 2 * zeros >= len(three)
    return [_read(stamp.data, stamp.label, minutes_note) for stamp in stamps]


def judge(stamps: Sequence[Stamp]) -> tuple[bool, bool]:
    """(clean, doubtful): whether a note's times can judge other notes, or need to be judged.

    Clean are five or more times of three parts, none beyond four hours, at most one in ten ":00".
    """
    three = _three_parts(stamps)
    beyond = any(_literal(_parts(time)) > LONGEST for time in three)
    odd = beyond or 10 * sum(time.endswith(":00") for time in three) > len(three)
    return len(three) >= 5 and not odd, odd


def _three_parts(stamps: Sequence[Stamp]) -> list[str]:
    return [t for t in (s.data or first_time(s.label) for s in stamps) if t.count(":") == 2]


@lru_cache(maxsize=65_536)
def _read(written_data: str, written_label: str, minutes_note: bool) -> Reading:
    data, label = first_time(written_data), first_time(written_label)
    if _whole(data):
        if _whole(label):
            return _read_both(data, label, minutes_note)
        return _read_time(data, minutes_note)
    if _whole(label):
        reading = _read_time(label, minutes_note)
        if not written_data or reading.trust is Trust.START:
            return reading
        return Reading(
            reading.start, Trust.NEAR, f"{written_data[:MOST_SHOWN]!r} read by its label {label}"
        )
    return _read_cut(data if _close(data) else label, written_data or written_label)


def _read_cut(time: str, written: str) -> Reading:
    seconds = _literal(_parts(time)) if _close(time) else LONGEST + 1
    if seconds > LONGEST:
        shown = written[:MOST_SHOWN] or "a citation without a time"
        return Reading(0, Trust.START, f"{shown!r} is unreadable")
    return Reading(seconds, Trust.NEAR, f"{written[:MOST_SHOWN]!r} read as {format_time(seconds)}")


def _read_both(data: str, label: str, minutes_note: bool) -> Reading:
    """data-t counts; a label that is data-t moved by one field shows what was meant."""
    literal, shown = _literal(_parts(data)), _literal(_parts(label))
    if literal != shown and literal == shown * 60:
        return Reading(shown, Trust.NEAR, f"{data} read by its label {label}")
    reading = _read_time(data, minutes_note)
    if reading.trust is Trust.EXACT and abs(literal - shown) > SPAN:
        return Reading(reading.start, Trust.NEAR, f"{data} and its label {label} disagree")
    return reading


def _read_time(time: str, minutes_note: bool) -> Reading:
    parts = _parts(time)
    seconds = _literal(parts)
    beyond = seconds > LONGEST
    if len(parts) == 3 and (beyond or (minutes_note and parts[2] == 0)):
        seconds = _literal(parts[:2])
        if seconds <= LONGEST:
            reason = f"{time} read as minutes and seconds, {format_time(seconds)}"
            return Reading(seconds, Trust.NEAR, reason, -1 if beyond else _literal(parts))
        beyond = True
    if beyond:
        return Reading(0, Trust.START, f"{time} lies beyond {LONGEST // 3600} hours")
    if len(parts) == 4 or any(part > 59 for part in parts[1:]):
        return Reading(seconds, Trust.NEAR, f"{time} read as {format_time(seconds)}")
    return Reading(seconds, other=_literal(parts[:2]) if len(parts) == 3 else -1)

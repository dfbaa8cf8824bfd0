"""Permanent citations: a passage named by its content, and found again. Reading queries.

What names it is its video, its words, its note and its second: no row number, so the name holds
through any reload. It may be in a message of years ago, so its form must never change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from sqlite_utils import Database

from storage.model import Hit, Passage, Trust
from storage.names import short_hash, topic_name
from storage.reading import neighbours
from storage.rows import PassageRow, as_hits, is_timed, passages_where

SAME_SECONDS = 120
"""Words this near to the second cited are the ones cited; so is, of the same note, a change."""
NEAR_SECONDS = 10
"""What another note says must be this near to stand for a passage that is gone."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PAYLOAD = re.compile(
    r"c([A-Za-z0-9_-]{11})([A-Za-z0-9_-]{8})([A-Za-z0-9_-]{10})(0|[1-9a-z][0-9a-z]{0,9})"
)


@dataclass(frozen=True, slots=True)
class Cite:
    """A passage named by content: `print` is made of its words, `start` its first second."""

    video_id: str
    start: int
    print: str
    note_ref: str


class Fate(Enum):
    """What became of a passage: as it was, other words now, or nothing near it."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Cited:
    """What a citation opens now: None where it is gone, with `elsewhere` what another note says."""

    fate: Fate
    hit: Hit | None = None
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """A citation opened: the passages before and after it in its note, and in time.

    `earlier` and `later` are the note's, or where it has no more those of the video.
    """

    cited: Cited
    before: Hit | None = None
    after: Hit | None = None
    earlier: Hit | None = None
    later: Hit | None = None


def cite_of(hit: Hit) -> Cite:
    """The passage of a hit, named by its content."""
    return Cite(hit.moment.video_id, hit.moment.start, _print(hit.passage), hit.note.ref)


def _print(passage: Passage) -> str:
    """Eight characters of its folded words: case, marks and markup may change."""
    return short_hash(topic_name(passage.text) or passage.text)[:8]


def to_payload(cite: Cite) -> str:
    """At most 40 of `A-Za-z0-9_-`: fits a deep link, and with a command a button."""
    digits, rest = "", cite.start
    while rest or not digits:
        rest, digit = divmod(rest, 36)
        digits = _DIGITS[digit] + digits
    return f"c{cite.video_id}{cite.print}{cite.note_ref}{digits}"


def from_payload(text: str) -> Cite | None:
    """What a payload names; None where `to_payload` never made it."""
    match = _PAYLOAD.fullmatch(text)
    return Cite(match[1], int(match[4], 36), match[2], match[3]) if match else None


def open_cited(database: Database, cite: Cite) -> Opened:
    """What a citation opens now, and what stands beside it."""
    cited = find_cited(database, cite)
    if cited.hit is None:
        return Opened(cited)
    before, after = neighbours(database, cited.hit)
    return Opened(cited, before, after, *_beside(database, cited.hit, before, after))


def find_cited(database: Database, cite: Cite) -> Cited:
    """The passage cited, else the nearest that its note says now, else what is said right there.

    Never of another video. The same words at quite another second are a change.
    """
    own = passages_where(database, "n.ref = ? and n.video_id = ?", (cite.note_ref, cite.video_id))
    said = _nearest_same(own, cite)
    if said is not None and _apart(said, cite) <= SAME_SECONDS:
        return _cited(database, Fate.SAME, said)
    everywhere = passages_where(database, "n.video_id = ?", (cite.video_id,))
    moved = _nearest_same(_within(everywhere, cite, SAME_SECONDS), cite)
    if moved is not None:  # the note has another name now
        return _cited(database, Fate.SAME, moved)
    near = said or _nearest(_within(own, cite, SAME_SECONDS), cite)
    if near is not None:
        return _cited(database, Fate.CHANGED, near)
    other = _nearest(_within(everywhere, cite, NEAR_SECONDS), cite)
    return _cited(database, Fate.CHANGED, other, elsewhere=True) if other else Cited(Fate.GONE)


def _cited(database: Database, fate: Fate, row: PassageRow, *, elsewhere: bool = False) -> Cited:
    return Cited(fate, as_hits(database, [row])[0], elsewhere)


def _apart(row: PassageRow, cite: Cite) -> int:
    return abs(_start(row) - cite.start)


def _within(rows: Iterable[PassageRow], cite: Cite, seconds: int) -> list[PassageRow]:
    return [row for row in rows if _apart(row, cite) <= seconds]


def _nearest_same(rows: Iterable[PassageRow], cite: Cite) -> PassageRow | None:
    """Of those with the words cited, the one nearest in time."""
    same = (row for row in rows if _print(row[2]) == cite.print)
    return min(same, key=lambda row: _apart(row, cite), default=None)


def _nearest(rows: Iterable[PassageRow], cite: Cite) -> PassageRow | None:
    """The one nearest in time, of those whose time is known."""
    return min(filter(is_timed, rows), key=lambda row: _apart(row, cite), default=None)


def _beside(
    database: Database, hit: Hit, before: Hit | None, after: Hit | None
) -> tuple[Hit | None, Hit | None]:
    """The hits just earlier and later; where the hit's time is unknown, those beside it."""
    if hit.moment.trust is Trust.START:
        return _other(before, hit), _other(after, hit)
    note = _in_time_order(passages_where(database, "n.key = ?", (hit.note.key,)))
    at = list(note).index((hit.moment.start, _print(hit.passage)))
    earlier, later = ([None, *note.values(), None][place] for place in (at, at + 2))
    if earlier is None or later is None:
        rows = passages_where(database, "n.video_id = ?", (hit.moment.video_id,))
        video, second = list(_in_time_order(rows).values()), hit.moment.start
        earlier = earlier or next((row for row in reversed(video) if _start(row) < second), None)
        later = later or next((row for row in video if _start(row) > second), None)
    found = iter(as_hits(database, [row for row in (earlier, later) if row]))
    return (next(found) if earlier else None), (next(found) if later else None)


def _other(near: Hit | None, hit: Hit) -> Hit | None:
    """A hit, unless its citation is the same: a button that goes nowhere."""
    return near if near and cite_of(near) != cite_of(hit) else None


def _in_time_order(rows: Iterable[PassageRow]) -> dict[tuple[int, str], PassageRow]:
    """Passages of known time; of those that say the same at one second, one."""
    timed = sorted(filter(is_timed, rows), key=_start)
    return {(_start(row), _print(row[2])): row for row in timed}


def _start(row: PassageRow) -> int:
    return row[2].moments[0].start

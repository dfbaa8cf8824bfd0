"""Doubtful times settled by what other notes on the same video say. Pure.

A note is doubtful where it cites beyond four hours or writes many ":00"; each of its times has two
readings, hours:minutes:seconds and minutes:seconds. The clean notes on the video tell how far it
goes and which seconds matter: a reading beyond that is wrong, and one that they cite is right.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from storage.model import Moment, Passage, Trust

AFTER_LAST = 120
"""A video goes on this many seconds, about, after the last one that a clean note cites."""


@dataclass(frozen=True, slots=True)
class Siblings:
    """What the clean notes on a video cite; `last` is -1 where there is no such note."""

    seconds: frozenset[int]
    last: int


def siblings_of(moments: Iterable[Moment]) -> Siblings:
    """The evidence in the moments of all clean notes on one video."""
    seconds = frozenset(moment.start for moment in moments if moment.trust is Trust.EXACT)
    return Siblings(seconds, max(seconds, default=-1))


def settle(passage: Passage, siblings: Siblings) -> Passage:
    """The passage with its doubtful times read as the siblings have it."""
    if not passage.others or siblings.last < 0:
        return passage
    pairs = zip(passage.moments, passage.others, strict=True)
    settled = dict.fromkeys(_settle(moment, other, siblings) for moment, other in pairs)
    known = [moment for moment in settled if moment.trust is not Trust.START]
    unknown = [moment for moment in settled if moment.trust is Trust.START]
    return replace(passage, moments=tuple(known + unknown[:1]), others=())


def _settle(moment: Moment, other: int, siblings: Siblings) -> Moment:
    """`other` is the other reading in seconds, -1 where there is none."""
    limit = siblings.last + AFTER_LAST
    if moment.trust is Trust.START or moment.start > limit:
        if 0 <= other <= limit:
            return Moment(moment.video_id, other, Trust.NEAR)
        return Moment(moment.video_id, 0, Trust.START)
    if moment.start not in siblings.seconds and other in siblings.seconds:
        return Moment(moment.video_id, other, Trust.NEAR)
    return moment

"""Passages of one video made into moments, and what is indexed of each. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from storage.model import Trust
from storage.names import STOP_WORDS, words_of

UNKNOWN = 1 << 28
"""Stands for the second of a moment whose time is unknown: after all others, FAR from the next."""
FAR = 1_000
MOMENT_SECONDS = 2
"""Passages whose seconds are at most this far apart tell the same moment."""


def cluster(passages: Sequence[tuple[int, int, Trust]]) -> Iterator[tuple[int, list[int]]]:
    """(start, passage ids) of each moment, of (id, start, trust) of one video's passages.

    No two passages of a moment are more than MOMENT_SECONDS apart. A passage whose time is
    unknown is a moment of its own: nothing says that it tells what others tell.
    """
    known = sorted((start, number) for number, start, trust in passages if trust != Trust.START)
    members: list[int] = []
    first = 0
    for start, number in known:
        if members and start - first > MOMENT_SECONDS:
            yield first, members
            members = []
        if not members:
            first = start
        members.append(number)
    if members:
        yield first, members
    unknown = [number for number, _, trust in passages if trust == Trust.START]
    yield from ((UNKNOWN + at * FAR, [number]) for at, number in enumerate(unknown))


def telling(text: str) -> list[str]:
    """The words of a passage that are looked for: all but stop words, folded."""
    return [word for word in words_of(text) if word not in STOP_WORDS]

"""Passages of one video made into moments, and what is indexed of each. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from storage.model import Trust

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
    yield from ((0, [number]) for number, _, trust in passages if trust == Trust.START)


def documents(
    passages: Iterable[tuple[int, Sequence[str]]],
) -> Iterator[tuple[int, str, str]]:
    """(moment id, words, context) as indexed, of (moment id, text, before, after, context).

    FTS5 forgets a row only when it is given the same words again: both ways come through here.
    """
    words: dict[int, list[str]] = {}
    context: dict[int, list[str]] = {}
    for moment, (text, *around) in passages:
        words.setdefault(moment, []).append(text)
        context.setdefault(moment, []).extend(part for part in around if part)
    for moment, texts in words.items():
        yield moment, "\n".join(texts), "\n".join(context[moment])

"""What to show where nothing is asked for: the newest notes, the most linked ones. Queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlite_utils import Database

from storage.memory import Memory
from storage.model import Hit
from storage.rows import (
    PassageRow,
    as_hits,
    is_timed,
    notes_by_id,
    passages_where,
    stems_of,
)

NEWEST = 5
"""So many of the newest notes come before the most linked ones."""


def newest_moments(
    database: Database, memory: Memory, limit: int, offset: int = 0, channel: str = ""
) -> tuple[Hit, ...]:
    """A moment a note: the first of the newest notes, then the best of those most linked to.

    Of one channel, the first of each note, the newest first. Notes without moments are left out.
    """
    if offset:
        return _read(database, memory, limit, offset, channel)
    name = ("first newest moments", channel, limit)  # what everybody sees before they type
    return memory.kept(name, lambda: _read(database, memory, limit, 0, channel))


def _read(
    database: Database, memory: Memory, limit: int, offset: int, channel: str
) -> tuple[Hit, ...]:
    order = memory.kept(("newest moments", channel), lambda: _order(database, channel))
    notes = order[offset : offset + limit]
    newest = len(order) if channel else NEWEST
    rows, info = _passages(database, notes), notes_by_id(database, notes[max(0, newest - offset) :])
    shown = [
        _first(rows[note]) if at < newest else _best(info[note].title, rows[note])
        for at, note in enumerate(notes, offset)
        if rows[note]
    ]
    return tuple(as_hits(database, shown))


def _order(database: Database, channel: str) -> list[int]:
    """All notes that have moments, by row number."""
    told = "exists (select 1 from passages p where p.note_id = n.id)"
    links = "(select count(distinct l.note_id) from links l where l.name = n.name)"
    rows = database.execute(
        f"select n.id, {'0' if channel else links} from notes n join files f on f.key = n.key"
        f" where {told} {'and n.channel = ?' if channel else ''} order by f.mtime_ns desc, n.key",
        (channel,) if channel else (),
    ).fetchall()
    linked = sorted(rows[NEWEST:], key=lambda row: -row[1])
    return [row[0] for row in (rows if channel else [*rows[:NEWEST], *linked])]


def _passages(database: Database, notes: Sequence[int]) -> dict[int, list[PassageRow]]:
    """The passages of each note in its order."""
    found: defaultdict[int, list[PassageRow]] = defaultdict(list)
    for row in passages_where(database, f"p.note_id in ({','.join('?' * len(notes))})", notes):
        found[row[1]].append(row)
    return found


def _first(rows: Sequence[PassageRow]) -> PassageRow:
    """The first passage whose time is known, else the first."""
    return next(filter(is_timed, rows), rows[0])


def _best(title: str, rows: Sequence[PassageRow]) -> PassageRow:
    """The passage that shares most with the note's title, then the first."""
    about = stems_of(title)
    timed = list(filter(is_timed, rows)) or rows
    return max(timed, key=lambda row: len(about & stems_of(row[2].text)))

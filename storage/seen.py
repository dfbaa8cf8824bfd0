"""What was announced already: marks of notes, and of the problems that admins were told of.

What is new is a set difference: the notes of the index without those that have a mark here. A
note has a mark of its key, of its content, and of its title in its video, so that renaming,
moving, editing, deleting and restoring are no news.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from sqlite_utils import Database

from storage.database import transaction, translated
from storage.names import topic_name
from storage.notices import owe_notices
from storage.state import State

_AT_ONCE = 1_000
"""Marks that are looked up in one query."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A note by its key, with all that it may be known by."""

    key: str
    marks: tuple[bytes, ...]


def marks_of(key: str, digest: bytes, video_id: str, title: str) -> tuple[bytes, ...]:
    """A note's marks, 8 bytes each. The title counts only with a video, and if it has words."""
    name = topic_name(title)
    marks = (_mark(b"key", key.encode("utf-8", "surrogatepass")), _mark(b"content", digest))
    if video_id and name:
        return (*marks, _mark(b"video", f"{video_id}\0{name}".encode("utf-8", "surrogatepass")))
    return marks


def _mark(kind: bytes, data: bytes) -> bytes:
    return blake2b(data, digest_size=8, person=kind).digest()


def begin(state: State, root: str, notes: Sequence[Marked], told: Iterable[bytes] = ()) -> bool:
    """Take all notes of a folder as seen, once: nothing of them will be announced.

    False, and nothing is taken, where this was done for the folder before, or where it is another
    place of a folder that is known: half of the notes at least were seen.
    """
    known = _root(state)
    if known == root:
        return False
    new = known is None or 2 * len(unseen(state, notes)) > len(notes)
    with transaction(state.database, state.path) as database:
        if new:
            _add(database, "seen", (mark for note in notes for mark in note.marks))
            _add(database, "told", told)
        database.execute("insert or replace into meta values ('begun', ?)", (root,))
    return new


def _root(state: State) -> str | None:
    with translated(state.path):
        row = state.database.execute("select value from meta where name = 'begun'").fetchone()
    return None if row is None else str(row[0])


def unseen(state: State, notes: Sequence[Marked]) -> list[str]:
    """The keys of the notes that have no mark that was seen, in order.

    Of copies among them (a mark in common) only the first is unseen: it is one piece of news.
    """
    with translated(state.path):
        seen = _known(state.database, "seen", (mark for note in notes for mark in note.marks))
    keys = []
    for note in notes:
        if seen.isdisjoint(note.marks):
            keys.append(note.key)
            seen.update(note.marks)
    return keys


def remember(state: State, notes: Iterable[Marked]) -> None:
    """The further marks of notes that were seen (edited, renamed); others are left unseen.

    Where there are none, nothing is written.
    """
    notes = list(notes)
    with translated(state.path):
        seen = _known(state.database, "seen", (mark for note in notes for mark in note.marks))
    known = (note for note in notes if not seen.isdisjoint(note.marks))
    further = {mark for note in known for mark in note.marks} - seen
    if further:
        with transaction(state.database, state.path) as database:
            _add(database, "seen", further)


def untold(state: State, problems: Sequence[bytes]) -> list[bool]:
    """Of each problem, by its mark, whether nobody was told."""
    with translated(state.path):
        told = _known(state.database, "told", problems)
    return [mark not in told for mark in problems]


def tell(
    state: State, problems: Sequence[bytes], admins: Sequence[int], text: str, now: float
) -> None:
    """From now on exactly these problems are told; `text`, if any, is owed to each admin.

    Where nothing is to be told or forgotten, nothing is written.
    """
    with translated(state.path):
        told = {row[0] for row in state.database.execute("select mark from told")}
    if not text and told == set(problems):
        return
    with transaction(state.database, state.path) as database:
        database.execute("delete from told")
        _add(database, "told", problems)
        owe_notices(database, admins, text, now)


def _known(database: Database, table: str, marks: Iterable[bytes]) -> set[bytes]:
    """Those of the marks that the table holds."""
    known: set[bytes] = set()
    for some in _parts([*marks], _AT_ONCE):
        places = ", ".join("?" * len(some))
        rows = database.execute(f"select mark from {table} where mark in ({places})", some)
        known.update(row[0] for row in rows)
    return known


def _parts(marks: Sequence[bytes], most: int) -> Iterator[Sequence[bytes]]:
    return (marks[start : start + most] for start in range(0, len(marks), most))


def _add(database: Database, table: str, marks: Iterable[bytes]) -> None:
    database.conn.executemany(
        f"insert or ignore into {table} values (?)", ((mark,) for mark in marks)
    )

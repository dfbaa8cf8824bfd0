"""What another reading of the same notes changes: from one index to the next. Reading queries.

Nothing of it is news: a note that the version before could not read is taken as seen.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from storage.database import open_reader, transaction
from storage.errors import StorageError
from storage.facts import marked
from storage.seen import Marked
from storage.state import State
from storage.writing import Changes

_Files = dict[str, bytes]


def difference(old: Database, new: Database) -> Changes:
    """What questions find otherwise than before, as an update tells it: `more` than its keys."""
    before, after = _files(old, "= 'note'"), _files(new, "= 'note'")
    added, gone = after.keys() - before.keys(), before.keys() - after.keys()
    changed = {key for key in after.keys() & before.keys() if after[key] != before[key]}
    rejected = _files(new, "= 'rejected'").items() - _files(old, "= 'rejected'").items()
    return Changes(
        len(added),
        len(changed),
        len(gone),
        len(rejected),
        keys=added | changed,
        gone=gone,
        problems=True,
        more=True,
    )


def newly_read(old: Path, new: Database) -> list[Marked]:
    """Notes of files that the old index has just so, but not as notes."""
    try:
        with closing(open_reader(old)) as reader:
            before = _files(reader, "!= 'note'")
    except (sqlite3.Error, StorageError):  # its tables may be quite others
        return []
    after = _files(new, "= 'note'")
    return marked(new, [key for key, digest in before.items() if after.get(key) == digest])


def _files(database: Database, kind: str) -> _Files:
    """Content hash by key of the files whose kind is as this condition says."""
    return dict(database.execute(f"select key, hash from files where kind {kind}"))


def take_as_seen(state: State, notes: Iterable[Marked]) -> None:
    """These notes will not be announced. A state.db of before may be written to as well.

    One of version 1 knows nothing of announcing, and takes all as seen when it is brought forward.
    """
    marks = {mark for note in notes for mark in note.marks}
    if marks and "seen" in state.database.table_names():
        with transaction(state.database, state.path) as database:
            database.conn.executemany(
                "insert or ignore into seen values (?)", ((mark,) for mark in marks)
            )

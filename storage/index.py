"""index.db, written by one writer. Derived from the folder: thrown away at any doubt.

Each `apply` is one transaction: a reader sees the index before it or after it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlite_utils import Database

from storage.database import open_database, transaction, translated
from storage.errors import CorruptError
from storage.folder import SCAN_KINDS, Signature
from storage.intake import ParsedFile
from storage.model import Problem
from storage.schema import APPLICATION_ID, SCHEMA, TABLES, VERSION
from storage.writing import Changes, Update

__all__ = ["Changes", "Index"]


class Index:
    """The writer. One thread at a time; readers open the file on their own."""

    def __init__(self, path: Path, database: Database) -> None:
        self.path = path
        self.database = database
        self.rebuilds = 0
        """How often the file was replaced: readers that opened it before look at the old one."""
        self.damaged = False
        """Set by whoever meets damage while reading: the next update builds the index anew."""

    @classmethod
    def open(cls, path: Path) -> Index:
        """Open or create. A damaged or other-version file is thrown away: it can be rebuilt."""
        try:
            return cls(path, _open(path))
        except CorruptError:
            _throw_away(path)
            return cls(path, _open(path))

    def rebuild(self) -> None:
        """Throw the file away and begin an empty one. Readers must open it again: `rebuilds`."""
        self.database.close()
        _throw_away(self.path)
        self.database = _open(self.path)
        self.rebuilds += 1
        self.damaged = False

    def close(self) -> None:
        """Close the writer's connection."""
        self.database.close()

    def files(self) -> dict[str, tuple[Signature, bytes]]:
        """Signature and content hash of every file that the index knows, by key."""
        with translated(self.path):
            rows = self.database.execute("select key, size, mtime_ns, inode, hash from files")
            return {row[0]: (Signature(*row[1:4]), row[4]) for row in rows}

    @property
    def complete(self) -> bool:
        """False until an update has seen the whole folder."""
        with translated(self.path):
            rows = self.database.execute("select value from meta where name = 'complete'")
            return bool(rows.fetchone()[0])

    def folder_problems(self) -> list[Problem]:
        """What the last scan found wrong, in its order."""
        with translated(self.path):
            rows = self.database.execute(
                "select key, line, kind, message, lost from problems"
                f" where kind in {SCAN_KINDS} order by rowid"
            )
            return [Problem(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]

    def apply(
        self,
        files: Iterable[ParsedFile],
        remove: Iterable[str] = (),
        *,
        complete: bool = True,
        problems: Sequence[Problem] | None = None,
    ) -> Changes:
        """Take in and forget files, all or nothing. `problems` replaces those of the folder."""
        with transaction(self.database, self.path) as database:
            update = Update(database)
            try:
                update.run_all(files, remove, complete, problems)
            except sqlite3.IntegrityError as error:
                raise CorruptError(f"{self.path} contradicts itself ({error})") from error
        return update.changes

    def checkpoint(self) -> None:
        """Fold the write-ahead log back into the file, as far as readers allow."""
        with translated(self.path):
            self.database.execute("pragma wal_checkpoint(truncate)").fetchone()


def _open(path: Path) -> Database:
    database = open_database(path, cache_kb=65_536)
    try:
        with translated(path):
            empty = _is_empty(database)
        if empty:
            with transaction(database, path):
                _create(database)
        _refuse_other(database, path)
    except BaseException:
        database.close()
        raise
    return database


def _is_empty(database: Database) -> bool:
    return not database.table_names()


def _create(database: Database) -> None:
    """Within a transaction: of two processes that begin at once, the second finds all there."""
    if not _is_empty(database):
        return
    for statement in SCHEMA.split(";"):
        database.conn.execute(statement)
    database.conn.execute(f"pragma application_id = {APPLICATION_ID}")
    database.conn.execute(f"pragma user_version = {VERSION}")


def _refuse_other(database: Database, path: Path) -> None:
    """Raise CorruptError without our id, our version, every table and what says how far it is."""
    with translated(path):
        owner = database.execute("pragma application_id").fetchone()[0]
        version = database.execute("pragma user_version").fetchone()[0]
        same = (owner, version) == (APPLICATION_ID, VERSION)
        if same := same and set(database.table_names()) >= TABLES:
            meta = dict(database.execute("select name, value from meta"))
            same = meta.keys() >= {"complete", "generation", "passages", "moments", "next_moment"}
    if not same:
        raise CorruptError(f"{path} is an index of another version")


def _throw_away(path: Path) -> None:
    """The file first: SQLite deletes a log that has no file of its own by itself."""
    with translated(path):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)

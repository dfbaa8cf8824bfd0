"""index.db, written by one writer. Derived from the folder: thrown away at any doubt.

Each `apply` is one transaction: a reader sees the index before it or after it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
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

_Files = dict[str, tuple[Signature, bytes]]
MOST_NOTED = 500
"""After an update of more files than this, all that is known of files is read again."""


class Index:
    """The writer. One thread at a time; readers open the file on their own."""

    def __init__(self, path: Path, database: Database) -> None:
        self.path = path
        self.database = database
        self.rebuilds = 0
        """How often the file was replaced: readers that opened it before look at the old one."""
        self.damaged = False
        """Set by whoever meets damage while reading: the next update builds the index anew."""
        self.untold = False
        """Whether it holds what no update has reported: see `Changes.more`."""
        self._known: _Files | None = None
        self._seen = 0
        self._identity = _identity(path)

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
        self._known, self._seen = None, 0
        self._identity = _identity(self.path)

    @property
    def replaced(self) -> bool:
        """Whether the file was deleted, or another one has its name: nobody will find ours."""
        return _identity(self.path) != self._identity

    def close(self) -> None:
        """Close the writer's connection."""
        self.database.close()

    def files(self) -> _Files:
        """Signature and content hash of every file that the index knows, by key.

        Held between updates, as reading it all is what a small change would cost most; read again
        where another process has written.
        """
        with translated(self.path):
            seen = self.database.execute("pragma data_version").fetchone()[0]
            if self._known is None or seen != self._seen:
                self.untold |= bool(self._seen) and seen != self._seen
                self._known, self._seen = self._read_files(), seen
        return self._known

    def _read_files(self, where: str = "", values: Sequence[str] = ()) -> _Files:
        rows = self.database.execute(
            f"select key, size, mtime_ns, inode, hash from files {where}", values
        )
        return {key: (Signature(*signature), digest) for key, *signature, digest in rows}

    def _note_change(self, keys: Sequence[str]) -> None:
        """Bring what is held up to date after an update of these files."""
        if self._known is None or len(keys) > MOST_NOTED:
            self._known = None
            return
        marks = ",".join("?" * len(keys))
        now = self._read_files(f"where key in ({marks})", keys)
        for key in keys:
            self._known.pop(key, None)
        self._known.update(now)

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
        known, self._known, keys = self._known, None, list(remove)
        with transaction(self.database, self.path) as database:
            update = Update(database)
            try:
                update.run_all(_noting(files, keys), tuple(keys), complete, problems)
            except sqlite3.IntegrityError as error:
                raise CorruptError(f"{self.path} contradicts itself ({error})") from error
        with translated(self.path):
            self._known = known
            self._note_change(keys)
        return update.changes

    def checkpoint(self) -> None:
        """Fold the write-ahead log back into the file, as far as readers allow."""
        with translated(self.path):
            self.database.execute("pragma wal_checkpoint(truncate)").fetchone()


def _noting(files: Iterable[ParsedFile], keys: list[str]) -> Iterator[ParsedFile]:
    """The files as they pass, their keys noted."""
    for file in files:
        keys.append(file.key)
        yield file


def _open(path: Path) -> Database:
    database = open_database(path, cache_kb=8_192)
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


def _identity(path: Path) -> tuple[int, int] | None:
    with translated(path), suppress(FileNotFoundError):
        status = path.stat()
        return status.st_dev, status.st_ino
    return None


def _throw_away(path: Path) -> None:
    """The file first: SQLite deletes a log that has no file of its own by itself."""
    with translated(path):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)

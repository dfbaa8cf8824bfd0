"""index.db, written by one writer. Derived from the folder: thrown away at any doubt.

Each `apply` is one transaction: a reader sees the index before it or after it.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from sqlite_utils import Database

from storage.database import transaction, translated
from storage.errors import BusyError, CorruptError, StorageError
from storage.folder import SCAN_KINDS, Signature
from storage.index_file import (
    OtherVersionError,
    adopt,
    beside_of,
    has_room,
    identity,
    is_ours,
    open_anew,
    open_beside,
    open_index,
    refuse_full,
    size_of,
    take_over,
    throw_away,
)
from storage.intake import ParsedFile
from storage.lock import alone
from storage.model import Problem
from storage.seen import Marked
from storage.upgrade import difference, newly_read
from storage.writing import Changes, Update

__all__ = ["Changes", "Index"]

_Files = dict[str, tuple[Signature, bytes]]
MOST_NOTED = 500
"""After an update of more files than this, all that is known of files is read again."""
log = logging.getLogger(__name__)


class Index:
    """The writer. One thread at a time; readers open the file on their own."""

    def __init__(self, path: Path, database: Database, replaces: Path | None = None) -> None:
        self.path = path
        self.database = database
        self.replaces = replaces
        """The index whose place it takes later, where it is built beside one."""
        self.outdated = not is_ours(database)
        """Whether notes were read as another version reads them: it answers, nothing more."""
        self.rebuilds = 0
        """How often the file was replaced: readers that opened it before look at the old one."""
        self.damaged = False
        """Set by whoever meets damage while reading: the next update builds the index anew."""
        self.untold = False
        """Whether it holds what no update has reported: see `Changes.more`."""
        self._known: _Files | None = None
        self._seen = 0
        self._next: Index | None = None
        self._identity = identity(path)

    @classmethod
    def open(cls, path: Path) -> Index:
        """Open or create. A damaged file is thrown away: it can be rebuilt.

        One of another reading is kept, `outdated`. One that cannot be read by this version is
        thrown away, but not under a bot that serves from it: then this is the one beside it.
        """
        adopt(path)
        try:
            return cls(path, open_index(path))
        except OtherVersionError:
            return cls._of_another_version(path)
        except CorruptError:
            return cls(path, open_anew(path))

    @classmethod
    def _of_another_version(cls, path: Path) -> Index:
        with alone(path.parent) as ours:
            if ours:
                log.warning("%s is of another version; it is built anew from the notes", path)
                return cls(path, open_anew(path))
        _tell_beside(path)
        return cls(beside_of(path), open_beside(path), path)

    def rebuild(self) -> None:
        """Throw the file away and begin an empty one. Readers must open it again: `rebuilds`."""
        self._drop_next()
        self.database.close()
        self.database = open_anew(self.path)
        self.damaged = self.outdated = False
        self._is_another()

    def _is_another(self) -> None:
        """All that is known of the file before is void."""
        self.rebuilds += 1
        self._known, self._seen = None, 0
        self._identity = identity(self.path)

    def building(self) -> Index:
        """The index to bring up to date: this one; where it is outdated, the one beside it.

        Where the disk has no room for two, the outdated one is thrown away.
        """
        if self.replaces and self.replaced:
            self._go_back(self.replaces)
        if not self.outdated or self.damaged or self.replaced:
            return self
        if is_ours(self.database):  # another process was quicker
            self._drop_next()
            self.outdated = False
            self._is_another()
        elif self._next is None:
            self._begin_next()
        return self._next or self

    def _begin_next(self) -> None:
        beside = beside_of(self.path)
        if not has_room(self.path, 2 * size_of(self.path) - size_of(beside)):
            log.warning(
                "%s is of an older version, and there is no room to build a new one beside it:"
                " it is built anew, and until that is done answers are incomplete",
                self.path,
            )
            throw_away(beside)
            self.rebuild()
            return
        log.info("this version reads notes anew; until that is done, the index of before answers")
        self._next = Index(beside, open_beside(self.path), self.path)

    def _drop_next(self) -> None:
        if self._next:
            self._next.close()
            throw_away(self._next.path)
            self._next = None

    def newly_read(self) -> list[Marked]:
        """Notes of files that the index before has just so, but could not read as notes."""
        new = self._next or self
        if new.replaces is None:
            return []
        return newly_read(new.replaces, new.database)

    def renew(self) -> Changes:
        """Take over what was built beside, and tell how it differs. Raises FullError: try again.

        While a bot of another version serves from this one, it stays as it is, and what was built
        beside it is what is read here from now on.
        """
        if self.building() is self or self._next is None:  # another process was quicker
            return Changes(more=True)
        changes = difference(self.database, self._next.database)
        with alone(self.path.parent) as ours:
            if ours:
                refuse_full(self.path, self._next.path)
                take_over(self._next.database, self.database, self.path)
                self._drop_next()
                self.outdated = False
                self._known, self._seen = None, 0
                return changes
        _tell_beside(self.path)
        following, self._next = self._next, None
        self._move(following.path, following.database, self.path)
        return changes

    def _go_back(self, path: Path) -> None:
        """What was built beside may have taken its place."""
        with suppress(StorageError):
            database = open_index(path)
            if is_ours(database):
                self._move(path, database, None)
            else:
                database.close()

    def _move(self, path: Path, database: Database, replaces: Path | None) -> None:
        self.database.close()
        self.path, self.database, self.replaces = path, database, replaces
        self.outdated = False
        self._is_another()

    @property
    def replaced(self) -> bool:
        """Whether the file was deleted, or another one has its name: nobody will find ours."""
        return identity(self.path) != self._identity

    def close(self) -> None:
        """Close the writer's connection."""
        if self._next:
            self._next.close()
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
            self._refuse_foreign_notes()
            update = Update(database)
            try:
                update.run_all(_noting(files, keys), tuple(keys), complete, problems)
            except sqlite3.IntegrityError as error:
                raise CorruptError(f"{self.path} contradicts itself ({error})") from error
        with translated(self.path):
            self._known = known
            self._note_change(keys)
        return update.changes

    def _refuse_foreign_notes(self) -> None:
        """Another version may have taken over meanwhile: what we read is not for it."""
        if not is_ours(self.database):
            raise BusyError(f"{self.path} is of another version of Tubenotes; start this one again")

    def checkpoint(self) -> None:
        """Fold the write-ahead log back into the file, as far as readers allow."""
        with translated(self.path):
            self.database.execute("pragma wal_checkpoint(truncate)").fetchone()


def _noting(files: Iterable[ParsedFile], keys: list[str]) -> Iterator[ParsedFile]:
    """The files as they pass, their keys noted."""
    for file in files:
        keys.append(file.key)
        yield file


def _tell_beside(path: Path) -> None:
    log.warning(
        "%s is in use by a running bot of another version and stays as it is; the new index is"
        " beside it, %s, and is used from the bot's next start",
        path,
        beside_of(path).name,
    )

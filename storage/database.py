"""Opening SQLite files the same way everywhere, and telling its errors apart."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from storage.errors import BusyError, CorruptError, FullError, SlowQueryError, StorageError

BUSY_SECONDS = 10
_FULL = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")
_BAD = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_BAD_TEXT = "Could not decode to UTF-8"  # Python's own error, which has no name


def open_database(path: Path, *, full_sync: bool = False, cache_kb: int = 16_384) -> Database:
    """A writer's connection in WAL mode. Raises a StorageError that names the file."""
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
        try:
            connection.execute("pragma journal_mode = wal")
            connection.execute(f"pragma synchronous = {'full' if full_sync else 'normal'}")
            connection.execute(f"pragma cache_size = -{cache_kb}")
            connection.execute("pragma temp_store = memory")
        except BaseException:
            connection.close()
            raise
    return Database(connection, execute_plugins=False)


def open_reader(path: Path, *, cache_kb: int = 4_096) -> Database:
    """A read-only connection; it never holds up the writer. It belongs to one thread."""
    with translated(path):
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro",
            uri=True,
            timeout=BUSY_SECONDS,
            check_same_thread=False,
        )
        connection.execute("pragma query_only = on")
        connection.execute(f"pragma cache_size = -{cache_kb}")
    return Database(connection, execute_plugins=False)


@contextmanager
def transaction(database: Database, path: Path) -> Iterator[Database]:
    """One write transaction, begun at once: all of it happens, or nothing."""
    with translated(path):
        database.conn.execute("begin immediate")
        try:
            yield database
            database.conn.execute("commit")
        except BaseException:
            if database.conn.in_transaction:
                database.conn.execute("rollback")
            raise


@contextmanager
def snapshot(database: Database) -> Iterator[Database]:
    """All reading inside sees one state of the database, whatever a writer does meanwhile."""
    database.conn.execute("begin")
    try:
        yield database
    finally:
        if database.conn.in_transaction:
            database.conn.execute("rollback")


@contextmanager
def copied(path: Path, copy: Path) -> Iterator[Path]:
    """A copy in one file, whoever writes meanwhile: yields it under another name, to be checked.

    It has its own name at the end, and is whole as soon as it has it, also if the power fails.
    """
    part = copy.with_name(f"{copy.name}.part")
    try:
        with translated(copy):
            remove(part)  # left by a process that was killed
            with closing(open_reader(path)) as reader, closing(sqlite3.connect(part)) as whole:
                reader.conn.backup(whole)
                whole.execute("pragma journal_mode = delete")
        yield part
        with translated(copy):
            sync(part)
            part.replace(copy)
            sync(copy.parent)
    finally:
        with suppress(OSError):  # what went wrong before is to be told
            remove(part)


def files_of(path: Path) -> tuple[Path, Path, Path, Path]:
    """The file, its log and the log's index, its journal: where SQLite may keep what it holds."""
    return path, Path(f"{path}-wal"), Path(f"{path}-shm"), Path(f"{path}-journal")


def remove(path: Path) -> None:
    """The file first: SQLite deletes a log that has no file of its own by itself."""
    for file in files_of(path):
        file.unlink(missing_ok=True)


def is_shut(path: Path) -> bool:
    """Whether there is such a file, or a log of it, that we have no right to write to."""
    return any(file.exists() and not os.access(file, os.W_OK) for file in files_of(path))


def number(database: Database | sqlite3.Connection, query: str) -> int:
    """The whole number that is all a query yields: of a pragma, or of what it counts."""
    return int(database.execute(query).fetchone()[0])


def owner_of(database: Database | sqlite3.Connection) -> int:
    """The application id: which program's file it says that it is, 0 for nobody's."""
    return number(database, "pragma application_id")


def version_of(database: Database | sqlite3.Connection) -> int:
    """The version that whoever wrote the file gave it; 0 where nothing was written yet."""
    return number(database, "pragma user_version")


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's and the file system's errors as ours, by their names."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(error, path) from error
    except UnicodeDecodeError as error:
        raise CorruptError(f"{path} is damaged ({error})") from error
    except OSError as error:
        raise FullError(f"{path} cannot be written: {error.strerror}") from error


@contextmanager
def doubted(database: Database, path: Path) -> Iterator[None]:
    """An error that nobody foresaw is a CorruptError where the file turns out to be damaged."""
    try:
        yield
    except Exception as error:
        foreseen = isinstance(error, StorageError) and type(error) is not StorageError
        if foreseen or is_whole(database):
            raise
        raise CorruptError(f"{path} is damaged ({error!r})") from error


def is_whole(database: Database) -> bool:
    """Whether SQLite finds nothing wrong. Reads the whole file: about a second for 250 MB."""
    try:
        return bool(database.execute("pragma integrity_check(1)").fetchone()[0] == "ok")
    except sqlite3.Error as error:
        return not (getattr(error, "sqlite_errorname", None) or "").startswith(_BAD)


def _translate(error: sqlite3.Error, path: Path) -> StorageError:
    name = getattr(error, "sqlite_errorname", None) or ""
    if name.startswith(_BAD) or str(error).startswith(_BAD_TEXT):
        return CorruptError(f"{path} is damaged or no database of ours ({error})")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return BusyError(f"{path} is in use by another process; try again in a moment")
    if name.startswith("SQLITE_INTERRUPT"):
        return SlowQueryError("the question took too long and was given up")
    if name.startswith(_FULL):
        return FullError(f"{path} cannot be written ({error}); check room and rights of the folder")
    return StorageError(f"{path}: {error} ({name or type(error).__name__})")

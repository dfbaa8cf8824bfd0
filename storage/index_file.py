"""The file of index.db: made, judged, thrown away, and taken over from one built beside it.

An index of another version is not thrown away while it can answer, or while a bot of that version
uses it: the new one is built in `index.db.next`. What that holds is copied over in one transaction
of SQLite: whoever reads sees the old index or the new one, also where the power fails.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlite_utils import Database

from storage.database import (
    files_of,
    is_shut,
    open_database,
    open_reader,
    owner_of,
    remove,
    transaction,
    translated,
    version_of,
)
from storage.errors import CorruptError, FullError, StorageError
from storage.lock import alone
from storage.schema import APPLICATION_ID, READINGS, SCHEMA, TABLES, VERSION

_META = {"complete", "generation", "passages", "moments", "next_moment"}
_SPARE = 16_000_000
"""Bytes of the disk that are left alone."""
_CACHE_KB = 8_192
log = logging.getLogger(__name__)


class OtherVersionError(CorruptError):
    """An index of ours that this version cannot answer from."""


def open_index(path: Path) -> Database:
    """The writer's connection; an empty index where there is none.

    One of another reading is fine if it is complete. Raises OtherVersionError for any other
    version, CorruptError for what is no index of ours or damaged.
    """
    database = open_database(path, cache_kb=_CACHE_KB)
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


def open_anew(path: Path) -> Database:
    """Throw the file away and begin an empty one."""
    throw_away(path)
    return open_index(path)


def open_beside(path: Path) -> Database:
    """The index of this version that is built beside `path`: as far as it is, else begun."""
    beside = beside_of(path)
    if is_shut(beside):
        return open_anew(beside)
    with suppress(CorruptError):
        database = open_index(beside)
        if is_ours(database):
            return database
        database.close()
    return open_anew(beside)


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
    """Our id, a version that can answer, every table and what says how far it is; else an error."""
    with translated(path):
        owner, version = owner_of(database), version_of(database)
        tables = set(database.table_names()) >= TABLES
        meta = dict(database.execute("select name, value from meta")) if tables else {}
    if owner != APPLICATION_ID:
        raise CorruptError(f"{path} is no index of ours")
    same_layout = version // READINGS == VERSION // READINGS
    if version != VERSION and not (same_layout and meta.get("complete")):
        raise OtherVersionError(f"{path} is an index of another version")
    if not meta.keys() >= _META:
        raise CorruptError(f"{path} is damaged: tables of it are missing")


def is_ours(database: Database) -> bool:
    """Whether it is of this version: not only its tables, also how notes were read."""
    return version_of(database) == VERSION


def beside_of(path: Path) -> Path:
    """Where the next index is built while this one is in use."""
    return path.with_name(f"{path.name}.next")


def identity(path: Path) -> tuple[int, int] | None:
    """What tells this file from another one of its name; None where there is none."""
    with translated(path), suppress(FileNotFoundError):
        status = path.stat()
        return status.st_dev, status.st_ino
    return None


def throw_away(path: Path) -> None:
    """The file and all that belongs to it. Raises FullError where the folder does not let us."""
    with translated(path):
        remove(path)


def has_room(path: Path, wanted: int) -> bool:
    """Whether so many bytes more have room beside the index."""
    return free_bytes(path.parent) > wanted + _SPARE


def free_bytes(folder: Path) -> int:
    """What is free on the disk, for us."""
    return shutil.disk_usage(folder).free


def size_of(path: Path) -> int:
    """Bytes of the file and what belongs to it; 0 where there is none."""
    size = 0
    for file in files_of(path):
        with suppress(FileNotFoundError):
            size += file.stat().st_size
    return size


def adopt(path: Path) -> None:
    """Before an index is opened: a whole one of this version, built beside, takes its place.

    Not while another process serves from it. What lies beside to no use is thrown away.
    """
    beside = beside_of(path)
    if not beside.exists():
        return
    if _version_at(path) == VERSION or is_shut(beside):
        if _version_at(beside) <= VERSION:  # a newer one waits for a newer Tubenotes
            _discard(beside)
    elif _is_whole(beside):
        with alone(path.parent) as ours:
            if ours:
                _adopt(path, beside)


def _discard(beside: Path) -> None:
    """It is of no use. Where the folder keeps us from removing it, it may as well stay."""
    if is_shut(beside):
        log.warning("%s is not ours to write to, made by root perhaps: it is not used", beside)
    with suppress(FullError):
        throw_away(beside)


def _adopt(path: Path, beside: Path) -> None:
    if not has_room(path, _room_to_take(path, beside)):
        log.warning("there is no room to take %s over; the index is built anew", beside)
        throw_away(beside)
        throw_away(path)
        return
    try:
        target = open_database(path)
    except CorruptError:
        throw_away(path)
        target = open_database(path)
    with closing(target), closing(open_database(beside)) as source:
        take_over(source, target, path)
    throw_away(beside)
    log.info("%s is now the one that was built beside it", path)


def _version_at(path: Path) -> int:
    """The version of an index, whether it can be read or not; -1 where there is none."""
    try:
        with translated(path), closing(open_reader(path)) as database:
            return version_of(database)
    except StorageError:
        return -1


def _is_whole(path: Path) -> bool:
    """Whether it is of this version and complete."""
    try:
        with translated(path), closing(open_reader(path)) as database:
            _refuse_other(database, path)
            rows = database.execute("select value from meta where name = 'complete'")
            return is_ours(database) and bool(rows.fetchone()[0])
    except StorageError:
        return False


def _room_to_take(path: Path, beside: Path) -> int:
    """Bytes for the log that what is beside goes through, and for what it is larger by."""
    return size_of(beside) + max(0, size_of(beside) - size_of(path))


def refuse_full(path: Path, beside: Path) -> None:
    """Raises FullError where there is no room to take over what is beside."""
    wanted = _room_to_take(path, beside)
    if not has_room(path, wanted):
        raise FullError(
            f"there is no room to put {beside} in the place of {path.name}, which goes on"
            f" answering: {(wanted + _SPARE) / 1e6:,.0f} MB have to be free on the disk"
        )


def take_over(source: Database, target: Database, path: Path) -> None:
    """All that `source` holds becomes what `target` (at `path`) holds, in one transaction."""
    newest = 1 + max(_generation(source), _generation(target))
    with transaction(source, path):
        source.execute("update meta set value = ? where name = 'generation'", (newest,))
    with translated(path):
        source.conn.backup(target.conn)
        target.execute("pragma wal_checkpoint(truncate)").fetchone()


def _generation(database: Database) -> int:
    """Readers take a higher number for another index; one of another layout may have none."""
    with suppress(sqlite3.OperationalError, TypeError):
        row = database.execute("select value from meta where name = 'generation'").fetchone()
        return int(row[0])
    return 0

"""A look at the data folder that leaves no trace: database files, the bot's lock, room."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from storage.data_folder import INDEX, STATE
from storage.database import BUSY_SECONDS, files_of, is_shut, owner_of, version_of
from storage.lock import RUN_LOCK
from storage.schema import SCHEMA

Standing = Literal["missing", "whole", "older", "newer", "foreign", "damaged", "unreadable"]
_WRITTEN = (STATE, INDEX, RUN_LOCK)


@dataclass(frozen=True, slots=True)
class Examined:
    """How a database file stands; `wrong` is SQLite's own word where something is."""

    standing: Standing
    version: int = 0
    size: int = 0
    wrong: str = ""


def examined(path: Path, owner: int, version: int) -> Examined:
    """What a file is that should be a database of application id `owner` and of this `version`.

    Reads the whole file: about a second for 250 MB.
    """
    try:
        size = path.stat().st_size if path.exists() else 0
        if not size:
            return Examined("missing")
        with _opened(path) as database:
            return _judged(database, size, owner, version)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        name = getattr(error, "sqlite_errorname", None) or ""
        is_bad = name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or not name
        return Examined("damaged" if is_bad else "unreadable", wrong=str(error))
    except OSError as error:
        return Examined("unreadable", wrong=error.strerror or str(error))


def _judged(database: sqlite3.Connection, size: int, owner: int, version: int) -> Examined:
    held, is_ours = version_of(database), owner_of(database) == owner
    if not is_ours and not (held or database.execute("select 1 from sqlite_master").fetchone()):
        return Examined("missing")  # begun, and nothing was written yet
    if not is_ours:
        return Examined("foreign", held, size)
    if held > version:
        return Examined("newer", held, size)
    wrong = database.execute("pragma integrity_check(1)").fetchone()[0]
    if wrong != "ok":
        return Examined("damaged", held, size, str(wrong))
    return Examined("whole" if held == version else "older", held, size)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that creates no file: SQLite makes a log's index to read what is in WAL mode.

    Where log and index are there, a process has the file open, or had and was killed: they are
    read as they are. A log without an index (a copy, say) is read in a copy of its own; without
    any log there is nothing but the file. The log of a link lies beside the file that it leads to.
    """
    path = path.resolve()
    _, log, index, _ = files_of(path)
    if log.exists() and index.exists():
        with closing(_connected(path, "mode=ro")) as database:
            yield database
    elif log.exists() and log.stat().st_size:
        with tempfile.TemporaryDirectory(prefix="tubenotes-") as folder:
            for file in (path, log):
                shutil.copy(file, folder)
            with closing(_connected(Path(folder) / path.name, "mode=ro")) as database:
                yield database
    else:
        with closing(_connected(path, "immutable=1")) as database:
            yield database


def _connected(path: Path, how: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True, timeout=BUSY_SECONDS)


def holder(lock: Path) -> int | None:
    """The id of the process that holds the lock file, 0 where it tells none; None: nobody does."""
    try:
        descriptor = os.open(lock, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        told = os.pread(descriptor, 32, 0).strip()
        return int(told) if told.isdigit() else 0
    finally:
        os.close(descriptor)
    return None


def sqlite_lacks() -> str:
    """What SQLite lacks to hold an index, in its own words; empty where it can."""
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.executescript(SCHEMA)
        except sqlite3.Error as error:
            return str(error)
    return ""


def cannot_write(folder: Path) -> str:
    """Why a bot cannot write in its folder, empty where it can; nothing is left there.

    What lies there may be somebody else's (root's, perhaps), though the folder is not.

    A folder that is not there yet is judged by the nearest one that is.
    """
    there = nearest(folder)
    if not there.is_dir():
        return f"{there} is no folder"
    if not os.access(there, os.W_OK | os.X_OK):
        return f"no right to write in {there}"
    try:
        with tempfile.TemporaryFile(dir=there) as file:  # it never has a name, or loses it at once
            file.write(b"1")
            file.flush()
    except OSError as error:
        return f"{there}: {error.strerror}"
    shut = (folder / name for name in _WRITTEN if is_shut(folder / name))
    return next((f"no right to write to {file}" for file in shut), "")


def nearest(folder: Path) -> Path:
    """The folder itself, or the first one above it that is there."""
    for one in (folder, *folder.absolute().parents):
        with suppress(OSError):
            if one.exists():
                return one
    return Path("/")

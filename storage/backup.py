"""Backups of state.db: made while the bot runs, checked before they count, and brought back."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from storage.database import (
    BUSY_SECONDS,
    copied,
    files_of,
    number,
    open_reader,
    owner_of,
    sync,
    translated,
    version_of,
)
from storage.errors import BusyError, CorruptError, StorageError
from storage.state import APPLICATION_ID, VERSION

MOST_KEPT = 14
"""Backups that stay in the folder for them."""
_NAME = re.compile(r"state-\d{8}T\d{6}Z\.db")
_ASIDE = ".before-restore-"
_MARK = "backed_up"
"""The row of `meta` that only a backup has: when it was made."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a state.db holds. `made` is when it was backed up, None for one that is no backup."""

    size: int
    version: int
    chats: int = 0
    subscriptions: int = 0
    owed: int = 0
    made: float | None = None


@dataclass(frozen=True, slots=True)
class Restored:
    """What is there now, and before (None: nothing that can be read), kept in the file `kept`."""

    now: Contents
    before: Contents | None
    kept: Path | None


def contents(path: Path) -> Contents:
    """Look at the whole file. Raises CorruptError where it is damaged, newer, or no state.db."""
    with closing(open_reader(path)) as database, translated(path):
        version = version_of(database)
        ours = owner_of(database) == APPLICATION_ID
        whole = database.execute("pragma integrity_check(1)").fetchone()[0] == "ok"
        if not (ours and whole and version):
            raise CorruptError(f"{path} is {'damaged' if ours else 'no state.db of Tubenotes'}")
        if version > VERSION:
            raise CorruptError(
                f"{path} is of a newer Tubenotes (version {version}, this one knows {VERSION});"
                " install that one"
            )
        size = path.stat().st_size
        tables = set(database.table_names())
        if not tables >= {"chats", "subscriptions", "deliveries", "meta"}:
            return Contents(size, version)
        chats, subscriptions, owed = (
            number(database, f"select count(*) from {table}")
            for table in ("chats", "subscriptions", "deliveries")
        )
        row = database.execute("select value from meta where name = ?", (_MARK,)).fetchone()
    made = float(row[0]) if row else None
    return Contents(size, version, chats, subscriptions, owed, made)


def is_backup(path: Path) -> bool:
    """Whether `back_up` made the file: only then may it be overwritten."""
    try:
        return contents(path).made is not None
    except StorageError:
        return False


def back_up(state: Path, backup: Path, now: float) -> Contents:
    """A copy of state.db as it is now, whoever writes to it; checked before it has its name.

    Raises CorruptError, and nothing is left, where state.db turns out to be damaged.
    """
    with translated(backup):
        backup.parent.mkdir(parents=True, exist_ok=True)
    with copied(state, backup) as part, _naming(part, state):
        _mark(part, now)
        return contents(part)


@contextmanager
def _naming(part: Path, original: Path) -> Iterator[None]:
    """What is wrong with a copy is wrong with the original: people know that one."""
    try:
        yield
    except CorruptError as error:
        raise CorruptError(str(error).replace(str(part), str(original))) from error


def _mark(part: Path, made: float | None) -> None:
    with translated(part), closing(sqlite3.connect(part)) as database, database:
        if database.execute("select 1 from sqlite_schema where name = 'meta'").fetchone():
            database.execute("delete from meta where name = ?", (_MARK,))
            if made is not None:
                database.execute("insert into meta values (?, ?)", (_MARK, made))


def stamp(now: float) -> str:
    """A time in a file's name: `20260131T235959Z`. Later ones sort after earlier ones."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")


def backup_name(now: float) -> str:
    """The name of a backup in the folder for them."""
    return f"state-{stamp(now)}.db"


def outdated(names: Iterable[str], made: str, most: int = MOST_KEPT) -> list[str]:
    """Of the files in the folder, the backups to be removed: never `made`, whatever the clock."""
    ours = sorted(name for name in names if _NAME.fullmatch(name) and name != made)
    return ours[: max(0, len(ours) - most + 1)]


def restore(source: Path, state: Path, now: float) -> Restored:
    """Put a backup in the place of state.db; what is there is kept beside it.

    Nobody may serve from it meanwhile. At any moment there is the one or the other, as a whole.
    Raises CorruptError for a source that will not do, BusyError where another program has
    state.db open; then nothing was changed.
    """
    with copied(source, state) as part:
        with _naming(part, source):
            after = contents(part)
            _mark(part, None)
        before, kept = _set_aside(state, now)
        with translated(part):
            give_to_owner(part, state if state.exists() else state.parent)
    return Restored(after, before, kept)


def _set_aside(state: Path, now: float) -> tuple[Contents | None, Path | None]:
    """Keep what is there in one file, or where it is damaged as it is; no log is left behind."""
    if not any(file.exists() for file in files_of(state)):
        return None, None
    _remove_parts(state)
    kept = state.with_name(f"{state.name}{_ASIDE}{stamp(now)}")
    try:
        before = contents(state)
    except StorageError:
        before = None
        _copy_as_it_is(state, kept)
    if before:
        _fold_for_us(state)
        with copied(state, kept):
            pass
    else:
        with suppress(StorageError):
            _fold(state)
    with translated(state):
        give_to_owner(kept, state.parent)
        for log in files_of(state)[1:]:
            log.unlink(missing_ok=True)
        sync(state.parent)
    return before, kept


def _remove_parts(state: Path) -> None:
    """What restores left that were killed."""
    with translated(state):
        for part in state.parent.glob(f"{state.name}{_ASIDE}*.part*"):
            part.unlink(missing_ok=True)


def _fold(state: Path) -> None:
    """All that is in its log goes into the file, which is then alone."""
    place = f"{state.resolve().as_uri()}?mode=rw"
    with translated(state), closing(sqlite3.connect(place, BUSY_SECONDS, uri=True)) as database:
        database.execute("pragma journal_mode = delete").fetchone()


def _fold_for_us(state: Path) -> None:
    try:
        _fold(state)
    except BusyError as error:  # no bot runs; what copies databases away reads them all the time
        raise BusyError(f"{error} (litestream, perhaps: stop it first)") from error


def _copy_as_it_is(state: Path, kept: Path) -> None:
    with translated(kept):
        for file, copy in zip(files_of(state), files_of(kept), strict=True):
            if file.exists():
                shutil.copyfile(file, copy)
                sync(copy)


def give_to_owner(path: Path, like: Path) -> None:
    """Made by root, it belongs to the bot's own user all the same: to the owner of `like`."""
    if os.geteuid() == 0 and path.exists():
        owner = like.stat()
        os.chown(path, owner.st_uid, owner.st_gid)

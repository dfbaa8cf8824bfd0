"""The owner's commands `backup` and `restore`: state.db, which nothing else can make anew."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.amounts import many, size
from bot.config import Settings
from bot.errors import BotError
from storage.backup import (
    Contents,
    Restored,
    back_up,
    backup_name,
    give_to_owner,
    is_backup,
    outdated,
)
from storage.backup import restore as put_back
from storage.data_folder import BACKUPS, STATE
from storage.database import translated
from storage.lock import RUN_LOCK, Lock

_STALE = 3_600.0
"""Seconds after which a backup that nobody writes to, and that has no name yet, was given up."""


class RefusedError(BotError):
    """A file that may not be used so; nothing was changed."""

    exit_code = 2


def backup(settings: Settings, to: Path | None) -> int:
    """Back state.db up into a new file, or over a backup of before; prints where. 0 when done.

    Without `to` it goes into the data folder, where the newest ones are kept. The bot may run.
    Raises RefusedError and StorageError.
    """
    state, now = _state_of(settings), time.time()
    target = to or settings.data / BACKUPS / backup_name(now)
    if not state.exists():
        raise RefusedError(f"{state} is not there: nothing can be backed up")
    if target.is_dir():
        raise RefusedError(f"{target} is a folder; name a file in it")
    if target.exists() and not is_backup(target):
        raise RefusedError(f"{target} is no backup that Tubenotes made; it is not overwritten")
    if to is None:
        _remove_parts(target.parent, now)  # first: they may be what fills the disk
    made = back_up(state, target, now)
    _print([f"{target}: {_holding(made)}, {size(made.size)}"])
    if to is None:
        _tidy(target)
    return 0


def _tidy(made: Path) -> None:
    """Remove the oldest backups."""
    folder = made.parent
    with translated(folder):
        give_to_owner(folder, folder.parent)
        give_to_owner(made, folder.parent)
        for name in outdated([file.name for file in folder.iterdir()], made.name):
            (folder / name).unlink(missing_ok=True)


def _remove_parts(folder: Path, now: float) -> None:
    """What is left of backups that were never finished."""
    with translated(folder):
        for part in folder.glob("state-*.db.part*"):
            with suppress(FileNotFoundError):  # another process may be done with it
                if part.stat().st_mtime < now - _STALE:
                    part.unlink()


def restore(settings: Settings, source: Path) -> int:
    """Put a backup in the place of state.db; prints what that means. 0 when done.

    Raises BusyError while a bot runs, RefusedError and StorageError; then nothing was changed.
    """
    state = _state_of(settings)
    if not source.is_file():
        raise RefusedError(f"{source} is no file; name the backup to bring back")
    if state.exists() and source.samefile(state):
        raise RefusedError(f"{source} is the state.db in use; name the backup to bring back")
    lock = Lock.take(settings.data / RUN_LOCK)
    try:
        with translated(lock.path):
            give_to_owner(lock.path, settings.data)
        _print(restored_lines(state, source, put_back(source, state, time.time())))
    finally:
        lock.release()
    return 0


def restored_lines(state: Path, source: Path, done: Restored) -> list[str]:
    """What is there now, what became of what was there, and what people will notice."""
    made = f", made {_time(done.now.made)}," if done.now.made else ""
    lines = [f"{state} is what {source}{made} holds: {_holding(done.now)}"]
    if done.kept:
        before = _holding(done.before) if done.before else "it is damaged"
        lines.append(f"What was there is kept as {done.kept}: {before}")
    return [
        *lines,
        "When the bot starts, what it announced since the backup is announced once more, as a "
        "digest where much piled up.",
        "Subscriptions, settings and blocks are those of the backup: what people changed since "
        "then is gone.",
    ]


def _state_of(settings: Settings) -> Path:
    return settings.data / STATE


def _holding(held: Contents) -> str:
    owed = many(held.owed, "delivery", "deliveries")
    return f"{many(held.subscriptions, 'subscription')}, {many(held.chats, 'chat')}, {owed} owed"


def _time(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"


def _print(lines: Sequence[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")

"""Ways to damage a SQLite file, as disks and people do. Pure, but for the foreign file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

PAGE = 4096
Harm = Callable[[Path], None]


def cut_short(path: Path) -> None:
    """The second half is missing."""
    data = path.read_bytes()
    _overwrite(path, data[: len(data) // 2])


def zeroed(path: Path) -> None:
    """Nothing but zeros from the second page to the last but one."""
    data = path.read_bytes()
    _overwrite(path, data[:PAGE] + bytes(len(data) - 2 * PAGE) + data[-PAGE:])


def header_overwritten(path: Path) -> None:
    """Something else stands where SQLite says what it is."""
    _overwrite(path, b"Dear diary, today " + path.read_bytes()[18:])


def flipped(path: Path) -> None:
    """A bit in the first page of each table and index; what the tables are stays as it was."""
    roots = "select rootpage from sqlite_master where rootpage > 1"
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
        pages = [page for (page,) in database.execute(roots)]
    data, random = bytearray(path.read_bytes()), Random(4)
    for page in pages:
        data[(page - 1) * PAGE + random.randrange(8)] ^= 1 << random.randrange(1, 8)
    _overwrite(path, bytes(data))


def foreign(path: Path) -> None:
    """A whole database, of somebody else."""
    other = path.with_name("other.db")
    with closing(sqlite3.connect(other)) as database:
        database.execute("create table diary(day)")
        database.commit()
    _overwrite(path, other.read_bytes())
    other.unlink()


def foreign_in_its_place(path: Path) -> None:
    """The same, by renaming: whoever has the file open keeps the old one."""
    kept = path.read_bytes()
    foreign(path)
    other = path.read_bytes()
    _overwrite(path, kept)
    part = path.with_name("part")
    part.write_bytes(other)
    part.rename(path)


def log_damaged(path: Path) -> None:
    """The write-ahead log is noise."""
    log = path.with_name(f"{path.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    _overwrite(log, Random(4).randbytes(max(size, 50_000)))


def gone(path: Path) -> None:
    """Somebody deleted it, and what belongs to it."""
    for one in path.parent.glob(f"{path.name}*"):
        one.unlink()


def _overwrite(path: Path, data: bytes) -> None:
    """In place: it stays the same file for those who have it open."""
    with path.open("r+b" if path.exists() else "wb") as file:
        file.truncate(len(data))
        file.write(data)

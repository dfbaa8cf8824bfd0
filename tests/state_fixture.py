"""A state.db: what is kept in it, damage to it, and one as the first version left it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Migrations

from storage.database import open_database, transaction
from storage.errors import CorruptError
from storage.state import APPLICATION_ID, State, requests

KEPT = {f"key {number}": f"/search {number} " + "word " * 40 for number in range(50)}


def keep(path: Path, key: str, request: str) -> None:
    with closing(State.open(path)) as state:
        state.keep_request(key, request)


def kept(path: Path, key: str) -> str | None:
    with closing(State.open(path)) as state:
        return state.kept_request(key)


def pragma(path: Path, name: str) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute(f"pragma {name}").fetchone()[0])


def refused(path: Path, reason: str) -> None:
    """State refuses the file, names it, says what to do, and leaves every byte of it."""
    before = contents(path)
    with pytest.raises(CorruptError, match=reason) as caught:
        State.open(path)
    assert str(path) in str(caught.value)
    assert contents(path) == before


def contents(path: Path) -> dict[str, bytes]:
    """The file and all beside it, but for the index of its log, which every reader writes."""
    return {
        one.name: one.read_bytes()
        for one in path.parent.iterdir()
        if not one.name.endswith("-shm") and one.stat().st_size
    }


def damage(path: Path, how: str) -> None:
    data = bytearray(path.read_bytes())
    if how == "cut":
        data = data[: len(data) // 2]
    elif how == "stub":
        data = data[:50]
    elif how == "text":
        data = bytearray(b"Dear diary\n" * 500)
    elif how == "page":
        data[-4096:] = b"\xff" * 4096
    elif how == "header":
        data[:16] = b"SQLite format 4\0"
    elif how == "zeros":
        data[4096:8192] = bytes(4096)
    elif how == "bit":  # in a key: only its index tells
        data[data.index(b"k3xxx")] ^= 4
    path.write_bytes(data)


def version_one(path: Path) -> Path:
    """A file as the first version left it."""
    first = Migrations("tubenotes")
    first()(requests)
    with closing(open_database(path, full_sync=True)) as database, transaction(database, path):
        first.apply(database)
        database.conn.execute(f"pragma application_id = {APPLICATION_ID}")
        database.conn.execute("pragma user_version = 1")
        database.conn.executemany("insert into requests values (?, ?)", KEPT.items())
    return path

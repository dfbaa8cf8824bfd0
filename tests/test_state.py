"""The precious database: kept, and never touched where it is not surely ours."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.errors import CorruptError
from storage.state import APPLICATION_ID, VERSION, State


def keep(path: Path, key: str, request: str) -> None:
    with closing(State.open(path)) as state:
        state.keep_request(key, request)


def kept(path: Path, key: str) -> str | None:
    with closing(State.open(path)) as state:
        return state.kept_request(key)


def pragma(path: Path, name: str) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute(f"pragma {name}").fetchone()[0])


def test_what_is_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "data" / "state.db"
    keep(path, "k", "/search крым")
    assert kept(path, "k") == "/search крым"
    assert kept(path, "other") is None
    assert (pragma(path, "application_id"), pragma(path, "user_version")) == (
        APPLICATION_ID,
        VERSION,
    )


def test_a_key_keeps_its_first_meaning(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    keep(path, "k", "first")
    keep(path, "k", "second")
    assert kept(path, "k") == "first"


def test_an_empty_file_is_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    path.touch()
    keep(path, "k", "x")
    assert kept(path, "k") == "x"


def foreign(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)


def refused(path: Path, reason: str) -> None:
    """State refuses the file, names it, says what to do, and leaves every byte of it."""
    before = path.read_bytes()
    with pytest.raises(CorruptError, match=reason) as caught:
        State.open(path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "statement",
    ["create table diary(x)", "pragma user_version = 1", f"pragma application_id = {1}"],
)
def test_another_programs_database_is_refused(tmp_path: Path, statement: str) -> None:
    foreign(tmp_path / "state.db", statement, "pragma journal_mode = delete")
    refused(tmp_path / "state.db", "is not ours; it is left untouched. Move it away or restore")


def test_a_newer_one_is_refused_also_when_only_its_log_says_so(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    keep(path, "k", "x")
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("pragma wal_autocheckpoint = 0")
        newer.execute(f"pragma user_version = {VERSION + 1}")
        reason = f"newer Tubenotes .version {VERSION + 1}.*Install the newer"
        refused(path, reason)
    refused(path, reason)


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
    path.write_bytes(data)


@pytest.mark.parametrize("how", ["cut", "stub", "text", "page", "header"])
def test_a_damaged_one_is_refused(tmp_path: Path, how: str) -> None:
    path = tmp_path / "state.db"
    for number in range(5):
        keep(path, f"k{number}", "x" * 3000)
    damage(path, how)
    refused(path, "is damaged or not ours; it is left untouched. Move it away or restore a backup")

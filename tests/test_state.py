"""The precious database: kept, and never touched where it is not surely ours."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import storage.state as module
from storage.database import transaction
from storage.errors import CorruptError
from storage.state import APPLICATION_ID, VERSION, State
from tests.state_fixture import damage, keep, kept, pragma, refused, version_one


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


@pytest.mark.parametrize(
    "statement",
    ["create table diary(x)", "pragma user_version = 1", f"pragma application_id = {1}"],
)
def test_another_programs_database_is_refused(tmp_path: Path, statement: str) -> None:
    foreign(tmp_path / "state.db", statement, "pragma journal_mode = delete")
    refused(tmp_path / "state.db", "is not ours; it is left untouched. To restore: stop the bot")


def test_a_newer_one_is_refused_also_when_only_its_log_says_so(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    keep(path, "k", "x")
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("pragma wal_autocheckpoint = 0")
        newer.execute(f"pragma user_version = {VERSION + 1}")
        reason = f"newer Tubenotes .version {VERSION + 1}.*Install the newer"
        refused(path, reason)
    refused(path, reason)


@pytest.mark.parametrize("how", ["cut", "stub", "text", "page", "header", "zeros", "bit"])
def test_a_damaged_one_is_refused(tmp_path: Path, how: str) -> None:
    path = tmp_path / "state.db"
    for number in range(5):
        keep(path, f"k{number}", "x" * 3000)
    damage(path, how)
    refused(path, "is damaged or not ours; it is left untouched. To restore: stop the bot, and")


def test_a_newer_one_says_how_to_go_back(tmp_path: Path) -> None:
    path = version_one(tmp_path / "state.db")
    keep(path, "k", "x")
    foreign(path, f"pragma user_version = {VERSION + 1}")
    backup = rf"a backup \({path}.v1.backup is one\)"
    refused(path, rf"Or go back .*{backup} back with `tubenotes restore")


def spoil(path: Path, table: str) -> None:
    """Overwrite a table's first page."""
    with closing(sqlite3.connect(path)) as db:
        page = db.execute("select rootpage from sqlite_schema where name = ?", (table,)).fetchone()
    data = bytearray(path.read_bytes())
    data[(page[0] - 1) * 4096 : page[0] * 4096] = b"\xaa" * 4096
    path.write_bytes(data)


@pytest.mark.parametrize("table", ["chats", "subscriptions", "searches", "blocked", "meta"])
def test_of_a_huge_one_the_dearest_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    path = tmp_path / "state.db"
    keep(path, "k", "x")
    monkeypatch.setattr(module, "_SMALL", 0)
    monkeypatch.setattr(module, "_LARGE", 0)
    spoil(path, table)
    refused(path, "is damaged or not ours")


@pytest.mark.parametrize("table", ["deliveries", "seen", "requests"])
def test_of_a_huge_one_the_rest_is_found_damaged_when_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    path = tmp_path / "state.db"
    keep(path, "k", "x")
    spoil(path, table)
    monkeypatch.setattr(module, "_SMALL", 0)
    refused(path, "is damaged or not ours")
    monkeypatch.setattr(module, "_LARGE", 0)
    with (
        closing(State.open(path)) as state,
        pytest.raises(CorruptError, match=r"state\.db is damaged"),
        transaction(state.database, path),
    ):
        state.database.execute(f"select * from {table}").fetchall()

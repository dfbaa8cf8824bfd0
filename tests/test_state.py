"""The precious database: kept, and never touched where it is not surely ours."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from shutil import copy, copyfile
from types import FrameType

import pytest
from sqlite_utils import Migrations

import storage.state as module
from storage import chats
from storage.chats import Chat
from storage.database import open_database, transaction
from storage.errors import BusyError, CorruptError, FullError
from storage.rhythm import Manners
from storage.state import (
    APPLICATION_ID,
    VERSION,
    State,
    backup_path,
    requests,
    subscriptions,
)

ROOT = Path(__file__).parent.parent
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


@pytest.mark.parametrize("how", ["cut", "stub", "text", "page", "header", "zeros", "bit"])
def test_a_damaged_one_is_refused(tmp_path: Path, how: str) -> None:
    path = tmp_path / "state.db"
    for number in range(5):
        keep(path, f"k{number}", "x" * 3000)
    damage(path, how)
    refused(path, "is damaged or not ours; it is left untouched. To restore: stop the bot, move")


def test_a_newer_one_says_how_to_go_back(tmp_path: Path) -> None:
    path = version_one(tmp_path / "state.db")
    keep(path, "k", "x")
    foreign(path, f"pragma user_version = {VERSION + 1}")
    refused(path, r"Or go back .*copy a backup \(state.db.v1.backup is one\) to state.db")


def spoil(path: Path, table: str) -> None:
    """Overwrite a table's first page."""
    with closing(sqlite3.connect(path)) as db:
        page = db.execute("select rootpage from sqlite_schema where name = ?", (table,)).fetchone()
    data = bytearray(path.read_bytes())
    data[(page[0] - 1) * 4096 : page[0] * 4096] = b"\xaa" * 4096
    path.write_bytes(data)


@pytest.mark.parametrize("table", ["chats", "subscriptions", "searches", "meta"])
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


# An older version


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


def is_version_one(path: Path) -> bool:
    """Whether this one file, copied away from all beside it, is whole and holds what it held."""
    alone = path.with_name("alone.db")
    copyfile(path, alone)
    with closing(sqlite3.connect(alone)) as db:
        whole = db.execute("pragma integrity_check").fetchone()[0] == "ok"
        tables = {row[0] for row in db.execute("select name from sqlite_schema where type='table'")}
        kept = dict(db.execute("select * from requests").fetchall())
        version = db.execute("pragma user_version").fetchone()[0]
    alone.unlink()
    return whole and kept == KEPT and version == 1 and tables == {"requests", "_sqlite_migrations"}


def is_brought_forward(path: Path) -> bool:
    """Whether all was kept, and what is new can be used."""
    with closing(State.open(path)) as state:
        kept = dict(state.database.execute("select * from requests").fetchall())
        state.database.execute("select count(*) from deliveries, subscriptions, chats, seen")
        version = state.database.execute("pragma user_version").fetchone()[0]
    return kept == KEPT and version == VERSION


def test_an_older_one_is_brought_forward_with_a_backup_beside_it(tmp_path: Path) -> None:
    path = version_one(tmp_path / "state.db")
    assert is_brought_forward(path)
    assert is_version_one(tmp_path / "state.db.v1.backup")
    assert {one.name for one in tmp_path.iterdir()} == {"state.db", "state.db.v1.backup"}


def test_chats_of_the_version_before_are_kept_with_the_usual_cooldown(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    before = Migrations("tubenotes")
    for one in (requests, subscriptions):
        before()(one)
    with closing(open_database(path, full_sync=True)) as database, transaction(database, path):
        before.apply(database)
        database.conn.execute(f"pragma application_id = {APPLICATION_ID}")
        database.conn.execute("pragma user_version = 2")
        database.conn.execute(
            "insert into chats(id, kind, title, zone, quiet_from, quiet_to, silent)"
            " values (-5, 'group', 'Friends', 'Europe/Berlin', 22, 7, 1)"
        )
    with closing(State.open(path)) as state:
        manners = Manners("Europe/Berlin", (22, 7), silent=True)
        assert chats.find(state, -5) == Chat(-5, "group", "Friends", manners)
        chats.set_manners(state, -5, replace(manners, cooldown=30))
    assert pragma(backup_path(path, 2), "user_version") == 2
    assert pragma(path, "user_version") == VERSION


def test_the_backup_has_also_what_only_the_log_holds(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with closing(sqlite3.connect(version_one(path))) as other:
        other.execute("pragma wal_autocheckpoint = 0")
        other.execute("delete from requests")
        other.commit()
        other.executemany("insert into requests values (?, ?)", KEPT.items())
        other.commit()
        assert is_brought_forward(path)
    assert is_version_one(backup_path(path, 1))


def test_a_half_backup_of_a_process_that_was_killed_is_no_obstacle(tmp_path: Path) -> None:
    path = version_one(tmp_path / "state.db")
    for left in (".part", ".part-journal", ".part-wal"):
        (tmp_path / f"state.db.v1.backup{left}").write_text("half " * 1000)
    assert is_brought_forward(path)
    assert is_version_one(backup_path(path, 1))
    assert {one.name for one in tmp_path.iterdir()} == {"state.db", "state.db.v1.backup"}


def test_a_backup_can_be_restored_as_the_words_say(tmp_path: Path) -> None:
    path = version_one(tmp_path / "state.db")
    keep(path, "new", "x")
    damage(path, "page")
    refused(path, r"copy a backup \(state.db.v1.backup is one\) to state.db")
    for name in ("state.db", "state.db-wal", "state.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    copy(backup_path(path, 1), path)
    assert is_brought_forward(path)


def test_a_new_one_and_one_of_this_version_need_no_backup(tmp_path: Path) -> None:
    for _ in range(2):
        keep(tmp_path / "state.db", "k", "x")
    assert [one.name for one in tmp_path.iterdir()] == ["state.db"]


def test_without_room_for_a_backup_nothing_is_brought_forward(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = version_one(tmp_path / "state.db")
    older = backup_path(path, 1)
    older.write_text("an older backup, whole")

    def full(part: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_sync", full)
    with pytest.raises(FullError, match=r"state\.db\.v1\.backup cannot be written: No space left"):
        State.open(path)
    assert older.read_text() == "an older backup, whole"
    assert is_version_one(path)
    monkeypatch.undo()
    assert is_brought_forward(path)
    assert is_version_one(older)


def test_a_migration_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = version_one(tmp_path / "state.db")
    monkeypatch.setattr(module, "_SUBSCRIPTIONS", module._SUBSCRIPTIONS + "; create nonsense")
    with pytest.raises(Exception, match="nonsense"):
        State.open(path)
    assert is_version_one(path)


def test_what_another_process_is_bringing_forward_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = version_one(tmp_path / "state.db")
    monkeypatch.setattr("storage.database.BUSY_SECONDS", 0)
    with closing(open_database(path)) as other, transaction(other, path), pytest.raises(BusyError):
        State.open(path)
    assert not backup_path(path, 1).exists()
    assert is_brought_forward(path)


def die_at_each_step(folder: Path) -> None:
    """In processes of their own: open such a file each, and die at the 1st, 2nd, … call of C.

    Those are all calls of SQLite and of the file system. The last process survives.
    """
    for step in count(1):
        (folder / str(step)).mkdir(parents=True)
        path = version_one(folder / str(step) / "state.db")
        if not os.fork():
            sys.setprofile(Death(step))
            State.open(path)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.wait()[1]) != -signal.SIGKILL:
            return


class Death:
    """Comes at a step: before or after a call of C from a module of storage."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        self.left -= event.startswith("c_") and "/storage/" in frame.f_code.co_filename
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)


def test_killed_at_any_step_it_is_brought_forward_afterwards(tmp_path: Path) -> None:
    code = f"from tests.test_state import *; die_at_each_step(Path({str(tmp_path)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = Counter[str]()
    for folder in tmp_path.iterdir():
        path = folder / "state.db"
        backup = backup_path(path, 1)
        found["backup" if backup.exists() else "no backup"] += 1
        if backup.exists():
            assert is_version_one(backup), folder
        assert is_brought_forward(path), folder
        assert is_version_one(backup), folder
        assert {one.name for one in folder.iterdir()} == {path.name, backup.name}
    # It was killed before, in and after the backup.
    assert min(found.values()) > 20

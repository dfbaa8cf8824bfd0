"""An older state.db is brought forward, with a backup beside it, whatever comes between."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from shutil import copyfile
from types import FrameType

import pytest
from sqlite_utils import Migrations

import storage.state as module
from storage import chats
from storage.backup import restore
from storage.blocked import block, blocked
from storage.chats import Chat
from storage.database import open_database, transaction
from storage.errors import BusyError, FullError
from storage.lock import RUN_LOCK, Lock
from storage.rhythm import Manners
from storage.seen import Marked
from storage.state import (
    APPLICATION_ID,
    VERSION,
    State,
    backup_path,
    cooldowns,
    requests,
    subscriptions,
)
from storage.upgrade import take_as_seen
from tests.aged import served_elsewhere
from tests.state_fixture import KEPT, damage, keep, pragma, refused, version_one

ROOT = Path(__file__).parent.parent


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
    assert {one.name for one in tmp_path.iterdir()} == {RUN_LOCK, "state.db", "state.db.v1.backup"}


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


def test_the_blocked_of_a_version_that_knew_none_can_be_kept(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    before = Migrations("tubenotes")
    for one in (requests, subscriptions, cooldowns):
        before()(one)
    with closing(open_database(path, full_sync=True)) as database, transaction(database, path):
        before.apply(database)
        database.conn.execute(f"pragma application_id = {APPLICATION_ID}")
        database.conn.execute("pragma user_version = 3")
        database.conn.execute("insert into chats(id, kind, title) values (-5, 'group', 'Friends')")
    with closing(State.open(path)) as state:
        assert chats.find(state, -5) == Chat(-5, "group", "Friends")
        assert blocked(state) == ()
        block(state, -5, 1, 2.0)
    with closing(State.open(path)) as state:
        assert [one.id for one in blocked(state)] == [-5]
    assert pragma(backup_path(path, 3), "user_version") == 3
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
    assert {one.name for one in tmp_path.iterdir()} == {RUN_LOCK, "state.db", "state.db.v1.backup"}


def test_a_backup_can_be_restored_as_the_words_say(tmp_path: Path) -> None:
    path = version_one(tmp_path / "state.db")
    keep(path, "new", "x")
    damage(path, "page")
    refused(path, rf"a backup \({path}.v1.backup is one\) back with `tubenotes restore")
    restore(backup_path(path, 1), path, 0.0)
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

    monkeypatch.setattr("storage.database.sync", full)
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


def test_under_a_running_bot_nothing_is_brought_forward(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = version_one(tmp_path / "state.db")
    monkeypatch.setattr(module, "BUSY_SECONDS", 0)
    with served_elsewhere(tmp_path):
        words = r"state\.db is in use by a running bot of an older Tubenotes; stop that one first"
        with pytest.raises(BusyError, match=words):
            State.open(path)
        assert is_version_one(path)
    assert is_brought_forward(path)


def test_who_has_the_folder_for_a_moment_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = version_one(tmp_path / "state.db")
    with ExitStack() as elsewhere:
        elsewhere.enter_context(served_elsewhere(tmp_path))
        monkeypatch.setattr("storage.state.time.sleep", lambda _: elsewhere.close())
        assert is_brought_forward(path)


def test_the_bot_of_the_folder_brings_it_forward_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = version_one(tmp_path / "state.db")
    monkeypatch.setattr(module, "BUSY_SECONDS", 0)
    lock = Lock.take(tmp_path / RUN_LOCK)
    assert is_brought_forward(path)
    lock.release()


def test_what_an_index_needs_of_an_older_one_works_as_it_is(tmp_path: Path) -> None:
    notes = [Marked("a.md", (b"mark",))]
    first, path = version_one(tmp_path / "state.db.v1"), tmp_path / "state.db"
    keep(path, "k", "x")
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"pragma user_version = {VERSION - 1}")
    for one in (first, path):
        before = pragma(one, "user_version")
        with closing(State.open(one, migrate=False)) as state:
            take_as_seen(state, notes)
        assert pragma(one, "user_version") == before < VERSION
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("select mark from seen").fetchall() == [(b"mark",)]
    assert is_version_one(first)


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
    code = f"from tests.test_state_migrations import *; die_at_each_step(Path({str(tmp_path)!r}))"
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
        assert {one.name for one in folder.iterdir()} == {RUN_LOCK, path.name, backup.name}
    # It was killed before, in and after the backup.
    assert min(found.values()) > 20

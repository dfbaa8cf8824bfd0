"""Looking at databases, locks and folders: what they are is told, and nothing of them changes."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import examine
from storage.examine import cannot_write, examined, holder, nearest, sqlite_lacks
from storage.lock import Lock
from storage.state import APPLICATION_ID, VERSION, State

KILLED = """
import os, sys
from pathlib import Path
from storage.state import State
state = State.open(Path(sys.argv[1]))
state.keep_request("key", "/search tea")
os._exit(9)
"""


def traces(folder: Path) -> dict[str, bytes]:
    """Every file with its bytes; the index of a log is shared memory, and is rebuilt at need."""
    return {
        path.name: b"" if path.name.endswith("-shm") else path.read_bytes()
        for path in folder.iterdir()
    }


def closed(path: Path) -> None:
    State.open(path).close()


def begun(path: Path) -> None:
    sqlite3.connect(path).close()
    path.touch()


def killed(path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(path)]
    ended = subprocess.run(command, cwd=Path(__file__).parents[1], check=False)
    assert ended.returncode == 9
    assert Path(f"{path}-wal").stat().st_size


def copied_without_the_index_of_its_log(path: Path) -> None:
    killed(path)
    Path(f"{path}-shm").unlink()


def of_version(number: int) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        closed(path)
        with sqlite3.connect(path) as database:
            database.execute(f"pragma user_version = {number}")
        database.close()

    return make


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("create table letters(a)")
    database.close()


def torn(path: Path) -> None:
    with State.open(path).database.conn as database:
        database.executemany(
            "insert into requests values (?, ?)", [(str(n), "x") for n in range(99)]
        )
    database.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))


def no_database(path: Path) -> None:
    path.write_text("Dear diary, this is no database at all. " * 9, "utf-8")


@pytest.mark.parametrize(
    ("make", "standing"),
    [
        (lambda path: None, "missing"),
        (begun, "missing"),
        (closed, "whole"),
        (killed, "whole"),
        (copied_without_the_index_of_its_log, "whole"),
        (of_version(VERSION - 1), "older"),
        (of_version(VERSION + 1), "newer"),
        (foreign, "foreign"),
        (torn, "damaged"),
        (no_database, "damaged"),
        (Path.mkdir, "unreadable"),
    ],
)
def test_a_database_is_told_as_it_is_and_left_as_it_is(
    make: Callable[[Path], None], standing: str, tmp_path: Path
) -> None:
    path = tmp_path / "state.db"
    make(path)
    before = {} if path.is_dir() else traces(tmp_path)
    assert examined(path, APPLICATION_ID, VERSION).standing == standing
    assert path.is_dir() or traces(tmp_path) == before


def test_behind_a_link_the_log_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    killed(tmp_path / "elsewhere" / "state.db")
    (tmp_path / "state.db").symlink_to(tmp_path / "elsewhere" / "state.db")
    before = traces(tmp_path / "elsewhere")
    assert examined(tmp_path / "state.db", APPLICATION_ID, VERSION).standing == "whole"
    assert traces(tmp_path / "elsewhere") == before


def test_a_database_that_is_open_is_read_with_what_was_written_last(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    state = State.open(path)
    state.database.execute(f"pragma user_version = {VERSION + 1}")  # in the log alone so far
    before = traces(tmp_path)
    found = examined(path, APPLICATION_ID, VERSION)
    assert (found.standing, found.version) == ("newer", VERSION + 1)
    assert traces(tmp_path) == before
    state.close()


def test_what_is_wrong_is_told_in_sqlites_own_words(tmp_path: Path) -> None:
    no_database(tmp_path / "state.db")
    assert (
        examined(tmp_path / "state.db", APPLICATION_ID, VERSION).wrong == "file is not a database"
    )


def test_the_holder_of_a_lock_is_told_by_its_process(tmp_path: Path) -> None:
    assert holder(tmp_path / "run.lock") is None
    lock = Lock.take(tmp_path / "run.lock")
    assert holder(tmp_path / "run.lock") == os.getpid()
    (tmp_path / "run.lock").write_text("who knows")
    assert holder(tmp_path / "run.lock") == 0
    lock.release()
    assert holder(tmp_path / "run.lock") is None


def test_this_sqlite_can_hold_an_index() -> None:
    assert sqlite_lacks() == ""


def test_what_sqlite_lacks_for_an_index_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examine, "SCHEMA", "create virtual table words using fts9(title)")
    assert sqlite_lacks() == "no such module: fts9"


def test_a_folder_that_can_be_written_is_left_empty(tmp_path: Path) -> None:
    assert cannot_write(tmp_path) == ""
    assert cannot_write(tmp_path / "not" / "yet") == ""
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    assert cannot_write(tmp_path / "data" / "below") == f"{tmp_path / 'data'} is no folder"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody can write")
def test_a_folder_where_nothing_can_be_made_is_told() -> None:
    assert "/proc" in cannot_write(Path("/proc"))
    assert "/proc" in cannot_write(Path("/proc/tubenotes/data"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert cannot_write(tmp_path) == f"no right to write in {tmp_path}"


def test_the_nearest_folder_is_the_folder_itself_or_one_above_it(tmp_path: Path) -> None:
    assert nearest(tmp_path) == tmp_path
    assert nearest(tmp_path / "a" / "b") == tmp_path
    shutil.rmtree(tmp_path)
    assert nearest(tmp_path) == tmp_path.parent

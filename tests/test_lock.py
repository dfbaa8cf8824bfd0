"""One bot to a data folder: real processes, killed and alive."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.errors import BusyError, FullError
from storage.lock import Lock, alone

ROOT = Path(__file__).parent.parent
HOLDER = """
import sys
from pathlib import Path
from storage.lock import Lock
lock = Lock.take(Path(sys.argv[1]))
print("taken", flush=True)
sys.stdin.read()
"""


def hold(path: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "taken\n"
    return process


def test_a_second_bot_is_told_who_has_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "data" / "run.lock"
    with hold(path) as other:
        words = rf"data is in use by another tubenotes \(process {other.pid}\); stop that one first"
        for _ in range(2):
            with pytest.raises(BusyError, match=words):
                Lock.take(path)
        other.communicate("")
    Lock.take(path).release()


def test_a_bot_that_was_killed_leaves_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with hold(path) as other:
        other.kill()
        other.communicate()
    lock = Lock.take(path)
    assert path.read_text() == f"{os.getpid()}\n"
    lock.release()


def test_a_file_that_was_left_behind_is_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    path.write_text("1\nand more, longer than any process id\n" * 10)
    lock = Lock.take(path)
    assert path.read_text() == f"{os.getpid()}\n"
    lock.release()


def test_what_is_released_can_be_taken_again(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    first = Lock.take(path)
    with pytest.raises(BusyError):
        Lock.take(path)
    first.release()
    second = Lock.take(path)
    first.release()
    with pytest.raises(BusyError):
        Lock.take(path)
    second.release()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(FullError, match=r"run\.lock cannot be written"):
        Lock.take(tmp_path / "file" / "run.lock")


def test_who_else_is_a_bot_on_this_folder(tmp_path: Path) -> None:
    with alone(tmp_path) as ours:
        assert ours
        with pytest.raises(BusyError):  # nobody becomes one meanwhile
            Lock.take(tmp_path / "run.lock")
    with hold(tmp_path / "run.lock") as other:
        with alone(tmp_path) as ours:
            assert not ours
        other.communicate("")
    lock = Lock.take(tmp_path / "run.lock")
    with alone(tmp_path) as ours:
        assert ours  # it is this process
    lock.release()
    with hold(tmp_path / "run.lock") as other:
        with alone(tmp_path) as ours:
            assert not ours
        other.communicate("")

"""An index as another version of Tubenotes left it: it says what no note says now."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from storage.schema import READINGS, VERSION
from tests.command import HOUSE

OTHER_READING = VERSION - 1
OTHER_LAYOUT = VERSION - READINGS
OLD = "as it was read before"
_BOT = """
import sys
from pathlib import Path
from storage.lock import RUN_LOCK, Lock
lock = Lock.take(Path(sys.argv[1]) / RUN_LOCK)
print("serving", flush=True)
sys.stdin.read()
"""


def age(path: Path, version: int = OTHER_READING) -> None:
    """Make it one of another version; each title and passage ends with OLD."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("update notes set title = title || ?", (f" {OLD}",))
        db.execute("update passages set after = after || ?", (f" {OLD}",))
        db.execute(f"pragma user_version = {version}")
        db.commit()


def version_of(path: Path) -> int:
    """What `pragma user_version` says."""
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("pragma user_version").fetchone()[0])


def is_old(path: Path) -> bool:
    """Whether each title is as another version read it; none may be where one is not."""
    with closing(sqlite3.connect(path)) as db:
        titles = [str(row[0]) for row in db.execute("select title from notes")]
    old = [title.endswith(OLD) for title in titles]
    assert all(old) or not any(old)
    return all(old)


@contextmanager
def served_elsewhere(data: Path) -> Iterator[None]:
    """Another process is the bot of this data folder."""
    command = [sys.executable, "-c", _BOT, str(data)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=HOUSE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"serving\n"
        yield
        process.communicate(b"")

"""A state.db copied away while it is written to, and brought back: whole at any moment."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from itertools import count
from pathlib import Path
from types import FrameType

import pytest

from storage import backup as module
from storage import chats, subscriptions
from storage.backup import back_up, backup_name, contents, is_backup, outdated, restore
from storage.chats import Chat
from storage.errors import BusyError, CorruptError, FullError, StorageError
from storage.interest import everything
from storage.state import VERSION, State
from tests.command import HOUSE
from tests.faults import harm
from tests.state_fixture import version_one

NOW = 1_770_000_000.0
STAMP = "20260202T024000Z"


def subscribe(path: Path, *people: int) -> Path:
    """Each of these people asks for everything."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(State.open(path)) as state:
        for one in people:
            assert subscriptions.add(state, Chat(one, "private", ""), 0, everything(), one, 0.0)
    return path


def subscribed(path: Path) -> list[int]:
    """Who is subscribed, as a bot that starts finds it."""
    with closing(State.open(path)) as state:
        return [row[0] for row in state.database.execute("select chat_id from subscriptions")]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return subscribe(tmp_path / "data" / "state.db", 1, 2)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """Of another day, with one subscription."""
    old = subscribe(tmp_path / "old" / "state.db", 1)
    back_up(old, tmp_path / "backup.db", NOW - 86_400)
    return tmp_path / "backup.db"


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_a_backup_holds_what_is_only_in_the_log_while_others_write(
    state: Path, tmp_path: Path
) -> None:
    with closing(State.open(state)) as bot:
        chats.meet(bot, Chat(3, "private", "New"))
        made = back_up(state, tmp_path / "away" / "backup.db", NOW)
        chats.meet(bot, Chat(4, "private", "Later"))
    assert (made.chats, made.subscriptions, made.made, made.version) == (3, 2, NOW, VERSION)
    assert names(tmp_path / "away") == {"backup.db"}
    assert subscribed(tmp_path / "away" / "backup.db") == [1, 2]


def test_a_backup_is_told_from_a_state_in_use(state: Path, backup: Path, tmp_path: Path) -> None:
    assert is_backup(backup)
    assert not is_backup(state)
    assert not is_backup(tmp_path / "nothing.db")
    restore(backup, state, NOW)
    assert not is_backup(state)


@pytest.mark.parametrize("damage", [harm.zeroed, harm.flipped, harm.foreign])
def test_what_is_damaged_is_not_backed_up(state: Path, backup: Path, damage: harm.Harm) -> None:
    before = backup.read_bytes()
    damage(state)
    with pytest.raises(StorageError, match=r"/state\.db is"):
        back_up(state, backup, NOW)
    assert backup.read_bytes() == before
    assert "backup.db.part" not in names(backup.parent)


def test_without_room_the_backup_of_before_stays(
    state: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = backup.read_bytes()

    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("storage.database.sync", full)
    with pytest.raises(FullError, match=r"backup\.db cannot be written: No space left"):
        back_up(state, backup, NOW)
    assert backup.read_bytes() == before
    assert "backup.db.part" not in names(backup.parent)


def test_where_the_disk_fills_up_in_the_middle_nothing_is_left(state: Path, tmp_path: Path) -> None:
    with closing(State.open(state)) as bot:
        bot.keep_request("key", "x" * 1_000_000)
    (tmp_path / "away").mkdir()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
    try:
        with pytest.raises(FullError, match=r"backup\.db cannot be written"):
            back_up(state, tmp_path / "away" / "backup.db", NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert names(tmp_path / "away") == set()


def test_the_newest_backups_stay_and_other_files_too() -> None:
    assert backup_name(NOW) == f"state-{STAMP}.db"
    files = [backup_name(NOW + day * 86_400) for day in range(20)]
    others = ["state.db", "state-1.db", f"state-{STAMP}.db.part", "mine.db"]
    assert outdated([*others, *files], files[-1], 14) == files[:6]
    assert outdated(files[:14], files[13], 14) == []
    assert outdated(files, files[0], 14) == files[1:7]  # the clock was wrong before


def test_a_backup_is_brought_back_and_what_was_there_is_kept(state: Path, backup: Path) -> None:
    with closing(sqlite3.connect(state)) as bot:
        bot.execute("delete from chats where id = 2")  # a bot that was killed leaves a log
        bot.commit()
        done = restore_killed(backup, state)
    kept = state.with_name(f"state.db.before-restore-{STAMP}")
    assert done.kept == kept
    assert done.before
    assert (done.now.subscriptions, done.before.subscriptions, done.before.chats) == (1, 2, 1)
    assert names(state.parent) == {"state.db", kept.name}
    assert subscribed(state) == [1]
    assert subscribed(kept) == [1, 2]


def restore_killed(backup: Path, state: Path) -> module.Restored:
    """As after a kill: a copy of the files, which nobody has open."""
    away = state.parent.with_name("copy")
    shutil.copytree(state.parent, away)
    shutil.rmtree(state.parent)
    away.rename(state.parent)
    assert state.with_name("state.db-wal").stat().st_size
    return restore(backup, state, NOW)


def test_a_damaged_state_is_kept_as_it_is(state: Path, backup: Path) -> None:
    with closing(sqlite3.connect(state)) as bot:
        bot.execute("delete from chats where id = 2")
        bot.commit()
        log = state.with_name("state.db-wal").read_bytes()
    harm.zeroed(state)
    before = state.read_bytes()
    state.with_name("state.db-wal").write_bytes(log)
    done = restore(backup, state, NOW)
    assert done.before is None
    assert done.kept
    assert done.kept.read_bytes() == before
    assert done.kept.with_name(f"{done.kept.name}-wal").read_bytes() == log
    assert subscribed(state) == [1]


def test_it_is_brought_back_where_there_is_nothing_or_only_a_log(state: Path, backup: Path) -> None:
    for left in ("", "state.db-wal"):
        shutil.rmtree(state.parent)
        state.parent.mkdir()
        if left:
            (state.parent / left).write_text("a log of something else" * 500)
        restore(backup, state, NOW)
        assert subscribed(state) == [1]
        assert len(names(state.parent)) == 1 + bool(left)


@pytest.mark.parametrize("damage", [harm.cut_short, harm.zeroed, harm.flipped, harm.foreign])
def test_a_backup_that_will_not_do_changes_nothing(
    state: Path, backup: Path, damage: harm.Harm
) -> None:
    damage(backup)
    before = state.read_bytes()
    with pytest.raises(CorruptError, match=r"backup\.db is .*"):
        restore(backup, state, NOW)
    assert state.read_bytes() == before
    assert names(state.parent) == {"state.db"}


def test_a_backup_of_a_newer_version_is_refused(state: Path, backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as newer:
        newer.execute(f"pragma user_version = {VERSION + 1}")
    with pytest.raises(CorruptError, match=r"backup\.db is of a newer Tubenotes"):
        restore(backup, state, NOW)
    assert subscribed(state) == [1, 2]


def test_a_state_that_another_program_has_open_is_left_alone(
    state: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(state)) as other:
        other.execute("begin")
        other.execute("select * from chats").fetchone()
        with pytest.raises(
            BusyError, match=r"state\.db is in use by another .*litestream, perhaps"
        ):
            restore(backup, state, NOW)
    assert subscribed(state) == [1, 2]
    assert names(state.parent) == {"state.db"}


def die_at_each_step(folder: Path) -> None:
    """In processes of their own: restore, and die before the 1st, 2nd, … call that writes."""
    for step in count(1):
        place = folder / str(step)
        shutil.copytree(folder / "first", place)
        if not os.fork():
            sys.setprofile(_Death(step))
            restore(place / "backup.db", place / "state.db", NOW)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.wait()[1]) != -signal.SIGKILL:
            return


_WRITING = {"backup", "connect", "copyfile", "fsync", "replace", "unlink"}


class _Death:
    def __init__(self, steps: int) -> None:
        self.left = steps

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        self.left -= event == "c_call" and getattr(argument, "__name__", "") in _WRITING
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("damaged", [False, True])
def test_killed_at_any_step_there_is_the_one_or_the_other(
    state: Path, backup: Path, tmp_path: Path, damaged: bool
) -> None:
    first = tmp_path / "steps" / "first"
    with closing(sqlite3.connect(state)) as bot:
        bot.execute("update subscriptions set chat_id = 3 where chat_id = 2")
        bot.commit()
        shutil.copytree(state.parent, first)  # what a bot leaves that was killed
    if damaged:
        harm.zeroed(first / "state.db")
    shutil.copy(backup, first / "backup.db")
    code = f"from tests.test_backup import *; die_at_each_step(Path({str(first.parent)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = Counter[str]()
    for number, place in enumerate(sorted(first.parent.iterdir())):
        found[_held(place / "state.db")] += 1
        if number % 4:
            continue
        restore(place / "backup.db", place / "state.db", NOW + 1)
        assert subscribed(place / "state.db") == [1]
        assert not any(".part" in name for name in names(place))
    assert found.keys() == ({"damaged", "[1]"} if damaged else {"[1, 3]", "[1]"})
    assert sum(found.values()) > 20


def _held(path: Path) -> str:
    """In a copy, as a look at it changes it."""
    assert path.exists()
    away = path.parent.with_name("look")
    shutil.copytree(path.parent, away)
    try:
        return str(subscribed(away / path.name))
    except CorruptError:
        return "damaged"
    finally:
        shutil.rmtree(away)


def test_what_root_makes_belongs_to_the_owner_of_what_is_there(state: Path, backup: Path) -> None:
    if os.geteuid():
        pytest.skip("only root can give files away")
    os.chown(state, 65_534, 65_534)
    restore(backup, state, NOW)
    assert (state.stat().st_uid, state.stat().st_gid) == (65_534, 65_534)


def test_a_state_of_the_first_version_can_be_backed_up_too(tmp_path: Path) -> None:
    made = back_up(version_one(tmp_path / "state.db"), tmp_path / "backup.db", NOW)
    assert (made.version, made.subscriptions, made.made) == (1, 0, None)
    assert contents(tmp_path / "backup.db") == made

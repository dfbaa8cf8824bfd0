"""`tubenotes backup` and `tubenotes restore`: where the backup is, what it holds, what changes."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.backup import RefusedError, backup, restore
from bot.config import Settings
from storage.errors import BusyError, CorruptError
from storage.lock import RUN_LOCK, Lock
from tests.faults import harm
from tests.test_backup import names, subscribe, subscribed

NAME = re.compile(r"state-\d{8}T\d{6}Z\.db")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data folder with two subscriptions."""
    subscribe(tmp_path / "data" / "state.db", 1, 2)
    (tmp_path / "notes").mkdir()
    return Settings.load(notes=tmp_path / "notes", data=tmp_path / "data")


def test_a_backup_tells_where_it_is_and_what_it_holds(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert backup(settings, None) == 0
    out = capsys.readouterr().out
    (name,) = names(settings.data / "backups")
    assert NAME.fullmatch(name)
    assert out.startswith(f"{settings.data}/backups/{name}: 2 subscriptions, 2 chats, 0 deliveries")
    assert re.search(r", \d+ kB\n\Z", out)
    assert subscribed(settings.data / "backups" / name) == [1, 2]


def test_the_newest_backups_are_kept_and_nothing_else_is_touched(settings: Settings) -> None:
    folder = settings.data / "backups"
    folder.mkdir()
    for day in range(10, 30):
        (folder / f"state-202001{day}T000000Z.db").write_text("an old one")
    (folder / "state.db").write_text("not by us")
    left = folder / "state-20200101T000000Z.db.part"
    left.write_text("by a process that was killed")
    os.utime(left, (0, 0))
    running = folder / "state-20990101T000000Z.db.part"
    running.write_text("by one that is at work")
    backup(settings, None)
    kept = names(folder)
    made = next(name for name in kept if NAME.fullmatch(name) and not name.startswith("state-2020"))
    old = {f"state-202001{day}T000000Z.db" for day in range(17, 30)}
    assert kept == {made, *old, "state.db", running.name}


def test_what_was_left_unfinished_makes_room_before_the_next_one_is_tried(
    settings: Settings,
) -> None:
    folder = settings.data / "backups"
    folder.mkdir()
    for left in ("state-20200101T000000Z.db.part", "state-20200101T000000Z.db.part-journal"):
        (folder / left).touch()
        os.utime(folder / left, (0, 0))
    harm.zeroed(settings.data / "state.db")
    with pytest.raises(CorruptError):
        backup(settings, None)
    assert names(folder) == set()


def test_a_file_can_be_named_and_a_backup_of_before_is_overwritten(
    settings: Settings, tmp_path: Path
) -> None:
    target = tmp_path / "away" / "nightly.db"
    assert backup(settings, target) == 0
    subscribe(settings.data / "state.db", 3)
    assert backup(settings, target) == 0
    assert names(target.parent) == {"nightly.db"}
    assert subscribed(target) == [1, 2, 3]
    assert not (settings.data / "backups").exists()


def test_what_is_no_backup_is_not_overwritten(settings: Settings, tmp_path: Path) -> None:
    diary = tmp_path / "diary.txt"
    diary.write_text("Dear diary")
    other = subscribe(tmp_path / "other" / "state.db", 7)
    for target in (diary, other, settings.data / "state.db"):
        with pytest.raises(RefusedError, match="no backup that Tubenotes made") as refused:
            backup(settings, target)
        assert refused.value.exit_code == 2
    with pytest.raises(RefusedError, match="is a folder"):
        backup(settings, tmp_path)
    assert diary.read_text() == "Dear diary"
    assert subscribed(other) == [7]


def test_without_a_state_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    settings = Settings.load(notes=tmp_path, data=tmp_path / "none")
    with pytest.raises(RefusedError, match=r"none/state\.db is not there"):
        backup(settings, None)
    assert not (tmp_path / "none").exists()


def test_a_restore_tells_what_is_there_now_and_what_people_will_notice(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "backup.db"
    backup(settings, source)
    subscribe(settings.data / "state.db", 3)
    capsys.readouterr()
    assert restore(settings, source) == 0
    out = capsys.readouterr().out
    assert re.search(
        r", made [-\d]{10} [:\d]{5} UTC, holds: 2 subscriptions, 2 chats, 0 deliveries owed\n", out
    )
    assert re.search(r"kept as .*before-restore-.*: 3 subscriptions, 3 chats", out)
    assert "announced once more" in out
    assert "what people changed since then is gone" in out
    assert subscribed(settings.data / "state.db") == [1, 2]
    with closing(sqlite3.connect(settings.data / "state.db")) as state:
        state.execute("drop table chats")
    (settings.data / "state.db").write_bytes(b"x" * 5000)
    assert restore(settings, source) == 0
    assert "it is damaged" in capsys.readouterr().out


def test_nothing_is_restored_while_a_bot_runs(settings: Settings, tmp_path: Path) -> None:
    backup(settings, tmp_path / "backup.db")
    subscribe(settings.data / "state.db", 3)
    lock = Lock.take(settings.data / RUN_LOCK)
    with pytest.raises(BusyError, match="in use by another tubenotes"):
        restore(settings, tmp_path / "backup.db")
    lock.release()
    assert subscribed(settings.data / "state.db") == [1, 2, 3]
    assert restore(settings, tmp_path / "backup.db") == 0


def test_what_will_not_do_as_a_backup_is_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"none\.db is no file"):
        restore(settings, tmp_path / "none.db")
    with pytest.raises(RefusedError, match=r"is the state\.db in use"):
        restore(settings, settings.data / "state.db")
    (tmp_path / "diary.db").write_text("Dear diary " * 500)
    with pytest.raises(CorruptError, match=r"diary\.db is damaged or no database of ours"):
        restore(settings, tmp_path / "diary.db")
    assert subscribed(settings.data / "state.db") == [1, 2]


def test_a_machine_that_has_nothing_yet_takes_a_backup_over(
    settings: Settings, tmp_path: Path
) -> None:
    source = tmp_path / "backup.db"
    backup(settings, source)
    shutil.rmtree(settings.data)
    assert restore(settings, source) == 0
    assert subscribed(settings.data / "state.db") == [1, 2]

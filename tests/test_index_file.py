"""The file of index.db from one version of Tubenotes to the next: it answers until the new one is
whole, and is left alone while a bot of the other version uses it."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage import database as databases
from storage import index_file
from storage import update as updating
from storage.database import snapshot
from storage.errors import BusyError, FullError
from storage.index import Index
from storage.index_file import beside_of
from storage.reading import counts, generation
from storage.schema import VERSION
from storage.update import survey, take, update
from tests.aged import OTHER_LAYOUT, OTHER_READING, age, is_old, served_elsewhere, version_of
from tests.vaults import assert_whole, build, dump, opened, reader, rest, write_note, write_vault


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Nobody has touched them for long, so that none has to be read again to be sure of it."""
    write_vault(tmp_path / "notes")
    rest(tmp_path / "notes")
    return tmp_path / "notes"


@pytest.fixture
def path(notes: Path) -> Path:
    """A whole index of this version."""
    path = notes.parent / "data" / "index.db"
    build(notes, path)
    return path


def files_of(path: Path) -> set[str]:
    return {file.name for file in path.parent.iterdir()}


def test_an_index_of_another_reading_answers_until_the_new_one_is_whole(
    notes: Path, path: Path
) -> None:
    sound = dump(path)
    age(path)
    with closing(sqlite3.connect(path)) as db:  # as if the clock had been wrong then
        db.execute("update meta set value = 9000000000000000 where name = 'generation'")
        db.commit()
    old = dump(path)
    with opened(path) as index, reader(path) as database:
        assert index.complete
        before = generation(database)
        building = index.building()
        take(building, notes, survey(building, notes))
        assert dump(path) == old
        index.renew()
        assert generation(database) > before
        assert index.building() is index
    assert_whole(path)
    assert dump(path) == sound
    assert version_of(path) == VERSION
    assert not beside_of(path).exists()


def test_a_question_under_way_sees_one_index_all_the_time(
    notes: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "BUSY_SECONDS", 0.01)
    age(path)
    write_note(notes, "more.md", "One more")
    with opened(path) as index, reader(path) as database:
        with snapshot(database):
            before = counts(database)
            update(index, notes)
            assert counts(database) == before
        assert counts(database).notes == before.notes + 1


def test_a_new_index_that_was_begun_is_gone_on_with(
    notes: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updating, "BATCH_FILES", 4)
    monkeypatch.setattr(updating, "TOLD_EVERY", 1)
    sound = dump(path)
    age(path)

    def stop(done: int, total: int) -> None:
        if done == total:
            raise ZeroDivisionError

    with opened(path) as index, pytest.raises(ZeroDivisionError):
        update(index, notes, stop)
    assert is_old(path)
    with opened(path) as index:
        begun = set(index.building().files())
        assert 0 < len(begun) < len(sound["files"])
        found = survey(index.building(), notes)
        assert len(found.plan.read) < len(sound["files"])
        update(index, notes)
    assert dump(path) == sound


def test_a_whole_index_beside_is_adopted_at_once(notes: Path, path: Path) -> None:
    sound = dump(path)
    shutil.copy(path, beside_of(path))
    age(path, OTHER_LAYOUT)
    with opened(path) as index:
        assert index.complete
        assert not index.outdated
        assert not update(index, notes)
    assert dump(path) == sound
    assert "index.db.next" not in files_of(path)


def test_it_is_adopted_where_the_index_is_gone_or_damaged(notes: Path, path: Path) -> None:
    sound = dump(path)
    for harm in (b"", b"no database at all" * 400):
        shutil.copy(path, beside_of(path))
        path.write_bytes(harm)
        with opened(path) as index:
            assert index.complete
        assert dump(path) == sound


def test_what_lies_beside_to_no_use_is_thrown_away(path: Path) -> None:
    for version, stays in ((VERSION, False), (OTHER_READING, False), (VERSION + 1, True)):
        shutil.copy(path, beside_of(path))
        age(beside_of(path), version)
        opened_once(path)
        assert beside_of(path).exists() == stays  # a newer one waits for a newer Tubenotes
        assert not is_old(path)


def opened_once(path: Path) -> None:
    Index.open(path).close()


def test_an_index_in_use_by_another_version_is_left_alone(
    notes: Path, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sound = dump(path)
    for version in (OTHER_LAYOUT, OTHER_READING):
        age(path, version)
        before = path.read_bytes()
        with served_elsewhere(path.parent):
            for _ in range(2):  # the second time it goes on where the first one left off
                with opened(path) as index:
                    update(index, notes)
                    assert index.path == beside_of(path)
            assert "used from the bot's next start" in caplog.text
            assert path.read_bytes() == before
        assert dump(beside_of(path)) == sound
        opened_once(path)
        assert dump(path) == sound


def test_who_reads_beside_goes_back_once_it_was_adopted(notes: Path, path: Path) -> None:
    age(path, OTHER_LAYOUT)
    with served_elsewhere(path.parent):
        index = Index.open(path)
        update(index, notes)
    with closing(index):
        rebuilds = index.rebuilds
        opened_once(path)
        write_note(notes, "more.md", "One more")
        assert update(index, notes).added == 1
        assert (index.path, index.rebuilds) == (path, rebuilds + 1)
    assert not beside_of(path).exists()


def test_who_was_overtaken_by_another_version_writes_nothing(notes: Path, path: Path) -> None:
    with opened(path) as index:
        age(path)
        write_note(notes, "more.md", "One more")
        with pytest.raises(BusyError, match="start this one again"):
            update(index, notes)
    assert is_old(path)


def test_a_new_index_of_another_process_is_taken_as_it_is(notes: Path, path: Path) -> None:
    """Two begin to build beside, and the other one is first."""
    age(path)
    with opened(path) as index:
        index.building()
        build(notes, path)
        assert index.renew().more
        assert index.building() is index
        assert not update(index, notes)
    assert not is_old(path)


def test_without_room_for_two_the_old_one_makes_room(
    notes: Path, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sound = dump(path)
    age(path)
    monkeypatch.setattr(index_file, "free_bytes", lambda _: path.stat().st_size)
    with opened(path) as index:
        assert index.complete
        assert index.building() is index
        assert not index.complete
        assert "no room to build a new one beside it" in caplog.text
        update(index, notes)
    assert dump(path) == sound


def test_without_room_to_take_it_over_it_is_built_anew(
    notes: Path, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sound = dump(path)
    shutil.copy(path, beside_of(path))
    age(path)
    monkeypatch.setattr(index_file, "free_bytes", lambda _: 0)
    build(notes, path)
    assert "no room to take" in caplog.text
    assert dump(path) == sound
    assert not beside_of(path).exists()


def test_without_room_to_take_over_what_was_built_the_old_one_answers_on(
    notes: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = dump(path)
    age(path)
    old = dump(path)
    with opened(path) as index:
        index.building()
        monkeypatch.setattr(index_file, "free_bytes", lambda _: 16_000_000)
        for _ in range(2):
            with pytest.raises(FullError, match=r"in the place of index\.db, .* 16 MB have to be"):
                update(index, notes)
            assert dump(path) == old
        monkeypatch.setattr(index_file, "free_bytes", lambda _: 10**9)
        update(index, notes)
    assert dump(path) == sound


def test_what_lies_beside_and_may_not_be_written_is_thrown_away(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(index_file, "is_shut", beside_of(path).__eq__)  # root may write anywhere
    shutil.copy(path, beside_of(path))
    age(path)
    with opened(path) as index:
        assert not beside_of(path).exists()
        assert "made by root perhaps" in caplog.text
        shutil.copy(path, beside_of(path))
        age(beside_of(path), VERSION)
        assert not index.building().files()
    shutil.copy(path, beside_of(path))
    age(beside_of(path), VERSION + 1)
    opened_once(path)
    assert version_of(beside_of(path)) == VERSION + 1  # it waits for a newer Tubenotes


def test_an_index_of_another_layout_is_said_to_be_built_anew(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    age(path, OTHER_LAYOUT)
    with opened(path) as index:
        assert not index.complete
    assert [(record.levelno, "built anew" in record.message) for record in caplog.records] == [
        (logging.WARNING, True)
    ]


def test_an_unfinished_index_of_another_reading_is_of_no_use(path: Path) -> None:
    age(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("update meta set value = 0 where name = 'complete'")
        db.commit()
    with opened(path) as index:
        assert not index.outdated
        assert not index.files()


def test_damage_while_the_new_one_is_built_is_mended_at_once(notes: Path, path: Path) -> None:
    sound = dump(path)
    age(path)
    with opened(path) as index:
        index.building()
        index.damaged = True
        update(index, notes)
    assert dump(path) == sound
    assert not beside_of(path).exists()

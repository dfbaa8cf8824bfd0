"""SQLite opened the same way everywhere: transactions, snapshots, and errors told apart."""

import sqlite3
from pathlib import Path

import pytest

from storage import database as module
from storage.database import open_database, open_reader, snapshot, transaction, translated
from storage.errors import BusyError, CorruptError, FullError, SlowQueryError, StorageError


def test_a_transaction_happens_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    database = open_database(path)
    database.conn.execute("create table t(x)")
    with pytest.raises(ZeroDivisionError), transaction(database, path):
        database.conn.execute("insert into t values (1)")
        raise ZeroDivisionError
    with transaction(database, path):
        database.conn.execute("insert into t values (2)")
    assert database.execute("select x from t").fetchall() == [(2,)]
    database.close()


def test_after_a_commit_that_failed_the_next_transaction_works(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    database = open_database(path)
    database.conn.execute("pragma foreign_keys = on")
    database.conn.execute("create table t(x primary key)")
    database.conn.execute("create table u(x references t(x) deferrable initially deferred)")
    with pytest.raises(StorageError, match="FOREIGN"), transaction(database, path):
        database.conn.execute("insert into u values (1)")
    with transaction(database, path):
        database.conn.execute("insert into t values (2)")
    assert database.execute("select * from u").fetchall() == []
    database.close()


def test_a_second_writer_is_told_that_the_file_is_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.db"
    one = open_database(path)
    monkeypatch.setattr(module, "BUSY_SECONDS", 0)
    two = open_database(path)
    with transaction(one, path), pytest.raises(BusyError, match=r"x\.db is in use by another"):
        transaction(two, path).__enter__()
    with transaction(two, path):
        pass
    one.close()
    two.close()


def test_a_reader_cannot_write_and_a_snapshot_stays(tmp_path: Path) -> None:
    path = tmp_path / "odd ?#% name.db"
    writer = open_database(path)
    writer.conn.execute("create table t(x)")
    reader = open_reader(path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("insert into t values (1)")
    with snapshot(reader):
        assert reader.execute("select count(*) from t").fetchone() == (0,)
        with transaction(writer, path):
            writer.conn.execute("insert into t values (1)")
        assert reader.execute("select count(*) from t").fetchone() == (0,)
    assert reader.execute("select count(*) from t").fetchone() == (1,)
    writer.close()
    reader.close()


def test_a_file_that_is_no_database_is_corrupt(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_text("Dear diary, " * 1000)
    for function in (open_database, open_reader):
        message = r"x\.db is damaged or no database of ours"
        # A reader looks at the file only when it is asked.
        with pytest.raises(CorruptError, match=message), translated(path):
            function(path).execute("select * from t")


def test_a_question_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    database = open_database(path)
    database.conn.set_progress_handler(lambda: 1, 1000)
    endless = "with recursive t(x) as (select 1 union all select x + 1 from t) select max(x) from t"
    for _ in range(2):
        with pytest.raises(SlowQueryError), translated(path), snapshot(database):
            database.execute(endless)
    database.close()


def test_a_database_that_may_not_grow_is_full(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    database = open_database(path)
    database.conn.execute("create table t(x)")
    database.conn.execute("pragma max_page_count = 3")
    with pytest.raises(FullError, match="check room and rights"), transaction(database, path):
        database.conn.execute("insert into t values (zeroblob(100000))")
    with transaction(database, path):
        database.conn.execute("insert into t values (1)")
    database.close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(FullError, match=r"file/x\.db cannot be written: "):
        open_database(tmp_path / "file" / "x.db")

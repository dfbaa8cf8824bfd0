"""An index that is damaged, foreign or of another version is built anew; nothing else is harmed."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from storage.database import translated
from storage.errors import CorruptError
from storage.index import Index
from storage.memory import Memory
from storage.query import parse_query
from storage.schema import APPLICATION_ID, READINGS, VERSION
from storage.search import search
from storage.update import update
from tests.vaults import assert_whole, build, dump, fresh_dump, opened, reader, write_vault


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("damage") / "notes"
    write_vault(folder, folders=4, notes=5)
    return folder


@pytest.fixture
def path(notes: Path, tmp_path: Path) -> Path:
    """A sound index.db of the notes."""
    build(notes, tmp_path / "index.db")
    return tmp_path / "index.db"


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def overwrite(data: bytes) -> bytes:
    return data[:8192] + b"\xff" * (len(data) - 8192)


def zero(data: bytes) -> bytes:
    return b"\0" * len(data)


def bad_schema(data: bytes) -> bytes:
    return data.replace(b"CREATE TABLE files", b"CREATE TUBLE files").replace(
        b"create table files", b"create tuble files"
    )


def text(data: bytes) -> bytes:
    return b"Dear diary\n" * (len(data) // 11)


def nothing(data: bytes) -> bytes:
    return data[:0]


def stub(data: bytes) -> bytes:
    return data[:50]


@pytest.mark.parametrize("harm", [cut, overwrite, zero, bad_schema, text, nothing, stub])
def test_a_damaged_index_is_built_anew(
    notes: Path, path: Path, harm: Callable[[bytes], bytes]
) -> None:
    sound = dump(path)
    data = path.read_bytes()
    path.write_bytes(harm(data))
    assert path.read_bytes() != data
    build(notes, path)
    assert_whole(path)
    assert dump(path) == sound


@pytest.mark.parametrize(
    "statement",
    [
        f"pragma user_version = {VERSION + READINGS}",
        "pragma user_version = 0",
        f"pragma application_id = {APPLICATION_ID + 1}",
        "drop table meta",
        "drop table segments",
    ],
)
def test_an_index_of_another_make_is_built_anew(notes: Path, path: Path, statement: str) -> None:
    sound = dump(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute(statement)
    with opened(path) as index:
        assert not index.complete
        update(index, notes)
    assert_whole(path)
    assert dump(path) == sound


def test_a_foreign_database_in_its_place_is_replaced(notes: Path, path: Path) -> None:
    sound = dump(path)
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute("create table diary(day)")
    build(notes, path)
    assert dump(path) == sound


@pytest.mark.parametrize("seed", [17, 28, 32, 40, 61, 94, 109, 131])
def test_an_update_of_an_index_with_noise_in_it_ends_whole(tmp_path: Path, seed: int) -> None:
    """Noise in any page, then every note changes: found out and repaired, or overwritten."""
    notes, path = tmp_path / "notes", tmp_path / "index.db"
    write_vault(notes, folders=4, notes=5)
    build(notes, path)
    random = Random(seed)
    data = bytearray(path.read_bytes())
    for _ in range(random.choice([1, 1, 2, 6])):
        page = random.randrange(1, len(data) // 4096) * 4096
        length = random.choice([20, 4096])
        at = page + random.randrange(4097 - length)
        data[at : at + length] = random.randbytes(length)
    path.write_bytes(data)
    write_vault(notes, folders=4, notes=5, version="new")
    build(notes, path)
    assert_whole(path)
    assert dump(path) == fresh_dump(notes, tmp_path / "fresh.db")


def test_damage_met_by_a_reader_is_repaired_by_the_next_update(notes: Path, path: Path) -> None:
    sound = dump(path)
    with closing(sqlite3.connect(path)) as db:
        sql = "select rootpage from sqlite_master where name = 'postings'"
        root = db.execute(sql).fetchone()[0]
    data = bytearray(path.read_bytes())
    data[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    path.write_bytes(data)
    with opened(path) as index:
        with reader(path) as database, pytest.raises(CorruptError), translated(path):
            search(database, Memory(), parse_query("fox"), 5)
        index.damaged = True
        update(index, notes)
        assert (index.rebuilds, index.damaged) == (1, False)
    assert_whole(path)
    assert dump(path) == sound


@pytest.mark.parametrize(
    "harm",
    [
        "update postings set moments = x'ffffffff01' where term = 'fox'",
        "update postings set moments = x'ffffff7f01' where term = 'fox'",
        "update postings set moments = x'010000000000000001ff' where term = 'fox'",
        "update postings set moments = x'010203' where term = 'fox'",
        "update postings set moments = x'' where term = 'fox'",
        "update segments set starts = x'00'",
        "update segments set lengths = x''",
        "update segments set videos = randomblob(length(videos))",
    ],
)
def test_damage_that_only_numbers_tell_is_found_and_repaired(
    notes: Path, path: Path, harm: str
) -> None:
    sound = dump(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute(harm)
        db.commit()
    with opened(path) as index:
        with reader(path) as database, pytest.raises(CorruptError, match="damaged"):
            search(database, Memory(), parse_query("fox"), 5)
        index.damaged = True
        update(index, notes)
    assert_whole(path)
    assert dump(path) == sound


def test_damage_met_in_an_update_is_repaired_by_it(notes: Path, path: Path) -> None:
    sound = dump(path)
    with closing(sqlite3.connect(path)) as db:
        root = db.execute("select rootpage from sqlite_master where name = 'files'").fetchone()[0]
    data = bytearray(path.read_bytes())
    data[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    path.write_bytes(data)
    with opened(path) as index:
        with pytest.raises(CorruptError, match=r"index\.db is damaged"):
            index.files()
        update(index, notes)
        assert index.rebuilds == 1
    assert_whole(path)
    assert dump(path) == sound


def test_a_log_of_another_file_does_no_harm(notes: Path, path: Path) -> None:
    sound = dump(path)
    Path(f"{path}-wal").write_bytes(Random(1).randbytes(50_000))
    Path(f"{path}-shm").write_bytes(b"\xff" * 32_768)
    build(notes, path)
    assert_whole(path)
    assert dump(path) == sound


def test_a_reader_of_a_replaced_file_goes_on_with_the_old_one(notes: Path, path: Path) -> None:
    with opened(path) as index, closing(sqlite3.connect(path)) as old:
        count = "select count(*) from notes"
        assert old.execute(count).fetchone() == (20,)
        index.rebuild()
        assert old.execute(count).fetchone() == (20,)
        assert isinstance(index, Index)
        assert index.database.execute(count).fetchone() == (0,)

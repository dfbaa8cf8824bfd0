"""Little vaults, and an index laid open: all that it holds, independent of row numbers."""

from __future__ import annotations

import os
import shutil
import sqlite3
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from sqlite_utils import Database

from storage.database import open_reader
from storage.index import Changes, Index
from storage.moments import telling
from storage.update import update

VIDEO, OTHER, THIRD = "video-one-1", "video-two-2", "video-thr-3"
LONG_AGO = 1_700_000_000


def cite(seconds: int) -> str:
    """A citation in the vault's canonical form."""
    hours, rest = divmod(seconds, 3600)
    time = f"{hours:02}:{rest // 60:02}:{rest % 60:02}"
    return f'<a class="yt-timestamp" data-t="{time}">[{time}]</a>'


def write_note(
    root: Path, key: str, title: str = "A topic", video_id: str = VIDEO, body: str = ""
) -> Path:
    """A note as the owner's generator writes it; its only moment is 0:11 where no body is given."""
    body = body or f"The fox of {title} jumps over the dog {cite(11)}."
    channel = key.rpartition("/")[0].rpartition("/")[2] or "root"
    head = f"---\ntitle: {title}\nvideoId: {video_id}\n---\n\nFrom: [[{channel}]] <br/> \n"
    return write_file(root, key, head + body)


def write_file(root: Path, key: str, text: str | bytes) -> Path:
    """Any file below the folder."""
    path = root / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def write_vault(root: Path, folders: int = 2, notes: int = 3, version: str = "") -> None:
    """Folders of notes, two of which tell of one video, with links, unknown times and a page."""
    for folder in range(folders):
        for number in range(notes):
            video = f"v{folder:04}-{number // 2:04}x"
            body = (
                f"## Heading {number}\n"
                f"The {version} fox number {number} jumps {cite(10 + number)}. "
                f"It rests {cite(100 * number + 20)}. It sleeps {cite(999_999)}.\n\n"
                f"* See [[topic {number + 1}|the next]] and [[nowhere]] {cite(300)}\n\nUncited."
            )
            key = f"channel{folder:02}/topic_{number}.md"
            write_note(root, key, f"Topic {number}", video, body)
        link = f"https://www.youtube.com/watch?v=v{folder:04}-0000x"
        page = f"---\ntitle: Channel\n---\n\n### [Film {version} {folder}]({link})\n"
        write_file(root, f"channel{folder:02}/channel.md", page)


def rest(root: Path) -> None:
    """As if nobody had touched these files for long: a file written just now is read twice."""
    for path in root.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))


def copy_vault(source: Path, target: Path) -> None:
    """Another folder with the same files, times included."""
    shutil.copytree(source, target, symlinks=True)


def build(notes: Path, path: Path) -> Changes:
    """Open, bring up to date and close."""
    with opened(path) as index:
        return update(index, notes)


@contextmanager
def opened(path: Path) -> Iterator[Index]:
    """The writer, closed at the end."""
    index = Index.open(path)
    try:
        yield index
    finally:
        index.close()


@contextmanager
def reader(path: Path) -> Iterator[Database]:
    """A reader's connection, closed at the end."""
    database = open_reader(path)
    try:
        yield database
    finally:
        database.close()


def fresh_dump(notes: Path, path: Path) -> dict[str, list[object]]:
    """What an index built anew from the folder holds."""
    build(notes, path)
    return dump(path)


def dump(path: Path) -> dict[str, list[object]]:
    """Every content table, and every word of every index with its place."""
    with closing(sqlite3.connect(path)) as db:
        names = _names(db)
        rows = _as_they_are(db) | _of_moments(db, names) | _of_notes(db, names)
    return {name: sorted(values, key=repr) for name, values in rows.items()}


Rows = dict[str, list[object]]
Place = tuple[str, int]


class _Names(NamedTuple):
    """What stands for a row's number, which differs between two builds of the same.

    A passage is named by its note and its place in it, a moment by the passages that tell it.
    """

    notes: dict[int, str]
    passages: dict[int, Place]
    moments: dict[int, tuple[Place, ...]]
    links: dict[int, tuple[object, ...]]


def _names(db: sqlite3.Connection) -> _Names:
    notes = dict(db.execute("select id, key from notes"))
    count: Counter[int] = Counter()
    passages: dict[int, Place] = {}
    moments: dict[int, list[Place]] = {}
    told = "select id, note_id, moment_id from passages order by id"
    for number, note, moment in db.execute(told):
        count[note] += 1
        passages[number] = notes[note], count[note]
        moments.setdefault(moment, []).append(passages[number])
    links = db.execute("select rowid, note_id, name, target, alias from links")
    return _Names(
        notes,
        passages,
        {moment: tuple(sorted(told)) for moment, told in moments.items()},
        {row[0]: (notes[row[1]], *row[2:]) for row in links},
    )


def _as_they_are(db: sqlite3.Connection) -> Rows:
    """Tables in which no number of a row stands."""
    whole = {name: f"select * from {name}" for name in ("titles", "problems", "words")}
    whole["files"] = "select key, size, hash, kind from files"
    whole["meta"] = "select * from meta where name not in ('generation', 'next_moment')"
    rows: Rows = {name: db.execute(sql).fetchall() for name, sql in whole.items()}
    notes = _as_dicts(db, "select * from notes")
    rows["notes"] = [tuple(v for k, v in row.items() if k != "id") for row in notes]
    return rows


def _of_moments(db: sqlite3.Connection, names: _Names) -> Rows:
    named = names.moments.get
    moments = db.execute("select id, video_id, start from moments")
    return {
        "passages": [
            (names.passages[row["id"]], *(v for k, v in row.items() if k not in _NUMBERS))
            for row in _as_dicts(db, "select * from passages")
        ],
        "moments": [(video, start, named(number)) for number, video, start in moments],
        "postings": [
            (term, sorted((named(number), count) for number, count in told))
            for term, told in postings_of(db).items()
        ],
        "arrays": [(named(number), *values) for number, values in arrays_of(db).items()],
    }


def _of_notes(db: sqlite3.Connection, names: _Names) -> Rows:
    rows: Rows = {"links": list(names.links.values())}
    for table in ("note_words", "title_grams"):
        rows[table] = [(names.notes.get(row[0]), *row[1:]) for row in _words(db, table)]
    rows["link_words"] = [(names.links.get(row[0]), *row[1:]) for row in _words(db, "link_words")]
    return rows


_NUMBERS = ("id", "note_id", "moment_id")


def _as_dicts(db: sqlite3.Connection, sql: str) -> list[dict[str, Any]]:
    cursor = db.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _words(db: sqlite3.Connection, table: str) -> list[tuple[int, str, str, int]]:
    """(row, column, term, offset) of each word of a full-text index, as it really is in there."""
    db.execute(f"create virtual table temp.of_{table} using fts5vocab(main, {table}, instance)")
    return db.execute(f"select doc, col, term, offset from temp.of_{table}").fetchall()


def _dead(db: sqlite3.Connection) -> set[int]:
    rows = db.execute("select first, last from dead")
    return {number for first, last in rows for number in range(first, last + 1)}


def postings_of(db: sqlite3.Connection) -> dict[str, list[tuple[int, int]]]:
    """(moment, count) of each word's living moments, read byte by byte, as they follow there."""
    dead = _dead(db)
    dead |= {n for n, (_, length, *_) in arrays_of(db, all_of_them=True).items() if not length}
    found: dict[str, list[tuple[int, int]]] = {}
    for term, blob in db.execute("select term, moments from postings order by term, segment"):
        count = len(blob) // 5
        pairs = zip(struct.unpack(f"={count}i", blob[: 4 * count]), blob[4 * count :], strict=True)
        living = [pair for pair in pairs if pair[0] not in dead]
        if living:
            found.setdefault(term, []).extend(living)
    return found


def arrays_of(
    db: sqlite3.Connection, *, all_of_them: bool = False
) -> dict[int, tuple[int, int, int]]:
    """(second, words, checksum of the video's id) by moment; the living ones, or all."""
    dead = _dead(db)
    found: dict[int, tuple[int, int, int]] = {}
    for first, count, *blobs in db.execute(
        "select first, count, starts, lengths, names from segments order by first"
    ):
        kinds = (f"={count}i", f"={count}H", f"={count}I")
        columns = [struct.unpack(kind, blob) for kind, blob in zip(kinds, blobs, strict=True)]
        found.update(enumerate(zip(*columns, strict=True), first))
    living = {n: row for n, row in found.items() if row[1] and n not in dead}
    return found if all_of_them else living


def assert_whole(path: Path) -> None:
    """The file and all its indexes are sound, and the tables agree with each other."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
        for table in ("note_words", "title_grams", "link_words"):
            db.execute(f"insert into {table}({table}) values ('integrity-check')")

        def count(what: str) -> int:
            return int(db.execute(f"select count(*) from {what}").fetchone()[0])

        assert count("note_words_docsize") == count("title_grams_docsize") == count("notes")
        assert count("link_words_docsize") == count("links")
        assert count("moments where id not in (select moment_id from passages)") == 0
        assert count("passages where moment_id not in (select id from moments)") == 0
        assert count("passages where moment_id is null") == 0
        for table in ("passages", "links"):
            assert count(f"{table} where note_id not in (select id from notes)") == 0
        for name in ("passages", "moments"):
            kept = db.execute("select value from meta where name = ?", (name,)).fetchone()[0]
            assert kept == count(name)
        _assert_moments_whole(db)
        db.rollback()


def _assert_moments_whole(db: sqlite3.Connection) -> None:
    """The segments say of each moment what the tables say, and each list ascends."""
    moments = {n: (v, s) for n, v, s in db.execute("select id, video_id, start from moments")}
    arrays = arrays_of(db)
    assert {n: (row[0], row[2]) for n, row in arrays.items()} == {
        number: (start, crc32(video.encode())) for number, (video, start) in moments.items()
    }
    firsts = dict(db.execute("select video_id, min(id) from moments group by video_id"))
    for first, count, blob in db.execute("select first, count, videos from segments"):
        for number, video in enumerate(struct.unpack(f"={count}i", blob), first):
            assert number not in moments or video == firsts[moments[number][0]]
    lengths: Counter[int] = Counter()
    for told in postings_of(db).values():
        numbers = [number for number, _ in told]
        assert numbers == sorted(set(numbers))
        lengths.update(dict(told))
    assert all(max(1, lengths[number]) == row[1] for number, row in arrays.items())
    assert lengths.keys() <= moments.keys()
    texts = db.execute("select n.video_id, p.text from passages p join notes n on n.id = note_id")
    said = {(video, word) for video, text in texts for word in telling(text)}
    counted = Counter(word for _, word in said)
    assert dict(db.execute("select word, videos from words")) == counted
    segments = "select count(*) from postings where segment not in (select id from segments)"
    assert db.execute(segments).fetchone() == (0,)
    next_moment = db.execute("select value from meta where name = 'next_moment'").fetchone()[0]
    assert next_moment > max(moments, default=-1)

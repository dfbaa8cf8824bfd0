"""Little vaults, and an index laid open: all that it holds, independent of row numbers."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from storage.database import open_reader
from storage.index import Changes, Index
from storage.update import update

VIDEO, OTHER, THIRD = "video-one-1", "video-two-2", "video-thr-3"


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
    """Every content table, and every word in both word indexes with its place."""
    with closing(sqlite3.connect(path)) as db:
        notes = dict(db.execute("select id, key from notes"))
        passages: dict[int, list[int]] = {}
        place: dict[int, tuple[str, int]] = {}
        for number, note in db.execute("select id, note_id from passages order by id"):
            passages.setdefault(note, []).append(number)
            place[number] = notes[note], len(passages[note])
        moments: dict[int, list[tuple[str, int]]] = {}
        for number, moment in db.execute("select id, moment_id from passages"):
            moments.setdefault(moment, []).append(place[number])
        named = {moment: tuple(sorted(told)) for moment, told in moments.items()}
        rows: dict[str, list[object]] = {
            "files": db.execute("select key, size, hash, kind from files").fetchall(),
            "notes": db.execute(
                "select key, ref, title, name, channel, video_id, headings, rest, found, exact,"
                " near, start, lost from notes"
            ).fetchall(),
            "passages": [
                (place[row[0]], *row[1:])
                for row in db.execute(
                    "select id, start, trust, line, text, before, after, context, heading, more"
                    " from passages"
                )
            ],
            "moments": [
                (video, start, named.get(number))
                for number, video, start in db.execute("select id, video_id, start from moments")
            ],
            "links": [
                (notes[row[0]], *row[1:])
                for row in db.execute("select note_id, name, target, alias from links")
            ],
            "titles": db.execute("select * from titles").fetchall(),
            "problems": db.execute("select * from problems").fetchall(),
            "meta": db.execute("select * from meta where name != 'generation'").fetchall(),
            "moment_words": [(named.get(row[0]), *row[1:]) for row in _words(db, "moment_words")],
            "note_words": [(notes.get(row[0]), *row[1:]) for row in _words(db, "note_words")],
        }
    return {name: sorted(values, key=repr) for name, values in rows.items()}


def _words(db: sqlite3.Connection, table: str) -> list[tuple[int, str, str, int]]:
    """(row, column, term, offset) of each word of a full-text index, as it really is in there."""
    db.execute(f"create virtual table temp.of_{table} using fts5vocab(main, {table}, instance)")
    return db.execute(f"select doc, col, term, offset from temp.of_{table}").fetchall()


def assert_whole(path: Path) -> None:
    """The file and both full-text indexes are sound, and the tables agree with each other."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
        db.execute("insert into moment_words(moment_words) values ('integrity-check')")
        db.execute("insert into note_words(note_words, rank) values ('integrity-check', 1)")

        def count(what: str) -> int:
            return int(db.execute(f"select count(*) from {what}").fetchone()[0])

        assert count("moment_words_docsize") == count("moments")
        assert count("note_words_docsize") == count("notes")
        assert count("moments where id not in (select moment_id from passages)") == 0
        assert count("passages where moment_id not in (select id from moments)") == 0
        assert count("passages where moment_id is null") == 0
        for table in ("passages", "links"):
            assert count(f"{table} where note_id not in (select id from notes)") == 0
        for name in ("passages", "moments"):
            kept = db.execute("select value from meta where name = ?", (name,)).fetchone()[0]
            assert kept == count(name)
        db.rollback()

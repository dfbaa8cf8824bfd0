"""Files and folders that nobody should have put among the notes: each with its message."""

import os
import time
from pathlib import Path

import pytest

from storage.check import check_folder
from storage.errors import FolderError
from storage.folder import read_file
from storage.index import Changes
from storage.memory import Memory
from storage.query import parse_query
from storage.search import search
from storage.update import update
from tests.vaults import (
    VIDEO,
    assert_whole,
    build,
    cite,
    opened,
    reader,
    write_file,
    write_note,
)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with one good note, which every fault must leave alone."""
    write_note(tmp_path / "notes", "good.md")
    return tmp_path / "notes"


def problems_of(notes: Path) -> list[str]:
    """What `check` says; the index must say the same of what is lost, and hold the good note."""
    report = check_folder(notes)
    path = notes.parent / "index.db"
    build(notes, path)
    with opened(path) as index:
        rows = index.database.execute("select key, kind, message from problems where lost")
        lost = [(p.path, p.kind, p.message) for p in report.problems if p.lost]
        assert sorted(rows.fetchall()) == sorted(lost)
    with reader(path) as database:
        hits = search(database, Memory(), parse_query("topic"), 9).hits
    assert [hit.note.key for hit in hits] == ["good.md"]
    assert_whole(path)
    return [str(problem) for problem in report.problems]


def test_a_note_of_50_mb_is_rejected_without_being_read(notes: Path) -> None:
    with (notes / "huge.md").open("wb") as file:
        file.write(f"---\ntitle: x\nvideoId: {VIDEO}\n---\n".encode())
        file.truncate(50_000_000)
    assert problems_of(notes) == [
        "huge.md:1: rejected: larger than 1,000 kB, not read; split it",
    ]
    assert len(read_file(notes, "huge.md")) < 1_100_000


def test_links_in_circles_end(notes: Path) -> None:
    (notes / "again").symlink_to(notes)
    (notes / "up").symlink_to("..")
    (notes / "a.md").symlink_to(notes / "b.md")
    (notes / "b.md").symlink_to(notes / "a.md")
    (notes / "nowhere.md").symlink_to(notes / "gone.md")
    loop = "unreadable: cannot be read (Too many levels of symbolic links); left out"
    assert problems_of(notes) == [
        f"a.md:1: {loop}",
        f"b.md:1: {loop}",
        "nowhere.md:1: unreadable: cannot be read (No such file or directory); left out",
    ]


def test_a_pipe_is_named_and_does_not_hang(notes: Path) -> None:
    os.mkfifo(notes / "x.md")
    begun = time.monotonic()
    assert problems_of(notes) == [
        "x.md:1: not-a-file: not a regular file (a pipe, socket or device), left out"
    ]
    assert time.monotonic() - begun < 30


def test_a_folder_named_like_a_note_is_a_folder(notes: Path) -> None:
    write_note(notes, "y.md/inside.md", "Inner", "other-video", f"Hidden {cite(5)}.")
    assert problems_of(notes) == []
    with reader(notes.parent / "index.db") as database:
        (hit,) = search(database, Memory(), parse_query("hidden"), 9).hits
    assert hit.note.key == "y.md/inside.md"


def test_bytes_that_are_no_utf8_are_replaced_and_reported(notes: Path) -> None:
    head = f"---\ntitle: Caf\xe9\nvideoId: {VIDEO}\n---\n".encode("latin-1")
    write_file(notes, "latin.md", head + f"Un caf\xe9 noir {cite(500)}.".encode("latin-1"))
    assert problems_of(notes) == [
        "latin.md:2: encoding: invalid continuation byte at byte 14; unreadable characters replaced"
    ]
    with reader(notes.parent / "index.db") as database:
        assert search(database, Memory(), parse_query("noir"), 9).hits[0].moment.start == 500


def test_a_name_that_is_no_utf8_is_reported(notes: Path) -> None:
    for name in (b"caf\xe9.md", b"\xff\xfe"):
        Path(os.fsdecode(bytes(notes) + b"/" + name)).write_bytes(b"x")
    folder = Path(os.fsdecode(bytes(notes) + b"/dir\xe9"))
    folder.mkdir()
    assert problems_of(notes) == [
        "caf\ufffd.md:1: file-name: the name is not UTF-8, left out; rename it",
        "dir\ufffd:1: file-name: the name is not UTF-8, left out; rename it",
    ]


def test_nul_bytes_vanish(notes: Path) -> None:
    write_note(notes, "nul.md", "N\0ul", VIDEO, f"So\0me w\0ords {cite(500)}.\0")
    assert problems_of(notes) == []
    with reader(notes.parent / "index.db") as database:
        (hit,) = search(database, Memory(), parse_query("words"), 9).hits
    assert (hit.note.title, hit.passage.text) == ("Nul", "Some words.")


@pytest.mark.parametrize("content", [b"", b"\0" * 1000, b"\xff" * 1000, b"---\n" * 1000, b"["])
def test_files_that_say_nothing_are_no_notes(notes: Path, content: bytes) -> None:
    write_file(notes, "odd.md", content)
    assert not [problem for problem in problems_of(notes) if "rejected" in problem]


def test_no_notes_at_all_is_an_empty_index(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    assert build(tmp_path / "notes", tmp_path / "index.db") == Changes()
    assert check_folder(tmp_path / "notes").files == 0
    with opened(tmp_path / "index.db") as index:
        assert index.complete


def test_a_folder_that_goes_away_leaves_the_index_as_it_is(notes: Path) -> None:
    path = notes.parent / "index.db"
    build(notes, path)
    notes.rename(notes.parent / "away")
    with pytest.raises(FolderError, match="notes does not exist; name the folder"):
        build(notes, path)
    with reader(path) as database:
        assert search(database, Memory(), parse_query("topic"), 9).hits


def test_notes_that_change_while_they_are_read(
    notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written, cut, deleted and added in mid-update: the next update has it all right."""
    monkeypatch.setattr("storage.update.TOLD_EVERY", 1)
    path = notes.parent / "index.db"
    for number in range(6):
        write_note(notes, f"n{number}.md", f"Number {number}", body=f"Fox {number} {cite(number)}.")

    def meddle(done: int, total: int) -> None:
        if done == 1:
            write_note(notes, "n2.md", "Cut")
            (notes / "n2.md").write_bytes((notes / "n2.md").read_bytes()[:70])
            (notes / "n3.md").unlink()
            write_note(notes, "n7.md", "New")
            write_note(notes, "good.md", "Written after it was read")
            assert total == 7

    with opened(path) as index:
        assert update(index, notes, meddle).waiting == {"n2.md", "n3.md"}
        assert index.database.execute("select * from problems").fetchall() == []
        update(index, notes)
        titles = {row[0] for row in index.database.execute("select title from notes")}
        assert titles >= {"New", "Written after it was read"}
        assert "Number 3" not in titles
        assert index.database.execute("select * from problems").fetchall() == []
    assert_whole(path)

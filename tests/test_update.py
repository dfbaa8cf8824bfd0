"""Step by step or all at once: an index kept up to date is the one that would be built anew."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import intake
from storage import update as module
from storage.errors import StorageError
from storage.folder import Look, read_still
from storage.index import Changes
from storage.memory import Memory
from storage.query import parse_query
from storage.search import evidence, search
from storage.update import update
from tests.vaults import (
    OTHER,
    THIRD,
    VIDEO,
    assert_whole,
    build,
    cite,
    dump,
    fresh_dump,
    opened,
    reader,
    write_file,
    write_note,
    write_vault,
)

KEYS = st.sampled_from(["a/x.md", "a/y.md", "b/x.md", "b/y.md", "z.md"])
VIDEOS = st.sampled_from([VIDEO, OTHER, THIRD, "no id"])
TIMES = st.sampled_from([0, 1, 2, 3, 4, 5, 90, 999_999])
WORDS = st.lists(st.sampled_from(["fox", "jumps", "Fox's", "dog", "[[x]]", "sleeps"]), min_size=1)
BODIES = st.lists(st.tuples(WORDS, TIMES), max_size=4).map(
    lambda claims: " ".join(f"{' '.join(words)} {cite(at)}." for words, at in claims)
)
WRITE = st.tuples(st.just("write"), KEYS, VIDEOS, BODIES, st.sampled_from(["One", "Two"]))
PAGE = st.tuples(st.just("page"), KEYS, VIDEOS, st.sampled_from(["Film", "Фильм"]))
DELETE = st.tuples(st.just("delete"), KEYS)
RENAME = st.tuples(st.just("rename"), KEYS, KEYS)
SPOIL = st.tuples(st.just("spoil"), KEYS)
STEPS = st.lists(
    st.lists(st.one_of(WRITE, WRITE, WRITE, PAGE, DELETE, RENAME, SPOIL), max_size=4), max_size=4
)
QUESTIONS = (
    *("fox", "dog jumps", '"fox jumps"', "fox -dog", "sleeps video:" + VIDEO, "slepes foks"),
    *("channel:a fox", "jumps dog foxs sleeps", "is", '"jumps dg" -slepes'),
)


def act(root: Path, kind: str, key: str, *more: str) -> None:
    path = root / key
    if kind == "write":
        write_note(root, key, more[2], more[0], more[1] or "Nothing is cited.")
    elif kind == "page":
        link = f"https://youtu.be/{more[0]}"
        write_file(root, key, f"---\ntitle: t\n---\n### [{more[1]}]({link})\n### [x]({link})\n")
    elif kind == "spoil":
        write_file(root, key, f"---\ntitle: t\n---\nNo video {cite(3)}.")
    elif kind == "delete":
        path.unlink(missing_ok=True)
    elif path.exists():
        (root / more[0]).parent.mkdir(exist_ok=True)
        path.rename(root / more[0])


def answers(path: Path) -> list[object]:
    memory = Memory()
    with reader(path) as database:
        return [
            (search(database, memory, query, 50), evidence(database, memory, query, 50))
            for query in map(parse_query, QUESTIONS)
        ]


@given(STEPS)
@settings(max_examples=40, deadline=None)
def test_step_by_step_is_the_same_as_all_at_once(steps: list[list[tuple[str, ...]]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        root, path = Path(place, "notes"), Path(place, "index.db")
        root.mkdir()
        with opened(path) as index:
            update(index, root)
            for step in steps:
                for kind, key, *more in step:
                    act(root, kind, key, *more)
                update(index, root)
        fresh = Path(place, "fresh.db")
        assert dump(path) == fresh_dump(root, fresh)
        assert answers(path) == answers(fresh)
        assert_whole(path)


def test_the_order_of_arrival_leaves_no_trace(tmp_path: Path) -> None:
    """Moments shared by notes, and moments that are equally good, come as in a fresh index."""
    path, root = tmp_path / "index.db", tmp_path / "notes"
    for key in ("c.md", "b.md", "a.md"):
        for folder, video in (("two", OTHER), ("one", VIDEO)):
            own = "" if key == "b.md" else key[0]
            body = f"The fox jumps {own} {cite(10)}. The fox sleeps {cite(900)}. Dog {cite(901)}."
            write_note(root, f"{folder}/{key}", key, video, body)
            build(root, path)
    fresh = tmp_path / "fresh.db"
    assert dump(path) == fresh_dump(root, fresh)
    assert answers(path) == answers(fresh)


def test_what_was_done_is_told_in_notes(tmp_path: Path) -> None:
    path, root = tmp_path / "index.db", tmp_path / "notes"
    for key in ("a.md", "b.md", "c.md"):
        write_note(root, key)
    assert build(root, path) == Changes(added=3)
    assert not build(root, path)
    write_note(root, "a.md", "Other")
    (root / "b.md").unlink()
    (root / "c.md").rename(root / "d.md")
    assert build(root, path) == Changes(added=1, changed=1, removed=2)


def test_what_was_taken_in_and_what_is_gone_is_told_by_key(tmp_path: Path) -> None:
    path, root = tmp_path / "index.db", tmp_path / "notes"
    for key in ("a.md", "b.md", "c.md", "d.md", "e.md"):
        write_note(root, key)
    write_file(root, "other.md", "no note")
    assert build(root, path).keys == {"a.md", "b.md", "c.md", "d.md", "e.md"}
    write_note(root, "a.md", "Other")
    (root / "b.md").unlink()
    (root / "c.md").rename(root / "f.md")
    write_file(root, "d.md", "no note any more")
    (root / "e.md").touch()
    (root / "other.md").unlink()
    changes = build(root, path)
    assert changes.keys == {"a.md", "f.md"}
    assert changes.gone == {"b.md", "c.md", "d.md"}
    assert not changes.waiting


def test_only_what_was_touched_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, root = tmp_path / "index.db", tmp_path / "notes"
    write_vault(root)
    for file in root.rglob("*.md"):
        os.utime(file, ns=(1, 1))
    build(root, path)
    read: list[str] = []
    real = read_still

    def told(folder: Path, key: str, expected: Look) -> bytes | None:
        read.append(key)
        return real(folder, key, expected)

    monkeypatch.setattr(intake, "read_still", told)
    (root / "channel00/topic_1.md").touch()
    build(root, path)
    assert read == ["channel00/topic_1.md"]


def test_a_file_written_twice_within_a_tick_of_the_clock_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "CLOCK_TICK_NS", 10**12)
    path, root = tmp_path / "index.db", tmp_path / "notes"
    note = write_note(root, "a.md", "Hens")
    build(root, path)
    times = note.stat()
    write_note(root, "a.md", "Cows")
    os.utime(note, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert build(root, path) == Changes(changed=1)


def test_a_folder_that_cannot_be_read_is_reported_and_forgiven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, root = tmp_path / "index.db", tmp_path / "notes"
    write_note(root, "a/x.md")
    write_note(root, "b.md")
    build(root, path)
    before = dump(path)
    real = os.scandir

    def refuse(where: str | Path) -> object:
        if str(where).endswith("/a"):
            raise PermissionError(13, "Permission denied")
        return real(where)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refuse)
        for _ in range(2):
            assert build(root, path) == Changes()
            with opened(path) as index:
                (problem,) = index.folder_problems()
        assert str(problem) == (
            "a/:1: unreadable: the folder cannot be read (Permission denied);"
            " its notes stay as they were"
        )
        assert dump(path)["notes"] == before["notes"]
    build(root, path)
    assert dump(path) == before


def test_progress_grows_to_the_number_of_files(tmp_path: Path) -> None:
    path, root = tmp_path / "index.db", tmp_path / "notes"
    write_vault(root, folders=3, notes=20)
    told: list[tuple[int, int]] = []
    with opened(path) as index:
        update(index, root, lambda done, total: told.append((done, total)))
    assert told == [(20, 63), (40, 63), (60, 63), (63, 63)]


def test_a_first_index_grows_folder_by_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, root = tmp_path / "index.db", tmp_path / "notes"
    write_vault(root, folders=4)
    monkeypatch.setattr(module, "BATCH_FILES", 5)
    seen: list[int] = []

    def look(done: int, total: int) -> None:
        with reader(path) as database:
            seen.append(database.execute("select count(*) from notes").fetchone()[0])

    monkeypatch.setattr(module, "TOLD_EVERY", 1)
    with opened(path) as index:
        update(index, root, look)
    assert sorted(set(seen)) == [0, 6]
    assert_whole(path)


@pytest.mark.parametrize("count", [1, 400])
def test_processes_and_none_read_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    root = tmp_path / "notes"
    write_vault(root, folders=2, notes=4)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(intake, "MANY_FILES", 1 if count == 400 else 1000)
    assert fresh_dump(root, tmp_path / "one.db") == fresh_dump(root, tmp_path / "two.db")
    assert_whole(tmp_path / "one.db")


def test_a_reading_process_that_dies_is_a_storage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, root = tmp_path / "index.db", tmp_path / "notes"
    write_vault(root)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)  # with one there are no such processes
    monkeypatch.setattr(intake, "MANY_FILES", 1)
    monkeypatch.setattr(intake, "read_and_parse", die)
    with opened(path) as index, pytest.raises(StorageError, match="out of memory"):
        update(index, root)


def die(root: Path, shape: object, task: object) -> None:
    """Ends a reading process as the kernel would."""
    os._exit(9)


def test_what_is_read_has_its_hash_and_what_is_not_has_none(tmp_path: Path) -> None:
    write_note(tmp_path, "a.md")
    (tmp_path / "b.md").mkdir()

    def read(key: str, known: bytes = b"") -> intake.ParsedFile:
        return intake.read_and_parse(tmp_path, intake.whole, (key, intake.UNSURE, known, None))

    assert len(read("a.md").hash) == 16
    assert read("b.md").hash == b""
    assert read("a.md", read("a.md").hash).same

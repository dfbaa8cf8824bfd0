"""Which files count as notes, and that no file or folder can stop a scan."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.errors import FolderError, NoteError
from storage.folder import Scan, look, may_read, read_file, read_still, rescan, scan
from tests.vaults import write_file

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["write", "write", "link", "remove"]),
        st.sampled_from(["a", "a/x.md", "a/b/x.md", "b.md", "b.md/x.md", "x_conflict.md", "c.pdf"]),
    ),
    max_size=12,
)


def test_the_three_endings_count_in_any_case_and_at_any_depth(tmp_path: Path) -> None:
    for key in ("b.md", "a/x.MARKDOWN", "a/b/c/y.Txt", "z.pdf", "readme", "md"):
        write_file(tmp_path, key, "x")
    assert list(scan(tmp_path).files) == ["a/b/c/y.Txt", "a/x.MARKDOWN", "b.md"]


@pytest.mark.parametrize(
    "key",
    [
        *(".x.md", ".obsidian/x.md", "a/.trash/x.md", ".git/x.md", ".stversions/x.md"),
        *("@eaDir/x.md", "#recycle/x.md", "$RECYCLE.BIN/x.md", "__MACOSX/x.md", "lost+found/x.md"),
        *("~$x.md", "~syncthing~x.md", ".syncthing.x.md.tmp", "x.tmp.md", "x.TEMP.txt"),
        *("x.md~", "#x.md#", ".#x.md", ".x.md.swp", "x.md.tmp", "4913"),
    ],
)
def test_what_systems_editors_and_sync_tools_keep_is_passed_over(tmp_path: Path, key: str) -> None:
    write_file(tmp_path, key, "x")
    found = scan(tmp_path)
    assert (found.files, found.problems) == ({}, [])


@pytest.mark.parametrize(
    "name",
    [
        "x.sync-conflict-20240101-120000-ABCDEFG.md",
        "x.sync-conflict-20240101-120000.txt",
        "x_conflict-20240101-120000.md",
        "x (conflicted copy 2024-01-01 120000).md",
        "x (Anna's conflicted copy 2024-01-01).md",
        "x (Anna's conflicted copy 2024-01-01) (1).md",
        "x (Conflicted copy laptop 202401011200).md",
        "Ноты (Анна conflicted copy).markdown",
    ],
)
def test_a_copy_that_a_sync_tool_made_of_a_conflict_is_told(tmp_path: Path, name: str) -> None:
    write_file(tmp_path, f"a/{name}", "x")
    found = scan(tmp_path)
    (problem,) = found.problems
    assert not found.files
    assert (problem.path, problem.kind, problem.lost) == (f"a/{name}", "conflict-copy", False)
    assert "delete the copy" in problem.message


@pytest.mark.parametrize(
    "name",
    [
        *("conflict.md", "the sync-conflict-of-1914.md", "conflict (world war).md"),
        *("a conflicted copywriter.md", "tmp.md", "how to sync.md", "recycle.md", "x_conflict.md"),
        *("temp.md", "attempt.md", "a.temperature.md", "lost+found.md", "~.md", "$RECYCLE.md"),
    ],
)
def test_notes_about_such_things_are_notes(tmp_path: Path, name: str) -> None:
    write_file(tmp_path, name, "x")
    found = scan(tmp_path)
    assert (list(found.files), found.problems) == ([name], [])


@pytest.mark.parametrize("name", ["#1 rule.md", "~ home.md", " .md", "a\nb.md", "ноту.md", "🎈.md"])
def test_odd_names_are_names(tmp_path: Path, name: str) -> None:
    write_file(tmp_path, name, "x")
    assert list(scan(tmp_path).files) == [name]


def test_a_signature_tells_a_changed_file(tmp_path: Path) -> None:
    path = write_file(tmp_path, "x.md", "x")
    before = scan(tmp_path).files
    assert scan(tmp_path).files == before
    path.write_text("xy")
    assert scan(tmp_path).files != before


def test_a_file_put_in_anothers_place_with_its_size_and_time_is_noticed(tmp_path: Path) -> None:
    path = write_file(tmp_path, "x.md", "old")
    os.utime(path, ns=(5, 5))
    before = scan(tmp_path).files
    other = write_file(tmp_path, "y.tmp", "new")
    os.utime(other, ns=(5, 5))
    other.replace(path)
    assert scan(tmp_path).files != before


@given(ACTS)
@settings(max_examples=60, deadline=None)
def test_a_scan_that_builds_on_another_finds_the_same(acts: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        root, before = Path(place), Scan()
        for act, key in acts:
            path = root / key
            with suppress(OSError):
                if act == "write":
                    if path.is_symlink():
                        # Written through a link it would change under another name too: that is
                        # for the full scan, which is the truth, to find.
                        path.unlink()
                    write_file(root, key, key * (len(before.files) + 1))
                elif act == "link":
                    path.symlink_to(root / "a")
                elif path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()
            again = rescan(root, before, {key})
            before = scan(root, before)
            assert before == scan(root)
            if again and act == "write":
                assert (again, list(again.files)) == (before, list(before.files))
            assert list(before.files) == sorted(before.files)


def test_notes_known_to_have_changed_are_looked_at_without_a_scan(tmp_path: Path) -> None:
    for key in ("a/x.md", "a/z.md", "b.md"):
        write_file(tmp_path, key, "x")
    before = scan(tmp_path)
    write_file(tmp_path, "a/x.md", "changed")
    write_file(tmp_path, "a/y.md", "new")
    write_file(tmp_path, "c.md", "not looked at")
    again = rescan(tmp_path, before, {"a/x.md", "a/y.md"})
    assert again
    assert list(again.files) == ["a/x.md", "a/y.md", "a/z.md", "b.md"]
    assert again.files["a/x.md"].size == 7
    assert "a/y.md" not in before.files


@pytest.mark.parametrize(
    "key",
    [
        *("", "a", "a/gone.md", "gone", "new/x.md", "folder.md", "picture.png", "nowhere.md"),
        *("a/x_conflict-20240101-120000.md", "link/x.md", "a/x.md/y.md"),
    ],
)
def test_whatever_else_changed_takes_a_scan(tmp_path: Path, key: str) -> None:
    write_file(tmp_path, "a/x.md", "x")
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "nowhere.md").symlink_to("gone")
    before = scan(tmp_path)
    for new in ("new/x.md", "picture.png", "a/x_conflict-20240101-120000.md"):
        write_file(tmp_path, new, "x")
    (tmp_path / "folder.md").mkdir()
    assert rescan(tmp_path, before, {"a/x.md"})
    assert rescan(tmp_path, before, {"a/x.md", key}) is None


def test_a_linked_folder_is_read_once_under_its_own_name(tmp_path: Path) -> None:
    write_file(tmp_path, "m/deep/x.md", "x")
    for link in ("a", "z"):
        (tmp_path / link).symlink_to(tmp_path / "m" / "deep")
    assert list(scan(tmp_path).files) == ["m/deep/x.md"]


def test_a_folder_outside_is_read_through_a_link(tmp_path: Path) -> None:
    write_file(tmp_path, "outside/x.md", "x")
    (tmp_path / "vault").mkdir()
    for name in ("b", "a"):
        (tmp_path / "vault" / name).symlink_to(tmp_path / "outside")
    assert list(scan(tmp_path / "vault").files) == ["a/x.md"]


def test_folders_may_be_nested_deeply(tmp_path: Path) -> None:
    write_file(tmp_path, "d/" * 600 + "x.md", "x")
    assert list(scan(tmp_path).files) == ["d/" * 600 + "x.md"]


def test_a_folder_beyond_the_longest_path_is_reported(tmp_path: Path) -> None:
    place = os.open(tmp_path, os.O_RDONLY)
    for _ in range(25):
        os.mkdir("d" * 200, dir_fd=place)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = below
    os.close(place)
    (problem,) = scan(tmp_path).problems
    assert (problem.kind, problem.lost) == ("unreadable", True)
    assert "name too long" in problem.message


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match=r"nowhere does not exist; name the folder"):
        scan(tmp_path / "nowhere")


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    write_file(tmp_path, "x.md", "x")
    with pytest.raises(FolderError, match=r"x\.md is not a folder"):
        scan(tmp_path / "x.md")


def test_reading_a_folder_or_nothing_is_a_note_error_and_leaks_no_file(tmp_path: Path) -> None:
    (tmp_path / "y.md").mkdir()
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for key, reason in (("y.md", "not a regular file"), ("gone.md", "No such file")):
        with pytest.raises(NoteError, match=reason):
            read_file(tmp_path, key)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def test_a_file_that_moved_since_it_was_looked_at_is_not_read(tmp_path: Path) -> None:
    path = write_file(tmp_path, "x.md", "one")
    seen = look(tmp_path, "x.md")
    assert seen
    assert read_still(tmp_path, "x.md", seen) == b"one"
    times = path.stat()
    while path.stat().st_ctime_ns == times.st_ctime_ns:  # its clock may tick every 10 ms only
        path.write_text("two")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert read_still(tmp_path, "x.md", seen) is None
    path.unlink()
    assert look(tmp_path, "x.md") is None
    assert read_still(tmp_path, "x.md", seen) is None


def test_a_file_written_to_while_it_is_read_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_file(tmp_path, "x.md", "one")
    seen = look(tmp_path, "x.md")
    assert seen
    real = os.fdopen

    def meddle(*args: object, **more: object) -> object:
        path.write_text("half")
        return real(*args, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "fdopen", meddle)
    assert read_still(tmp_path, "x.md", seen) is None


def test_a_thing_that_is_no_file_any_more_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "x.md").mkdir()
    seen = look(tmp_path, "x.md")
    assert seen
    with pytest.raises(NoteError, match="not a regular file"):
        read_still(tmp_path, "x.md", seen)


def test_what_is_not_there_is_no_question_of_rights(tmp_path: Path) -> None:
    write_file(tmp_path, "x.md", "x")
    assert may_read(tmp_path, "x.md")
    assert may_read(tmp_path, "gone.md")


@pytest.mark.parametrize("back", [False, True])
def test_a_folder_that_goes_away_while_it_is_read_is_not_taken_to_be_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, back: bool
) -> None:
    root = tmp_path / "notes"
    for key in ("a/x.md", "b/x.md", "c/x.md"):
        write_file(root, key, "x")
    real = os.scandir

    def scandir(path: str) -> "os._ScandirIterator[str]":
        if str(path).endswith("b") and root.exists():
            root.rename(tmp_path / "away")
            if back:  # another disk is there now, or none
                root.mkdir()
        return real(path)

    monkeypatch.setattr("storage.folder.os.scandir", scandir)
    with pytest.raises(FolderError, match="went away while it was read"):
        scan(root)

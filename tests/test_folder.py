"""Which files count as notes, and that no file or folder can stop a scan."""

import os
from pathlib import Path

import pytest

from storage.errors import FolderError, NoteError
from storage.folder import read_file, scan
from tests.vaults import write_file


def test_the_three_endings_count_in_any_case_and_at_any_depth(tmp_path: Path) -> None:
    for key in ("b.md", "a/x.MARKDOWN", "a/b/c/y.Txt", "z.pdf", "readme", "md"):
        write_file(tmp_path, key, "x")
    assert list(scan(tmp_path).files) == ["a/b/c/y.Txt", "a/x.MARKDOWN", "b.md"]


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    for key in (".x.md", ".obsidian/x.md", "a/.trash/x.md"):
        write_file(tmp_path, key, "x")
    found = scan(tmp_path)
    assert (found.files, found.problems) == ({}, [])


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

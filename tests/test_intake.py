"""Reading many files: each as it was looked at, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from storage import intake
from storage.folder import Look, look, scan
from storage.intake import ParsedFile, reading
from storage.model import Note
from tests.vaults import write_file, write_note


def read_all(root: Path, looks: dict[str, Look]) -> dict[str, ParsedFile]:
    files = scan(root).files
    with reading(root, files, len(files), looks=looks) as read:
        return {file.key: file for file in read(files)}


@pytest.mark.parametrize("in_processes", [False, True])
def test_only_files_that_hold_still_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_processes: bool
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)  # with one there are no processes
    monkeypatch.setattr(intake, "MANY_FILES", 1 if in_processes else 1000)
    for key in ("still.md", "moving.md", "unwatched.md"):
        write_note(tmp_path, key)
    seen = {key: look(tmp_path, key) for key in ("still.md", "moving.md")}
    looks = {key: one for key, one in seen.items() if one}
    (tmp_path / "moving.md").write_text("---\nti")
    files = read_all(tmp_path, looks)
    assert [key for key, file in files.items() if file.in_motion] == ["moving.md"]
    assert files["moving.md"].content is None
    assert isinstance(files["still.md"].content, Note)
    assert isinstance(files["unwatched.md"].content, Note)


def test_a_file_with_the_bytes_that_are_known_is_not_parsed(tmp_path: Path) -> None:
    write_file(tmp_path, "x.md", "any words")
    files = scan(tmp_path).files
    with reading(tmp_path, files, 1) as read:
        (first,) = read(files)
    with reading(tmp_path, files, 1, {"x.md": first.hash}) as read:
        (again,) = read(files)
    assert (first.same, again.same) == (False, True)

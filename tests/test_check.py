"""The owner's linter: every problem with its place, and sums that add up."""

from pathlib import Path

import pytest

from storage.check import check_folder
from storage.errors import FolderError
from storage.model import Tally
from tests.vaults import build, cite, dump, write_file, write_note, write_vault


def test_a_sound_folder_has_no_problem(tmp_path: Path) -> None:
    write_note(tmp_path, "a/x.md", body=f"Foxes jump {cite(5)}. Hens flee {cite(9)}.")
    write_file(tmp_path, "a/a.md", "---\ntitle: a\n---\n### [x](https://youtu.be/video-one-1)\n")
    write_file(tmp_path, "readme.txt", "Not a note.")
    report = check_folder(tmp_path)
    assert (report.files, report.notes, report.pages, report.problems) == (3, 1, 1, ())
    assert report.tally == Tally(found=2, exact=2)


def test_problems_come_in_order_with_path_line_and_what_was_done(tmp_path: Path) -> None:
    write_note(tmp_path, "b.md", body=f"Foxes jump {cite(5)}.\n\nHens flee {cite(999_999)}.")
    write_file(tmp_path, "a.md", f"---\ntitle: x\n---\nCows sleep {cite(5)}. Twice {cite(6)}.")
    report = check_folder(tmp_path)
    assert [str(problem).partition(";")[0] for problem in report.problems] == [
        "a.md:1: rejected: the front matter names no video",
        "b.md:9: time-unknown: 277:46:39 lies beyond 4 hours",
    ]
    assert [problem.lost for problem in report.problems] == [True, False]
    tally = report.tally
    assert tally == Tally(found=4, exact=1, start=1, lost=2)


def test_sums_add_up_and_agree_with_the_index(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_vault(notes, folders=3, notes=5)
    write_file(notes, "bad.md", f"---\ntitle: x\n---\nCows sleep {cite(5)}.")
    told: list[tuple[int, int]] = []
    report = check_folder(notes, lambda done, total: told.append((done, total)))
    tally = report.tally
    assert tally.found == tally.exact + tally.near + tally.start + tally.lost
    build(notes, tmp_path / "index.db")
    held = dump(tmp_path / "index.db")
    assert (report.files, report.notes) == (len(held["files"]), len(held["notes"]))
    assert [problem.path for problem in report.problems if problem.lost] == ["bad.md"]
    assert told[-1] == (report.files, report.files)


def test_a_missing_folder_is_an_error_not_a_report(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="does not exist"):
        check_folder(tmp_path / "nowhere")

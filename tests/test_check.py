"""The owner's linter: every problem with its place, and sums that add up."""

import re
from pathlib import Path

import pytest

from storage.check import KINDS, check_folder, worst
from storage.errors import FolderError
from storage.folder import SCAN_KINDS
from storage.model import Problem, Tally
from tests.test_imports import MODULES
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


def test_of_some_folders_only_their_files_and_sums_are_told(tmp_path: Path) -> None:
    write_note(tmp_path, "a/x.md", body=f"Foxes jump {cite(5)}. Hens flee {cite(999_999)}.")
    write_note(tmp_path, "ab/y.md", body=f"Cows sleep {cite(999_999)}.")
    write_file(tmp_path, "b/z.md", f"---\ntitle: x\n---\nCows sleep {cite(5)}.")
    report = check_folder(tmp_path, within=["a/"])
    assert (report.files, report.notes, report.pages) == (1, 1, 0)
    assert [problem.path for problem in report.problems] == ["a/x.md"]
    assert report.tally == Tally(found=2, exact=1, start=1)
    both = check_folder(tmp_path, within=["a/", "b/"])
    assert [problem.path for problem in both.problems] == ["a/x.md", "b/z.md"]
    assert (both.files, both.tally.lost) == (2, 1)


def test_notes_elsewhere_on_the_same_video_decide_for_a_folder_too(tmp_path: Path) -> None:
    sure = " ".join(f"Hen number {n} flees {cite(60 * n + n)}." for n in range(1, 31))
    odd = " ".join(f"Fox number {n} jumps {cite(3600 * n)}." for n in (1, 2, 40))
    write_note(tmp_path, "sure/x.md", body=sure)
    write_note(tmp_path, "odd/y.md", body=odd)
    whole = [problem for problem in check_folder(tmp_path).problems if problem.path == "odd/y.md"]
    assert whole
    assert list(check_folder(tmp_path, within=["odd/"]).problems) == whole
    assert check_folder(tmp_path, within=["sure/"]).problems == ()
    alone = tmp_path / "odd"
    assert [p.message for p in check_folder(alone).problems] != [p.message for p in whole]


def test_the_size_of_the_files_is_told(tmp_path: Path) -> None:
    path = write_note(tmp_path, "a/x.md")
    assert check_folder(tmp_path).size == path.stat().st_size


def test_the_worst_problems_are_of_as_many_files_what_is_lost_first() -> None:
    odd = [Problem(f"{n}.md", 1, "time-repaired", "odd") for n in range(4)]
    unknown = Problem("2.md", 9, "time-unknown", "odd")
    lost = [Problem("9.md", line, "no-words", "lost", lost=True) for line in (1, 2)]
    other = Problem("8.md", 1, "a kind of a later version", "odd")
    told = worst([*odd, unknown, other, *lost], 4)
    assert told == [lost[0], unknown, odd[0], odd[1]]
    assert worst([other], 5) == [other]


def test_every_kind_that_the_code_reports_is_told_of() -> None:
    source = "".join(path.read_text("utf-8") for name, path in MODULES.items() if "storage" in name)
    for kind in KINDS:
        assert source.count(f'"{kind}"') > 1, kind
    reported = re.findall(r'(?:Problem|_tell)\([^()]*?, "([a-z]+(?:-[a-z]+)*)"', source)
    assert len(reported) > 5
    assert set(reported) | set(SCAN_KINDS) <= KINDS.keys()

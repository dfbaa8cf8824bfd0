"""What `index` and `check` tell the owner."""

from __future__ import annotations

import json

from bot.library import Changes
from bot.owner import check_json, check_lines, index_lines, lost
from storage.check import Report
from storage.model import Counts, Problem, Tally

REPAIRED = Problem("kettle/grind.md", 7, "repaired time", "00:99:00 is taken for 1:39")
BROKEN = Problem("kettle/\udcff\n.md", 1, "no UTF-8", "the file is left out", lost=True)
REPORT = Report(
    problems=(REPAIRED, BROKEN, REPAIRED), notes=2, pages=1, files=4, tally=Tally(9, 6, 2, 1, 0)
)


def test_index_tells_what_changed_and_what_there_is_now() -> None:
    changes = Changes(added=3, changed=2, removed=1, rejected=4)
    counts = Counts(30, 900, 700, 12, 2, problems=5, complete=True)
    assert index_lines(changes, counts) == [
        "added 3, changed 2, removed 1, rejected 4",
        "30 notes of 2 channels, 12 videos, 900 passages, 700 moments, 5 problems",
        "tubenotes check tells every problem",
    ]


def test_check_tells_every_problem_on_its_line_and_sums_that_add_up() -> None:
    assert check_lines(REPORT) == [
        "kettle/grind.md:7: repaired time: 00:99:00 is taken for 1:39",
        "kettle/\udcff\\x0a.md:1: no UTF-8: the file is left out",
        "kettle/grind.md:7: repaired time: 00:99:00 is taken for 1:39",
        "",
        "problems: 3 in 2 files",
        "  2 repaired time",
        "  1 no UTF-8",
        "files: 4 read, 2 notes, 1 index pages",
        "citations: 9 found = 6 exact + 2 near + 1 start of the video + 0 lost",
    ]


def test_check_of_clean_notes_says_so() -> None:
    lines = check_lines(Report(problems=(), notes=1, pages=0, files=1, tally=Tally(1, 1)))
    assert lines[0] == "problems: none"


def test_check_tells_scripts_the_same() -> None:
    value = check_json(REPORT)
    assert list(value) == ["files", "notes", "pages", "citations", "problems"]
    assert value["citations"] == {"found": 9, "exact": 6, "near": 2, "start": 1, "lost": 0}
    problems = json.loads(json.dumps(value))["problems"]
    assert problems[1] == {
        "path": "kettle/\udcff\n.md",
        "line": 1,
        "kind": "no UTF-8",
        "message": "the file is left out",
        "lost": True,
    }


def test_a_lost_file_or_citation_is_lost_and_a_repaired_time_is_not() -> None:
    assert lost(REPORT)
    assert lost(Report(problems=(), notes=1, pages=0, files=1, tally=Tally(1, lost=1)))
    assert not lost(Report(problems=(REPAIRED,), notes=1, pages=0, files=1, tally=Tally(1, 0, 1)))

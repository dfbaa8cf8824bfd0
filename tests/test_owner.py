"""What `index` and `check` tell the owner."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Settings
from bot.errors import SettingsError
from bot.library import Changes
from bot.owner import (
    by_folder,
    check,
    check_json,
    check_lines,
    index_lines,
    key_below,
    lost,
    of_kinds,
)
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


def test_what_there_is_once_is_told_in_the_singular() -> None:
    line = index_lines(Changes(), Counts(1, 1, 1, 1, 1, problems=1, complete=True))[1]
    assert line == "1 note of 1 channel, 1 video, 1 passage, 1 moment, 1 problem"


def test_check_tells_every_problem_on_its_line_and_sums_that_add_up() -> None:
    assert check_lines(REPORT) == [
        "kettle/grind.md:7: repaired time: 00:99:00 is taken for 1:39",
        "kettle/\udcff\\x0a.md:1: no UTF-8: the file is left out",
        "kettle/grind.md:7: repaired time: 00:99:00 is taken for 1:39",
        "",
        "problems: 3 in 2 files",
        "  2 repaired time",
        "  1 no UTF-8",
        "files: 4 read, 2 notes, 1 index page",
        "citations: 9 found = 6 exact + 2 near + 1 start of the video + 0 lost",
    ]


def test_check_of_clean_notes_says_so() -> None:
    lines = check_lines(Report(problems=(), notes=1, pages=0, files=1, tally=Tally(1, 1)))
    assert lines[0] == "problems: none"


def test_check_tells_scripts_the_same() -> None:
    value = check_json(REPORT)
    assert list(value) == [
        *("files", "notes", "pages", "citations", "kinds", "folders", "problems")
    ]
    assert value["kinds"] == {"repaired time": 2, "no UTF-8": 1}
    assert value["folders"] == {"kettle": 3}
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


def test_problems_of_other_kinds_are_left_out_and_count_for_nothing() -> None:
    repaired = of_kinds(REPORT, ["repaired time"])
    assert repaired.problems == (REPAIRED, REPAIRED)
    assert not lost(repaired, ["repaired time"])
    assert lost(of_kinds(REPORT, ["no UTF-8"]), ["no UTF-8"])
    assert of_kinds(REPORT, []) == REPORT


def test_the_folders_with_most_problems_are_told_where_there_are_several() -> None:
    problems = [
        replace(REPAIRED, path=f"{'abcdefghijkl'[n]}/{m}.md")
        for n in range(12)
        for m in range(12 - n)
    ]
    lines = check_lines(replace(REPORT, problems=(*problems, replace(REPAIRED, path="top.md"))))
    at = lines.index("folders: 13 with problems")
    assert lines[at + 1 : at + 12] == [
        *(f"  {12 - n:>2} {'abcdefghij'[n]}" for n in range(10)),
        "   4 in 3 more",
    ]
    assert by_folder([replace(REPAIRED, path="top.md")]) == {".": 1}


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "notes" / "kettle" / "old").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "notes"


@pytest.mark.parametrize(
    ("named", "key"),
    [
        ("kettle", "kettle/"),
        ("kettle/", "kettle/"),
        ("./kettle/old", "kettle/old/"),
        ("notes/kettle", "kettle/"),
        ("../notes/kettle", "kettle/"),
        (".", ""),
        ("notes", ""),
    ],
)
def test_a_folder_is_named_from_the_notes_or_from_here(notes: Path, named: str, key: str) -> None:
    if named.startswith(".."):
        named = str(notes.parent / "kettle" / ".." / "notes" / "kettle")
    assert key_below(notes, named) == key


@pytest.mark.parametrize("named", ["tea", "/etc", "..", "../kettle", "kettle/x.md"])
def test_a_folder_that_is_not_below_the_notes_is_refused(notes: Path, named: str) -> None:
    (notes / "kettle" / "x.md").touch()
    with pytest.raises(SettingsError, match="--folder holds"):
        key_below(notes, named)


def test_a_kind_that_there_is_not_is_refused_with_those_there_are(notes: Path) -> None:
    with pytest.raises(SettingsError, match=r"--kind holds 'typo'; it takes one of: rejected, "):
        check(Settings.load(notes=notes), kinds=["rejected", "typo"])


def test_only_what_is_told_decides_how_check_ends(
    notes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cited = '<a class="yt-timestamp" data-t="00:01:02">[00:01:02]</a>'
    (notes / "kettle" / "broken.md").write_text(f"Water boils {cited}.", "utf-8")
    (notes / "tea").mkdir()
    settings = Settings.load(notes=notes)
    assert check(settings) == 1
    assert check(settings, kinds=["rejected"], folders=["kettle"]) == 1
    assert check(settings, kinds=["encoding"]) == 0
    assert check(settings, folders=["tea"]) == 0
    assert capsys.readouterr().out.count("kettle/broken.md:1: rejected: ") == 2

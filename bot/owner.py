"""The owner's commands about a folder of notes: `index` and `check`."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Sequence

from bot.config import Settings
from bot.library import Changes, Library
from bot.progress import Bar
from bot.terminal_plain import one_line
from storage.check import Report, check_folder
from storage.model import Counts, Problem, Tally


def index(settings: Settings) -> int:
    """Bring the index up to date and print what changed. Raises StorageError."""
    library = Library.open(settings.notes, settings.data)
    try:
        with asyncio.Runner() as runner:
            with Bar() as bar:
                changes = runner.run(library.reload(bar))
            counts = runner.run(library.counts())
    finally:
        library.close()
    _print(index_lines(changes, counts))
    return 0


def index_lines(changes: Changes, counts: Counts) -> list[str]:
    """What a run of `index` did, and what the index holds now."""
    lines = [
        f"added {changes.added}, changed {changes.changed}, "
        f"removed {changes.removed}, rejected {changes.rejected}",
        f"{counts.notes} notes of {counts.channels} channels, {counts.videos} videos, "
        f"{counts.passages} passages, {counts.moments} moments, {counts.problems} problems",
    ]
    if counts.problems:
        lines.append("tubenotes check tells every problem")
    return lines


def check(settings: Settings, *, as_json: bool = False) -> int:
    """Read the folder, print every problem and the sums; 1 if anything was lost."""
    with Bar("Reading") as bar:
        report = check_folder(settings.notes, bar)
    _print([json.dumps(check_json(report))] if as_json else check_lines(report))
    return 1 if lost(report) else 0


def lost(report: Report) -> bool:
    """True where a citation or a whole file has no moment."""
    return report.tally.lost > 0 or any(problem.lost for problem in report.problems)


def check_lines(report: Report) -> list[str]:
    """Each problem on its line, their number by kind, and the sum of all citations."""
    return [
        *(one_line(str(problem)) for problem in report.problems),
        *([""] if report.problems else []),
        *_kinds(report.problems),
        f"files: {report.files} read, {report.notes} notes, {report.pages} index pages",
        f"citations: {_sum(report.tally)}",
    ]


def _kinds(problems: Sequence[Problem]) -> list[str]:
    if not problems:
        return ["problems: none"]
    counted = Counter(problem.kind for problem in problems)
    files = len({problem.path for problem in problems})
    width = len(str(len(problems)))
    return [
        f"problems: {len(problems)} in {files} {'file' if files == 1 else 'files'}",
        *(f"  {count:>{width}} {one_line(kind)}" for kind, count in counted.most_common()),
    ]


def _sum(tally: Tally) -> str:
    return (
        f"{tally.found} found = {tally.exact} exact + {tally.near} near"
        f" + {tally.start} start of the video + {tally.lost} lost"
    )


def check_json(report: Report) -> dict[str, object]:
    """The same for scripts. Names that are no UTF-8 keep their bytes as lone surrogates."""
    tally = report.tally
    return {
        "files": report.files,
        "notes": report.notes,
        "pages": report.pages,
        "citations": {
            "found": tally.found,
            "exact": tally.exact,
            "near": tally.near,
            "start": tally.start,
            "lost": tally.lost,
        },
        "problems": [
            {
                "path": problem.path,
                "line": problem.line,
                "kind": problem.kind,
                "message": problem.message,
                "lost": problem.lost,
            }
            for problem in report.problems
        ],
    }


def _print(lines: Sequence[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")

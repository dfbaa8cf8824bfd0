"""The owner's commands about a folder of notes: `index` and `check`."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from bot.amounts import many
from bot.config import Settings
from bot.errors import SettingsError
from bot.library import Changes, Library
from bot.progress import Bar
from bot.terminal_plain import one_line
from storage.check import KINDS, Report, check_folder
from storage.model import Counts, Problem, Tally

MOST_FOLDERS = 10


def index(settings: Settings) -> int:
    """Bring the index up to date and print what changed. Raises StorageError.

    A bot of an older version may run meanwhile: its state.db stays as it is.
    """
    library = Library.open(settings.notes, settings.data, migrate=False)
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
        f"{many(counts.notes, 'note')} of {many(counts.channels, 'channel')},"
        f" {many(counts.videos, 'video')}, {many(counts.passages, 'passage')},"
        f" {many(counts.moments, 'moment')}, {many(counts.problems, 'problem')}",
    ]
    if counts.problems:
        lines.append("tubenotes check tells every problem")
    return lines


def check(
    settings: Settings,
    *,
    as_json: bool = False,
    kinds: Sequence[str] = (),
    folders: Sequence[str] = (),
) -> int:
    """Read the folder, print the problems and the sums; 1 if anything that is told was lost.

    With `kinds`, problems of other kinds are left out; with `folders`, all that is not below one.
    Raises SettingsError for a kind or folder that there is not.
    """
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise SettingsError(*(_no_kind(kind) for kind in unknown))
    within = [key_below(settings.notes, folder) for folder in folders]
    with Bar("Reading") as bar:
        report = of_kinds(check_folder(settings.notes, bar, within), kinds)
    _print([json.dumps(check_json(report))] if as_json else check_lines(report))
    return 1 if lost(report, kinds) else 0


def _no_kind(kind: str) -> str:
    return f"--kind holds {kind!r}; it takes one of: {', '.join(KINDS)}."


def key_below(notes: Path, folder: str) -> str:
    """How the keys of all notes in a folder begin: one of `notes`, or named from where we are.

    Raises SettingsError where there is no such folder.
    """
    inside, here = os.path.normpath(folder), Path(folder).resolve()
    if not (notes / inside).is_dir() or inside.startswith((os.pardir, os.sep)):
        if not (here.is_dir() and here.is_relative_to(notes.resolve())):
            raise SettingsError(
                f"--folder holds {folder!r} (there is no such folder below {notes}); it takes a"
                " folder of your notes, like the name of a channel."
            )
        inside = os.fspath(here.relative_to(notes.resolve()))
    return "" if inside == os.curdir else f"{inside}/"


def of_kinds(report: Report, kinds: Sequence[str]) -> Report:
    """The report with problems of these kinds alone, where any are given; the sums stay."""
    if not kinds:
        return report
    problems = tuple(problem for problem in report.problems if problem.kind in kinds)
    return replace(report, problems=problems)


def lost(report: Report, kinds: Sequence[str] = ()) -> bool:
    """True where a citation or a whole file has no moment, as far as these kinds tell."""
    missing = report.tally.lost if not kinds else 0
    return missing > 0 or any(problem.lost for problem in report.problems)


def check_lines(report: Report) -> list[str]:
    """Each problem on its line, their number by kind, and the sum of all citations."""
    return [
        *(one_line(str(problem)) for problem in report.problems),
        *([""] if report.problems else []),
        *_kinds(report.problems),
        *_folders(report.problems),
        f"files: {report.files:,} read, {many(report.notes, 'note')},"
        f" {many(report.pages, 'index page')}",
        f"citations: {_sum(report.tally)}",
    ]


def _kinds(problems: Sequence[Problem]) -> list[str]:
    if not problems:
        return ["problems: none"]
    counted = Counter(problem.kind for problem in problems)
    files = len({problem.path for problem in problems})
    width = len(str(len(problems)))
    return [
        f"problems: {len(problems):,} in {many(files, 'file')}",
        *(f"  {count:>{width}} {one_line(kind)}" for kind, count in counted.most_common()),
    ]


def _folders(problems: Sequence[Problem]) -> list[str]:
    """Where most problems are, of several folders."""
    counted = by_folder(problems).most_common()
    if len(counted) < 2:
        return []
    left, more = counted[MOST_FOLDERS:], sum(count for _, count in counted[MOST_FOLDERS:])
    shown = [(one_line(name), count) for name, count in counted[:MOST_FOLDERS]]
    shown += [(f"in {len(left)} more", more)] if left else []
    width = max(len(str(count)) for _, count in shown)
    lines = [f"  {count:>{width}} {name}" for name, count in shown]
    return [f"folders: {len(counted)} with problems", *lines]


def by_folder(problems: Iterable[Problem]) -> Counter[str]:
    """How many problems are in each folder at the top, "." being that of the notes itself."""
    return Counter(one.path.partition("/")[0] if "/" in one.path else "." for one in problems)


def _sum(tally: Tally) -> str:
    return (
        f"{tally.found} found = {tally.exact} exact + {tally.near} near"
        f" + {tally.start} start of the video + {tally.lost} lost"
    )


def check_json(report: Report) -> dict[str, object]:
    """The same for scripts. Names that are no UTF-8 keep their bytes as lone surrogates."""
    return {
        "files": report.files,
        "notes": report.notes,
        "pages": report.pages,
        "citations": asdict(report.tally),
        "kinds": dict(Counter(problem.kind for problem in report.problems).most_common()),
        "folders": dict(by_folder(report.problems).most_common()),
        "problems": [asdict(problem) for problem in report.problems],
    }


def _print(lines: Sequence[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")

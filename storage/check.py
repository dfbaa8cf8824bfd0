"""What a folder holds and what is wrong with it, without an index: the owner's linter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from storage.errors import NoteError
from storage.folder import scan
from storage.intake import ParsedFile, reading
from storage.model import IndexPage, Note, Problem, Tally
from storage.update import Progress, counted


@dataclass(frozen=True, slots=True)
class Report:
    """Files seen, what they are, every problem in order of path and line, and citations' sums."""

    files: int
    notes: int
    pages: int
    problems: tuple[Problem, ...]
    tally: Tally


def check_folder(root: Path, on_progress: Progress | None = None) -> Report:
    """Read every file below `root`. Raises FolderError where the folder cannot be read."""
    scanned = scan(root)
    problems = list(scanned.problems)
    notes = pages = 0
    tally = Tally()
    with reading(root, scanned.files, len(scanned.files)) as read:
        for file in counted(on_progress, len(scanned.files))(read(scanned.files)):
            notes += isinstance(file.content, Note)
            pages += isinstance(file.content, IndexPage)
            found, sums = _judge(file)
            problems += found
            tally += sums
    problems.sort(key=lambda problem: (problem.path, problem.line, problem.kind))
    return Report(len(scanned.files), notes, pages, tuple(problems), tally)


def _judge(file: ParsedFile) -> tuple[tuple[Problem, ...], Tally]:
    content = file.content
    if isinstance(content, NoteError):
        problem = Problem(content.path, content.line, "rejected", content.reason, lost=True)
        return (problem,), Tally(found=content.citations, lost=content.citations)
    if isinstance(content, Note):
        return content.problems, content.tally
    return (content.problems if content is not None else ()), Tally()

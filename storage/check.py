"""What a folder holds and what is wrong with it, without an index: the owner's linter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from storage.errors import NoteError
from storage.folder import scan
from storage.intake import ParsedFile, reading
from storage.model import IndexPage, Moment, Note, Passage, Problem, Tally, Trust
from storage.repair import Siblings, settle, siblings_of
from storage.timestamps import format_time
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
    notes: list[Note] = []
    pages = 0
    tally = Tally()
    with reading(root, scanned.files, len(scanned.files), shape=_judged) as read:
        for file in counted(on_progress, len(scanned.files))(read(scanned.files)):
            if isinstance(file.content, Note):
                notes.append(file.content)
            pages += isinstance(file.content, IndexPage)
            found, sums = _judge(file)
            problems += found
            tally += sums
    for problem, sums in _settled(notes):
        problems.append(problem)
        tally += sums
    problems.sort(key=lambda problem: (problem.path, problem.line, problem.kind))
    return Report(len(scanned.files), len(notes), pages, tuple(problems), tally)


def _judged(note: Note) -> Note:
    """What is told of a note: problems and sums; of its passages, what settles doubtful times."""
    wanted = (p for p in note.passages if note.clean or _is_doubtful(p))
    passages = tuple(replace(p, text="", before="", after="", context="") for p in wanted)
    return replace(note, passages=passages, links=(), headings=(), rest="")


def _is_doubtful(passage: Passage) -> bool:
    return bool(passage.others) or not all(moment.precise for moment in passage.moments)


def _judge(file: ParsedFile) -> tuple[tuple[Problem, ...], Tally]:
    content = file.content
    if isinstance(content, NoteError):
        problem = Problem(content.path, content.line, "rejected", content.reason, lost=True)
        return (problem,), Tally(found=content.citations, lost=content.citations)
    if isinstance(content, Note):
        return content.problems, content.tally
    return (content.problems if isinstance(content, IndexPage) else ()), Tally()


def _settled(notes: Sequence[Note]) -> Iterator[tuple[Problem, Tally]]:
    """Every time that the clean notes on its video change, and what that does to the sums."""
    by_video: dict[str, list[Note]] = defaultdict(list)
    for note in notes:
        by_video[note.video_id].append(note)
    for group in by_video.values():
        siblings = siblings_of(m for n in group if n.clean for p in n.passages for m in p.moments)
        for note in group:
            for passage in note.passages:
                if not note.clean and _is_doubtful(passage):
                    yield from _changes(note.key, passage, siblings)


def _changes(key: str, passage: Passage, siblings: Siblings) -> Iterator[tuple[Problem, Tally]]:
    others = passage.others or (-1,) * len(passage.moments)
    for moment, other in zip(passage.moments, others, strict=True):
        (now,) = settle(replace(passage, moments=(moment,), others=(other,)), siblings).moments
        if now != moment:
            was = format_time(moment.start) if moment.trust is not Trust.START else "unknown"
            told = "the video's other notes end before it; the link opens the start of the video"
            if now.trust is not Trust.START:
                told = f"read as {format_time(now.start)}, as the video's other notes have it"
            kind = "time-unknown" if now.trust is Trust.START else "time-repaired"
            yield Problem(key, passage.line, kind, f"{was}: {told}"), _moved(moment, now)


def _moved(moment: Moment, now: Moment) -> Tally:
    """One citation less of one trust, one more of another."""
    change = Counter({now.trust: 1})
    change.subtract([moment.trust])
    return Tally(0, change[Trust.EXACT], change[Trust.NEAR], change[Trust.START], 0)

"""What a folder holds and what is wrong with it, without an index: the owner's linter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from pathlib import Path

from storage.errors import NoteError
from storage.folder import scan
from storage.intake import ParsedFile, reading
from storage.model import IndexPage, Moment, Note, Passage, Problem, Tally, Trust
from storage.repair import Siblings, settle, siblings_of
from storage.timestamps import format_time
from storage.update import Progress, reporting

KINDS = {
    "rejected": "a file that should be a note and cannot be one; it is left out",
    "unreadable": "a file or folder that may not be read; its notes stay as they were",
    "file-name": "a name that is not UTF-8; the file is left out",
    "not-a-file": "a pipe, socket or device with the name of a note; it is left out",
    "conflict-copy": "a sync tool's copy of a note changed in two places; it is left out",
    "no-words": "a citation without words that it could support; it is left out",
    "time-unknown": "a time that cannot be right; its link opens the start of the video",
    "time-repaired": "a time that was read another way than written; shown with ≈",
    "encoding": "bytes that are not UTF-8; what cannot be read is replaced",
    "front-matter": "a head of the note that had to be mended to be read",
}
"""Every kind of problem, the worst first, and what it is."""


@dataclass(frozen=True, slots=True)
class Report:
    """Files seen, what they are, every problem in order of path and line, and citations' sums.

    `size` is that of all files in bytes.
    """

    files: int
    notes: int
    pages: int
    problems: tuple[Problem, ...]
    tally: Tally
    size: int = 0


def check_folder(
    root: Path, on_progress: Progress | None = None, within: Sequence[str] = ()
) -> Report:
    """Read every file below `root`, and tell of those whose key begins with one of `within`.

    All are read even so: what a note on the same video says decides in doubt, wherever it lies.
    Raises FolderError where the folder cannot be read.
    """
    scanned, begins = scan(root), tuple(within) or ("",)
    told = [key for key in scanned.files if key.startswith(begins)]
    problems = [problem for problem in scanned.problems if problem.path.startswith(begins)]
    notes, pages, tally = list[Note](), 0, Tally()
    with reading(root, scanned.files, len(scanned.files), shape=_judged) as read:
        for file in reporting(on_progress, len(scanned.files))(read(scanned.files)):
            if isinstance(file.content, Note):
                notes.append(file.content)
            if file.key.startswith(begins):
                pages += isinstance(file.content, IndexPage)
                found, sums = _judge(file)
                problems += found
                tally += sums
    for problem, sums in _settled(notes):
        if problem.path.startswith(begins):
            problems.append(problem)
            tally += sums
    problems.sort(key=lambda problem: (problem.path, problem.line, problem.kind))
    of_these = sum(note.key.startswith(begins) for note in notes)
    size = sum(scanned.files[key].size for key in told)
    return Report(len(told), of_these, pages, tuple(problems), tally, size)


def worst(problems: Iterable[Problem], count: int) -> list[Problem]:
    """The worst problems, of as many files: what is lost first, then by kind, as they come."""
    place = {kind: at for at, kind in enumerate(KINDS)}

    def rank(problem: Problem) -> tuple[bool, int]:
        return not problem.lost, place.get(problem.kind, len(place))

    by_file: dict[str, Problem] = {}
    for one in problems:
        if one.path not in by_file or rank(one) < rank(by_file[one.path]):
            by_file[one.path] = one
    return nsmallest(count, by_file.values(), key=rank)


def _judged(note: Note) -> Note:
    """What is told of a note: problems and sums; of its passages, what settles doubtful times.

    A clean note's moments come as one passage: what is sent between processes costs most here.
    """
    if note.clean:
        sure = {m.start: m for p in note.passages for m in p.moments if m.precise}
        passages: tuple[Passage, ...] = (Passage("", tuple(sure.values()), 1),)
    else:
        doubtful = (p for p in note.passages if _is_doubtful(p))
        passages = tuple(Passage("", p.moments, p.line, others=p.others) for p in doubtful)
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

"""Bringing the index up to date with a folder: stat first, read and hash only what changed.

In two steps, between which whoever calls may wait: a file is read only if it has not moved since.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from storage.database import doubted, translated
from storage.errors import CorruptError
from storage.folder import Look, Scan, look, may_read, rescan, scan
from storage.index import Changes, Index
from storage.intake import UNSURE, ParsedFile, Read, reading
from storage.plan import Missing, Plan, missing, moved, plan_reload
from storage.record import record_of

log = logging.getLogger(__name__)
BATCH_FILES = 600
"""A first index is committed about every so many files, at the end of a folder."""

TOLD_EVERY = 20
"""Progress is told after so many files, and at the end."""

YOUNG_NS = 2_000_000_000
"""A first index takes a file that nobody touched for so long to be whole."""

Progress = Callable[[int, int], None]
"""Told (files done, files to do) now and then."""


@dataclass(slots=True)
class Guard:
    """Keeps notes that vanish all at once, from one survey to the next (see plan.missing)."""

    clock: Callable[[], float] = time.monotonic
    missing: Missing | None = None

    def keeps(self, notes: int, gone: int) -> bool:
        """Whether what is gone has to be kept for now."""
        self.missing = missing(self.missing, notes, gone, self.clock())
        return self.missing is not None


@dataclass(frozen=True, slots=True)
class Survey:
    """What has to be done, and how each file that it is about looks now (None: it is gone).

    With `wait`, some of them may still be written to or put back: they are to be given a moment.
    """

    scanned: Scan
    plan: Plan
    looks: dict[str, Look | None]
    wait: bool


def update(index: Index, root: Path, on_progress: Progress | None = None) -> Changes:
    """Make the index say what the folder says now, whoever may still be writing to it."""
    target = index.building()
    changes = take(target, root, survey(target, root), on_progress)
    return changes if target is index else index.renew()


def survey(
    index: Index,
    root: Path,
    before: Scan | None = None,
    guard: Guard | None = None,
    keys: Set[str] | None = None,
) -> Survey:
    """Compare the folder with the index; the scan of the survey before makes it quicker.

    With `keys` it is enough to look at these, if nothing speaks against it. Without a guard the
    folder is taken at its word. An index that turns out to be damaged is thrown away, to be built
    again. Raises FolderError where the folder cannot be read.
    """
    scanned = rescan(root, before, keys) if before and keys else None
    scanned = scanned or scan(root, before)
    try:
        if not (index.damaged or index.replaced):
            with doubted(index.database, index.path):
                return _survey(index, root, scanned, guard)
    except CorruptError:
        pass
    _tell_damage(index)
    index.rebuild()
    return _survey(index, root, scanned, guard)


def _survey(index: Index, root: Path, scanned: Scan, guard: Guard | None) -> Survey:
    known = index.files()
    signatures = {key: sign if digest else UNSURE for key, (sign, digest) in known.items()}
    plan = plan_reload(signatures, scanned.files, scanned.unread).without(
        {key for key, (_, digest) in known.items() if not digest and not may_read(root, key)}
    )
    if guard and _keeps(guard, index, plan, moved(plan, signatures, scanned.files)):
        plan = plan.without_removals()
    looks = {key: look(root, key) for key in (*plan.read, *plan.remove)}
    since = time.time_ns() - YOUNG_NS
    young = any(seen and seen.ctime_ns > since for seen in looks.values())
    return Survey(scanned, plan, looks, wait=young or (bool(looks) and index.complete))


def _keeps(guard: Guard, index: Index, plan: Plan, moved: Set[str]) -> bool:
    """Ask the guard, in numbers of notes: other files come and go as they like."""
    if not plan.remove:
        guard.missing = None
        return False
    with translated(index.path):
        notes = {key for (key,) in index.database.execute("select key from notes")}
    return guard.keeps(len(notes), sum(key in notes for key in plan.remove if key not in moved))


def take(index: Index, root: Path, found: Survey, on_progress: Progress | None = None) -> Changes:
    """Do what a survey found. Atomic, except that a first index grows by batches.

    Files that are not as they looked then are left for the next time: `Changes.waiting`.
    """
    try:
        with doubted(index.database, index.path):
            return _take(index, root, found, on_progress)
    except CorruptError:
        _tell_damage(index)
    index.rebuild()
    return _take(index, root, _survey(index, root, found.scanned, None), on_progress)


def _tell_damage(index: Index) -> None:
    log.warning("%s is damaged; it is built anew from the notes", index.path)


def _take(index: Index, root: Path, found: Survey, on_progress: Progress | None) -> Changes:
    index.files()  # tells whether another process wrote
    more, index.untold = index.untold, True
    changes = _take_in(index, root, found, on_progress)
    changes.more, index.untold = more, False
    return changes


def _take_in(index: Index, root: Path, found: Survey, on_progress: Progress | None) -> Changes:
    scanned, known = found.scanned, index.files()
    news = scanned.problems != index.folder_problems()
    still = {key: seen for key, seen in found.looks.items() if look(root, key) == seen}
    looks = {key: seen for key in found.plan.read if (seen := still.get(key))}
    remove = tuple(key for key in found.plan.remove if key in still)
    waiting = set(found.looks) - {*looks, *remove}
    if not (looks or remove or news) and index.complete:
        return Changes(waiting=waiting)
    keys = tuple(looks)
    hashes = {key: known[key][1] for key in keys if key in known}
    passing = _passing(reporting(on_progress, len(keys)), waiting)
    with reading(root, scanned.files, len(keys), hashes, shape=record_of, looks=looks) as read:
        if index.complete:
            changes = index.apply(passing(read(keys)), remove, problems=scanned.problems)
            index.checkpoint()
        else:
            changes = _first_index(index, keys, remove, lambda keys: passing(read(keys)), scanned)
    changes.waiting, changes.problems = waiting, news
    return changes


def _passing(
    count: Callable[[Iterator[ParsedFile]], Iterator[ParsedFile]], waiting: set[str]
) -> Callable[[Iterator[ParsedFile]], Iterator[ParsedFile]]:
    """Lets pass the files that hold still; the keys of the others go into `waiting`."""

    def pass_through(files: Iterator[ParsedFile]) -> Iterator[ParsedFile]:
        for file in count(files):
            if file.in_motion:
                waiting.add(file.key)
            else:
                yield file

    return pass_through


def _first_index(
    index: Index, keys: tuple[str, ...], remove: tuple[str, ...], read: Read, scanned: Scan
) -> Changes:
    """Commit folder by folder: a video's notes lie in one folder, and readers see it grow."""
    changes = index.apply((), remove, complete=False, problems=scanned.problems)
    batches = _batches(keys)
    coming = read(next(batches, []))
    for batch in [*batches, []]:
        files, coming = coming, read(batch)  # others read on while this one is written
        changes.add(index.apply(files, complete=False))
    changes.add(index.apply((), complete=True))
    index.checkpoint()
    return changes


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for _, group in groupby(keys, key=lambda key: key.rpartition("/")[0]):
        batch.extend(group)
        if len(batch) >= BATCH_FILES:
            yield batch
            batch = []
    if batch:
        yield batch


def reporting(
    on_progress: Progress | None, total: int
) -> Callable[[Iterator[ParsedFile]], Iterator[ParsedFile]]:
    """Report how far the files that pass through are, over all batches."""
    count = 0

    def pass_through(files: Iterator[ParsedFile]) -> Iterator[ParsedFile]:
        nonlocal count
        for file in files:
            yield file
            count += 1
            if on_progress and (count % TOLD_EVERY == 0 or count == total):
                on_progress(count, total)

    return pass_through

"""Bringing the index up to date with a folder: stat first, read and hash only what changed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path

from storage.errors import CorruptError
from storage.folder import Scan, scan
from storage.index import Changes, Index
from storage.intake import UNSURE, ParsedFile, Read, reading
from storage.plan import plan_reload
from storage.record import record_of

log = logging.getLogger(__name__)
BATCH_FILES = 600
"""A first index is committed about every so many files, at the end of a folder."""

TOLD_EVERY = 20
"""Progress is told after so many files, and at the end."""

Progress = Callable[[int, int], None]
"""Told (files done, files to do) now and then."""


def update(index: Index, root: Path, on_progress: Progress | None = None) -> Changes:
    """Make the index say what the folder says. Atomic, except that a first index grows by batches.

    Raises FolderError where the folder cannot be read (the index stays as it is). An index that
    turns out to be damaged is thrown away and built again.
    """
    scanned = scan(root)
    try:
        if not index.damaged:
            return _update(index, root, scanned, on_progress)
    except CorruptError:
        log.warning("%s is damaged; it is built anew from the notes", index.path)
    index.rebuild()
    return _update(index, root, scanned, on_progress)


def _update(index: Index, root: Path, scanned: Scan, on_progress: Progress | None) -> Changes:
    known = index.files()
    signatures = {key: sign if digest else UNSURE for key, (sign, digest) in known.items()}
    plan = plan_reload(signatures, scanned.files, scanned.unread)
    if not plan and index.complete and scanned.problems == index.folder_problems():
        return Changes()
    hashes = {key: digest for key, (_, digest) in known.items()}
    count = counted(on_progress, len(plan.read))
    with reading(root, scanned.files, len(plan.read), hashes, record_of) as read:
        if not index.complete:
            return _first_index(
                index, plan.read, plan.remove, lambda keys: count(read(keys)), scanned
            )
        changes = index.apply(count(read(plan.read)), plan.remove, problems=scanned.problems)
    index.checkpoint()
    return changes


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


def counted(
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

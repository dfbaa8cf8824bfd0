"""Reading many files: bytes, hash and note of each, in other processes where there are many."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from multiprocessing import resource_tracker
from pathlib import Path

from storage.errors import NoteError, StorageError
from storage.folder import Look, Signature, read_file, read_still
from storage.model import IndexPage, Note
from storage.note import parse_note
from storage.record import NoteRecord

MANY_FILES = 300
"""From this many files on, reading is shared among processes; below, starting them costs more."""
_NICE = 10
"""Processes that read make way for answers to people."""
CLOCK_TICK_NS = 20_000_000
"""A file written this short before it is read may change again without a new mtime."""
UNSURE = Signature(-1, -1, -1)
"""The signature of no file: what has it is read again next time."""


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file as read: its signature, content hash, and what it turned out to be.

    `content` is None for a file that is neither note nor page, and for one whose bytes are those
    already indexed (`same`). A note is as whoever reads it wants it: whole, or as its rows.
    Of a file `in_motion`, written to or gone just now, nothing else is known.
    """

    key: str
    signature: Signature
    hash: bytes
    content: Note | NoteRecord | IndexPage | NoteError | None = None
    same: bool = False
    in_motion: bool = False


_Task = tuple[str, Signature, bytes, Look | None]

Shape = Callable[[Note], Note | NoteRecord]
Read = Callable[[Iterable[str]], Iterator[ParsedFile]]


def whole(note: Note) -> Note:
    """A note as it is."""
    return note


@contextmanager
def reading(
    root: Path,
    files: Mapping[str, Signature],
    count: int,
    hashes: Mapping[str, bytes] | None = None,
    *,
    shape: Shape = whole,
    looks: Mapping[str, Look] | None = None,
) -> Iterator[Read]:
    """A function that reads files in the order of their keys; `count` of them in all.

    `shape` makes of each note what is wanted, where it is read: less to send between processes.
    A file that is not just as in `looks`, before and after it is read, comes back as in motion.
    Raises StorageError where a reading process dies.
    """
    known, looked = hashes or {}, looks or {}
    job = partial(read_and_parse, root, shape)

    def tasks(keys: Iterable[str]) -> list[_Task]:
        return [(key, files[key], known.get(key, b""), looked.get(key)) for key in keys]

    workers = min(4, os.cpu_count() or 1)
    if count < MANY_FILES or workers < 2:
        yield lambda keys: map(job, tasks(keys))
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_worker) as pool:
        try:
            yield lambda keys: _without_interrupts(lambda: pool.map(job, tasks(keys), chunksize=25))
        except BrokenProcessPool as error:
            raise StorageError(
                "a process that reads notes was ended from outside (out of memory?); try again"
            ) from error
        finally:
            # Whoever gives up in the middle must not wait for all the files still in line.
            pool.shutdown(wait=False, cancel_futures=True)


def _without_interrupts(start: Callable[[], Iterator[ParsedFile]]) -> Iterator[ParsedFile]:
    """Start processes that Ctrl-C does not reach: before they get to _begin_worker it would end
    them, each with a traceback on the terminal."""
    resource_tracker.ensure_running()  # its own start would let signals through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin_worker() -> None:
    """Leave signals to the parent, and end with it: also when it is killed without a word."""
    os.nice(_NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def read_and_parse(root: Path, shape: Shape, task: _Task) -> ParsedFile:
    """Read, hash and parse one file; what cannot be a note comes back as its NoteError.

    The hash is empty where nothing could be read: such a file is tried again next time.
    """
    key, signature, known, expected = task
    try:
        data = read_still(root, key, expected) if expected else read_file(root, key)
    except NoteError as error:
        return ParsedFile(key, signature, b"", error)
    if data is None:
        return ParsedFile(key, signature, b"", in_motion=True)
    if 0 <= time.time_ns() - signature.mtime_ns < CLOCK_TICK_NS:
        signature = signature._replace(inode=-1)
    digest = blake2b(data, digest_size=16).digest()
    if digest == known:
        return ParsedFile(key, signature, digest, same=True)
    try:
        content = parse_note(key, data)
        shaped = shape(content) if isinstance(content, Note) else content
        return ParsedFile(key, signature, digest, shaped)
    except NoteError as error:
        return ParsedFile(key, signature, digest, error)

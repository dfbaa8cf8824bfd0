"""Which words stand in which moments: posting lists in index.db, changed one video at a time.

The moments of a video are written together, in time order, under numbers that only grow. So a
list ascends by video and second, and the lists of several segments simply follow each other. A
video that is indexed again gets new numbers, its old ones are dead; small segments are merged.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, takewhile
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from storage.errors import CorruptError

FULL_SEGMENT = 100_000
"""An update writes a segment whenever it holds so many moments, so that memory stays bounded."""
MOST_SEGMENTS = 20
SMALL_SEGMENT = 5_000
"""More than MOST_SEGMENTS of the newest ones that are smaller than this become one."""
WORN_FROM = 100_000
"""Where more numbers than this were given, and most of them are dead, all are given anew."""

Numbers = NDArray[np.int32]
Floats = NDArray[np.float32]
Names = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Postings:
    """A word's moments (ascending numbers) and how often it stands in each."""

    moments: Numbers
    counts: Floats


NOTHING = Postings(np.empty(0, np.int32), np.empty(0, np.float32))


@dataclass(frozen=True, slots=True)
class Arrays:
    """All moments by number: second, how many words, first moment of the same video, and a name
    of that video that does not depend on when it was indexed.

    Sixteen bytes a number. `lengths` is 0 for a number that is dead or was never given.
    """

    starts: Numbers
    lengths: Floats
    videos: Numbers
    names: Names
    alive: int
    average: float
    any_dead: bool


class _Codes(dict[str, int]):
    """Words numbered as they come."""

    def __missing__(self, word: str) -> int:
        self[word] = code = len(self)
        return code


@dataclass(slots=True)
class SegmentWriter:
    """Collects the moments of whole videos, then writes them as one segment."""

    first: int
    starts: array[int] = field(default_factory=lambda: array("i"))
    lengths: array[int] = field(default_factory=lambda: array("H"))
    videos: array[int] = field(default_factory=lambda: array("i"))
    names: array[int] = field(default_factory=lambda: array("I"))
    codes: _Codes = field(default_factory=_Codes)
    said: array[int] = field(default_factory=lambda: array("i"))
    sizes: array[int] = field(default_factory=lambda: array("i"))

    @property
    def next(self) -> int:
        """The number that the next moment gets."""
        return self.first + len(self.starts)

    def add_video(self, video_id: str, moments: Iterable[tuple[int, Sequence[str]]]) -> None:
        """A video's moments as (second, stems), in time order: numbered from `next` on."""
        video, name, code = self.next, crc32(video_id.encode()), self.codes.__getitem__
        for start, words in moments:
            self.starts.append(start)
            self.lengths.append(max(1, min(len(words), 65_535)))
            self.videos.append(video)
            self.names.append(name)
            self.said.extend(map(code, words))
            self.sizes.append(len(words))

    def write(self, database: Database) -> SegmentWriter:
        """Store the segment within the caller's transaction; the writer that goes on after it."""
        if self.starts:
            columns = (self.starts, self.lengths, self.videos, self.names)
            blobs = [column.tobytes() for column in columns]
            _store(database, self.first, len(self.starts), blobs, self._lists())
        return SegmentWriter(self.next)

    def _lists(self) -> Iterator[tuple[str, bytes]]:
        """Each word with its list, by name; sorted all at once, which is what makes it quick."""
        words, size = sorted(self.codes), len(self.starts)
        rank = np.empty(len(words), np.int64)
        rank[[self.codes[word] for word in words]] = np.arange(len(words))
        moments = np.repeat(np.arange(size), np.frombuffer(self.sizes, np.int32))
        pairs = rank[np.frombuffer(self.said, np.int32)] * size + moments
        different, counts = np.unique(pairs, return_counts=True)
        numbers = (different % size + self.first).astype(np.int32)
        often = np.minimum(counts, 255).astype(np.uint8)
        ends = np.searchsorted(different, np.arange(1, len(words) + 1) * size)
        start = 0
        for word, end in zip(words, ends.tolist(), strict=True):
            yield word, numbers[start:end].tobytes() + often[start:end].tobytes()
            start = end


def _store(
    database: Database,
    first: int,
    count: int,
    columns: Sequence[bytes],
    lists: Iterable[tuple[str, bytes]],
) -> None:
    segment = database.conn.execute(
        "insert into segments(first, count, starts, lengths, videos, names)"
        " values (?, ?, ?, ?, ?, ?)"
        " returning id",
        (first, count, *columns),
    ).fetchone()[0]
    database.conn.executemany(
        "insert into postings(term, segment, moments) values (?, ?, ?)",
        ((term, segment, blob) for term, blob in lists),
    )


def load_arrays(database: Database) -> Arrays:
    """The arrays of all segments, dead numbers taken out. Raises CorruptError."""
    rows = database.execute(
        "select first, count, starts, lengths, videos, names from segments order by first"
    ).fetchall()
    size = rows[-1][0] + rows[-1][1] if rows else 0
    starts, videos = np.zeros(size, np.int32), np.zeros(size, np.int32)
    lengths, names = np.zeros(size, np.float32), np.zeros(size, np.uint32)
    for first, count, *blobs in rows:
        if [len(blob) for blob in blobs] != [4 * count, 2 * count, 4 * count, 4 * count]:
            raise CorruptError("the moments of a segment are damaged")
        span = slice(first, first + count)
        starts[span] = np.frombuffer(blobs[0], np.int32)
        lengths[span] = np.frombuffer(blobs[1], np.uint16)
        videos[span] = np.frombuffer(blobs[2], np.int32)
        names[span] = np.frombuffer(blobs[3], np.uint32)
    if np.any((videos < 0) | (videos >= size)):
        raise CorruptError("the moments of a segment are damaged")
    dead = database.execute("select first, last from dead").fetchall()
    for first, last in dead:
        lengths[first : last + 1] = 0
    alive = int(np.count_nonzero(lengths))
    average = float(lengths.sum(dtype=np.float64)) / max(1, alive)
    return Arrays(starts, lengths, videos, names, alive, average, bool(dead))


def load_postings(database: Database, arrays: Arrays, term: str) -> Postings:
    """A term's living moments; nothing where the term stands nowhere. Raises CorruptError."""
    rows = database.execute(
        "select moments from postings where term = ? order by segment", (term,)
    ).fetchall()
    if not rows:
        return NOTHING
    numbers, counts = _joined([row[0] for row in rows], arrays)
    if arrays.any_dead:
        living = arrays.lengths[numbers] > 0
        numbers, counts = numbers[living], counts[living]
    return Postings(numbers, counts.astype(np.float32))


def _joined(blobs: Sequence[bytes], arrays: Arrays) -> tuple[Numbers, NDArray[np.uint8]]:
    """The lists of several segments as one, which ascends and has no number but the arrays'."""
    if any(len(blob) % 5 or not blob for blob in blobs):
        raise CorruptError("a posting list is damaged")
    parts = [
        (np.frombuffer(b, np.int32, len(b) // 5), np.frombuffer(b, np.uint8, -1, len(b) // 5 * 4))
        for b in blobs
    ]
    numbers = parts[0][0] if len(parts) == 1 else np.concatenate([n for n, _ in parts])
    counts = parts[0][1] if len(parts) == 1 else np.concatenate([c for _, c in parts])
    if numbers[0] < 0 or numbers[-1] >= len(arrays.starts) or np.any(numbers[1:] <= numbers[:-1]):
        raise CorruptError("a posting list is damaged")
    return numbers, counts


def tidy(database: Database) -> None:
    """Within an update, at its end: few segments, and most numbers alive."""
    meta = dict(database.execute("select name, value from meta").fetchall())
    if meta["next_moment"] > max(WORN_FROM, 2 * meta["moments"]):
        _renumber(database)
    else:
        _merge_small(database)


def _merge_small(database: Database) -> None:
    """Make one segment of the newest small ones, where there are too many; the dead go."""
    rows = database.execute("select id, count from segments order by first desc").fetchall()
    small = [number for number, _ in takewhile(lambda row: row[1] < SMALL_SEGMENT, rows)]
    if len(small) > MOST_SEGMENTS:
        _merge(database, sorted(small))


def _merge(database: Database, segments: Sequence[int]) -> None:
    arrays = load_arrays(database)
    marks = ",".join("?" * len(segments))
    run = database.conn.execute
    first, end = run(
        f"select min(first), max(first + count) from segments where id in ({marks})", segments
    ).fetchone()
    rows = run(
        f"select term, moments from postings where segment in ({marks}) order by term, segment",
        segments,
    ).fetchall()
    run(f"delete from postings where segment in ({marks})", segments)
    run(f"delete from segments where id in ({marks})", segments)
    run("delete from dead where first >= ? and last < ?", (first, end))
    columns = _columns(arrays, slice(first, end), arrays.videos)
    _store(database, first, end - first, columns, _living(rows, arrays))


def _renumber(database: Database) -> None:
    """One segment with the living moments under new numbers, from 0 on, in the same order."""
    arrays = load_arrays(database)
    alive = arrays.lengths > 0
    numbers = np.cumsum(alive, dtype=np.int32) - np.int32(1)
    run = database.conn.execute
    rows = run("select term, moments from postings order by term, segment").fetchall()
    for table in ("postings", "segments", "dead"):
        run(f"delete from {table}")
    columns = _columns(arrays, alive, numbers[arrays.videos])
    _store(database, 0, arrays.alive, columns, _living(rows, arrays, numbers))
    moved = np.flatnonzero(alive & (numbers != np.arange(len(numbers)))).tolist()
    pairs = [(int(numbers[number]), number) for number in moved]
    # In ascending order, a number that is taken anew is free: only smaller ones are taken.
    database.conn.executemany("update moments set id = ? where id = ?", pairs)
    database.conn.executemany("update passages set moment_id = ? where moment_id = ?", pairs)
    run("update meta set value = ? where name = 'next_moment'", (arrays.alive,))


def _columns(arrays: Arrays, where: slice | NDArray[np.bool_], videos: Numbers) -> list[bytes]:
    lengths = arrays.lengths[where].astype(np.uint16)
    columns = (arrays.starts[where], lengths, videos[where], arrays.names[where])
    return [column.tobytes() for column in columns]


def _living(
    rows: Sequence[tuple[str, bytes]], arrays: Arrays, renamed: Numbers | None = None
) -> Iterable[tuple[str, bytes]]:
    """Each term's list over all the segments, without the dead; terms left empty are left out."""
    for term, group in groupby(rows, key=lambda row: row[0]):
        numbers, counts = _joined([blob for _, blob in group], arrays)
        living = arrays.lengths[numbers] > 0
        if living.any():
            numbers = numbers[living]
            numbers = numbers if renamed is None else renamed[numbers]
            yield term, numbers.tobytes() + counts[living].tobytes()

"""A video indexed as a whole: doubtful times settled, passages made moments, words collected."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlite_utils import Database

from storage.lexicon import Lexicon
from storage.model import Moment, Passage, Trust
from storage.moments import cluster, telling
from storage.postings import FULL_SEGMENT, SegmentWriter
from storage.record import PASSAGE_COLUMNS, PassageRecord, more_of
from storage.repair import Siblings, settle, siblings_of

_INSERT = (
    f"insert into passages(note_id, moment_id, {PASSAGE_COLUMNS})"
    f" values ({','.join('?' * (3 + PASSAGE_COLUMNS.count(',')))})"
)


class NewPassage(NamedTuple):
    """A passage that is not in the index yet."""

    key: str
    note_id: int
    clean: bool
    record: PassageRecord


class _Told(NamedTuple):
    """A passage of the video: its note, place in it, moments (first, further ones), words.

    `number` is its row, or None where it is new and `record` has its columns.
    """

    key: str
    place: int
    clean: bool
    start: int
    trust: int
    more: str | None
    written: str | None
    words: list[str]
    number: int | None = None
    note_id: int = 0
    record: PassageRecord | None = None


def index_videos(
    database: Database,
    videos: Iterable[str],
    new: dict[str, list[NewPassage]],
    lexicon: Lexicon,
) -> int:
    """Number the moments of these videos anew, write their words as segments; how many moments.

    `new` is emptied on the way: what is written need not be held.
    """
    run = database.conn.execute
    first = run("select value from meta where name = 'next_moment'").fetchone()[0]
    writer, count = SegmentWriter(first), 0
    for video_id in videos:
        count += _index_video(database, video_id, new.pop(video_id, []), writer, lexicon)
        if len(writer.starts) >= FULL_SEGMENT:
            writer = writer.write(database)
    writer = writer.write(database)
    run("update meta set value = ? where name = 'next_moment'", (writer.next,))
    lexicon.write()
    return count


def _index_video(
    database: Database,
    video_id: str,
    new: Sequence[NewPassage],
    writer: SegmentWriter,
    lexicon: Lexicon,
) -> int:
    """Take one video in; its moments are numbered from `writer.next` on."""
    told = [*_kept(database, video_id), *_fresh(new)]
    told.sort(key=lambda one: (one.key, one.place))
    siblings = siblings_of(m for one in told if one.clean for m in _moments(one, video_id))
    told = [_settled(one, video_id, siblings) for one in told]
    clusters = list(cluster([(at, one.start, Trust(one.trust)) for at, one in enumerate(told)]))
    numbered = list(enumerate(clusters, writer.next))
    stems = lexicon.stems
    writer.add_video(
        video_id,
        (
            (s, [stems[word] for at in members for word in told[at].words])
            for s, members in clusters
        ),
    )
    lexicon.take(word for one in told for word in one.words)
    database.conn.executemany(
        "insert into moments(id, video_id, start) values (?, ?, ?)",
        [(number, video_id, start) for number, (start, _) in numbered],
    )
    moment_of = {at: number for number, (_, members) in numbered for at in members}
    _store(database, [(moment_of[at], one) for at, one in enumerate(told)])
    return len(clusters)


def _fresh(new: Sequence[NewPassage]) -> Iterator[_Told]:
    for place, (key, note_id, clean, p) in enumerate(new):
        columns = (p.start, p.trust, p.more, p.written, p.words.split())
        yield _Told(key, place, clean, *columns, note_id=note_id, record=p)


def _kept(database: Database, video_id: str) -> Iterator[_Told]:
    """Passages of the video whose notes are as they were."""
    rows = database.conn.execute(
        "select n.key, p.id, n.clean, p.start, p.trust, p.more, p.written, p.text from notes n"
        " join passages p on p.note_id = n.id where n.video_id = ?",
        (video_id,),
    )
    for key, number, clean, start, trust, more, written, text in rows.fetchall():
        yield _Told(key, number, clean, start, trust, more, written, telling(text), number)


def _moments(one: _Told, video_id: str) -> Iterator[Moment]:
    yield Moment(video_id, one.start, Trust(one.trust))
    for start, trust in json.loads(one.more) if one.more else ():
        yield Moment(video_id, start, Trust(trust))


def _settled(one: _Told, video_id: str, siblings: Siblings) -> _Told:
    """The passage with its times as the video's clean notes have them, as its own note if none."""
    if one.written is None:
        return one
    written = json.loads(one.written)
    moments = tuple(Moment(video_id, start, Trust(trust)) for start, trust, _ in written)
    others = tuple(other for _, _, other in written)
    first, *more = settle(Passage("", moments, 0, others=others), siblings).moments
    return one._replace(start=first.start, trust=int(first.trust), more=more_of(more))


def _columns(one: _Told, record: PassageRecord) -> tuple[object, ...]:
    """PASSAGE_COLUMNS, with the times as they were settled."""
    return record._replace(start=one.start, trust=one.trust, more=one.more)[:-1]


def keep_for_later(database: Database, new: dict[str, list[NewPassage]]) -> None:
    """Write new passages that have no moment yet: `index_videos` reads them; `new` is emptied."""
    rows = ((one.note_id, None, *one.record[:-1]) for held in new.values() for one in held)
    database.conn.executemany(_INSERT, rows)
    new.clear()


def _store(database: Database, told: Sequence[tuple[int, _Told]]) -> None:
    """Insert the new passages with their moments; the kept ones get new moments and times."""
    database.conn.executemany(
        _INSERT,
        [
            (one.note_id, moment, *_columns(one, one.record))
            for moment, one in told
            if one.record is not None
        ],
    )
    database.conn.executemany(
        "update passages set moment_id = ?, start = ?, trust = ?, more = ? where id = ?",
        [(moment, o.start, o.trust, o.more, o.number) for moment, o in told if o.record is None],
    )

"""One note, one topic that is only linked to, one video: what a reader opens. Reading queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rapidfuzz import fuzz
from sqlite_utils import Database

from storage.model import Counts, Hit, NoteInfo, Section, Topic
from storage.names import topic_name
from storage.rows import (
    NOTE,
    PassageRow,
    as_hits,
    make_hit,
    note_info,
    notes_by_id,
    passages_of_moments,
    passages_where,
    scalar,
    stems_of,
)

AROUND_SECONDS = 30
"""How far from a link's second a passage may stand to be what the notes say there."""


@dataclass(frozen=True, slots=True)
class OpenNote:
    """A note opened: its sections in order, every moment a hit, and the topics round it."""

    info: NoteInfo
    sections: tuple[Section, ...]
    links: tuple[Topic, ...]
    backlinks: tuple[NoteInfo, ...]
    rest: str


@dataclass(frozen=True, slots=True)
class OpenVideo:
    """A video's moments in time order, from `offset` on; notes that are about it; how many.

    `seconds` are those of all its moments whose time is known.
    """

    video_id: str
    title: str
    notes: tuple[NoteInfo, ...]
    hits: tuple[Hit, ...]
    total: int
    nearest: Hit | None = None
    seconds: tuple[int, ...] = ()


def find_note(database: Database, ref: str) -> tuple[int, NoteInfo] | None:
    """The note with this ref or key."""
    row = database.execute(
        f"select n.id, {NOTE} from notes n where n.ref = ? or n.key = ?", (ref, ref)
    ).fetchone()
    return None if row is None else (row[0], note_info(row[1:]))


def open_note(database: Database, ref: str) -> OpenNote | None:
    """A note with all its moments, by ref or key; None where there is no such note."""
    found = find_note(database, ref)
    if found is None:
        return None
    note_id, info = found
    rows = passages_where(database, "p.note_id = ?", (note_id,))
    hits = as_hits(database, rows)
    sections = tuple(
        Section(heading, tuple(hit for _, hit in group))
        for heading, group in groupby(
            zip(rows, hits, strict=True), key=lambda pair: pair[0][2].heading
        )
    )
    rest = database.execute("select rest from notes where id = ?", (note_id,)).fetchone()[0]
    links = _links(database, note_id, info)
    return OpenNote(info, sections, links, _backlinks(database, note_id, info), rest)


def best_of(section: Section) -> Hit:
    """The moment that stands for a section: it shares most with the heading, then comes first."""
    about = stems_of(" ".join(section.heading))
    return max(section.hits, key=lambda hit: len(about & stems_of(hit.passage.text)))


def _links(database: Database, note_id: int, info: NoteInfo) -> tuple[Topic, ...]:
    """Topics that the note links to, in its order; a note of the same channel is preferred."""
    rows = database.execute(
        "select l.name, l.target, (select n.id from notes n where n.name = l.name"
        " order by n.channel != ?, n.key limit 1) from links l"
        " where l.note_id = ? order by l.rowid",
        (info.channel, note_id),
    ).fetchall()
    notes = notes_by_id(database, (row[2] for row in rows if row[2]))
    topics: dict[str, Topic] = {}
    for name, target, number in rows:
        note = notes.get(number)
        if name and number != note_id and "." not in target[-5:]:
            title = note.title if note else target.replace("_", " ")
            topics.setdefault(name, Topic(title, 0.0, note))
    return tuple(sorted(topics.values(), key=lambda topic: topic.note is None))


def _backlinks(database: Database, note_id: int, info: NoteInfo) -> tuple[NoteInfo, ...]:
    rows = database.execute(
        f"select distinct {NOTE} from links l join notes n on n.id = l.note_id"
        " where l.name = (select name from notes where id = ?) and n.id != ?"
        " and n.channel = ? order by n.key",
        (note_id, note_id, info.channel),
    )
    return tuple(map(note_info, rows))


def mentioned_in(database: Database, title: str, limit: int) -> tuple[Hit, ...]:
    """Where a topic is linked to: of each note, the moment whose words come nearest to the link."""
    rows = database.execute(
        "select n.id, l.alias, min(l.rowid) from links l join notes n on n.id = l.note_id"
        " where l.name = ? group by n.id order by n.key limit ?",
        (topic_name(title), limit),
    ).fetchall()
    hits: list[Hit] = []
    for note_id, alias, _ in rows:
        passages = passages_where(database, "p.note_id = ?", (note_id,))
        if passages:
            best = max(passages, key=lambda row: _nearness(row, alias))
            hits += as_hits(database, [best])
    return tuple(hits)


def _nearness(row: PassageRow, alias: str) -> tuple[bool, float]:
    text = row[2].sentence
    return alias.casefold() in text.casefold(), fuzz.partial_ratio(alias, text)


def open_video(
    database: Database, video_id: str, limit: int, offset: int = 0, around: int | None = None
) -> OpenVideo | None:
    """What the notes say in a video, in time order; with `around` only near that second.

    None where no note is about the video. `nearest` is set where nothing is near the second.
    """
    notes = tuple(
        note_info(row)
        for row in database.execute(
            f"select {NOTE} from notes n where n.video_id = ? order by n.key", (video_id,)
        )
    )
    if not notes:
        return None
    rows = _video_moments(database, video_id)
    seconds = tuple(row[1] for row in rows if row[2])
    near = rows
    if around is not None:
        rows = [row for row in rows if row[2]]
        near = [row for row in rows if abs(row[1] - around) <= AROUND_SECONDS]
    moments = [row[0] for row in near]
    nearest = None
    if around is not None and not near and rows:
        closest = min(rows, key=lambda row: abs(row[1] - around))
        nearest = _moment_hits(database, [closest[0]])[0]
    hits = _moment_hits(database, moments[offset : offset + limit])
    return OpenVideo(video_id, notes[0].video_title, notes, hits, len(moments), nearest, seconds)


def _video_moments(database: Database, video_id: str) -> list[tuple[int, int, bool]]:
    """(moment id, second, whether that is known), in time order; those of unknown time last."""
    rows = database.execute(
        "select m.id, m.start, min(p.trust) < 2 as known from moments m"
        " join passages p on p.moment_id = m.id join notes n on n.id = p.note_id"
        " where m.video_id = ? group by m.id order by known desc, m.start, min(n.key), min(p.line)",
        (video_id,),
    )
    return [(row[0], row[1], bool(row[2])) for row in rows]


def _moment_hits(database: Database, moments: Sequence[int]) -> tuple[Hit, ...]:
    rows = passages_of_moments(database, moments)
    notes = notes_by_id(database, (row[1] for group in rows.values() for row in group))
    return tuple(make_hit(rows[moment], notes, 1.0, frozenset()) for moment in moments)


def find_excerpt(database: Database, video_id: str, start: int, text: str) -> Hit | None:
    """The passage that an excerpt of ours showed: same video and second, nearest words."""
    rows = passages_where(
        database, "n.video_id = ? and p.start between ? and ?", (video_id, start, start)
    )
    if not rows:
        return None
    best = max(rows, key=lambda row: fuzz.partial_ratio(row[2].text, text))
    return as_hits(database, [best])[0]


def neighbours(database: Database, hit: Hit) -> tuple[Hit | None, Hit | None]:
    """The passages just before and after this one in its note."""
    rows = passages_where(database, "n.key = ?", (hit.note.key,))
    same = [at for at, row in enumerate(rows) if row[2] == hit.passage]
    if not same:
        return None, None
    before = rows[same[0] - 1 : same[0]] if same[0] else []
    after = rows[same[0] + 1 : same[0] + 2]
    shown = iter(as_hits(database, [*before, *after]))
    return (next(shown) if before else None), (next(shown) if after else None)


def generation(database: Database) -> int:
    """A number that grows with every change of the index."""
    return int(str(scalar(database, "select value from meta where name = 'generation'")))


def counts(database: Database) -> Counts:
    """What the index holds."""
    row = database.execute(
        "select (select count(*) from notes), (select value from meta where name = 'passages'),"
        " (select value from meta where name = 'moments'),"
        " (select count(distinct video_id) from notes),"
        " (select count(distinct channel) from notes), (select count(*) from problems),"
        " (select value from meta where name = 'complete')"
    ).fetchone()
    found = Counts(*row)
    return replace(found, complete=bool(found.complete))


def notes_of_channel(
    database: Database, channel: str, limit: int, offset: int
) -> tuple[NoteInfo, ...]:
    """A channel's notes by title; all notes where `channel` is ""."""
    rows = database.execute(
        f"select {NOTE} from notes n {'where n.channel = ?' if channel else ''}"
        " order by n.title, n.key limit ? offset ?",
        (*([channel] if channel else []), limit, offset),
    )
    return tuple(map(note_info, rows))


def most_linked(database: Database, limit: int) -> tuple[NoteInfo, ...]:
    """The notes that most others link to; where links are rare, others after them."""
    rows = database.execute(
        f"select {NOTE} from notes n order by (select count(distinct l.note_id) from links l"
        " where l.name = n.name) desc, n.key limit ?",
        (limit,),
    )
    return tuple(map(note_info, rows))

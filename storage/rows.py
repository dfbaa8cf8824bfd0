"""Rows of index.db as the project's words. Every reading query comes through here."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from sqlite_utils import Database

from storage.model import Hit, Moment, NoteInfo, Passage, Trust
from storage.names import stem, words_of

NOTE = (
    "n.key, n.ref, n.title, n.channel, n.video_id,"
    " coalesce((select title from titles t where t.video_id = n.video_id limit 1), '')"
)
PASSAGE = (
    "p.text, p.before, p.after, p.context, p.heading, p.line, p.start, p.trust, p.more,"
    " p.moment_id, n.id"
)
_MOST_VARIABLES = 500

PassageRow = tuple[int, int, Passage]
"""(moment id, note id, passage)."""


def note_info(row: Sequence[str]) -> NoteInfo:
    """A row of NOTE columns."""
    return NoteInfo(*row)


def passage_row(row: Sequence[object]) -> PassageRow:
    """A row of PASSAGE columns followed by the video id."""
    text, before, after, context, heading, line, start, trust, more, moment, note, video = row
    moments = [(start, trust), *(json.loads(str(more)) if more else ())]
    passage = Passage(
        text=str(text),
        moments=tuple(Moment(str(video), at, Trust(how)) for at, how in moments),
        line=int(str(line)),
        heading=tuple(str(heading).split("\n")) if heading else (),
        before=str(before),
        after=str(after),
        context=str(context),
    )
    return int(str(moment)), int(str(note)), passage


def passages_of_moments(database: Database, moments: Sequence[int]) -> dict[int, list[PassageRow]]:
    """All passages of each moment, by note and place: the same however the index came about."""
    found: dict[int, list[PassageRow]] = {moment: [] for moment in moments}
    for part in _parts(moments):
        marks = ",".join("?" * len(part))
        for row in passages_where(database, f"p.moment_id in ({marks})", part):
            found[row[0]].append(row)
    return found


def notes_by_id(database: Database, ids: Iterable[int]) -> dict[int, NoteInfo]:
    """The notes with these row numbers."""
    found: dict[int, NoteInfo] = {}
    for part in _parts(sorted(set(ids))):
        marks = ",".join("?" * len(part))
        rows = database.execute(f"select n.id, {NOTE} from notes n where n.id in ({marks})", part)
        found.update((row[0], note_info(row[1:])) for row in rows)
    return found


def passages_where(database: Database, where: str, values: Sequence[object]) -> list[PassageRow]:
    """The passages that a condition on `p` and `n` names, by note and place."""
    rows = database.execute(
        f"select {PASSAGE}, n.video_id from passages p join notes n on n.id = p.note_id"
        f" where {where} order by n.key, p.id",
        values,
    )
    return [passage_row(row) for row in rows]


def _parts(values: Sequence[int]) -> Iterable[list[int]]:
    for at in range(0, len(values), _MOST_VARIABLES):
        yield list(values[at : at + _MOST_VARIABLES])


def hits(
    database: Database,
    scored: Sequence[tuple[int, float]],
    stems: frozenset[str] = frozenset(),
    channel: str = "",
) -> tuple[Hit, ...]:
    """A hit for each (moment id, score), in the same order, shown by the passage that fits best.

    Where a channel is named, by a passage of its notes.
    """
    passages = passages_of_moments(database, [moment for moment, _ in scored])
    notes = notes_by_id(database, (row[1] for rows in passages.values() for row in rows))

    def shown(rows: Sequence[PassageRow]) -> PassageRow:
        own = [row for row in rows if notes[row[1]].channel == channel] if channel else rows
        return max(own or rows, key=lambda row: _fit(row[2], stems))

    return tuple(
        make_hit(passages[moment], notes, score, stems, shown(passages[moment]))
        for moment, score in scored
        if passages[moment]
    )


def as_hits(database: Database, rows: Sequence[PassageRow]) -> list[Hit]:
    """Each passage as a hit, with the other notes that tell its moment."""
    moments = passages_of_moments(database, sorted({row[0] for row in rows}))
    notes = notes_by_id(database, (row[1] for group in moments.values() for row in group))
    return [make_hit(moments[row[0]], notes, 1.0, frozenset(), shown=row) for row in rows]


def is_timed(row: PassageRow) -> bool:
    """Whether it is known when it was said, so that its link leads there."""
    return row[2].moments[0].trust is not Trust.START


def make_hit(
    rows: Sequence[PassageRow],
    notes: dict[int, NoteInfo],
    score: float,
    stems: frozenset[str],
    shown: PassageRow | None = None,
) -> Hit:
    """One moment as a hit; `shown` forces the passage, else the best fitting one is taken."""
    best = shown or max(rows, key=lambda row: _fit(row[2], stems))
    tellers = dict.fromkeys([best[1], *(row[1] for row in rows)])
    matched = stems & stems_of(best[2].sentence)
    return Hit(best[2], tuple(notes[note] for note in tellers), score, matched)


def _fit(passage: Passage, stems: frozenset[str]) -> tuple[int, int, int]:
    """More of the words asked for, then a sure time, then about two lines of text."""
    own = len(stems & stems_of(passage.text))
    return own, -int(passage.moments[0].trust), -abs(len(passage.sentence) - 160)


def stems_of(text: str) -> frozenset[str]:
    """The stems of a text's words."""
    return frozenset(map(stem, words_of(text)))


def scalar(database: Database, sql: str, values: Sequence[object] = ()) -> object:
    """The first column of the first row, None where there is no row."""
    row: sqlite3.Row | None = database.execute(sql, values).fetchone()
    return None if row is None else row[0]

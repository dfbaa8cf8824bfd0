"""What has become of notes since they were news: the index is asked before they are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from storage.deliveries import News
from storage.model import Moment, NoteInfo, Trust
from storage.rows import NOTE, note_info, scalar


@dataclass(frozen=True, slots=True)
class Present:
    """The notes that are still there, in order, each once.

    Not `certain` where one is missing while the index is not complete: it may yet come back.
    """

    notes: tuple[NoteInfo, ...]
    certain: bool


def present(database: Database, news: Sequence[News]) -> Present:
    """The notes that were news. One that was renamed is found by its title in its video."""
    complete = bool(scalar(database, "select value from meta where name = 'complete'"))
    found = [_find(database, one) for one in news]
    notes = {note.key: note for note in found if note is not None}
    return Present(tuple(notes.values()), complete or None not in found)


def _find(database: Database, news: News) -> NoteInfo | None:
    row = database.execute(
        f"select {NOTE} from notes n where n.key = ?1 or (n.video_id = ?2 and n.title = ?3)"
        " order by n.key != ?1, n.key limit 1",
        (news.key, news.video_id, news.title),
    ).fetchone()
    return None if row is None else note_info(row)


def first_moments(database: Database, keys: Sequence[str]) -> dict[str, Moment]:
    """The moment of each note's first passage, by its key; none of a note without any."""
    rows = database.execute(
        "select n.key, n.video_id, p.start, p.trust from notes n join passages p on p.id ="
        " (select min(id) from passages where note_id = n.id)"
        f" where n.key in ({','.join('?' * len(keys))})",
        list(keys),
    )
    return {key: Moment(video, start, Trust(trust)) for key, video, start, trust in rows}

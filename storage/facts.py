"""What subscriptions need to know of notes: reading queries of index.db."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlite_utils import Database

from storage.interest import Interest, Kind, NewNote, matches, new_note, required_stems
from storage.memory import Memory
from storage.model import NoteInfo
from storage.names import topic_name
from storage.rows import notes_by_id
from storage.seen import Marked, marks_of

_SHOWN = 3
_AT_ONCE = 100
"""Notes whose words are read together, so that memory stays bounded."""
_PIECES = " · "
"""Parts the pieces of a passage's context."""
_THESE = "in (select value from json_each(?))"
_COLUMNS = "id, key, ref, title, name, channel, video_id, headings, rest"


class _Newest(NamedTuple):
    """The newest notes, and of each stem which of them hold it: a number, bit 0 is the newest."""

    notes: list[int]
    holding: dict[str, int]


def new_notes(database: Database, keys: Sequence[str]) -> list[NewNote]:
    """These notes, as far as they are there, in this order."""
    rows = database.execute(f"select id from notes where key {_THESE}", (json.dumps(keys),))
    found = {note.key: note for _, note in _notes(database, [row[0] for row in rows])}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def marked(database: Database, keys: Sequence[str] | None = None) -> list[Marked]:
    """All that these notes, or all notes, may be known by, in the order of their keys."""
    only = "" if keys is None else f"where n.key {_THESE}"
    rows = database.execute(
        "select n.key, f.hash, n.video_id, n.title from notes n join files f on f.key = n.key"
        f" {only} order by n.key",
        () if keys is None else (json.dumps(keys),),
    )
    return [Marked(row[0], marks_of(*row)) for row in rows]


def would_have_matched(
    database: Database, memory: Memory, interest: Interest, most: int = 500
) -> tuple[int, int, tuple[NoteInfo, ...]]:
    """How many of the newest notes are asked for, of how many, and the newest few that are."""
    texts = interest.kind is Kind.SEARCH
    if texts:
        newest = memory.kept(("newest", most), lambda: _read_newest(database, most))
        notes, total = _holding(newest, required_stems(interest.key)), len(newest.notes)
    else:
        notes = _newest(database, most)
        total = len(notes)
    asked = [
        number for number, note in _notes(database, notes, texts=texts) if matches(interest, note)
    ]
    infos = notes_by_id(database, asked[:_SHOWN])
    return len(asked), total, tuple(infos[number] for number in asked[:_SHOWN])


def _newest(database: Database, most: int) -> list[int]:
    rows = database.execute(
        "select n.id from (select key, mtime_ns from files where kind = 'note'"
        " order by mtime_ns desc, key limit ?) f join notes n on n.key = f.key"
        " order by f.mtime_ns desc, f.key",
        (most,),
    )
    return [row[0] for row in rows]


def _read_newest(database: Database, most: int) -> _Newest:
    """All of them read once, a few megabytes: after that a preview reads only what may match."""
    notes = _newest(database, most)
    holding: defaultdict[str, int] = defaultdict(int)
    for at, (_, note) in enumerate(_notes(database, notes)):
        for one in note.stems:
            holding[one] |= 1 << at
    return _Newest(notes, dict(holding))


def _holding(newest: _Newest, stems: Iterable[str]) -> list[int]:
    """Those of the newest notes that hold all these stems, the newest first."""
    every = (1 << len(newest.notes)) - 1
    for one in stems:
        every &= newest.holding.get(one, 0)
    return [number for at, number in enumerate(newest.notes) if every >> at & 1]


def _notes(
    database: Database, numbers: Sequence[int], *, texts: bool = True
) -> Iterator[tuple[int, NewNote]]:
    """Notes by row number, in this order; without `texts`, as far as no search is about them."""
    for at in range(0, len(numbers), _AT_ONCE):
        part = numbers[at : at + _AT_ONCE]
        rows = _by_number(database, f"select {_COLUMNS} from notes where id {_THESE}", part)
        links = _by_number(
            database, f"select note_id, name from links where note_id {_THESE}", part
        )
        said = (
            "select note_id, before || text || after, context from passages"
            f" where note_id {_THESE} order by id"
        )
        passages = _by_number(database, said, part) if texts else {}
        for number in part:
            linked = [name for (name,) in links.get(number, ())]
            for row in rows.get(number, ()):
                yield number, _note(row, linked, passages.get(number, ()))


def _by_number(
    database: Database, query: str, numbers: Sequence[int]
) -> dict[int, list[Sequence[str]]]:
    found: defaultdict[int, list[Sequence[str]]] = defaultdict(list)
    for number, *row in database.execute(query, (json.dumps(numbers),)):
        found[number].append(row)
    return found


def _note(row: Sequence[str], linked: Sequence[str], passages: Sequence[Sequence[str]]) -> NewNote:
    key, ref, title, name, channel, video_id, headings, rest = row
    fields = [title, *headings.split("\n"), *rest.split("\n")]
    for sentence, context in passages:
        fields += (sentence, *context.split(_PIECES))
    return new_note(
        key=key,
        ref=ref,
        title=title,
        channel=channel,
        video_id=video_id,
        names=(topic_name(title), name, *linked),
        fields=fields,
    )

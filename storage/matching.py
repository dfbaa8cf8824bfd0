"""Those who asked for a note: of many subscriptions the few that it fits, by their keys."""

from __future__ import annotations

import json
from typing import NamedTuple

from storage.database import translated
from storage.filing import rhythm_in
from storage.interest import Kind, NewNote, search_matches
from storage.names import topic_name
from storage.rhythm import Rhythm
from storage.state import State

_MATCH = (
    "select s.id, s.chat_id, s.thread_id, s.often, s.hour, s.weekday, c.zone, s.paused"
    " from subscriptions s join chats c on c.id = s.chat_id"
    " where s.kind = ? and s.key in (select value from json_each(?))"
)


class Match(NamedTuple):
    """A subscription that asks for a note, and what tells when it is due."""

    id: int
    chat_id: int
    thread_id: int
    rhythm: Rhythm
    zone: str
    paused: bool


def matching(state: State, note: NewNote) -> list[Match]:
    """Every subscription that asks for a note, the oldest first."""
    asked = (
        (Kind.EVERYTHING, [""]),
        (Kind.CHANNEL, [topic_name(note.channel)]),
        (Kind.TOPIC, sorted(note.names)),
        (Kind.SEARCH, _searches(state, note)),
    )
    with translated(state.path):
        rows = [
            row
            for kind, keys in asked
            for row in state.database.execute(_MATCH, (kind, json.dumps(keys)))
        ]
    rows.sort()
    return [
        Match(number, chat_id, thread_id, rhythm_in(often, hour, day), zone, paused is not None)
        for number, chat_id, thread_id, often, hour, day, zone, paused in rows
    ]


def _searches(state: State, note: NewNote) -> list[str]:
    """The saved searches that a note fits, of those filed under one of its stems."""
    filed = "select distinct key from searches where term in (select value from json_each(?))"
    with translated(state.path):
        rows = state.database.execute(filed, (json.dumps(sorted(note.stems)),)).fetchall()
    return [key for (key,) in rows if search_matches(key, note)]

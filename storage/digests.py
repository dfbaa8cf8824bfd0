"""Which notes a digest told: kept by a name made from them, so that its pages open for years."""

from __future__ import annotations

import json
from collections.abc import Sequence

from storage.database import transaction, translated
from storage.names import short_hash
from storage.state import State


def keep_digest(state: State, keys: Sequence[str], now: float) -> str:
    """Remember a digest's notes (their keys, in order); gives the name that buttons use."""
    ref = short_hash("digest", *keys)
    if digest(state, ref) is None:
        with transaction(state.database, state.path) as database:
            database.execute(
                "insert or ignore into digests values (?, ?, ?)", (ref, json.dumps([*keys]), now)
            )
    return ref


def digest(state: State, ref: str) -> tuple[str, ...] | None:
    """The keys of a digest's notes; None where it is not known (any more)."""
    with translated(state.path):
        row = state.database.execute("select notes from digests where ref = ?", (ref,)).fetchone()
    return None if row is None else tuple(json.loads(row[0]))

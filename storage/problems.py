"""The problems that the index keeps: which files could not be notes, and why. Reading queries."""

from __future__ import annotations

from sqlite_utils import Database

from storage.model import Problem

REJECTED = ("rejected", "unreadable")
"""The kinds by which a whole file goes missing: what the owner has to hear of."""


def rejected(database: Database) -> list[Problem]:
    """The files that are no notes because of a fault in them or on the way to them, by path."""
    rows = database.execute(
        f"select key, line, kind, message, lost from problems where kind in {REJECTED}"
        " order by key, line"
    )
    return [Problem(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]

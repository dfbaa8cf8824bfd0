"""The version of index.db follows what it says of: its tables, and how notes are read."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from storage.schema import LAYOUT, READING, READINGS, SCHEMA, VERSION
from tests.vaults import OTHER, VIDEO, cite, fresh_dump, write_note

LAYOUTS = {4: "64510f60c02f"}
READ = {(4, 1): "30b0993fe55d"}
HINT = "{0} changed: add one to {1} in storage/schema.py, and here {2!r} under its new number"
BODY = f"""## Cafés of 1930

The **first** café opened [[early_days|early]] {cite(75)}. It closed {cite(999_999)}!

> "Nobody came", he said {cite(80)} {cite(95)}.

### A list

* one thing: the rest follows {cite(130)}
* another one [00:02:20]
  - and below it [2:41]

| year | guests |
| --- | --- |
| 1931 | four {cite(200)} |

What no citation supports, with a [[Nowhere_at_all]] link.
"""


def print_of(what: object) -> str:
    """The same for the same rows, whoever wrote them."""
    return blake2b(repr(what).encode(), digest_size=6).hexdigest()


def test_other_tables_are_another_layout() -> None:
    now = print_of(SCHEMA)
    assert LAYOUTS.get(LAYOUT) == now, HINT.format("the tables", "LAYOUT", now)


def test_notes_that_are_read_otherwise_are_another_reading(tmp_path: Path) -> None:
    write_note(tmp_path / "notes", "cafés/first.md", "The first café", VIDEO, BODY)
    write_note(tmp_path / "notes", "cafés/early_days.md", "Early days", OTHER)
    held = fresh_dump(tmp_path / "notes", tmp_path / "index.db")
    assert len(held["passages"]) > 6
    now = print_of([held[name] for name in ("notes", "passages", "moments", "links", "postings")])
    assert READ.get((LAYOUT, READING)) == now, HINT.format("what is read", "READING", now)


def test_one_number_holds_both() -> None:
    assert divmod(VERSION, READINGS) == (LAYOUT, READING)
    assert VERSION > 3  # of before there were two

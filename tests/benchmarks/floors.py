"""The least that an index must cost: each floor is a process of its own, and does nothing else.

Run as `python -m tests.benchmarks.floors NAME PATH [PATH]`. Imports stand in the functions: a
floor pays only for what it uses.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator

FLOORS = ("scan", "read", "parse", "insert")
"""The floors that are summed; `start` is Python's own start, part of each of them."""


def start() -> None:
    """Start Python and end."""


def scan(root: str) -> None:
    """Stat every file."""
    for entry in _walk(root):
        entry.stat()


def read(root: str) -> None:
    """Read every file."""
    for entry in _walk(root):
        _bytes(entry)


def parse(root: str) -> None:
    """Read every file, its front matter by python-frontmatter, its body by pyromark's events."""
    import frontmatter
    import pyromark

    options = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_WIKILINKS
    for entry in _walk(root):
        _, body = frontmatter.parse(_bytes(entry).decode("utf-8", "replace"))
        for _event in pyromark.events(body, options=options):
            pass


def insert(texts: str, database: str) -> None:
    """Put each line of a file into an FTS5 table as a row, in one transaction."""
    import sqlite3
    from pathlib import Path

    connection = sqlite3.connect(database)
    with connection, Path(texts).open(encoding="utf-8", newline="\n") as lines:
        connection.execute(
            "create virtual table passages using fts5(words, tokenize='porter unicode61')"
        )
        connection.executemany("insert into passages values (?)", ((line,) for line in lines))
    connection.close()


def _walk(root: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(root) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _walk(entry.path)
            else:
                yield entry


def _bytes(entry: os.DirEntry[str]) -> bytes:
    with open(entry.path, "rb") as file:  # noqa: PTH123 - pathlib is not part of the floor
        return file.read()


_RUN: dict[str, Callable[..., None]] = {
    "start": start,
    "scan": scan,
    "read": read,
    "parse": parse,
    "insert": insert,
}

if __name__ == "__main__":
    _RUN[sys.argv[1]](*sys.argv[2:])

"""One note changed: how long the scan takes, and how long it is from there until it is applied.

Run as `python -m tests.benchmarks.changed NOTES DATA SEED`, on notes of its own: it writes to
them. Prints a JSON list of [seconds of the scan, seconds of the rest], one for each change.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from random import Random
from unittest import mock

from storage import update as module
from storage.folder import Scan, scan
from storage.index import Index
from storage.update import update
from tests.benchmarks.vault import note_files

CHANGES = 9
_MORE = (
    '\n\nBatch {number} was told last <a class="yt-timestamp" data-t="00:01:00">[00:01:00]</a>.\n'
)


def change_notes(notes: Path, index: Index, seed: int) -> list[tuple[float, float]]:
    """(seconds of the scan, seconds of the rest) of each change, a note at a time."""
    chance = Random(seed)
    citing = (path for path in note_files(notes) if b"data-t=" in path.read_bytes())
    return [
        change_note(notes, index, path, number)
        for number, path in enumerate(chance.sample(list(citing), CHANGES))
    ]


def change_note(notes: Path, index: Index, path: Path, number: int) -> tuple[float, float]:
    """Add a citation to one note, bring the index up to date, look at the clock on the way."""
    with path.open("a", encoding="utf-8") as file:
        file.write(_MORE.format(number=number))
    scanned: list[float] = []

    def timed_scan(root: Path, before: Scan | None) -> Scan:
        result = scan(root, before)
        scanned.append(time.perf_counter())
        return result

    started = time.perf_counter()
    with mock.patch.object(module, "scan", timed_scan):
        changes = update(index, notes)
    ended = time.perf_counter()
    if changes.changed != 1:
        raise RuntimeError(f"one note was changed, the index says {changes}")
    return scanned[0] - started, ended - scanned[0]


def main() -> None:
    """Measure and print."""
    notes, data, seed = sys.argv[1:]
    index = Index.open(Path(data) / "index.db")
    try:
        sys.stdout.write(json.dumps(change_notes(Path(notes), index, int(seed))))
    finally:
        index.close()


if __name__ == "__main__":
    main()

"""What every system is given: the passages and titles of the notes that may be known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from storage.model import Note

PASSAGES, TITLES = "passages.jsonl", "titles.jsonl"

PassageLine = tuple[str, int, str]
"""(video id, second, text)."""


def write_lines(work: Path, notes: Iterable[Note]) -> None:
    """The passages and titles of these notes, a JSON line each."""
    with (
        (work / PASSAGES).open("w", encoding="utf-8") as passages,
        (work / TITLES).open("w", encoding="utf-8") as titles,
    ):
        for note in notes:
            titles.write(json.dumps([note.key, note.title]) + "\n")
            for passage in note.passages:
                line = [note.video_id, passage.moments[0].start, passage.text]
                passages.write(json.dumps(line) + "\n")


def read_passages(work: Path) -> Iterator[PassageLine]:
    """What `write_lines` wrote of passages."""
    with (work / PASSAGES).open(encoding="utf-8") as file:
        for line in file:
            video_id, start, text = json.loads(line)
            yield video_id, start, text


def read_titles(work: Path) -> list[tuple[str, str]]:
    """(key, title) of each note."""
    with (work / TITLES).open(encoding="utf-8") as file:
        return [(key, title) for key, title in map(json.loads, file)]

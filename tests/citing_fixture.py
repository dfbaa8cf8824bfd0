"""Notes about bees that can be rewritten, and what a citation of them opens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database

from storage.citing import Fate, Opened, cite_of, from_payload, open_cited, to_payload
from storage.model import Hit
from storage.names import words_of
from storage.reading import open_note
from tests.vaults import OTHER, VIDEO, build, cite, reader, write_note

BEES, WAX, FILM = "farm/bees.md", "farm/wax.md", "film/bees.md"
HIVES, HONEY, DANCE = "Bees live in hives", "Honey keeps for years", "Bees dance to show the way"

Said = list[tuple[str, int]]
"""What a note says: words and seconds."""


def body(said: Said) -> str:
    return "\n\n".join(f"{words} {cite(second)}." for words, second in said)


class Notes:
    """A folder of notes with its index."""

    def __init__(self, place: Path) -> None:
        self.root, self.index = place / "notes", place / "index.db"

    def write(self, key: str, said: Said, video: str = VIDEO) -> None:
        write_note(self.root, key, "Bees", video, body(said))

    @contextmanager
    def read(self) -> Iterator[Database]:
        build(self.root, self.index)
        with reader(self.index) as database:
            yield database

    def hit(self, words: str, key: str = BEES, at: int | None = None) -> Hit:
        """The passage of a note with these words, at a second where several say them."""
        with self.read() as database:
            return next(
                hit
                for hit in all_of(database, key)
                if hit.passage.text == words + "." and at in (None, hit.moment.start)
            )

    def opens(self, payload: str) -> tuple[Fate, str]:
        """What becomes of a payload, and the words that it opens."""
        opened = self.open(payload)
        hit = opened.cited.hit
        return opened.cited.fate, hit.passage.text.removesuffix(".") if hit else ""

    def open(self, payload: str) -> Opened:
        cited = from_payload(payload)
        assert cited is not None
        with self.read() as database:
            return open_cited(database, cited)


def all_of(database: Database, key: str) -> list[Hit]:
    note = open_note(database, key)
    assert note is not None
    return [hit for section in note.sections for hit in section.hits]


def bees(place: Path) -> Notes:
    """Three things are said of bees; a note on another video says one of them too."""
    notes = Notes(place)
    notes.write(BEES, [(HIVES, 5), (HONEY, 305), (DANCE, 611)])
    notes.write(FILM, [(HONEY, 305)], OTHER)
    return notes


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    """The folder that `bees` writes."""
    return bees(tmp_path)


@pytest.fixture
def honey(notes: Notes) -> str:
    """What names the passage on honey."""
    return to_payload(cite_of(notes.hit(HONEY)))


def told(hit: Hit) -> str:
    return " ".join(words_of(hit.passage.text)) or hit.passage.text

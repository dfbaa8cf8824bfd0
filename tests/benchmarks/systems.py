"""What a system under measurement can be asked, and ours, asked as the bot asks it."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from storage.database import open_reader, snapshot
from storage.folder import Signature
from storage.index import Index
from storage.intake import ParsedFile
from storage.memory import Memory
from storage.model import Hit, Note
from storage.query import parse_claim, parse_query
from storage.reading import generation
from storage.search import Evidence, evidence, search
from storage.topics import find_topics

TOP = 10
"""So many results are asked for."""
NOTES = "notes.pickle"

Place = tuple[str, int]
"""(video id, second) of a result."""
T = TypeVar("T")


class System:
    """One system. `build` and `open` run in different processes; then it is asked."""

    def __init__(self, work: Path) -> None:
        self.work = work

    def build(self) -> None:
        """Make the index from what lies in the work folder."""

    def open(self) -> None:
        """Make ready to be asked."""

    def words(self, text: str) -> list[Place]:
        """Results for a few words, best first."""
        raise NotImplementedError

    def claim(self, text: str) -> list[Place]:
        """Results for a whole claim, best first."""
        raise NotImplementedError

    def topic(self, text: str) -> list[str]:
        """Keys of notes for a name, best first; "" for a result that is no note."""
        raise NotImplementedError

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return 0

    def close(self) -> None:
        """Let go of what `open` took."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What /source makes of a claim: hits, their strengths, and those of mere ranking."""

    told: Evidence
    ranked: list[Place]


class Ours(System):
    """Tubenotes through its storage API, with a reader's connection and Memory."""

    def __init__(self, work: Path, name: str = "index.db") -> None:
        super().__init__(work)
        self.path = work / name

    def build(self) -> None:
        with (self.work / NOTES).open("rb") as file:
            index_notes(self.path, pickle.load(file))

    def open(self) -> None:
        self.database = open_reader(self.path)
        self.memory = Memory()

    def words(self, text: str) -> list[Place]:
        return places(self._ask(search, parse_query(text), TOP).hits)

    def claim(self, text: str) -> list[Place]:
        return places(self._ask(evidence, parse_claim(text), TOP).hits)

    def judged(self, text: str) -> Judged:
        """A claim's evidence, and what ranking alone finds."""
        query = parse_claim(text)
        return Judged(self._ask(evidence, query, TOP), places(self._ask(search, query, TOP).hits))

    def topic(self, text: str) -> list[str]:
        found = self._ask(find_topics, text, TOP)
        return [topic.note.key if topic.note else "" for topic in found]

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def _ask(self, query: Callable[..., T], *args: object) -> T:
        with snapshot(self.database):
            self.memory.enter(generation(self.database))
            return query(self.database, self.memory, *args)


def places(hits: Iterable[Hit]) -> list[Place]:
    """What hits link to."""
    return [(hit.moment.video_id, hit.moment.start) for hit in hits]


def index_notes(path: Path, notes: Iterable[Note]) -> None:
    """A new index of these notes, each as if it had been read from its file."""
    index = Index.open(path)
    signature = Signature(0, 0, 0)
    index.apply(ParsedFile(note.key, signature, b"none", note) for note in notes)
    index.checkpoint()
    index.close()

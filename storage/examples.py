"""Three questions that work on the notes at hand: made from them, the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from storage.memory import Memory
from storage.model import Hit
from storage.moments import telling
from storage.reading import most_linked, open_note
from storage.search import moments_with
from storage.sentences import sentence_ends

MOST_NOTES = 20
MOST_CLAIM = 160
"""A longer claim is cut: nobody types it, and buttons are small."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Commands to show and press; empty strings where there is no note yet."""

    topic: str = ""
    search: str = ""
    source: str = ""

    def __iter__(self) -> Iterator[str]:
        return (one for one in (self.topic, self.search, self.source) if one)

    def __bool__(self) -> bool:
        return bool(self.topic)


def examples(database: Database, memory: Memory) -> Examples:
    """From the note that most others link to: its name, words of a passage, and a claim of it."""
    most = most_linked(database, MOST_NOTES)
    for handy in (True, False):
        for info in most:
            opened = open_note(database, info.ref)
            hits = [hit for section in opened.sections for hit in section.hits] if opened else []
            hits = [hit for hit in hits if _is_handy(hit) or not handy]
            if len(hits) >= 1 + handy:
                return _from(database, memory, info.title, hits)
    return Examples()


def _is_handy(hit: Hit) -> bool:
    """Long enough to say something, short enough to be typed, and whole."""
    return 40 <= len(hit.passage.text) <= 160 and not hit.passage.before


def _from(database: Database, memory: Memory, title: str, hits: list[Hit]) -> Examples:
    best = max(hits, key=lambda hit: (len(hit.notes), hit.moment.precise))
    other = next((hit for hit in hits if hit is not best), best)
    claim = other.passage.text[: sentence_ends(other.passage.text)[0]].rstrip(". ")
    if len(claim) > MOST_CLAIM:
        claim = claim[:MOST_CLAIM].rpartition(" ")[0] or claim[:MOST_CLAIM]
    claim = claim if telling(claim) else ""
    words = _words(database, memory, best.passage.text)
    return Examples(
        f"/topic {title}", f"/search {words}" if words else "", f"/source {claim}" if claim else ""
    )


def _words(database: Database, memory: Memory, text: str) -> str:
    """The three rarest words of a text, in its order."""
    words = [word for word in telling(text) if word.isalpha()]
    told = {word: moments_with(database, memory, word) for word in dict.fromkeys(words)}
    rarest = sorted(told, key=lambda word: told[word])[:3]
    return " ".join(word for word in told if word in rarest)

"""The moment that says a claim best, and the claim of a message that one says best."""

from __future__ import annotations

from bot.claim import FEW_WORDS, claims_in, says, telling
from bot.library import Library
from storage.model import Hit
from storage.query import parse_claim
from storage.search import evidence

MOST_HITS = 40
"""Hits for a claim, on all its pages; whoever wants more should ask more exactly."""


async def best_source(library: Library, claim: str, least: int) -> Hit | None:
    """The moment that says a claim best; None where none does, or it has too few telling words."""
    query = parse_claim(claim)
    if telling(query) < least:
        return None
    found = await library.ask(evidence, library.memory, query, MOST_HITS)
    told = zip(found.hits, found.strengths, strict=True)
    return next((one[0] for one in told if says(claim, query, one)), None)


async def best_claim(library: Library, text: str) -> tuple[str, Hit] | None:
    """The sentence of a message that a note says best, and where; None where none is said.

    People say more than a claim when they talk.
    """
    asked = [(one, await best_source(library, one, FEW_WORDS)) for one in claims_in(text)]
    told = [(one, hit) for one, hit in asked if hit]
    return max(told, key=lambda one: one[1].score, default=None)

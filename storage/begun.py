"""A search while it is typed: the last word may not be finished. A reading query."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

import numpy as np
from sqlite_utils import Database

from storage.memory import Memory
from storage.names import STOP_WORDS, stem, words_of
from storage.postings import NOTHING, Numbers
from storage.query import parse_query
from storage.search import Found, search

SHORTEST = 2
"""Letters from which on a word is finished for whoever types it."""
MOST_ENDINGS = 20
"""Of the words that begin so, the most told ones are looked at."""
_LAST = re.compile(r"(?<!\S)[^\W_]+\Z")


def search_typed(
    database: Database, memory: Memory, text: str, limit: int, offset: int = 0
) -> Found:
    """As `search`, from `offset` on: a `page:` in the text does not count.

    A last word that no note has is taken for one that begins so, where there is one.
    """
    last = _LAST.search(text)
    if last and text.count('"') % 2 == 0:
        before = text[: last.start()]
        text = before + finished(database, memory, last.group(), parse_query(before).words)
    return search(database, memory, replace(parse_query(text), page=1), limit, offset)


def finished(database: Database, memory: Memory, word: str, others: Sequence[str]) -> str:
    """An unknown word as one that begins so: said most often where the others are, else at all."""

    def moments(one: str) -> Numbers:
        return memory.postings(database, stem(one)).moments

    folded = "".join(words_of(word))
    if len(folded) < SHORTEST or folded in STOP_WORDS or len(moments(folded)):
        return word
    rows = database.execute(
        "select word from words where word > ? and word < ? order by videos desc, word limit ?",
        (folded, f"{folded}~", MOST_ENDINGS),
    ).fetchall()
    told = [moments(one) for one in others if one not in STOP_WORDS]
    here = reduce(np.intersect1d, told) if told else NOTHING.moments
    counts = [len(np.intersect1d(here, moments(found))) for (found,) in rows]
    return str(rows[counts.index(max(counts))][0]) if rows else word

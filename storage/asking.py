"""A query made ready: posting lists and weights, misspelt words mended, filters as masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from sqlite_utils import Database

from storage.consonants import is_bare
from storage.memory import Memory
from storage.moments import telling
from storage.names import STOP_WORDS, stem, words_of
from storage.postings import NOTHING, Numbers, Postings
from storage.query import Query
from storage.ranking import Term, idf
from storage.spelling import PER_EDIT, Spelling
from storage.wording import compounds

MENDED = 0.85
"""What a misspelt word counts of the nearest one: a guess never outdoes a word that is said."""
SPELT_FROM = 3
"""Shorter words are taken as typed: nearly everything is within one edit of them."""
SURELY_FROM, TWO_SLIPS_FROM = 5, 8
"""Slips at the first letter are rare: only in longer words is one believed. And names of six or
seven letters have too many neighbours two edits away."""

Mask = NDArray[np.bool_]


@dataclass(slots=True)
class Asked:
    """A query made ready: terms to rank by, moments allowed, words that were read as others.

    `query` is the query with misspelt words of phrases and exclusions mended; `near`
    has all that a mended word is looked for as.
    """

    query: Query
    terms: list[Term] = field(default_factory=list)
    stems: set[str] = field(default_factory=set)
    allowed: Mask | None = None
    mended: dict[str, str] = field(default_factory=dict)
    near: dict[str, list[Spelling]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def make_ready(database: Database, memory: Memory, query: Query, *, mend: bool = True) -> Asked:
    """Posting lists and masks of a query; with `mend`, words that no note has become near ones."""
    asked = Asked(query)
    if mend:
        _mend_parts(database, memory, asked)
    query, arrays = asked.query, memory.arrays(database)
    inside = dict.fromkeys(word for phrase in query.phrases for word in telling(phrase))
    words = _reworded(database, memory, asked) if mend else query.words
    for word in dict.fromkeys((*words, *inside)):
        if word in STOP_WORDS:
            continue
        found = memory.postings(database, stem(word))
        often = len(found.moments)
        if often:
            asked.stems.add(stem(word))
        elif mend and word not in inside:
            found, often = _mend(database, memory, word, asked)
        if not often:
            asked.missing.append(word)
        worth = MENDED if word in asked.near else 1.0
        asked.terms.append(Term(found, worth * idf(often, arrays.alive)))
    asked.allowed = _mask(database, memory, query)
    return asked


def _reworded(database: Database, memory: Memory, asked: Asked) -> Sequence[str]:
    """The words, with those that no note has taken as compounds where that makes known words."""

    def known(word: str) -> int:
        return len(memory.postings(database, stem(word)).moments)

    def misspelt(word: str) -> bool:
        return any(one.weight >= PER_EDIT for one in spellings(database, memory, word))

    words = asked.query.words
    if all(map(known, words)):
        return words
    wording = compounds(words, known, misspelt, only_unknown=True)
    asked.mended.update(wording.read)
    return wording.words


def _mend_parts(database: Database, memory: Memory, asked: Asked) -> None:
    """A phrase or an exclusion with a word that no note has means nothing else than a near one."""
    query = asked.query

    def near(word: str) -> str:
        if word in STOP_WORDS:
            return word
        if len(memory.postings(database, stem(word)).moments):
            return word
        found = spellings(database, memory, word)
        if found:
            asked.mended[word] = found[0].word
        return found[0].word if found else word

    def mended(part: str) -> str:
        return " ".join(map(near, part.split()))

    # A single word in quotation marks is meant as it is typed.
    phrases = tuple(mended(part) if " " in part else part for part in query.phrases)
    asked.query = replace(query, phrases=phrases, without=tuple(map(mended, query.without)))


def _mend(database: Database, memory: Memory, word: str, asked: Asked) -> tuple[Postings, int]:
    """One list for all words that may have been meant; what is further off counts as said less.

    And how often the nearest one is said: that is what the word is worth.
    """
    found = spellings(database, memory, word)
    if not found:
        return NOTHING, 0
    asked.mended[word] = found[0].word
    asked.near[word] = found
    asked.stems.update(spelling.stem for spelling in found)
    nearest = found[0].weight
    lists = [(memory.postings(database, one.stem), one.weight / nearest) for one in found]
    moments = np.concatenate([told.moments for told, _ in lists])
    counts = np.concatenate([told.counts * np.float32(weight) for told, weight in lists])
    order = np.lexsort((-counts, moments))
    moments, first = np.unique(moments[order], return_index=True)
    return Postings(moments, counts[order][first]), len(lists[0][0].moments)


def spellings(database: Database, memory: Memory, word: str) -> list[Spelling]:
    """What a word that no note has may have been meant for; letters and numbers stand as typed."""
    if len(word) < SPELT_FROM or not word.isalpha() or (len(word) == 3 and is_bare(word)):
        return []  # "jfk" is no misspelt "jak"
    found = memory.vocabulary(database).nearest(word)
    return [one for one in found if is_bare(word) or is_bare(one.word) or _is_slip(word, one.word)]


def _is_slip(typed: str, meant: str) -> bool:
    """Whether somebody who means the one is likely to type the other."""
    edits = OSA.distance(typed, meant)
    if typed[0] == meant[0]:
        return edits != 2 or len(typed) >= TWO_SLIPS_FROM
    return edits == 1 and len(typed) >= SURELY_FROM


def _mask(database: Database, memory: Memory, query: Query) -> Mask | None:
    """The moments that filters, phrases and exclusions leave; None where there are none.

    Of a phrase, only that its words are there: whether they stand side by side is not known here.
    """
    size = len(memory.arrays(database).starts)
    masks: list[Mask] = []
    if channel := query.channel:
        make = partial(_of_channel, database, channel, size)
        masks.append(memory.mask(("channel", channel), make))
    if query.video:
        rows = database.execute("select id from moments where video_id = ?", (query.video,))
        masks.append(_only([row[0] for row in rows], size))
    if query.refs:
        masks.append(_of_notes(database, query.refs, size))

    def with_word(word: str) -> Mask:
        return _only(memory.postings(database, stem(word)).moments, size)

    masks += [with_word(word) for phrase in query.phrases for word in telling(phrase)]
    masks += [~with_word(without) for without in query.without if is_word(without)]
    return np.logical_and.reduce(masks) if masks else None


def is_word(without: str) -> bool:
    """Whether what is left out is one word that has a posting list."""
    return words_of(without) == telling(without) and len(telling(without)) == 1


def _of_channel(database: Database, channel: str, size: int) -> Mask:
    """Moments told by a note of the channel. Few videos are in several channels: those by note."""
    rows = database.execute(
        "select id from moments where video_id in (select video_id from notes where channel = ?)",
        (channel,),
    )
    mask = _only([row[0] for row in rows], size)
    others = database.execute(
        "select m.id from notes n join moments m on m.video_id = n.video_id where n.channel = ?1"
        " and exists (select 1 from notes o where o.video_id = n.video_id and o.channel != ?1)"
        " and not exists (select 1 from passages p join notes o on o.id = p.note_id"
        " where p.moment_id = m.id and o.channel = ?1)",
        (channel,),
    )
    mask[[row[0] for row in others]] = False
    return mask


def _of_notes(database: Database, refs: Sequence[str], size: int) -> Mask:
    """The moments that these notes tell."""
    rows = database.execute(
        "select p.moment_id from passages p join notes n on n.id = p.note_id"
        f" where n.ref in ({','.join('?' * len(refs))})",
        refs,
    )
    return _only([row[0] for row in rows], size)


def _only(numbers: Sequence[int] | Numbers, size: int) -> Mask:
    mask = np.zeros(size, np.bool_)
    mask[np.asarray(numbers, np.int64)] = True
    return mask

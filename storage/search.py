"""Moments by words, and evidence for a claim. Reads index.db through a reader's connection."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from rapidfuzz import fuzz, process
from sqlite_utils import Database

from storage.asking import Asked, is_word, make_ready
from storage.memory import Memory
from storage.model import Hit, NoteInfo
from storage.names import channel_name, stem, topic_name, words_of
from storage.query import Query, match_expression
from storage.ranking import CANDIDATES, Ranking, apart, idf, rank
from storage.rows import NOTE, PassageRow, hits, note_info, passages_of_moments
from storage.topics import notes_named

SOURCE = 0.88
"""From this strength on a moment is a source: of claims that no note makes, about one in a hundred
reaches it on 2,500 notes, and more on more notes (tests/benchmarks/quality.py has the curve)."""
MENTION = 0.5
"""The strongest moment is at least the closest mention from here on, else no note says it."""
AGREEMENT = 18.0
"""How many of the rarest words, said too, are as good as the whole claim: agreement at length is
no accident."""
FIRST = 20
"""Of the best moments that hold all words, so many are read to put the exact phrase first."""
SHORT = 6
"""Questions of at most so many words may be a phrase, or names that all must stand there."""
ALIKE = 80.0
"""A channel of a name this much like the one asked for may be meant: a slip in a short one."""
SHORTEST_PART = 3
"""So many characters of a channel's name may stand for the whole, where no other has them."""
_NUMBER = re.compile(r"\d+")
_CHUNK = 100
_DEEP = 10_000


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, whether another page exists, and the channel a filter was taken for.

    `mended` are words (as typed, as read) that no note has, `missing` those that nothing is near.
    `topics` are the titles that a `topic:` was taken for.
    """

    hits: tuple[Hit, ...]
    more: bool = False
    channel: str = ""
    mended: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Hits for a claim, each with its strength: from SOURCE on it says it, else it comes close."""

    hits: tuple[Hit, ...]
    strengths: tuple[float, ...]
    more: bool = False


def search(database: Database, memory: Memory, query: Query, limit: int, offset: int = 0) -> Found:
    """Moments that hold the words, best first, the same ones in the same order each time."""
    channel = find_channel(database, query.channel) if query.channel else ""
    named = notes_named(database, memory, query.topic) if query.topic else ()
    topics = tuple(dict.fromkeys(note.title for note in named))
    if not query or (query.channel and not channel) or (query.topic and not topics):
        return Found((), channel=channel, topics=topics)
    query = replace(query, channel=channel, refs=tuple(note.ref for note in named))
    arrays = memory.arrays(database)
    asked = make_ready(database, memory, query)
    checked = any(map(_must_be_checked, (*query.phrases, *query.without)))
    if asked.terms:
        ranking = rank(asked.terms, arrays, asked.allowed, _DEEP if checked else CANDIDATES)
    else:
        ranking = _of_stop_words(database, asked)
    order: Iterable[int] = _exact_first(database, asked, ranking)
    if checked:
        order = _checked(database, asked.query, ranking, order)
    rows = list(apart(ranking, arrays, offset + limit + 1, order).rows())
    page = [(moment, share) for moment, share, _ in rows[offset : offset + limit]]
    shown = hits(database, page, frozenset(asked.stems), channel)
    return Found(
        shown,
        len(rows) > offset + limit,
        channel,
        _read_as(asked, shown),
        tuple(asked.missing),
        topics,
    )


def _read_as(asked: Asked, shown: Sequence[Hit]) -> tuple[tuple[str, str], ...]:
    """(typed, read) of each mended word; of several readings, the one that the best hit holds."""
    matched = shown[0].matched if shown else frozenset()
    return tuple(
        (typed, next((one.word for one in asked.near.get(typed, ()) if one.stem in matched), read))
        for typed, read in asked.mended.items()
    )


def _must_be_checked(part: str) -> bool:
    """Whether posting lists alone do not tell where a phrase or an exclusion stands."""
    return not is_word(part)


def _of_stop_words(database: Database, asked: Asked) -> Ranking:
    """Passages that hold all of these words, the shortest first: no list tells where they are."""
    # The longest is the rarest: where it is not, the others are not looked for.
    words = dict.fromkeys(sorted(words_of(asked.query.text), key=len, reverse=True))
    bare = "replace(replace(p.text, char(39), ''), '’', '')"
    rows = database.execute(
        "select p.moment_id, p.text from passages p join notes n on n.id = p.note_id"
        f" where {' and '.join(f'{bare} like ?' for _ in words)}"
        " order by length(p.text), n.key, p.line limit ?",
        (*(f"%{word}%" for word in words), _DEEP),
    )
    allowed = asked.allowed
    told = (
        moment
        for moment, text in rows
        if (allowed is None or allowed[moment]) and words.keys() <= set(words_of(text))
    )
    found = list(dict.fromkeys(islice(told, CANDIDATES)))
    asked.stems.update(map(stem, words))
    ones = np.ones(len(found), np.float32)
    return Ranking(np.array(found, np.int32), ones, ones.astype(np.int16), 1.0)


def _exact_first(database: Database, asked: Asked, ranking: Ranking) -> list[int]:
    """Places in the ranking: the exact phrase first, then those with all words, then the rest."""
    places = list(range(len(ranking.moments)))
    words = words_of(asked.query.text)
    if not 2 <= len(words) <= SHORT:
        return places
    told = sum(len(term.postings.moments) > 0 for term in asked.terms)
    every = [at for at in places if ranking.held[at] >= told]
    first = every[:FIRST]
    texts = passages_of_moments(database, [int(ranking.moments[at]) for at in first])
    phrase = " ".join(words)
    said = {at for at in first if _says(texts[int(ranking.moments[at])], phrase)}
    whole = set(every)
    places.sort(key=lambda at: (at not in said, at not in whole))
    return places


def _checked(
    database: Database, query: Query, ranking: Ranking, order: Iterable[int]
) -> Iterator[int]:
    """The places of moments in which the phrases really stand, and nothing that is excluded."""
    coming = iter(order)
    while part := list(islice(coming, _CHUNK)):
        texts = passages_of_moments(database, [int(ranking.moments[at]) for at in part])
        yield from (at for at in part if _fits(texts[int(ranking.moments[at])], query))


def _fits(rows: Sequence[PassageRow], query: Query) -> bool:
    return all(_says(rows, part) for part in query.phrases if _must_be_checked(part)) and not any(
        _says(rows, part) for part in query.without if _must_be_checked(part)
    )


def _says(rows: Sequence[PassageRow], phrase: str) -> bool:
    """Whether the words stand side by side in one of a moment's passages."""
    return any(f" {phrase} " in f" {' '.join(words_of(row[2].text))} " for row in rows)


def evidence(
    database: Database, memory: Memory, query: Query, limit: int, offset: int = 0
) -> Evidence:
    """Moments that say a claim, the strongest first; none that is alike only by chance."""
    asked = make_ready(database, memory, query)
    arrays = memory.arrays(database)
    ranking = apart(rank(asked.terms, arrays, asked.allowed), arrays, offset + limit + 1)
    strong = list(_strengths(ranking, idf(0, arrays.alive)))
    page = strong[offset : offset + limit]
    found = hits(database, [(moment, score) for moment, score, _ in page], frozenset(asked.stems))
    return Evidence(found, tuple(s for _, _, s in page), len(strong) > offset + limit)


def _strengths(ranking: Ranking, rarest: float) -> Iterator[tuple[int, float, float]]:
    """(moment, share, strength): from a mention on, then all at least half as strong as the first.

    `rarest` is the weight of a word that stands nowhere: the measure of all scores.
    """
    least: float | None = None
    for moment, share, score in ranking.rows():
        strength = share + score / (AGREEMENT * rarest)
        if strength < (MENTION if least is None else least):
            return
        least = strength / 2 if least is None else least
        yield moment, share, strength


def moments_with(database: Database, memory: Memory, word: str) -> int:
    """In how many moments a word (or its stem) stands."""
    return len(memory.postings(database, stem(word)).moments)


def channels(database: Database) -> list[tuple[str, int]]:
    """(channel, notes), by name."""
    rows = database.execute("select channel, count(*) from notes group by 1 order by 1")
    return [(row[0], row[1]) for row in rows]


def find_channel(database: Database, name: str) -> str:
    """The channel that a name, as typed, means; "" where none is near.

    It may have another name (names.same_channel): whoever shows what it says has to tell so.
    """
    folded = {channel: channel_name(channel) for channel, _ in channels(database)}
    wanted, numbers = channel_name(name), _NUMBER.findall(name)
    spelt = [one for one, letters in folded.items() if letters == wanted]
    if spelt:
        return max(spelt, key=lambda one: (one == name, topic_name(one) == topic_name(name)))
    alike = {one: folded[one] for one in folded if _NUMBER.findall(one) == numbers}
    best = process.extractOne(wanted, alike, scorer=fuzz.ratio, score_cutoff=ALIKE)
    if best is not None:
        return str(best[2])
    longer = [one for one, letters in folded.items() if wanted in letters]
    longer = [one for one in longer if {*numbers} <= {*_NUMBER.findall(one)}]
    return longer[0] if len(wanted) >= SHORTEST_PART and len(longer) == 1 else ""


def mentions(database: Database, query: Query, limit: int) -> tuple[NoteInfo, ...]:
    """Notes whose title, headings or uncited words hold what is asked: no moments, but a lead."""
    if not query:
        return ()
    rows = database.execute(
        f"select {NOTE} from note_words join notes n on n.id = note_words.rowid"
        " where note_words match ? order by bm25(note_words, 5.0, 2.0, 1.0), n.id limit ?",
        (match_expression(query), limit),
    )
    return tuple(map(note_info, rows))

"""Moments by words, and evidence for a claim. Reads index.db through a reader's connection."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlite_utils import Database

from storage.model import Hit, NoteInfo
from storage.names import stem, topic_name
from storage.query import Query, match_expression
from storage.rows import NOTE, hits, note_info, scalar, stems_of

WORDS_WEIGHT, CONTEXT_WEIGHT = 1.0, 0.3
"""What a word counts in the cited words of a moment, and in what merely surrounds them."""
SOURCE_COVER = 0.6
"""A moment with this share of a claim's information (idf) in its words is a source for it."""
MENTION_COVER = 0.35
"""... and with this share the closest mention; below, the notes do not say it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, whether another page exists, and the channel a filter was taken for."""

    hits: tuple[Hit, ...]
    more: bool = False
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Hits for a claim, each with the share (0 to 1) of the claim's information that it holds."""

    hits: tuple[Hit, ...]
    covers: tuple[float, ...]
    more: bool = False


def search(database: Database, query: Query, limit: int, offset: int = 0) -> Found:
    """Moments that hold the words, best first, the same ones in the same order each time."""
    channel = find_channel(database, query.channel) if query.channel else ""
    if not query or (query.channel and not channel):
        return Found((), channel=channel)
    scored = _ranked(database, query, channel, limit + 1, offset)
    return Found(hits(database, scored[:limit], query.stems), len(scored) > limit, channel)


def _ranked(
    database: Database, query: Query, channel: str, limit: int, offset: int
) -> list[tuple[int, float]]:
    """(moment id, score) by bm25, best first."""
    where, values = "moment_words match ?", [match_expression(query)]
    if channel:
        where += " and m.video_id in (select video_id from notes where channel = ?)"
        values.append(channel)
    if query.video:
        where += " and m.video_id = ?"
        values.append(query.video)
    rows = database.execute(
        f"select m.id, bm25(moment_words, {WORDS_WEIGHT}, {CONTEXT_WEIGHT}) as score"
        f" from moment_words join moments m on m.id = moment_words.rowid where {where}"
        " order by score, m.video_id, m.start, m.id limit ? offset ?",
        [*values, limit, offset],
    )
    return [(moment, -score) for moment, score in rows]


def evidence(database: Database, query: Query, limit: int, offset: int = 0) -> Evidence:
    """Moments that say a claim, those that hold most of its information first."""
    found = search(database, query, 40)
    weights = _weights(database, query.stems)
    total = sum(weights.values()) or 1.0
    covered = [
        (sum(weights[part] for part in query.stems & stems_of(hit.passage.sentence)) / total, hit)
        for hit in found.hits
    ]
    covered = [pair for pair in covered if pair[0] >= MENTION_COVER]
    covered.sort(key=lambda pair: -pair[0])
    page = covered[offset : offset + limit]
    return Evidence(
        tuple(hit for _, hit in page),
        tuple(cover for cover, _ in page),
        len(covered) > offset + limit,
    )


def _weights(database: Database, stems: frozenset[str]) -> dict[str, float]:
    """The information (idf) of each stem; a word that no note has weighs most."""
    moments = int(str(scalar(database, "select value from meta where name = 'moments'"))) + 1
    counts = {part: moments_with(database, part) for part in stems}
    return {part: math.log(1 + moments / (1 + count)) for part, count in counts.items()}


def moments_with(database: Database, word: str) -> int:
    """In how many moments a word (or its stem) stands."""
    row = "select doc from moment_terms where term = ?"
    return int(str(scalar(database, row, (stem(word),)) or 0))


def channels(database: Database) -> list[tuple[str, int]]:
    """(channel, notes), by name."""
    rows = database.execute("select channel, count(*) from notes group by 1 order by 1")
    return [(row[0], row[1]) for row in rows]


def find_channel(database: Database, name: str) -> str:
    """The channel that a name, as typed, means; "" where none is near."""
    names = [channel for channel, _ in channels(database)]
    folded = [topic_name(channel).replace("_", "") for channel in names]
    wanted = topic_name(name).replace("_", "")
    if wanted in folded:
        return names[folded.index(wanted)]
    best = process.extractOne(wanted, folded, scorer=fuzz.ratio, score_cutoff=70)
    if best is None and len(wanted) >= 3:
        starts = [at for at, channel in enumerate(folded) if wanted in channel]
        return names[starts[0]] if len(starts) == 1 else ""
    return names[best[2]] if best else ""


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


def matched_share(query: Query, hit: Hit) -> float:
    """The share (0 to 1) of the words asked for that the shown passage holds."""
    wanted = {stem(word) for word in query.words}
    return len(wanted & hit.matched) / len(wanted) if wanted else 1.0

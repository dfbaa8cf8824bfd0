"""Topics by name: the same name first, then what a misspelt, shortened or other name may mean.

Candidates come from four places: trigrams of titles (misspellings), words of titles and headings,
the words by which notes link to a topic, and the best moments for those words. Each is a bm25;
the constants say what they count together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from sqlite_utils import Database

from storage.asking import make_ready, spellings
from storage.memory import Memory
from storage.model import NoteInfo, Topic
from storage.names import STOP_WORDS, stem, topic_name, words_of
from storage.query import Query
from storage.ranking import rank
from storage.rows import notes_by_id, scalar
from storage.spelling import PER_EDIT
from storage.titles import Titles
from storage.wording import compounds

EXACT = 100.0
"""The score of the same name; nothing that is only alike reaches it."""
SURE_SHARE = 80.0
"""A score above this is given only to names that are alike letter by letter."""
NAMED = 50.0
"""From this score on the name is like the one asked for, or is one that others link it by."""
TOLD = 25.0
"""From this score on the note tells of what is asked for; below, of a part of it."""
PARTLY = 7.0
"""From this score on the name holds a part of what is asked for; below, only a passage does."""
ALIASES, BODY = 0.4, 0.4
"""What the names that a note is linked by count, and its moments, beside its title."""
SAME_ALIAS = 0.5
"""What a link of exactly these words adds, as a share of what the same title would score."""
_NAMED_COVER, _NAMED_LINK, _NAMED_ALIKE = 0.55, 0.9, 72.0
_TOLD_SHARE = 0.55
_LEAST = 0.3
"""What holds less of the question than this is no candidate at all."""
_LIKE_THE_BEST = 6.0
_RAREST_GRAMS = 14
_MOST_NOTES = 60
_MOST_LINKS = 200
_MOST_MOMENTS = 60
_MOST_LETTERS, _MOST_WORDS = 200, 16


@dataclass(frozen=True, slots=True)
class FoundTopics:
    """Candidates, best first, and the words (as typed, as read) that no note has as typed."""

    topics: tuple[Topic, ...] = ()
    mended: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Candidate:
    """A note: what it scores in all, by how much of a link's words, of its best moment."""

    info: NoteInfo
    score: float = 0.0
    linked: float = 0.0
    told: float = 0.0


def find_topics(database: Database, memory: Memory, text: str, limit: int) -> tuple[Topic, ...]:
    """Candidates for a name, best first; those of the very same name score EXACT."""
    return topics_named(database, memory, text, limit).topics


def notes_named(database: Database, memory: Memory, name: str) -> tuple[NoteInfo, ...]:
    """The notes whose topic is this name, or is hardly less like it than the best; else none."""
    found = [one for one in find_topics(database, memory, name, _MOST_NOTES) if one.note]
    best = found[0].score if found else 0.0
    near = _LIKE_THE_BEST if best > SURE_SHARE else SURE_SHARE - NAMED
    least = EXACT if best == EXACT else max(NAMED, best - near)
    return tuple(one.note for one in found if one.note and one.score >= least)


def topics_named(database: Database, memory: Memory, text: str, limit: int) -> FoundTopics:
    """The same, with what misspelt words were read as."""
    typed = words_of(text[:_MOST_LETTERS])[:_MOST_WORDS]
    if not typed:
        return FoundTopics()
    wanted = topic_name(text)  # whole, where only its first words are looked for
    words, mended = _read(database, memory, typed)
    titles = Titles(database, memory, typed, words)
    found = list(_candidates(database, memory, titles, words))
    same = [topic_name(one.info.title) == wanted for one in found]
    order = sorted(
        range(len(found)), key=lambda at: (-same[at], -found[at].score, found[at].info.key)
    )
    scored = [(EXACT if same[at] else _sureness(titles, found[at]), found[at]) for at in order]
    topics = [Topic(one.info.title, score, one.info) for score, one in scored if score > 0]
    linked = _linked(database, titles, wanted, words)
    return FoundTopics(tuple(_ordered(topics, linked))[:limit], tuple(mended.items()))


def _read(
    database: Database, memory: Memory, typed: Sequence[str]
) -> tuple[list[str], dict[str, str]]:
    """The words as the notes have them, and which were changed to that end."""
    known = partial(_known, database, memory)
    near = memory.vocabulary(database).nearest
    wording = compounds(
        typed, known, lambda word: any(one.weight >= PER_EDIT for one in near(word))
    )
    words = [word if known(word) else _mended(database, memory, word) for word in wording.words]
    read = dict(wording.read)
    read.update((a, b) for a, b in zip(wording.words, words, strict=True) if a != b)
    return list(dict.fromkeys(words)), read


def _known(database: Database, memory: Memory, word: str) -> int:
    """How often a word stands in moments, titles, headings or links."""
    told = len(memory.postings(database, stem(word)).moments)
    if told or word in STOP_WORDS:
        return told or 1
    rows = "select sum(doc) from note_terms where term = ?"
    links = "select count(*) from (select 1 from link_words where link_words match ? limit 9)"
    return int(str(scalar(database, rows, (stem(word),)) or 0)) or int(
        str(scalar(database, links, (f'"{word}"',)))
    )


def _mended(database: Database, memory: Memory, word: str) -> str:
    found = spellings(database, memory, word)
    return found[0].word if found else word


def _candidates(
    database: Database, memory: Memory, titles: Titles, words: Sequence[str]
) -> Iterator[_Candidate]:
    """Every note that one of the four places names, with its scores."""
    aliases, linked = _by_alias(database, titles, words)
    moments, told = _by_moments(database, memory, words)
    numbers = {*aliases, *moments, *_by_grams(database, memory, titles)}
    numbers.update(_by_words(database, words))
    for number, info in notes_by_id(database, numbers).items():
        score = titles.score(info.title) + ALIASES * aliases.get(number, 0.0)
        score += BODY * moments.get(number, 0.0)
        score += SAME_ALIAS * titles.best * (linked.get(number, 0.0) >= 1)
        yield _Candidate(info, score, linked.get(number, 0.0), told.get(number, 0.0))


def _sureness(titles: Titles, one: _Candidate) -> float:
    """How sure a candidate is, 0 to 99: NAMED by its name, TOLD by what it says, less by a part."""
    alike, cover = titles.alike(one.info.title), titles.nearly(one.info.title)
    share = one.score / max(titles.best, 1e-9)
    if cover >= _NAMED_COVER or one.linked >= _NAMED_LINK or alike >= _NAMED_ALIKE:
        letters = alike if alike > SURE_SHARE else 0.0
        return max(NAMED, min(EXACT - 1, max(letters, min(SURE_SHARE, 100 * share))))
    named = max(cover, one.linked)
    if max(named, one.told) >= _TOLD_SHARE:
        return TOLD + (NAMED - TOLD) * min(0.99, share)
    if named >= _LEAST:
        return TOLD * named
    return PARTLY * one.told if one.told >= _LEAST else 0.0


def _ordered(topics: Sequence[Topic], linked: Sequence[Topic]) -> Iterator[Topic]:
    """Names that no note has stand behind the same name, or else behind all that are alike.

    The order stands; a score says how sure it is, and so never rises along it.
    """
    same = [topic for topic in linked if topic.score == EXACT]
    others = [topic for topic in linked if topic.score < EXACT]
    exact = [topic for topic in topics if topic.score == EXACT]
    named = [topic for topic in topics if NAMED <= topic.score < EXACT]
    rest = [topic for topic in topics if topic.score < NAMED]
    rest.sort(key=lambda topic: topic.score < PARTLY)
    least = EXACT
    for topic in (*exact, *same, *named, *others, *rest):
        least = min(least, topic.score)
        yield replace(topic, score=round(least, 1))


def _linked(database: Database, titles: Titles, wanted: str, words: Sequence[str]) -> list[Topic]:
    """Topics that no note has: of the same name first, then those that links with it name."""
    read = "_".join(words)
    rows = database.execute(
        "select l.name, min(l.target), count(distinct l.note_id) from links l"
        " where (l.name in (?, ?) or l.rowid in (select rowid from link_words"
        " where link_words match ? limit ?))"
        " and not exists (select 1 from notes n where n.name = l.name)"
        " group by l.name order by l.name = ? desc, l.name = ? desc, 3 desc, 1 limit 3",
        (wanted, read, _all_of(words), _MOST_LINKS, wanted, read),
    )
    found = []
    for name, target, mentions in rows:
        title = target.replace("_", " ")
        score = EXACT if name == wanted else max(NAMED, min(EXACT - 1, titles.alike(title)))
        found.append(Topic(title, score, None, mentions))
    return found


def _by_grams(database: Database, memory: Memory, titles: Titles) -> list[int]:
    """Notes whose titles share the rarest trigrams."""
    rarest = titles.rarest_grams(memory, _RAREST_GRAMS)
    if not rarest:
        return []
    rows = database.execute(
        "select rowid from title_grams where title_grams match ? order by rank limit ?",
        (" OR ".join(f'"{gram}"' for gram in rarest), _MOST_NOTES),
    )
    return [row[0] for row in rows]


def _by_words(database: Database, words: Sequence[str]) -> list[int]:
    """Notes whose titles or headings hold the words."""
    rows = database.execute(
        "select rowid from note_words where note_words match ?"
        " order by bm25(note_words, 5.0, 1.0, 0.2) limit ?",
        (_any_of(words), _MOST_NOTES),
    )
    return [row[0] for row in rows]


def _by_alias(
    database: Database, titles: Titles, words: Sequence[str]
) -> tuple[dict[int, float], dict[int, float]]:
    """By note: bm25 of the links whose words are like these, and how much of them a link holds.

    The second is 1 only for a link of exactly these words.
    """
    rows = database.execute(
        "with found as (select rowid as link, -rank as score from link_words"
        " where link_words match ? order by rank limit ?)"
        " select (select n.id from notes n join notes o on o.id = l.note_id where n.name = l.name"
        " order by n.channel != o.channel, n.key limit 1), score, l.alias"
        " from found join links l on l.rowid = link",
        (_any_of(words), _MOST_LINKS),
    )
    scores: dict[int, float] = {}
    held: dict[int, float] = {}
    for note, score, alias in rows:
        if note is not None:
            scores[note] = max(score, scores.get(note, 0.0)) + 0.1
            same = " ".join(words_of(alias)) in (titles.typed, titles.read)
            share = 1.0 if same else min(0.99, titles.cover(alias))
            held[note] = max(share, held.get(note, 0.0))
    return scores, held


def _by_moments(
    database: Database, memory: Memory, words: Sequence[str]
) -> tuple[dict[int, float], dict[int, float]]:
    """By note: the score of its best moment, and the share of the words that one moment holds."""
    told = tuple(word for word in dict.fromkeys(words) if word not in STOP_WORDS)
    asked = make_ready(database, memory, Query(" ".join(told), told), mend=False)
    ranking = rank(asked.terms, memory.arrays(database))
    held = (ranking.held / max(1, len(asked.terms))).tolist()
    first = zip(ranking.moments.tolist(), ranking.scores.tolist(), held, strict=True)
    best = {moment: (score, share) for moment, score, share in islice(first, _MOST_MOMENTS)}
    marks = ",".join("?" * len(best))
    rows = database.execute(
        f"select note_id, moment_id from passages where moment_id in ({marks})", list(best)
    )
    scores: dict[int, float] = {}
    shares: dict[int, float] = {}
    for note, moment in rows:
        score, share = best[moment]
        scores[note] = max(score, scores.get(note, 0.0))
        shares[note] = max(share, shares.get(note, 0.0))
    return scores, shares


def _any_of(words: Sequence[str]) -> str:
    told = [word for word in words if word not in STOP_WORDS] or words
    return " OR ".join(f'"{word}"' for word in told)


def _all_of(words: Sequence[str]) -> str:
    return " AND ".join(f'"{word}"' for word in words)

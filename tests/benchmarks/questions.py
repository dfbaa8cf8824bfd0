"""Question sets made from a vault without labels: the same ones for the same vault and seed.

One note of each video with two or more asks, and is left out of the index; what it cites is
looked for where other notes on that video tell it. A link whose words are asked for as a topic's
name is plain text everywhere in the index.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rapidfuzz import fuzz

from storage.folder import scan
from storage.intake import reading
from storage.model import Note, Passage, Trust
from storage.moments import telling
from storage.names import STOP_WORDS, fold, stem, topic_name
from tests.benchmarks.sets import MomentQuestion, Sets, TopicQuestion
from tests.benchmarks.slips import misspelt, mistype

SAME_SECONDS = 5
"""What other notes cite within so many seconds is the same moment."""
LEAST_WORDS = 4
"""A passage with fewer different words is no question: nobody could mean just that one."""
UNLIKE = 80.0
"""An alias that is more alike to the title (token_sort_ratio) is no other name for it."""
ALIAS_CHARS = range(4, 81)


@dataclass(frozen=True, slots=True)
class Questions:
    """All sets, and the notes that the index may know."""

    sets: Sets
    indexed: tuple[Note, ...]


def read_notes(root: Path) -> list[Note]:
    """Every note below a folder, in the order of the keys."""
    files = scan(root).files
    with reading(root, files, len(files)) as read:
        return [file.content for file in read(files) if isinstance(file.content, Note)]


def make_questions(notes: Sequence[Note], count: int, seed: int = 1) -> Questions:
    """At most `count` questions of each kind."""
    asking = _asking(notes, random.Random(f"{seed} asking"))
    rest = [note for note in notes if note.key not in asking]
    pool = _pool(notes, asking, rest)
    random.Random(f"{seed} passages").shuffle(pool)
    pool = pool[:count]
    words, typos = _word_questions(notes, pool, random.Random(f"{seed} words"))
    topics = tuple(_topics(notes, rest, count, random.Random(f"{seed} topics")))
    asked = {topic_name(question.text) for question in topics}
    return Questions(
        Sets(
            words=words,
            typos=typos,
            claims=tuple(_about(note, passage, passage.text) for note, passage in pool),
            topics=topics,
            topic_typos=tuple(_topic_typos(rest, count, random.Random(f"{seed} slips"))),
        ),
        tuple(_without_links(note, asked) for note in rest),
    )


def _asking(notes: Sequence[Note], rng: random.Random) -> set[str]:
    """One note of each video that others are about too."""
    by_video: dict[str, list[str]] = defaultdict(list)
    for note in notes:
        by_video[note.video_id].append(note.key)
    return {rng.choice(keys) for _, keys in sorted(by_video.items()) if len(keys) >= 2}


def _pool(
    notes: Sequence[Note], asking: set[str], rest: Sequence[Note]
) -> list[tuple[Note, Passage]]:
    """The passages of the asking notes whose moment other notes tell."""
    told = _told(rest)
    return [
        (note, passage)
        for note in notes
        if note.key in asking
        for passage in note.passages
        if _is_told(passage, told[note.video_id])
        and len({stem(word) for word in telling(passage.text)}) >= LEAST_WORDS
    ]


def _told(notes: Iterable[Note]) -> Mapping[str, set[int]]:
    told: dict[str, set[int]] = defaultdict(set)
    for note in notes:
        for passage in note.passages:
            told[note.video_id].update(m.start for m in passage.moments if m.precise)
    return told


def _is_told(passage: Passage, seconds: set[int]) -> bool:
    moment = passage.moments[0]
    near = range(moment.start - SAME_SECONDS, moment.start + SAME_SECONDS + 1)
    return moment.trust is Trust.EXACT and any(second in seconds for second in near)


def _about(note: Note, passage: Passage, text: str) -> MomentQuestion:
    return MomentQuestion(text, note.video_id, passage.moments[0].start, _folder(note))


def _folder(note: Note) -> str:
    return note.key.partition("/")[0]


def _word_questions(
    notes: Sequence[Note], pool: Sequence[tuple[Note, Passage]], rng: random.Random
) -> tuple[tuple[MomentQuestion, ...], tuple[MomentQuestion, ...]]:
    """The three to six rarest words of each passage, in its order; the same with one slip."""
    frequency = Counter(stem(w) for n in notes for p in n.passages for w in set(telling(p.text)))
    words, typos = [], []
    for note, passage in pool:
        told = list(dict.fromkeys(telling(passage.text)))
        rarest = sorted(told, key=lambda word: frequency[stem(word)])[: rng.randint(3, 6)]
        asked = [word for word in told if word in rarest]
        slip = next((word for word in rarest if word.isalpha() and len(word) > 2), rarest[0])
        mistyped = [mistype(word, rng) if word == slip else word for word in asked]
        words.append(_about(note, passage, " ".join(asked)))
        typos.append(_about(note, passage, " ".join(mistyped)))
    return tuple(words), tuple(typos)


def _topics(
    notes: Sequence[Note], rest: Sequence[Note], count: int, rng: random.Random
) -> Iterator[TopicQuestion]:
    """Aliases of links that are unlike the title of the one note that their link names."""
    by_name = {(note.channel, _file_name(note)): note for note in rest}
    links = [(note, link) for note in notes for link in note.links]
    rng.shuffle(links)
    seen: set[str] = set()
    for note, link in links:
        meant = by_name.get((note.channel, topic_name(link.target)))
        name = topic_name(link.alias)
        if meant is None or meant.key == note.key or name in seen:
            continue
        if len(name) in ALIAS_CHARS and _unlike(link.alias, meant.title):
            seen.add(name)
            yield TopicQuestion(link.alias, meant.key, _folder(meant))
        if len(seen) == count:
            return


def _file_name(note: Note) -> str:
    """What wikilinks call a note."""
    return topic_name(note.key.rpartition("/")[2].rpartition(".")[0])


def _unlike(alias: str, title: str) -> bool:
    """Whether an alias is another name: words, not the title's own."""
    telling_words = [word for word in telling(alias) if not word.isdigit()]
    return bool(telling_words) and fuzz.token_sort_ratio(fold(alias), fold(title)) < UNLIKE


def _topic_typos(rest: Sequence[Note], count: int, rng: random.Random) -> Iterator[TopicQuestion]:
    """Titles, each of one note alone, as people type them."""
    names = Counter(topic_name(note.title) for note in rest)
    single = [
        note
        for note in rest
        if names[topic_name(note.title)] == 1
        and len([w for w in note.title.lower().split() if w not in STOP_WORDS]) > 2
    ]
    for note in rng.sample(single, min(count, len(single))):
        yield TopicQuestion(misspelt(note.title, rng), note.key, _folder(note))


def _without_links(note: Note, asked: set[str]) -> Note:
    """Links whose alias is asked for are plain text: nobody may look the answer up."""
    return replace(note, links=tuple(k for k in note.links if topic_name(k.alias) not in asked))

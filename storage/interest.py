"""What a subscription asks for, and whether a note is of that kind. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from storage.names import STOP_WORDS, short_hash, stem, topic_name, words_of
from storage.query import MOST_CHARS, Query, parse_query

_DULL = frozenset(map(stem, STOP_WORDS))


class Kind(StrEnum):
    """What updates may be asked for."""

    EVERYTHING = "everything"
    CHANNEL = "channel"
    TOPIC = "topic"
    """The notes on a topic and those that link to it."""
    SEARCH = "search"
    """Notes that hold every word and phrase, and nothing that is excluded."""


@dataclass(frozen=True, slots=True)
class Interest:
    """What is asked for: `value` as it is shown, `key` as it is compared."""

    kind: Kind
    value: str
    key: str

    @property
    def ref(self) -> str:
        """Names it in buttons, for years: made from content."""
        return short_hash(self.kind, self.key)


@dataclass(frozen=True, slots=True)
class NewNote:
    """What matching needs to know of a note.

    `names` are the topic names (names.topic_name) of its title, of its file and of all that it
    links to. `text` holds its folded words with a blank between and at both ends, fields (title,
    headings, passages, uncited words) parted by two blanks; `stems` are their stems.
    """

    key: str
    ref: str
    title: str
    channel: str
    video_id: str
    names: frozenset[str]
    stems: frozenset[str]
    text: str


def new_note(
    *,
    key: str,
    ref: str,
    title: str,
    channel: str,
    video_id: str,
    names: Iterable[str],
    fields: Iterable[str],
) -> NewNote:
    """A note of these fields, as they are written; the same field again says nothing new."""
    words = [found for found in map(words_of, dict.fromkeys(fields)) if found]
    return NewNote(
        *(key, ref, title, channel, video_id),
        names=frozenset(filter(None, names)),
        stems=frozenset(_stem(word) for field in words for word in field),
        text=f" {'  '.join(map(' '.join, words))} ",
    )


def _stem(word: str) -> str:
    """Of a lone "s" Porter leaves nothing."""
    return stem(word) or word


def everything() -> Interest:
    """Every new note."""
    return Interest(Kind.EVERYTHING, "everything", "")


def channel(name: str) -> Interest:
    """The notes of a channel, by any spelling of its name."""
    return Interest(Kind.CHANNEL, _tidy(name), topic_name(_tidy(name)))


def topic(title: str) -> Interest:
    """The notes on a topic and those that link to it."""
    return Interest(Kind.TOPIC, _tidy(title), topic_name(_tidy(title)))


def search(text: str) -> Interest | None:
    """A saved search; None where it names no word or phrase, or filters by more than a channel.

    Two that ask for the same have the same key, whatever the order, quotes and endings of words.
    """
    value = _tidy(text)
    query = parse_query(value)
    narrowed = topic_name(query.channel)
    if not query or query.video or query.topic or query.page > 1:
        return None
    if query.channel and not narrowed:
        return None
    return Interest(Kind.SEARCH, value, _key_of(query, narrowed))


def _tidy(text: str) -> str:
    """A line of text that every database and every file can hold."""
    whole = text.encode(errors="replace").decode().replace("\0", " ")
    return " ".join(whole.split())[:MOST_CHARS].rstrip()


def _key_of(query: Query, narrowed: str) -> str:
    """Words/phrases/words that may not be there/phrases that may not/channel; words are stems.

    Folded words hold none of the characters between.
    """
    parts = (
        " ".join(sorted({_stem(word) for word in query.words})),
        ",".join(sorted(query.phrases)),
        " ".join(sorted({_stem(part) for part in query.without if " " not in part})),
        ",".join(sorted(part for part in query.without if " " in part)),
        narrowed,
    )
    return "/".join(parts)


def required_stems(key: str) -> frozenset[str]:
    """The stems that every note has which a saved search asks for; never empty."""
    words, phrases, *_ = key.split("/")
    inside = phrases.replace(",", " ").split()
    return frozenset((*words.split(), *map(_stem, inside)))


def search_term(key: str) -> str:
    """The stem that a saved search is filed under: the longest it needs, as the likely rarest."""
    return max(required_stems(key), key=lambda one: (one not in _DULL, len(one), one))


def matches(interest: Interest, note: NewNote) -> bool:
    """Whether a note is of the kind that is asked for."""
    if interest.kind is Kind.EVERYTHING:
        return True
    if interest.kind is Kind.SEARCH:
        return search_matches(interest.key, note)
    if interest.kind is Kind.TOPIC:
        return interest.key in note.names
    return interest.key == topic_name(note.channel)


def search_matches(key: str, note: NewNote) -> bool:
    """Whether a note holds all that a saved search asks for and nothing that it excludes."""
    words, phrases, without, not_said, narrowed = key.split("/")
    return (
        note.stems.issuperset(words.split())
        and note.stems.isdisjoint(without.split())
        and (not phrases or all(_said(phrases, note)))
        and (not not_said or not any(_said(not_said, note)))
        and (not narrowed or narrowed == topic_name(note.channel))
    )


def _said(phrases: str, note: NewNote) -> Iterator[bool]:
    return (f" {phrase} " in note.text for phrase in phrases.split(","))

"""Buttons and their labels. A button sends its request as if it had been typed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.reply import Button
from bot.text import ELLIPSIS
from bot.words import labels
from storage.model import NoteInfo, Topic

Row = tuple[Button, ...]

NEXT = labels.MORE
BACK = labels.BACK
MOST_LABEL = 40
"""Characters on a button; a phone cuts what is longer."""
BROWSE = Button(labels.BROWSE, "/topic")


def label(text: str, ending: str = "") -> str:
    """Words on a button, cut where a phone would; `ending` is kept whole where it fits."""
    ending = _cut(ending, MOST_LABEL // 2)
    return _cut(text, MOST_LABEL - len(ending)) + ending


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS


def button(request: str, text: str = "") -> Button:
    """A button that sends `request`; without `text` it shows what it sends."""
    return Button(label(text or request), request)


def page_row(request: str, page: int, *, more: bool) -> Row:
    """Buttons to the page before and after; `request` is the question without its page."""
    row: list[Button] = []
    if page > 1:
        row.append(Button(BACK, request if page == 2 else f"{request} page:{page - 1}"))
    if more:
        row.append(Button(NEXT, f"{request} page:{page + 1}"))
    return tuple(row)


@dataclass(frozen=True, slots=True)
class Paged:
    """A page of a list: its number, the last one's, and which places of the list it shows."""

    number: int
    last: int
    places: slice

    @property
    def start(self) -> int:
        """The first place, from zero."""
        return int(self.places.start)

    @property
    def more(self) -> bool:
        """Whether pages follow."""
        return self.number < self.last


def paged(count: int, page: int, per_page: int) -> Paged:
    """The page of that number, as far as there is one: one too high is the last page."""
    last = max(1, -(-count // per_page))
    number = min(max(1, page), last)
    return Paged(number, last, slice((number - 1) * per_page, number * per_page))


def rows(*candidates: Row) -> tuple[Row, ...]:
    """The rows that hold a button."""
    return tuple(row for row in candidates if row)


def topic_rows(topics: Iterable[Topic]) -> tuple[Row, ...]:
    """A button for each topic: its note by ref, which lasts, or the name that others link to."""
    listed = tuple(topics)
    names = [(topic.title, topic.note.channel if topic.note else "") for topic in listed]
    return tuple(
        (Button(text, f"/topic note:{topic.note.ref}" if topic.note else f"/topic {topic.title}"),)
        for text, topic in zip(_told_apart(names), listed, strict=True)
    )


def note_rows(notes: Iterable[NoteInfo]) -> tuple[Row, ...]:
    """A button for each note that opens it as a topic."""
    return topic_rows(Topic(note.title, 100.0, note) for note in notes)


def _told_apart(names: Sequence[tuple[str, str]]) -> list[str]:
    """Labels of (title, channel): the channel where titles are equal, the ends where cuts are."""
    titles = Counter(title.casefold() for title, _ in names)
    endings = [
        f" · {name}" if titles[title.casefold()] > 1 and name else "" for title, name in names
    ]
    cut = [label(title, end) for (title, _), end in zip(names, endings, strict=True)]
    same = Counter(cut)
    return [
        text if same[text] == 1 else _cut_inside(title + end)
        for text, (title, _), end in zip(cut, names, endings, strict=True)
    ]


def _cut_inside(text: str) -> str:
    half = MOST_LABEL // 2
    whole = len(text) <= MOST_LABEL
    return text if whole else f"{text[: half - 1].rstrip()}{ELLIPSIS}{text[-half:].lstrip()}"

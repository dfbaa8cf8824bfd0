"""`/topic` answered: a note opened, topics to choose from, who mentions a mere name. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.buttons import Row, note_rows, paged, rows, topic_rows
from bot.reply import Reply
from bot.text import ELLIPSIS, Span, Text, bold, cut_words, italic, plain
from bot.views import Page, hit_block, hit_blocks, name, preview_of, titled, unnamed
from bot.words import asking, counted, filled, number, plural, said
from storage.model import Hit, Section, Topic, Trust
from storage.names import topic_name
from storage.reading import OpenNote, best_of

MOST_RELATED = 6
MOST_UNCITED = 300
MOST_BUTTONS = 8


def note_view(opened: OpenNote, page: int, per_page: int) -> Reply:
    """A note as a topic: its lead, its sections each with their best moment, related topics."""
    info = opened.info
    told = _told(opened)
    one = paged(len(told), page, per_page)
    hits = tuple(told[one.places])
    shown = Page(f"/topic note:{info.ref}", one.number, one.more)
    text: list[Span] = [*titled(info), plain("\n\n")]
    for hit in hits:
        if hit.passage.heading:
            text += [bold(name(" › ".join(hit.passage.heading))), plain("\n")]
        text += [*hit_block(hit, unnamed), plain("\n")]
    if not opened.sections:
        text += _uncited(opened.rest)
    topics = _related(opened)
    if topics:
        text.append(italic(asking.RELATED))
    return Reply(
        "topic",
        tuple(text),
        rows(shown.buttons, *topic_rows(topics)),
        preview_of(hits),
        hits,
        (Topic(info.title, 100.0, info),),
        more=shown.more,
    )


def _told(opened: OpenNote) -> list[Hit]:
    """The best moment of each section; one that a section before has shown is not shown again."""
    told: dict[object, Hit] = {}
    for section in opened.sections:
        fresh = tuple(hit for hit in section.hits if moment_key(hit) not in told)
        if fresh:
            best = best_of(Section(section.heading, fresh))
            told[moment_key(best)] = best
    return list(told.values())


def moment_key(hit: Hit) -> object:
    """What makes two hits the same moment; one of unknown time is like no other."""
    return hit.passage if hit.moment.trust is Trust.START else hit.moment.start


def _uncited(rest: str) -> Text:
    """What a note without any citation says: plainly not a source."""
    head = cut_words(rest, MOST_UNCITED)
    start = f"{head}{ELLIPSIS if head != rest else ''}"
    words = said(asking.NOT_A_SOURCE_SAYS, start=start) if rest else asking.NOT_A_SOURCE
    return (plain(f"{words}\n\n"),)


def _related(opened: OpenNote) -> list[Topic]:
    """Topics linked from here that have a note, then notes that link here, then mere names."""
    noted = [*(one.note for one in opened.links if one.note), *opened.backlinks]
    linked = [Topic(note.title, 0.0, note) for note in dict.fromkeys(noted)]
    channel = topic_name(opened.info.channel)
    names = [one for one in opened.links if not one.note and topic_name(one.title) != channel]
    return [*linked, *names][:MOST_RELATED]


def choice_view(
    topics: Sequence[Topic], reason: str, page: Page | None = None, *last: Row
) -> Reply:
    """Several topics may be meant: name them, let the reader choose."""
    text: list[Span] = [plain(reason), plain("\n\n")]
    for topic in topics:
        where = name(topic.note.channel) if topic.note else _mentioned(topic.mentions)
        text += [bold(name(topic.title)), plain(f" · {where}\n")]
    paging = page.buttons if page else ()
    return Reply(
        "topic",
        tuple(text),
        rows(*topic_rows(topics), paging, *last),
        topics=tuple(topics),
        found=bool(topics),
        more=bool(page and page.more),
    )


def _mentioned(count: int) -> str:
    return plural(count, asking.MENTIONED)


def linked_view(
    topic: Topic, hits: tuple[Hit, ...], page: Page, alike: Sequence[Topic] = ()
) -> Reply:
    """A topic without a note: who mentions it, and notes with a name like it."""
    mentioned = counted(topic.mentions, *asking.ONLY_MENTIONED)
    text = (
        bold(name(topic.title)),
        plain("\n"),
        *filled(mentioned, count=number(topic.mentions)),
        plain("\n\n"),
        *hit_blocks(hits),
        plain("\n" if hits else ""),
        *((italic(asking.RELATED),) if alike else ()),
    )
    named = dict.fromkeys([*(hit.note for hit in hits), *(one.note for one in alike if one.note)])
    buttons = rows(page.buttons, *note_rows([*named][:MOST_BUTTONS]))
    return Reply(
        "topic",
        text,
        buttons,
        preview_of(hits),
        hits,
        (topic,),
        found=bool(hits or alike),
        more=page.more,
    )

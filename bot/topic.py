"""`/topic`: a name to its note, exact to fuzzy; no name to browse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot import topic_views, views
from bot.buttons import BROWSE, Row, button, note_rows, paged, rows
from bot.library import Library
from bot.reply import Reply, Request
from bot.search import finds
from bot.source import linked_video
from bot.text import Span, bold, plain
from bot.words import asking, filled, helping, number, said
from storage.model import Topic
from storage.names import STOP_WORDS, topic_name, words_of
from storage.query import parse_query
from storage.reading import mentioned_in, notes_of_channel, open_note
from storage.search import channels, find_channel, mentions
from storage.topics import EXACT, NAMED, PARTLY, TOLD, FoundTopics

PER_PAGE = 6
"""Sections on a page."""
PER_BROWSE_PAGE = 8
CANDIDATES = 6
SURE = 88.0
"""A name this near is opened at once where no other is as near."""
SURE_ALONE = 80.0
"""... and one this near (it has all the words as typed) where there is no other at all."""
CLEAR_LEAD = 6.0
LISTED = 8
"""Candidates that stay listed beside the answer."""
FEW = 3
"""Of those that are hardly alike, so many are shown."""
_MANY = 60
_FAR_BEHIND = 20.0
"""A candidate that is this much less alike than the best one is left out."""
_OFFERED = {
    (True, True): asking.NONE_CALLED_MEANT,
    (True, False): asking.NONE_CALLED_MENTIONED,
    (False, True): asking.READ_AS_MEANT,
    (False, False): asking.READ_AS_MENTIONED,
}
"""By whether a name was read as it was typed, and whether topics are called nearly so."""
_FILTER = re.compile(r"(?<!\S)(?:channel:(?:\"[^\"]*\"|\S*)|page:\S*)", re.IGNORECASE)


async def topic(library: Library, request: Request, rest: str) -> Reply:
    """The note on a topic, candidates where several may be meant, or the way to browse."""
    rest = rest or (request.replied_to.text if request.replied_to else "")
    query = parse_query(rest)
    wanted = " ".join(_FILTER.sub(" ", rest).replace('"', " ").split())
    if wanted.startswith("note:"):
        return await _open(library, wanted[5:].split(" ")[0], query.page)
    channel = await library.ask(find_channel, query.channel) if query.channel else ""
    if query.channel and not channel:
        text = said(asking.NO_CHANNEL, channel=views.shown_query(query.channel))
        return views.message("topic", plain(text), buttons=((BROWSE,),), found=False)
    if not wanted:
        return await _browse(library, channel, query.page)
    video = await linked_video(library, wanted, query.page)
    if video is not None:
        return video
    found = await _candidates(library, wanted, channel)
    if not any(one.score >= EXACT and one.note for one in found.topics):
        listed = await library.ask(channels)
        named = next((one for one, _ in listed if topic_name(one) == topic_name(wanted)), "")
        if named and not channel:
            return await _browse(library, named, query.page)
    return await _choose(library, wanted, found, query.page)


async def _candidates(library: Library, wanted: str, channel: str) -> FoundTopics:
    """Candidates for a name, best first; of one channel where one is named."""
    found = await library.topics_named(wanted, _MANY)
    topics = found.topics
    if channel:
        topics = tuple(one for one in topics if one.note and one.note.channel == channel)
    if any(one.score >= EXACT and one.note for one in topics):
        topics = tuple(one for one in topics if one.note or one.score < EXACT)
    return FoundTopics(topics, found.mended)


async def _choose(library: Library, wanted: str, found: FoundTopics, page: int) -> Reply:
    """Open the one that is meant, else let the reader choose; all candidates stay listed."""
    topics = found.topics
    exact = [one for one in topics if one.score >= EXACT]
    if not exact and not _tells(wanted):
        text = said(asking.TOO_LITTLE_TOPIC, asked=views.shown_query(wanted))
        return views.message("topic", plain(text), buttons=((BROWSE,),), found=False)
    if len(exact) == 1 or (not exact and _is_sure(found)):
        reply = await _open_topic(library, topics, page)
    elif exact:
        reason = said(asking.SEVERAL_CALLED, name=views.shown_query(wanted))
        reply = topic_views.choice_view(exact[:CANDIDATES], reason)
    else:
        reply = await _offer(library, wanted, found, page)
    return replace(reply, topics=topics[:LISTED]) if page == 1 else reply


def _tells(wanted: str) -> bool:
    """Whether a name has a word that says something."""
    return any(
        word not in STOP_WORDS and (len(word) > 1 or not word.isascii())
        for word in words_of(wanted)
    )


def _is_sure(found: FoundTopics) -> bool:
    """Whether the best of these is meant, though it has another name."""
    named = [one for one in found.topics if one.score >= NAMED]
    if len(named) > 1:
        return named[0].score >= SURE and named[0].score - named[1].score >= CLEAR_LEAD
    return bool(named) and named[0].score >= (SURE if found.mended else SURE_ALONE)


async def _offer(library: Library, wanted: str, found: FoundTopics, page: int) -> Reply:
    """Names that are alike, else notes that tell of it, else the nearest there is."""
    shown, topics = views.shown_query(wanted), found.topics
    best = topics[0].score if topics else 0.0
    words = await _search_row(library, wanted) if best < SURE else ()
    if best < TOLD:
        near = tuple(one for one in topics[:FEW] if one.score >= PARTLY)
        text = asking.NO_TOPIC_BUT_NEAREST if near else asking.NO_TOPIC_LIKE
        reply = topic_views.choice_view(near, said(text, name=shown), None, words, (BROWSE,))
        return replace(reply, found=False)
    read = views.shown_query(_as_read(wanted, found.mended))
    reason = said(_OFFERED[read == shown, best >= NAMED], name=read)
    least = best - _FAR_BEHIND if best >= NAMED else TOLD
    near = tuple(one for one in topics if one.score >= least)
    one = paged(len(near), page, CANDIDATES)
    paging = views.Page(f"/topic {wanted}", one.number, one.more)
    return topic_views.choice_view(near[one.places], reason, paging, words)


def _as_read(wanted: str, mended: Sequence[tuple[str, str]]) -> str:
    """The name with its misspelt words as they were read."""
    if not mended:
        return wanted
    name = f" {' '.join(words_of(wanted))} "
    for typed, read in mended:
        name = name.replace(f" {typed} ", f" {read} ")
    return name.strip()


async def _search_row(library: Library, wanted: str) -> Row:
    """The same words as a search, where that finds something."""
    return (
        (button(f"/search {wanted}", asking.SEARCH_PASSAGES),)
        if await finds(library, wanted)
        else ()
    )


async def _open_topic(library: Library, found: Sequence[Topic], page: int) -> Reply:
    """The best of these topics: its note, or who mentions it and which notes are named alike."""
    best = found[0]
    if best.note is not None:
        return await _open(library, best.note.ref, page)
    one = paged(best.mentions, page, PER_PAGE)
    hits = await library.ask(mentioned_in, best.title, one.places.stop + 1)
    shown = views.Page(f"/topic {best.title}", one.number, len(hits) > one.places.stop)
    alike = [one for one in found[1:] if one.note][:CANDIDATES]
    if not hits:  # those who mention it cite no moment
        notes = await library.ask(mentions, parse_query(best.title), CANDIDATES)
        alike = [Topic(note.title, EXACT, note) for note in notes] + alike
    return topic_views.linked_view(best, hits[one.places], shown, alike)


async def _open(library: Library, ref: str, page: int) -> Reply:
    opened = await library.ask(open_note, ref)
    if opened is None:
        gone = plain(asking.NOTE_GONE)
        return views.message("topic", gone, buttons=((BROWSE,),), found=False)
    return topic_views.note_view(opened, page, PER_PAGE)


async def _browse(library: Library, channel: str, page: int) -> Reply:
    """Channels, or the topics of one; a vault of one channel shows its topics at once."""
    listed = await library.ask(channels)
    if not listed:
        none = asking.NO_FOLDER if library.complete else helping.NO_NOTES
        return views.message("topic", plain(none), found=False)
    counts = dict(listed)
    if not channel and len(listed) == 1:
        channel = listed[0][0]
    if channel:
        return await _browse_channel(library, channel, counts[channel], page)
    one = paged(len(listed), page, PER_BROWSE_PAGE)
    shown = views.Page("/topic", one.number, one.more)
    text: list[Span] = [*filled(asking.CHOOSE_CHANNEL, count=number(len(listed))), plain("\n\n")]
    chosen = listed[one.places]
    for name, count in chosen:
        text += [bold(views.name(name)), plain(f" · {views.notes(count)}\n")]
    buttons = [(button(_channel_request(name), name),) for name, _ in chosen]
    return Reply("topic", tuple(text), rows(*buttons, shown.buttons), more=shown.more)


async def _browse_channel(library: Library, channel: str, count: int, page: int) -> Reply:
    one = paged(count, page, PER_BROWSE_PAGE)
    notes = await library.ask(notes_of_channel, channel, PER_BROWSE_PAGE, one.start)
    text = [bold(views.name(channel)), plain(f" · {views.notes(count)}\n\n")]
    text += [plain(f"{views.name(note.title)}\n") for note in notes]
    shown = views.Page(_channel_request(channel), one.number, one.more)
    found = tuple(Topic(note.title, EXACT, note) for note in notes)
    buttons = rows(*note_rows(notes), shown.buttons)
    return Reply("topic", tuple(text), buttons, topics=found, more=shown.more)


def _channel_request(channel: str) -> str:
    """Asks for a channel's topics; a quote in its name would end it."""
    name = channel.replace('"', "")
    return f'/topic channel:"{name}"'

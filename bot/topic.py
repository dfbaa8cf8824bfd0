"""`/topic`: a name to its note, exact to fuzzy; no name to browse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot import topic_views, views
from bot.buttons import BROWSE, Row, button, note_rows, rows
from bot.library import Library
from bot.reply import Reply, Request
from bot.search import finds
from bot.source import linked_video
from bot.text import Span, bold, plain
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
        text = f"There is no channel like “{views.shown_query(query.channel)}” in these notes."
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
        text = f"“{views.shown_query(wanted)}” is too little to go by. Name a topic, or browse."
        return views.message("topic", plain(text), buttons=((BROWSE,),), found=False)
    if len(exact) == 1 or (not exact and _is_sure(found)):
        reply = await _open_topic(library, topics, page)
    elif exact:
        reason = f"Several notes are called “{views.shown_query(wanted)}”:"
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
        text = f"No topic like “{shown}” in these notes." + (" The nearest:" if near else "")
        reply = topic_views.choice_view(near, text, None, words, (BROWSE,))
        return replace(reply, found=False)
    read = views.shown_query(_as_read(wanted, found.mended))
    as_typed = f"No topic is called “{shown}”. "
    reason = as_typed if read == shown else f"Showing topics for “{read}”. "
    reason += "Did you mean:" if best >= NAMED else "Notes that mention it:"
    least = best - _FAR_BEHIND if best >= NAMED else TOLD
    near = tuple(one for one in topics if one.score >= least)
    last = _pages(len(near), CANDIDATES)
    start = (min(page, last) - 1) * CANDIDATES
    paging = views.Page(f"/topic {wanted}", min(page, last), page < last)
    return topic_views.choice_view(near[start : start + CANDIDATES], reason, paging, words)


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
        (button(f"/search {wanted}", "Search the passages"),)
        if await finds(library, wanted)
        else ()
    )


async def _open_topic(library: Library, found: Sequence[Topic], page: int) -> Reply:
    """The best of these topics: its note, or who mentions it and which notes are named alike."""
    best = found[0]
    if best.note is not None:
        return await _open(library, best.note.ref, page)
    page = min(page, _pages(best.mentions, PER_PAGE))
    first, after = (page - 1) * PER_PAGE, page * PER_PAGE
    hits = await library.ask(mentioned_in, best.title, after + 1)
    shown = views.Page(f"/topic {best.title}", page, len(hits) > after)
    alike = [one for one in found[1:] if one.note][:CANDIDATES]
    if not hits:  # those who mention it cite no moment
        notes = await library.ask(mentions, parse_query(best.title), CANDIDATES)
        alike = [Topic(note.title, EXACT, note) for note in notes] + alike
    return topic_views.linked_view(best, hits[first:after], shown, alike)


async def _open(library: Library, ref: str, page: int) -> Reply:
    opened = await library.ask(open_note, ref)
    if opened is None:
        text = "That note is no longer in the folder, or it was renamed. /topic NAME finds others."
        return views.message("topic", plain(text), buttons=((BROWSE,),), found=False)
    return topic_views.note_view(opened, page, PER_PAGE)


def _pages(count: int, per_page: int) -> int:
    return max(1, -(-count // per_page))


async def _browse(library: Library, channel: str, page: int) -> Reply:
    """Channels, or the topics of one; a vault of one channel shows its topics at once."""
    listed = await library.ask(channels)
    if not listed:
        owner = " The owner points me at a folder of notes." if library.complete else ""
        return views.message("topic", plain(f"There are no notes yet.{owner}"), found=False)
    counts = dict(listed)
    if not channel and len(listed) == 1:
        channel = listed[0][0]
    if channel:
        last = _pages(counts[channel], PER_BROWSE_PAGE)
        return await _browse_channel(library, channel, counts[channel], min(page, last))
    page = min(page, _pages(len(listed), PER_BROWSE_PAGE))
    start = (page - 1) * PER_BROWSE_PAGE
    shown = views.Page("/topic", page, len(listed) > start + PER_BROWSE_PAGE)
    text: list[Span] = [plain(f"{len(listed)} channels. Name a topic, or choose a channel:\n\n")]
    chosen = listed[start : start + PER_BROWSE_PAGE]
    for name, count in chosen:
        text += [bold(views.name(name)), plain(f" · {views.notes(count)}\n")]
    buttons = [(button(_channel_request(name), name),) for name, _ in chosen]
    return Reply("topic", tuple(text), rows(*buttons, shown.buttons), more=shown.more)


async def _browse_channel(library: Library, channel: str, count: int, page: int) -> Reply:
    start = (page - 1) * PER_BROWSE_PAGE
    notes = await library.ask(notes_of_channel, channel, PER_BROWSE_PAGE, start)
    text = [bold(views.name(channel)), plain(f" · {views.notes(count)}\n\n")]
    text += [plain(f"{views.name(note.title)}\n") for note in notes]
    shown = views.Page(_channel_request(channel), page, count > start + PER_BROWSE_PAGE)
    found = tuple(Topic(note.title, EXACT, note) for note in notes)
    buttons = rows(*note_rows(notes), shown.buttons)
    return Reply("topic", tuple(text), buttons, topics=found, more=shown.more)


def _channel_request(channel: str) -> str:
    """Asks for a channel's topics; a quote in its name would end it."""
    name = channel.replace('"', "")
    return f'/topic channel:"{name}"'

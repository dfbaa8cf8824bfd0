"""`/topic`: a name to its note, exact to fuzzy; no name to browse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
from storage.query import in_channel, parse_query, stripped
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


@dataclass(frozen=True, slots=True)
class _Asked:
    """A name that is asked for, of one channel or of all (""), and the request for its pages."""

    name: str
    channel: str
    request: str
    page: int

    def paged(self, topics: Sequence[Topic]) -> tuple[Sequence[Topic], views.Page]:
        """Those of the page that is asked for, and the way to the others."""
        one = paged(len(topics), self.page, CANDIDATES)
        return topics[one.places], views.Page(self.request, one.number, one.more)


async def topic(library: Library, request: Request, rest: str) -> Reply:
    """The note on a topic, candidates where several may be meant, or the way to browse."""
    rest = rest or (request.replied_to.text if request.replied_to else "")
    query = parse_query(rest)
    wanted = " ".join(stripped(rest, "channel", "page").replace('"', " ").split())
    if wanted.startswith("note:"):
        return await _open(library, wanted[5:].split(" ")[0], query.page)
    channel = await library.ask(find_channel, query.channel) if query.channel else ""
    if query.channel and not channel:
        text = views.no_channel(query.channel)
        return views.message("topic", plain(text), buttons=((BROWSE,),), found=False)
    video = await linked_video(library, wanted, query.page)
    if video is not None:
        return video
    asked = _Asked(wanted, channel, f"/topic {stripped(rest, 'page')}", query.page)
    reply = await (_named(library, asked) if wanted else _browse(library, channel, query.page))
    return replace(reply, text=(*views.other_channel(channel, query.channel), *reply.text))


async def _named(library: Library, asked: _Asked) -> Reply:
    """The topic of that name; a channel of it only where no note has it."""
    found = await _candidates(library, asked.name, asked.channel)
    if not asked.channel and not any(one.score >= EXACT and one.note for one in found.topics):
        listed = await library.ask(channels)
        named = next((one for one, _ in listed if topic_name(one) == topic_name(asked.name)), "")
        if named:
            return await _browse(library, named, asked.page)
    return await _choose(library, asked, found)


async def _candidates(library: Library, wanted: str, channel: str) -> FoundTopics:
    """Candidates for a name, best first; of one channel where one is named."""
    found = await library.topics_named(wanted, _MANY)
    topics = found.topics
    if channel:
        topics = tuple(one for one in topics if one.note and one.note.channel == channel)
    if any(one.score >= EXACT and one.note for one in topics):
        topics = tuple(one for one in topics if one.note or one.score < EXACT)
    return FoundTopics(topics, found.mended)


async def _choose(library: Library, asked: _Asked, found: FoundTopics) -> Reply:
    """Open the one that is meant, else let the reader choose; all candidates stay listed."""
    topics, wanted = found.topics, asked.name
    exact = [one for one in topics if one.score >= EXACT]
    if not exact and not _tells(wanted):
        text = said(asking.TOO_LITTLE_TOPIC, asked=views.shown_query(wanted))
        return views.message("topic", plain(text), buttons=((BROWSE,),), found=False)
    if len(exact) == 1 or (not exact and _is_sure(found)):
        reply = await _open_topic(library, topics, asked.page)
    elif exact:
        reason = said(asking.SEVERAL_CALLED, name=views.shown_query(wanted))
        shown, paging = asked.paged(exact)
        reply = topic_views.choice_view(shown, reason, paging)
    else:
        reply = await _offer(library, asked, found)
    return replace(reply, topics=topics[:LISTED]) if asked.page == 1 else reply


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


async def _offer(library: Library, asked: _Asked, found: FoundTopics) -> Reply:
    """Names that are alike, else notes that tell of it, else the nearest there is."""
    shown, topics = views.shown_query(asked.name), found.topics
    best = topics[0].score if topics else 0.0
    words = await _search_row(library, asked) if best < SURE else ()
    if best < TOLD:
        nearest = [one for one in topics[:FEW] if one.score >= PARTLY]
        text = asking.NO_TOPIC_BUT_NEAREST if nearest else asking.NO_TOPIC_LIKE
        reply = topic_views.choice_view(nearest, said(text, name=shown), None, words, (BROWSE,))
        return replace(reply, found=False)
    read = views.shown_query(_as_read(asked.name, found.mended))
    reason = said(_OFFERED[read == shown, best >= NAMED], name=read)
    least = best - _FAR_BEHIND if best >= NAMED else TOLD
    near, paging = asked.paged([one for one in topics if one.score >= least])
    return topic_views.choice_view(near, reason, paging, words)


def _as_read(wanted: str, mended: Sequence[tuple[str, str]]) -> str:
    """The name with its misspelt words as they were read."""
    if not mended:
        return wanted
    name = f" {' '.join(words_of(wanted))} "
    for typed, read in mended:
        name = name.replace(f" {typed} ", f" {read} ")
    return name.strip()


async def _search_row(library: Library, asked: _Asked) -> Row:
    """The same words as a search, where that finds something."""
    question = in_channel(asked.channel, asked.name)
    if not await finds(library, question):
        return ()
    return (button(f"/search {question}", asking.SEARCH_PASSAGES),)


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
    buttons = [(button(f"/topic {in_channel(name)}", name),) for name, _ in chosen]
    return Reply("topic", tuple(text), rows(*buttons, shown.buttons), more=shown.more)


async def _browse_channel(library: Library, channel: str, count: int, page: int) -> Reply:
    one = paged(count, page, PER_BROWSE_PAGE)
    notes = await library.ask(notes_of_channel, channel, PER_BROWSE_PAGE, one.start)
    text = [bold(views.name(channel)), plain(f" · {views.notes(count)}\n\n")]
    text += [plain(f"{views.name(note.title)}\n") for note in notes]
    shown = views.Page(f"/topic {in_channel(channel)}", one.number, one.more)
    found = tuple(Topic(note.title, EXACT, note) for note in notes)
    buttons = rows(*note_rows(notes), shown.buttons)
    return Reply("topic", tuple(text), buttons, topics=found, more=shown.more)

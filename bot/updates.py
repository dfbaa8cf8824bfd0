"""What subscribers get: a new note, or several as a digest; the pages of one, and why it came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from urllib.parse import quote

from bot.buttons import Row, page_row, paged, rows
from bot.excerpt import excerpt, excerpt_text
from bot.library import Library
from bot.reply import MOST_NOTICE, Button, Place, Reply, Request
from bot.rhythm_words import date, how
from bot.spot import Spot, in_telegram
from bot.subscription_views import named
from bot.text import ELLIPSIS, Span, Text, bold, cut_words, plain, quoted, utf16_len
from bot.topic_views import moment_key, note_view
from bot.views import hit_block, message, moment_links, name, preview_of, titled, unnamed
from bot.words import asking, filled, plural, said, sharing, updates
from bot.words import number as numeral
from storage import chats, subscriptions
from storage.digests import digest
from storage.facts import new_notes
from storage.interest import NewNote, matches
from storage.model import Hit, Moment, NoteInfo, Trust
from storage.news import first_moments
from storage.query import parse_query
from storage.reading import OpenNote, find_note
from storage.state import State
from storage.subscriptions import Subscription
from storage.timestamps import watch_url

PER_PAGE = 10
PER_POST = 30
"""Titles of a digest in a channel, where there are no pages."""
PER_ROW = 5
MOST_MOMENTS = 3
"""Moments of a new note that follow its lead."""
MOST_EXCERPT = 160
MOST_URL = 1_990
"""Bytes of a link that shares; a browser may refuse longer ones."""
NOTE_START, DIGEST_START = "n_", "d_"
"""What a /start payload begins with that opens a note, or a digest."""
DIGEST = "digest:"
_MOST_UNITS = 3_900
_SHARE = "https://t.me/share/url?url="


def note_update(opened: OpenNote, place: Place) -> Reply:
    """A new note: its title, its lead, its first moments; buttons to open, share and complain."""
    hits = tuple(islice(_different(opened), 1 + MOST_MOMENTS))
    return Reply(
        "news",
        _note_text(opened, hits),
        rows(_open_row(opened.info, hits, place), _why_row(opened.info.ref, place)),
        preview_of(hits),
        hits,
    )


def _different(opened: OpenNote) -> Iterator[Hit]:
    """The note's passages in order, without those that tell a moment again."""
    told: set[object] = set()
    for hit in (hit for section in opened.sections for hit in section.hits):
        if moment_key(hit) not in told:
            told.add(moment_key(hit))
            yield hit


def _note_text(opened: OpenNote, hits: Sequence[Hit]) -> Text:
    if not hits:  # the words that the opened note has for this
        note = note_view(replace(opened, links=(), backlinks=()), 1, 1)
        return filled(updates.NEW_NOTE, note=note.text)
    text = [*titled(opened.info), plain("\n\n"), *hit_block(hits[0], unnamed)]
    for hit in hits[1:]:
        text += [plain("\n"), *quoted(excerpt(hit, MOST_EXCERPT)), plain("\n")]
        text += [*moment_links(hit.passage.moments), plain("\n")]
    return filled(updates.NEW_NOTE, note=tuple(text))


def _open_row(info: NoteInfo, hits: Sequence[Hit], place: Place) -> Row:
    """Open, source, share. A channel has no answers: the private chat opens instead."""
    share = Button(sharing.SHARE, url=_share_url(info, hits))
    if place is Place.CHANNEL:
        return Button(updates.OPEN, start=NOTE_START + info.ref), share
    source = Button(sharing.SOURCE, f"/source {info.video_id}", anew=True)
    return Button(updates.OPEN, f"/topic note:{info.ref}", anew=True), source, share


def _why_row(what: str, place: Place) -> Row:
    """Why it came and how to stop it; `what` is a note's ref, or DIGEST and a digest's."""
    listed = "/unsubscribe" if what.startswith(DIGEST) else f"/unsubscribe note:{what}"
    return (
        Button(updates.WHY, f"/why {what}"),
        Button(updates.UNSUBSCRIBE, listed, anew=place is not Place.CHANNEL),
    )


def _share_url(info: NoteInfo, hits: Sequence[Hit]) -> str:
    """Telegram's own way to share: the first moment, its excerpt, the title; else the video."""
    moment = hits[0].moment if hits else Moment(info.video_id, 0, Trust.START)
    title = name(info.title)
    head = f"{_SHARE}{_in_url(watch_url(moment))}&text="
    words = excerpt_text(hits[0]) if hits else ""
    while words:
        text = _in_url(said(updates.SHARED, excerpt=words, title=title))
        if len(head) + len(text) <= MOST_URL:
            return head + text
        shorter = cut_words(words, utf16_len(words) * 4 // 5)
        words = shorter.rstrip(f" {ELLIPSIS}") + ELLIPSIS if shorter else ""
    return head + _in_url(title)


def _in_url(text: str) -> str:
    return quote(text, safe="", errors="replace")


def digest_update(
    listed: Sequence[NoteInfo],
    ref: str,
    page: int,
    place: Place,
    moments: Mapping[str, Moment] | None = None,
) -> Reply:
    """Many new notes in one message, a page of them; `ref` names the digest.

    With `moments` (the first one by note key) a title opens the video there.
    """
    if place is Place.CHANNEL:
        return _digest_post(listed, ref, moments or {})
    here = paged(len(listed), page, PER_PAGE)
    shown, first = listed[here.places], here.start + 1
    buttons = rows(
        *_number_rows(shown, first),
        page_row(f"/news {ref}", here.number, more=here.more),
        _why_row(DIGEST + ref, place),
    )
    text = (*_heading(listed), *_lines(shown, first, moments or {}))
    return Reply("news", text, buttons, more=here.more)


def _heading(listed: Sequence[NoteInfo]) -> Text:
    text = plural(len(listed), updates.NEW_NOTES)
    return (bold(text), plain("\n\n"))


def _digest_post(listed: Sequence[NoteInfo], ref: str, moments: Mapping[str, Moment]) -> Reply:
    """The digest as a post of a channel: nothing in it asks for an answer there."""
    shown = listed[:PER_POST]
    text: list[Span] = [*_heading(listed), *_lines(shown, 1, moments)]
    if len(listed) > len(shown):
        more = numeral(len(listed) - len(shown))
        text.append(plain(f"\n{said(updates.AND_MORE, count=more)}"))
    opening = (Button(updates.OPEN_LIST, start=DIGEST_START + ref),)
    return Reply("news", tuple(text), rows(opening, _why_row(DIGEST + ref, Place.CHANNEL)))


def _number_rows(shown: Sequence[NoteInfo], first: int) -> Iterator[Row]:
    """A button for each note with the number that it has in the list."""
    made = [
        Button(str(number), f"/topic note:{info.ref}", anew=True)
        for number, info in enumerate(shown, first)
    ]
    for start in range(0, len(made), PER_ROW):
        yield tuple(made[start : start + PER_ROW])


def _lines(shown: Sequence[NoteInfo], first: int, moments: Mapping[str, Moment]) -> Iterator[Span]:
    """Number, title and channel of each, cut so that all of them fit into one message."""
    room = _MOST_UNITS // max(1, len(shown)) - 16
    for number, info in enumerate(shown, first):
        moment = moments.get(info.key)
        title = _fitted(name(info.title), room * 2 // 3)
        yield plain(f"{number}. ")
        yield replace(bold(title), url=watch_url(moment) if moment else "")
        yield plain(_fitted(f" · {name(info.channel)}", room // 3) + "\n")


def _fitted(text: str, room: int) -> str:
    return text if utf16_len(text) <= room else cut_words(text, room - 1) + ELLIPSIS


async def news(library: Library, request: Request, rest: str) -> Reply:
    """A page of a digest that was sent, with the notes of it that are still there."""
    ref = rest.split(" ", maxsplit=1)[0]
    keys = await library.keep(digest, ref) or ()
    found = [await library.ask(find_note, key) for key in keys]
    listed = tuple(one[1] for one in found if one)
    if not listed:
        return message("news", plain(updates.LIST_LOST), found=False)
    here = paged(len(listed), parse_query(rest).page, PER_PAGE)
    shown = [info.key for info in listed[here.places]]
    moments = await library.ask(first_moments, shown)
    return digest_update(listed, ref, here.number, request.place, moments)


async def why(library: Library, request: Request, rest: str) -> Reply:
    """Which subscription of the chat asked for a note, or for notes of a digest."""
    if request.here is None:
        return in_telegram("why")
    spot = Spot(request.here, request.place)
    listed, zone = await library.keep(_subscribed, spot)
    told = await _told(library, rest)
    asked = tuple(one for one in listed if any(matches(one.interest, note) for note in told))
    text = _reason(spot, asked, zone)
    if listed and not told:  # which of them asked for what is gone, nobody can tell
        text = updates.LIST_LOST if rest.startswith(DIGEST) else asking.NOTE_GONE
    return replace(message("why", plain(text)), notice=_fitted(text, MOST_NOTICE))


async def _told(library: Library, what: str) -> Sequence[NewNote]:
    """The notes of an update that are still there."""
    if not what.startswith(DIGEST):
        note = await new_note(library, what)
        return (note,) if note else ()
    keys = await library.keep(digest, what.removeprefix(DIGEST))
    return await library.ask(new_notes, keys or ())


def _subscribed(state: State, spot: Spot) -> tuple[tuple[Subscription, ...], str]:
    """The subscriptions of the place, and the chat's time zone."""
    here = spot.here
    listed = subscriptions.listed(state, here.chat_id, here.thread_id)
    return listed, chats.manners_of(state, here.chat_id).zone


def _reason(spot: Spot, listed: Sequence[Subscription], zone: str) -> str:
    if not listed:
        return said(updates.NO_REASON, chat=spot.name)
    one, more = listed[0], len(listed) - 1
    parts = {
        "chat": spot.name,
        "subscribed": named(one.interest),
        "date": date(one.created, zone),
        "how": how(one.rhythm),
    }
    if not more:
        return said(updates.REASON, **parts)
    return plural(more, updates.REASONS, **parts)


async def new_note(library: Library, ref: str) -> NewNote | None:
    """What subscriptions compare of a note; None where it is gone."""
    found = await library.ask(find_note, ref)
    notes = await library.ask(new_notes, [found[1].key]) if found else []
    return notes[0] if notes else None

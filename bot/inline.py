"""`@bot words` in any chat: a card a moment, to be posted there. Knows no platform."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.card import cite
from bot.claim import telling
from bot.excerpt import excerpt, excerpt_text
from bot.library import Library
from bot.payloads import NO_QUERY, payload_of, read_cite
from bot.reply import Button, Place, Request
from bot.source import link_in
from bot.text import Text, plain, quoted, tidy, to_plain, trimmed
from bot.trouble import not_now
from bot.views import moment_link, moment_links, name, no_channel, preview_of, shown_query
from bot.words import asking, helping, said, sharing
from storage.begun import search_typed
from storage.citing import cite_of, to_payload
from storage.errors import SlowQueryError, StorageError
from storage.model import Hit
from storage.names import long_hash, same_channel
from storage.newest import newest_moments
from storage.query import Query, in_channel, parse_query
from storage.reading import AROUND_SECONDS, open_video
from storage.search import Found, find_channel
from storage.timestamps import is_video_id, read_video_link

PER_PAGE = 10
"""A phone shows five cards at once, and asks for more before the last one is in sight."""
MOST_QUERY = 256
MOST_DESCRIPTION = 120
"""Characters of a card's excerpt; a phone shows about two lines."""
_THUMBNAIL = "https://i.ytimg.com/vi/{}/mqdefault.jpg"
_OFFSET = re.compile(r"[0-9]{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class InlineCard:
    """A result to pick, and what is posted then. `id` has at most 64 bytes, made from content.

    `preview` is the link whose preview is shown below what is posted, "" for none.
    """

    id: str
    title: str
    description: str
    text: Text
    thumbnail: str = ""
    preview: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """A page of cards, never empty; `next_offset` is "" on the last one.

    `button` above the cards leads to the private chat with `start`. Where `kept` is set, it is
    what `start` names, and has to be kept under it. `lasting` is false where nobody else should
    see the same answer.
    """

    cards: tuple[InlineCard, ...]
    next_offset: str = ""
    button: str = sharing.PRIVATELY
    start: str = NO_QUERY
    kept: str = ""
    lasting: bool = True


@dataclass(frozen=True, slots=True)
class _Page:
    """Cards found, whether more follow, and the words above them where those differ."""

    cards: tuple[InlineCard, ...]
    more: bool = False
    button: str = sharing.PRIVATELY


async def inline(library: Library, text: str, offset: str = "") -> InlineAnswer:
    """The cards for what is typed after the bot's name, from `offset` (of the page before) on.

    Any text and offset will do: what cannot be read is said on a card. Raises only what is a
    fault of ours.
    """
    text = tidy(text[:MOST_QUERY])
    at = int(offset) if _OFFSET.fullmatch(offset) else 0
    start, kept = payload_of(text)
    try:
        page = await _page(library, text, at)
    except StorageError as error:
        words = sharing.TOO_SLOW if isinstance(error, SlowQueryError) else not_now(error, text)
        card = words_card(words, sharing.AGAIN_TITLE)
        return InlineAnswer((card,), start=start, kept=kept, lasting=False)
    return InlineAnswer(
        _different(page.cards),
        str(at + PER_PAGE) if page.more else "",
        page.button,
        start,
        kept,
        lasting=library.complete,
    )


async def _page(library: Library, text: str, at: int) -> _Page:
    cited = read_cite(text)
    if cited:
        card = await cite_card(library, cited[0], long=cited[1])
        return _Page((card,), button=sharing.OPENED if card.preview else sharing.PRIVATELY)
    if not text:
        return await _newest(library, "", at)
    query = parse_query(text)
    link = link_in(text) or (query.video if not telling(query) else "")
    opened = await _video(library, link, text, at) if link else None
    if opened is not None:
        return opened
    if telling(query):
        return await _search(library, text, at, text)
    return await _filtered(library, query, text, at)


async def _filtered(library: Library, query: Query, text: str, at: int) -> _Page:
    """No word to look for: what a channel or a topic has, else how it is done."""
    if query.topic:
        return await _search(library, f"{text} {query.topic}", at, text)
    if not query.channel:
        return _Page((words_card(sharing.TELL_ME, sharing.SEARCH_TITLE),))
    channel = await library.ask(find_channel, query.channel)
    if not channel:
        return _Page((words_card(no_channel(query.channel)),))
    page = await _newest(library, channel, at)
    return replace(page, button=_above(_as_read(text, (), channel)))


async def _newest(library: Library, channel: str, at: int) -> _Page:
    """A moment of each note: the newest and the most linked, or those of one channel."""
    hits = await library.ask(newest_moments, library.memory, PER_PAGE + 1, at, channel)
    if not hits:
        none = words_card(helping.NO_NOTES)
        more = words_card(sharing.NO_MORE_NOTES, sharing.NO_MORE_TITLE)
        return _Page((more if at else none,))
    return _Page(_cards(hits[:PER_PAGE]), len(hits) > PER_PAGE, sharing.WHAT_IS_THIS)


async def _video(library: Library, link: str, text: str, at: int) -> _Page | None:
    """A video's moments; with words beside the link, those that hold them, if any do.

    None where the text is rather words to look for.
    """
    moment = read_video_link(link)
    if moment is None:
        return None
    beside = text.replace(link, " ").strip(" <>") if link in text else ""
    words = parse_query(beside)
    if telling(words) and not words.video:
        found = await _search(library, f"{beside} video:{moment.video_id}", at, text)
        if found.more or found.cards[0].preview:
            return found
    hits, total = await _moments(library, moment.video_id, moment.start, at)
    if hits:
        return _Page(_cards(hits), at + PER_PAGE < total)
    if is_video_id(text) and not total:
        return None
    if total:
        return _Page((words_card(sharing.NO_MORE_OF_VIDEO, sharing.NO_MORE_TITLE),))
    none = said(sharing.NO_MOMENT_OF_VIDEO, video=moment.video_id)
    return _Page((words_card(none),))


async def _moments(
    library: Library, video_id: str, second: int, at: int
) -> tuple[tuple[Hit, ...], int]:
    """A page of a video's moments in time order, and how many there are.

    With a second, those from just before it on come first, then those from the start.
    """
    opened = await library.ask(open_video, video_id, PER_PAGE, at)
    if opened is None or not second or at >= opened.total:
        return (opened.hits, opened.total) if opened else ((), 0)
    later = bisect_left(opened.seconds, second - AROUND_SECONDS)
    first = max(0, min(later, len(opened.seconds) - 1))
    place = (first + at) % opened.total
    left = min(PER_PAGE, opened.total - at)
    around = await library.ask(open_video, video_id, left, place)
    hits = around.hits if around else ()
    if len(hits) < left:
        begun = await library.ask(open_video, video_id, left - len(hits), 0)
        hits += begun.hits if begun else ()
    return hits, opened.total


async def _search(library: Library, text: str, at: int, typed: str) -> _Page:
    """Moments that hold the words; `typed` is the question as its asker knows it."""
    page = parse_query(text).page
    start = at + (page - 1) * PER_PAGE
    found = await library.ask(search_typed, library.memory, text, PER_PAGE, start)
    asked = shown_query(typed)
    if not found.hits:
        if start:
            more = said(asking.NO_MORE_MOMENTS, asked=asked)
            return _Page((words_card(more, sharing.NO_MORE_TITLE),))
        return _Page((words_card(_nothing(parse_query(text), asked, found)),))
    return _Page(
        _cards(found.hits), found.more, _above(_as_read(typed, found.mended, found.channel))
    )


def _above(read: str) -> str:
    """The words above the cards, where the question was read as another one ("": it was not)."""
    return said(sharing.READ_AS, query=shown_query(read)) if read else sharing.PRIVATELY


def _as_read(typed: str, mended: Sequence[tuple[str, str]], channel: str) -> str:
    """The question with its misspelt words and its channel as they were read; "": as typed."""
    read, asked = typed, parse_query(typed).channel
    if channel and not same_channel(channel, asked):
        read = in_channel(channel, read)
    for word, meant in mended:
        read = re.sub(rf"(?i)(?<!\w){re.escape(word)}(?!\w)", meant, read)
    return read if read != typed else ", ".join(meant for _, meant in mended)


def _nothing(query: Query, asked: str, found: Found) -> str:
    """Why there is no moment, in a sentence that may be posted."""
    if query.channel and not found.channel:
        return no_channel(query.channel)
    if query.topic and not found.topics:
        return said(asking.NO_TOPIC, topic=shown_query(query.topic))
    return said(asking.NOTHING_FOUND, asked=asked)


def words_card(words: str, title: str = sharing.NOTHING_TITLE) -> InlineCard:
    """A card of one sentence, which is also what it posts."""
    return InlineCard(f"w{long_hash(words)}", title, words, (plain(words),))


def _cards(hits: Iterable[Hit]) -> tuple[InlineCard, ...]:
    return tuple(map(hit_card, hits))


def _different(cards: Iterable[InlineCard]) -> tuple[InlineCard, ...]:
    """Without what a note says twice: Telegram refuses two cards of one id."""
    return tuple({card.id: card for card in cards}.values())


def hit_card(hit: Hit) -> InlineCard:
    """A moment: its excerpt in a quote block, then who says it and where."""
    return _card(hit, to_payload(cite_of(hit)), hit_text(hit))


def hit_text(hit: Hit) -> Text:
    """What is posted of a moment. The link stands in the text: buttons vanish on forwarding."""
    who = f"\n{name(hit.note.channel)} · {name(hit.note.title)} · "
    return (*quoted(excerpt(hit)), plain(who), *moment_links(hit.passage.moments))


def _card(hit: Hit, payload: str, text: Text, ending: str = "") -> InlineCard:
    note, when, link = hit.note, moment_link(hit.moment), preview_of((hit,))
    whole, play = hit.passage.sentence, said(sharing.PLAY, time=when.text)
    words = whole if len(whole) <= MOST_DESCRIPTION else excerpt_text(hit, MOST_DESCRIPTION)
    return InlineCard(
        f"{payload}{ending}",
        name(note.title),
        f"{words} · {name(note.channel)} · {when.text}",
        text,
        _THUMBNAIL.format(hit.moment.video_id),
        link,
        ((Button(play, url=link), Button(sharing.MORE, start=payload)),),
    )


async def cite_card(library: Library, payload: str, *, long: bool = False) -> InlineCard:
    """The card that a citation names, word for word as /cite shows it; or why there is none."""
    ending = " long" if long else ""
    reply = await cite(library, Request(f"/cite {payload}{ending}", Place.GROUP), payload + ending)
    text = trimmed(reply.text)
    if not reply.hits:
        return words_card(to_plain(text))
    return _card(reply.hits[0], payload, text, "_long" if long else "")

"""`/subscribe`: from a button or words to what a chat asks for, and in a sentence what comes."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from sqlite_utils import Database

from bot import subscription_views as show
from bot import views
from bot.buttons import Row, button, label, page_row, paged, rows, topic_rows
from bot.library import Library
from bot.reply import Button, Place, Reply, Request
from bot.rhythm_words import read_rhythm
from bot.search import without_page
from bot.spot import Spot, about, all_button, chat_of, gate, in_telegram
from bot.subscription_views import PER_PAGE
from bot.text import Span, Text, code, plain
from bot.words import counted, filled, number, said, updates
from storage import chats, interest, subscriptions
from storage.errors import LimitError
from storage.facts import would_have_matched
from storage.interest import Interest, Kind, required_stems
from storage.memory import Memory
from storage.model import Topic
from storage.names import same_channel, topic_name
from storage.query import in_channel, parse_query
from storage.reading import most_linked
from storage.rhythm import Manners, Rhythm
from storage.search import channels, find_channel
from storage.state import State
from storage.subscriptions import Subscription
from storage.topics import EXACT, NAMED, TOLD

MOST_TOPICS = 6
MOST_PREVIEW = 500
"""A search is tried on so many of the newest notes."""
_OFTEN = re.compile(r"often:(\S*)\s*")
_PATTERN = re.compile(r"\.\*|\\\w|\[[^\]]*\]|[|*^$]")
"""What regular expressions are made of, and a search is not."""

Meant = Interest | Reply
"""What is asked for, or a question back."""
Reader = Callable[[Library, Spot, str], Awaitable[Meant]]


async def subscribe(library: Library, request: Request, rest: str) -> Reply:
    """Subscribe the chat to what the words name; without words, ask for what."""
    rhythm, rest = _rhythm(rest)
    kind, words = split_kind(rest)
    if request.here is None:
        return await _in_terminal(library, kind, words)
    spot = gate("subscribe", request)
    if isinstance(spot, Reply):
        return spot
    if not rest:
        return _menu(spot)
    meant = await _READERS.get(kind, _guess)(library, spot, words)
    if isinstance(meant, Reply):
        return meant
    return await _subscribed(library, spot, meant, rhythm)


def split_kind(rest: str) -> tuple[Kind | None, str]:
    """`channel night_sky` taken apart; words without a kind stay together."""
    first, _, words = rest.partition(" ")
    known = {kind.value: kind for kind in Kind} | {"all": Kind.EVERYTHING}
    kind = known.get(first.lower())
    if kind is Kind.EVERYTHING and words:
        kind = None
    return (kind, words.strip()) if kind else (None, rest)


def _rhythm(rest: str) -> tuple[Rhythm, str]:
    """How often, where a button that undoes something says it: `often:weekly-0-9`."""
    match = _OFTEN.match(rest)
    if match is None:
        return Rhythm(), rest
    return read_rhythm(match[1].split("-")) or Rhythm(), rest[match.end() :]


async def _in_terminal(library: Library, kind: Kind | None, words: str) -> Reply:
    """Nobody to send to; what a search would have found is worth knowing all the same."""
    wanted = interest.search(words) if kind is Kind.SEARCH else None
    if wanted is None:
        return in_telegram("subscribe")
    meant, back = await _in_its_channel(library, wanted)
    if not back:
        return in_telegram("subscribe", *await _preview(library, meant))
    searched = button(f"/subscribe search {meant.value}", said(updates.SEARCH, name=meant.value))
    return replace(in_telegram("subscribe", plain("\n\n"), *back), buttons=((searched,),))


def _menu(spot: Spot) -> Reply:
    def ask(text: str, rest: str) -> Row:
        return (Button(text, spot.request("subscribe", rest)),)

    text = filled(updates.WHICH_NOTES, chat=spot.name)
    if spot.place is Place.PRIVATE and not spot.here.elsewhere:
        request = code(f"/subscribe {updates.TYPED_CHANNEL}")
        text = filled(updates.WHICH_NOTES_OR_CHANNEL, chat=spot.name, request=request)
    return Reply(
        "subscribe",
        text,
        (
            ask(updates.EVERYTHING_NEW, "everything"),
            ask(updates.BY_CHANNEL, "channel"),
            ask(updates.BY_TOPIC, "topic"),
            ask(updates.BY_SEARCH, "search"),
        ),
    )


async def _everything(library: Library, spot: Spot, words: str) -> Meant:
    del library, spot, words
    return interest.everything()


async def _channel(library: Library, spot: Spot, words: str) -> Meant:
    """The channel of that name; one like it is asked back, an unknown one leads to all."""
    page, wanted = parse_query(words).page, without_page(words).strip('"')
    listed = [channel for channel, _ in await library.ask(channels)]
    found = await library.ask(find_channel, wanted) if wanted else ""
    if found and same_channel(found, wanted):
        return interest.channel(found)
    if found:
        text = filled(updates.NO_CHANNEL_CALLED, asked=views.shown_query(wanted))
        return about("subscribe", spot, *text, buttons=(_pick(spot, Kind.CHANNEL, found),))
    lead = updates.WHICH_CHANNEL
    if wanted:
        lead = said(updates.NO_CHANNEL_LIKE, asked=views.shown_query(wanted))
    elif len(listed) == 1:
        lead = said(updates.ONE_CHANNEL, channel=views.name(listed[0]))
    return _channels(spot, listed, page, lead)


def _channels(spot: Spot, listed: Sequence[str], page: int, lead: str) -> Reply:
    """The channels as buttons, a page of them."""
    if not listed:
        return about("subscribe", spot, plain(updates.NO_CHANNELS))
    shown = paged(len(listed), page, PER_PAGE)
    paging = page_row(spot.request("subscribe", "channel"), shown.number, more=shown.more)
    picks = (_pick(spot, Kind.CHANNEL, one) for one in listed[shown.places])
    buttons = rows(*picks, paging)
    return about("subscribe", spot, plain(lead), buttons=buttons)


def _pick(spot: Spot, kind: Kind, value: str, named: str = "{name}") -> Row:
    """A button that subscribes to exactly this, labelled as `named` says."""
    text = label(said(named, name=value))
    return (Button(text, spot.request("subscribe", f"{kind.value} {value}")),)


async def _topic(library: Library, spot: Spot, words: str) -> Meant:
    """The topic of that name, also one that notes only link to; else what may be meant."""
    if not words:
        linked = await library.ask(most_linked, MOST_TOPICS)
        topics = [Topic(note.title, EXACT, note) for note in linked]
        spans = filled(
            updates.WHICH_TOPIC, request=code(spot.request("subscribe", updates.TYPED_TOPIC))
        )
        return about("subscribe", spot, *spans, buttons=_topic_rows(spot, topics))
    found = await library.find_topics(words.strip('"'), MOST_TOPICS)
    if found and found[0].score >= EXACT:
        return interest.topic(found[0].title)
    shown = views.shown_query(words)
    near = _topic_rows(spot, [one for one in found if one.score >= TOLD])
    search = (_pick(spot, Kind.SEARCH, words, updates.SEARCH),) if interest.search(words) else ()
    sentence = updates.NO_TOPIC_BUT_SEARCH if search else updates.NO_TOPIC
    if near:
        sentence = updates.TOPIC_MEANT if found[0].score >= NAMED else updates.TOPIC_TOLD
    text = filled(sentence, asked=shown)
    return about("subscribe", spot, *text, buttons=(*near, *search))


def _topic_rows(spot: Spot, topics: Sequence[Topic], named: str = "{name}") -> tuple[Row, ...]:
    """A button for each name; notes of several channels that share one are one topic."""
    different = list({topic_name(one.title): one for one in reversed(topics)}.values())[::-1]
    made = {}
    for topic, row in zip(different, topic_rows(different), strict=True):
        text = label(said(named, name=row[0].text))
        made[text] = (Button(text, spot.request("subscribe", f"topic {topic.title}")),)
    return tuple(made.values())


async def _search(library: Library, spot: Spot, words: str) -> Meant:
    """A search that can be followed; what cannot be one is explained."""
    wanted, query = interest.search(words), parse_query(words)
    if wanted is not None:
        meant, back = await _in_its_channel(library, wanted)
        searched = (_pick(spot, Kind.SEARCH, meant.value, updates.SEARCH),)
        return about("subscribe", spot, *back, buttons=searched) if back else meant
    buttons: tuple[Row, ...] = ()
    typed = code(spot.request("subscribe", updates.TYPED_SEARCH))
    text = how = filled(updates.HOW_TO_FOLLOW, request=typed)
    if query.topic or query.video:
        text = filled(updates.NARROWED, how=how)
        buttons = (_pick(spot, Kind.TOPIC, query.topic, updates.TOPIC),) if query.topic else ()
    elif words:
        text = filled(updates.NO_WORD, asked=views.shown_query(words), how=how)
    if not words and (example := (await library.examples()).search):
        buttons = (_pick(spot, Kind.SEARCH, example.removeprefix("/search ")),)
    return about("subscribe", spot, *text, buttons=buttons)


async def _in_its_channel(library: Library, wanted: Interest) -> tuple[Interest, Text]:
    """A search with its channel's own name, which is what notes are compared with.

    Words to ask back with follow where that is another channel than the one asked for, or none:
    the search is of all channels then.
    """
    asked = parse_query(wanted.value).channel
    found = await library.ask(find_channel, asked) if asked else ""
    meant = interest.search(in_channel(found, wanted.value)) or wanted
    if same_channel(found, asked):
        return meant, ()
    if found:
        return meant, filled(updates.NO_CHANNEL_CALLED, asked=views.shown_query(asked))
    return meant, (plain(views.no_channel(asked)),)


async def _guess(library: Library, spot: Spot, words: str) -> Meant:
    """Words without a kind: offer what they may mean."""
    query = parse_query(words)
    found = await library.ask(find_channel, query.channel or words)
    topics = await library.find_topics(words, 3) if query else ()
    topics = tuple(one for one in topics if one.score >= NAMED)
    channel = (_pick(spot, Kind.CHANNEL, found, updates.CHANNEL),) if found else ()
    wanted = interest.search(words)
    searched = (_pick(spot, Kind.SEARCH, wanted.value, updates.SEARCH),) if wanted else ()
    buttons = (*channel, *_topic_rows(spot, topics, updates.TOPIC), *searched)
    if not buttons:
        return await _search(library, spot, words)
    text = filled(updates.WHAT_IS, asked=views.shown_query(words))
    return about("subscribe", spot, *text, buttons=buttons)


_READERS: dict[Kind | None, Reader] = {
    Kind.EVERYTHING: _everything,
    Kind.CHANNEL: _channel,
    Kind.TOPIC: _topic,
    Kind.SEARCH: _search,
}


async def _subscribed(library: Library, spot: Spot, wanted: Interest, rhythm: Rhythm) -> Reply:
    """Keep it, and say in a sentence what comes of it."""
    searched = wanted.kind is Kind.SEARCH
    try:
        term = await library.ask(_rarest, library.memory, wanted) if searched else ""
        job = partial(_add, term=term, rhythm=rhythm)
        added, one, manners = await library.keep(job, spot, wanted, library.now())
    except LimitError as error:
        return about("subscribe", spot, plain(str(error)), buttons=((all_button(spot),),))
    library.wake()
    preview = await _preview(library, wanted) if searched else ()
    return show.confirmed(spot, one, manners, *preview, added=added)


def _rarest(database: Database, memory: Memory, wanted: Interest) -> str:
    """Of the stems that a search needs, the one that the fewest moments hold."""
    stems = sorted(required_stems(wanted.key))
    return min(stems, key=lambda stem: len(memory.postings(database, stem).moments))


def _add(
    state: State, spot: Spot, wanted: Interest, now: float, *, term: str, rhythm: Rhythm
) -> tuple[bool, Subscription, Manners]:
    """Subscribe, and read what stands now. A chat that asks can be written to again."""
    here, chat = spot.here, chat_of(spot)
    added = subscriptions.add(
        state, chat, here.thread_id, wanted, here.user_id, now, term=term, rhythm=rhythm
    )
    chats.revive(state, here.chat_id, now)
    listed = subscriptions.listed(state, here.chat_id, here.thread_id)
    one = {one.interest.ref: one for one in listed}[wanted.ref]
    return added, one, chats.manners_of(state, here.chat_id)


async def _preview(library: Library, wanted: Interest) -> tuple[Span, ...]:
    """What a search would have found among the newest notes."""
    matched, tried, newest = await library.ask(
        would_have_matched, library.memory, wanted, MOST_PREVIEW
    )
    text = said(counted(tried, *updates.MATCHED_NONE), tried=number(tried))
    if matched:
        text = said(counted(tried, *updates.MATCHED), matched=matched, tried=number(tried))
    if _PATTERN.search(wanted.value):
        text = said(updates.NO_PATTERNS, matched=text)
    if newest:
        lines = (f"\n– {views.name(note.title)} · {views.name(note.channel)}" for note in newest)
        text = said(updates.THE_NEWEST, matched=text, notes="".join(lines))
    return (plain(f"\n\n{text}"),)

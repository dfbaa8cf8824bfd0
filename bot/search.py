"""`/search` and plain words: passages, best first; where there are none, what is nearest."""

from __future__ import annotations

from dataclasses import replace

from bot import views
from bot.buttons import BROWSE, Row, button, note_rows, topic_rows
from bot.evidence import best_claim
from bot.library import Library
from bot.reply import Reply, Request
from bot.source import link_in, linked_video, video
from bot.text import plain
from bot.words import asking, counted, labels, said
from storage import search as index
from storage.names import STOP_WORDS
from storage.query import Query, in_channel, parse_query, stripped

PER_PAGE = 5
DEEPEST = 40
"""Pages of one search; whoever wants more should ask more exactly."""


async def search(library: Library, request: Request, rest: str) -> Reply:
    """Passages that hold the words, or those of the message replied to.

    Of a message of several sentences, the one that a note says is looked for: the words of the
    others are talk. A YouTube link alone shows what the notes say there.
    """
    replied = request.replied_to
    if rest or replied is None or not replied.text:
        return await _search(library, rest)
    told = None if link_in(replied.text) else await best_claim(library, replied.text)
    return replace(await _search(library, told[0] if told else replied.text), quote="")


async def _search(library: Library, rest: str) -> Reply:
    query, asked = parse_query(rest), without_page(rest)
    if not query or _says_nothing(query):
        return await _too_little(library, query)
    page = min(query.page, DEEPEST)
    opened = await linked_video(library, asked, page)
    if opened is not None:
        return opened
    found = await library.ask(index.search, library.memory, query, PER_PAGE, (page - 1) * PER_PAGE)
    if not found.hits:
        return await _nothing(library, query, asked, found)
    shown = views.Page(f"/search {asked}", page, found.more and page < DEEPEST)
    reply = views.search_view(found, asked, shown)
    told = views.other_channel(found.channel, query.channel)
    return replace(reply, text=(*told, *reply.text))


def without_page(text: str) -> str:
    """The question without its page."""
    return stripped(text, "page")


def _says_nothing(query: Query) -> bool:
    """Whether all that is asked for is one small word."""
    return not query.phrases and len(query.words) == 1 and query.words[0] in STOP_WORDS


async def _too_little(library: Library, query: Query) -> Reply:
    """No word to look for: say how it is done, and offer what the filters alone can show."""
    opened = await video(library, query.video, 1) if query.video else None
    if opened is not None:
        return opened
    channel = await library.ask(index.find_channel, query.channel) if query.channel else ""
    if channel:
        text = said(asking.LOOK_FOR_IN_CHANNEL, channel=channel)
        browse = button(f"/topic {in_channel(channel)}", asking.BROWSE_ITS_TOPICS)
        return views.message("search", plain(text), buttons=((browse,),), found=False)
    if query.channel:
        text = views.no_channel(query.channel)
        return views.message("search", plain(text), buttons=((BROWSE,),), found=False)
    if query.topic:
        text = said(asking.LOOK_FOR_IN_TOPIC, topic=views.shown_query(query.topic))
        open_it = button(f"/topic {query.topic}", asking.OPEN_TOPIC)
        return views.message("search", plain(text), buttons=((open_it,),), found=False)
    say = asking.LOOK_FOR_SOME if query.without else asking.LOOK_FOR
    return views.usage("search", say, (await library.examples()).search)


async def _nothing(library: Library, query: Query, asked: str, found: index.Found) -> Reply:
    """Nothing found: say for what, and offer what is nearest."""
    shown = views.shown_query(asked)
    if query.page > 1:
        text = said(asking.NO_MORE_MOMENTS, asked=shown)
        first = button(f"/search {asked}", labels.FIRST_PAGE)
        return views.message("search", plain(text), buttons=((first,),), found=False)
    if query.channel and not found.channel:
        text = views.no_channel(query.channel)
    elif query.topic and not found.topics:
        text = said(asking.NO_TOPIC, topic=views.shown_query(query.topic))
    else:
        text = said(asking.NOTHING_FOUND, asked=shown)
    wider = await _wider(library, asked)
    topics = await library.find_topics(query.text, 3)
    near = topic_rows(topics) or note_rows(await library.ask(index.mentions, query, 3))
    if near:
        text += f"\n\n{counted(len(near), *asking.NEAREST_TOPICS)}"
    buttons = (*near, *wider) or ((BROWSE,),)
    reply = views.message("search", plain(text), buttons=buttons, found=False)
    return replace(reply, topics=topics)


async def _wider(library: Library, asked: str) -> tuple[Row, ...]:
    """The same question without what narrows it, where that finds something."""
    looser = {
        asking.SEARCH_EVERYWHERE: stripped(asked, "channel", "video", "topic"),
        asking.SEARCH_WITHOUT_MINUS: stripped(asked, "-"),
        asking.SEARCH_WITHOUT_QUOTES: without_page(asked.replace('"', "")),
    }
    for words, question in looser.items():
        if question not in ("", asked) and await finds(library, question):
            return ((button(f"/search {question}", words),),)
    return ()


async def finds(library: Library, question: str) -> bool:
    """Whether a search for it has a first page."""
    return bool((await library.ask(index.search, library.memory, parse_query(question), 1)).hits)

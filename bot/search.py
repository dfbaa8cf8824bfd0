"""`/search` and plain words: passages, best first; where there are none, what is nearest."""

from __future__ import annotations

import re

from bot import views
from bot.buttons import BROWSE, Row, button, note_rows, topic_rows
from bot.library import Library
from bot.reply import Reply, Request
from bot.source import linked_video, video
from bot.text import plain
from storage import search as index
from storage.model import Topic
from storage.names import STOP_WORDS
from storage.query import Query, parse_query

PER_PAGE = 5
DEEPEST = 40
"""Pages of one search; whoever wants more should ask more exactly."""
_PAGE = re.compile(r"\s*(?<!\S)page:\S*", re.IGNORECASE)
_FILTER = re.compile(r"\s*(?<!\S)(?:channel|video|topic):(?:\"[^\"]*\"|\S*)", re.IGNORECASE)
_WITHOUT = re.compile(r"\s*(?<!\S)-(?:\"[^\"]*\"|\w\S*)")


async def search(library: Library, request: Request, rest: str) -> Reply:
    """Passages that hold the words. A YouTube link alone shows what the notes say there."""
    rest = rest or (request.replied_to.text if request.replied_to else "")
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
    return views.search_view(found, asked, shown)


def without_page(text: str) -> str:
    """The question without its page."""
    return _PAGE.sub("", text).strip()


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
        text = f"Tell me what to look for in {channel}, or browse its topics."
        browse = button(f'/topic channel:"{channel}"', "Browse its topics")
        return views.message("search", plain(text), buttons=((browse,),), found=False)
    if query.topic:
        text = f"Tell me what to look for in “{views.shown_query(query.topic)}”, or open the topic."
        open_it = button(f"/topic {query.topic}", "Open the topic")
        return views.message("search", plain(text), buttons=((open_it,),), found=False)
    say = "Tell me what to look for" + (", not only what to leave out" if query.without else "")
    return views.usage(
        "search",
        f"{say}. Quotes keep words together, -word leaves one out, "
        "channel:NAME, topic:NAME and video:ID narrow it.",
        (await library.examples()).search,
    )


async def _nothing(library: Library, query: Query, asked: str, found: index.Found) -> Reply:
    """Nothing found: say for what, and offer what is nearest."""
    shown = views.shown_query(asked)
    if query.page > 1:
        text = f"There are no more moments for “{shown}”."
        first = button(f"/search {asked}", "First page")
        return views.message("search", plain(text), buttons=((first,),), found=False)
    if query.channel and not found.channel:
        text = f"There is no channel like “{query.channel}” in these notes."
    elif query.topic and not found.topics:
        text = f"There is no topic like “{query.topic}” in these notes."
    else:
        text = f"Nothing in these notes for “{shown}”."
    wider = await _wider(library, asked)
    topics = await library.find_topics(query.text, 3)
    near = topic_rows(topics) or note_rows(await library.ask(index.mentions, query, 3))
    if near:
        text += f"\n\nThe nearest {'topic' if len(near) == 1 else 'topics'}:"
    buttons = (*near, *wider) or ((BROWSE,),)
    return _with_topics(views.message("search", plain(text), buttons=buttons, found=False), topics)


def _with_topics(reply: Reply, topics: tuple[Topic, ...]) -> Reply:
    return Reply(reply.command, reply.text, reply.buttons, topics=topics, found=reply.found)


async def _wider(library: Library, asked: str) -> tuple[Row, ...]:
    """The same question without what narrows it, where that finds something."""
    looser = {
        "Search everywhere": _FILTER.sub("", asked).strip(),
        "Search without “-”": _WITHOUT.sub("", asked).strip(),
        "Search without quotes": asked.replace('"', ""),
    }
    for words, question in looser.items():
        if question not in ("", asked) and await finds(library, question):
            return ((button(f"/search {question}", words),),)
    return ()


async def finds(library: Library, question: str) -> bool:
    """Whether a search for it has a first page."""
    return bool((await library.ask(index.search, library.memory, parse_query(question), 1)).hits)

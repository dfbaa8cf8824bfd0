"""`/source`: a claim to the moments that say it, a link to what is said there, a reply to both."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile

from bot import views
from bot.buttons import BROWSE, button, topic_rows
from bot.library import Library
from bot.reply import RepliedTo, Reply, Request
from bot.text import plain
from storage.model import Hit, Moment
from storage.names import STOP_WORDS
from storage.query import Query, parse_query
from storage.reading import OpenVideo, find_excerpt, neighbours, open_video
from storage.search import SOURCE_COVER, evidence, matched_share
from storage.search import search as search_moments
from storage.timestamps import is_video_id, read_video_link

PER_PAGE = 4
PER_VIDEO_PAGE = 6
SOURCE_SHARE = 0.6
"""A source also holds this share of the claim's words: one rare word alone says nothing."""
SOURCE_WORDS = 3
"""... and so many of them, or all where the claim has fewer."""
FEW_WORDS = 3
MOST_NEAR = 60
"""Moments near a second that are looked at; the nearest ones are shown first."""
_PAGE = re.compile(r"\s*(?<!\S)page:(\d{0,4})\S*", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|\bwww\.)\S+|\byoutu(?:\.be|be\.com)/\S+", re.IGNORECASE)


async def source(library: Library, request: Request, rest: str) -> Reply:
    """The moments that say a claim, or plainly none; what the notes say in a video."""
    match = _PAGE.search(rest)
    page = max(1, int(match[1] or 1)) if match else 1
    rest = _PAGE.sub("", rest).strip()
    replied = request.replied_to
    if rest or replied is None:
        return await _asked(library, rest, link_in(rest), page)
    if replied.own:
        return await _own(library, replied)
    links = [link_in(replied.text), *replied.links]
    youtube = next((link for link in links if link and read_video_link(link)), "")
    return await _asked(library, replied.text or next(iter(replied.links), ""), youtube, page)


def link_in(text: str) -> str:
    """The first YouTube link in a text, or the text itself where it may be a video's bare id."""
    if is_video_id(text):
        return text
    links = (match.group().rstrip(".,;:!?)]}>»”") for match in _LINK.finditer(text))
    return next((link for link in links if read_video_link(link)), "")


async def _asked(library: Library, text: str, link: str, page: int) -> Reply:
    """A claim, a link, or both: more than a few words beside a link are the claim."""
    opened = await video(library, link, page) if link else None
    if opened is not None and _telling(_beside(text)) < FEW_WORDS:
        return opened
    claim = text if is_video_id(text) else _beside(text)
    if not _telling(claim):
        return _unknown_video(link) if link else await _usage(library, text)
    reply = await _claim(library, parse_query(claim), claim, page)
    return opened if opened is not None and not reply.found else reply


async def _usage(library: Library, text: str) -> Reply:
    does = (
        "Give me a claim and I look for the moment where it was said; a YouTube link, and I show "
        "what the notes say there. Or send /source as a reply to a message."
    )
    if _LINK.search(text):
        does = f"I can read links to YouTube videos only. {does}"
    elif text:
        does = f"“{views.shown_query(text)}” is too little to go by. {does}"
    return views.usage("source", does, (await library.examples()).source)


def _unknown_video(link: str) -> Reply:
    moment = read_video_link(link)
    text = f"No note is about that video ({moment.video_id if moment else link})."
    return views.message("source", plain(text), buttons=((BROWSE,),), found=False)


async def _own(library: Library, replied: RepliedTo) -> Reply:
    """A message of the bot's own: its excerpt with the note, the context, other notes on it."""
    moments = [moment for moment in map(read_video_link, replied.links) if moment]
    for moment in moments:
        hit = await library.ask(find_excerpt, moment.video_id, moment.start, replied.text)
        if hit is not None:
            before, after = await library.ask(neighbours, hit)
            return views.excerpt_view(hit, before, after)
    if not moments:
        text = "That message of mine shows no moment. Reply to one with an excerpt, or to a claim."
        return views.message("source", plain(text), buttons=((BROWSE,),), found=False)
    text = "What I quoted there has changed in the notes, or is gone."
    again = button(f"/source {moments[0].video_id}", "All moments of this video")
    known = await library.ask(open_video, moments[0].video_id, 1)
    return views.message(
        "source", plain(text), buttons=((again if known else BROWSE,),), found=False
    )


async def video(library: Library, link: str, page: int) -> Reply | None:
    """What the notes say in a video, around the link's second; None where no note is about it."""
    moment = read_video_link(link)
    if moment is None:
        return None
    around = moment.start or None
    opened = await _open_video(library, moment, page, around)
    if opened is None:
        return None
    last = max(1, -(-opened.total // PER_VIDEO_PAGE))
    if page > last:
        page, opened = last, await _open_video(library, moment, last, around) or opened
    shown = views.Page(f"/source {link}", page, page < last)
    return views.video_view(opened, shown, around)


async def _open_video(
    library: Library, moment: Moment, page: int, around: int | None
) -> OpenVideo | None:
    """A page of a video's moments in time order; round a second, the nearest ones come first."""
    start = (page - 1) * PER_VIDEO_PAGE
    if around is None:
        return await library.ask(open_video, moment.video_id, PER_VIDEO_PAGE, start)
    opened = await library.ask(open_video, moment.video_id, MOST_NEAR, 0, around)
    if opened is None:
        return None
    near = sorted(opened.hits, key=lambda hit: abs(hit.moment.start - around))
    hits = sorted(near[start : start + PER_VIDEO_PAGE], key=lambda hit: hit.moment.start)
    return replace(opened, hits=tuple(hits), total=len(near))


async def linked_video(library: Library, text: str, page: int) -> Reply | None:
    """The video that a text links, where few words stand beside the link."""
    link = link_in(text)
    if not link or _telling(_beside(text)) >= FEW_WORDS:
        return None
    return await video(library, link, page)


def _beside(text: str) -> str:
    """The words beside the links of a text; none where it may be a video's bare id."""
    return "" if is_video_id(text) else _LINK.sub("", text).strip(" <>")


def _telling(text: str) -> int:
    """How many words of a text are worth looking for."""
    query = parse_query(text)
    return sum(word not in STOP_WORDS for word in (*query.words, *query.phrases))


async def _claim(library: Library, query: Query, claim: str, page: int) -> Reply:
    """Sources first; the closest mentions only where there is no source, and on one page."""
    found = await library.ask(evidence, query, PER_PAGE + 1, (page - 1) * PER_PAGE)
    told = list(zip(found.hits, found.covers, strict=True))
    strong = [hit for hit, _ in takewhile(lambda one: _says(query, *one), told)]
    if not strong and page > 1:
        text = f"There are no more sources for “{views.shown_query(claim)}”."
        first = button(f"/source {claim}", "First page")
        return views.message("source", plain(text), buttons=((first,),), found=False)
    if not told:
        return await _no_source(library, query, claim)
    shown = views.Page(f"/source {claim}", page, len(strong) > PER_PAGE)
    weak = [] if strong else [hit for hit, _ in told[:PER_PAGE]]
    return views.evidence_view(claim, strong[:PER_PAGE], weak, shown)


def _says(query: Query, hit: Hit, cover: float) -> bool:
    """Whether a hit says the claim, as far as words can tell."""
    least = max(SOURCE_SHARE, min(1.0, SOURCE_WORDS / max(1, len(query.words))))
    return cover >= SOURCE_COVER and matched_share(query, hit) >= least


async def _no_source(library: Library, query: Query, claim: str) -> Reply:
    text = f"No source in these notes for “{views.shown_query(claim)}”."
    topics = await library.find_topics(query.text[:200], 1)
    near = topic_rows(topics)
    if near:
        text += "\n\nThe nearest topic:"
    elif (await library.ask(search_moments, query, 1)).hits:
        near = ((button(f"/search {claim}", "Search its words"),),)
    return views.message("source", plain(text), buttons=near or ((BROWSE,),), found=False)

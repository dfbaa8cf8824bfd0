"""`/source`: a claim to the moments that say it, a link to what is said there, a reply to both."""

from __future__ import annotations

import re
from dataclasses import replace

from bot import views
from bot.buttons import BROWSE, button, paged, topic_rows
from bot.claim import FEW_WORDS, Told, claims_in, says, side_by_side, telling
from bot.evidence import MOST_HITS
from bot.library import Library
from bot.reply import RepliedTo, Reply, Request
from bot.text import plain
from bot.words import asking, counted, labels, said
from storage.model import Hit, Moment
from storage.names import stem
from storage.query import Query, parse_claim, parse_query, stripped
from storage.reading import OpenVideo, find_excerpt, neighbours, open_video
from storage.search import evidence
from storage.search import search as search_moments
from storage.timestamps import is_video_id, read_video_link
from storage.topics import NAMED, TOLD
from storage.video_titles import videos_titled

PER_PAGE = 4
PER_VIDEO_PAGE = 6
FEW_MENTIONS = 3
"""Of a claim without a source, so many of the closest mentions are shown."""
MOST_TITLED = 3
MOST_NEAR = 60
"""Moments near a second that are looked at; the nearest ones are shown first."""
_LINK = re.compile(r"(?:https?://|\bwww\.)\S+|\byoutu(?:\.be|be\.com)/\S+", re.IGNORECASE)


async def source(library: Library, request: Request, rest: str) -> Reply:
    """The moments that say a claim, or plainly none; what the notes say in a video."""
    page, rest = parse_query(rest).page, stripped(rest, "page")
    replied = request.replied_to
    if rest or replied is None:
        return await _asked(library, rest, link_in(rest), page)
    if replied.own:
        return replace(await _own(library, replied), quote="")
    links = [link_in(replied.text), *replied.links]
    youtube = next((link for link in links if link and read_video_link(link)), "")
    reply = await _asked(library, replied.text or next(iter(replied.links), ""), youtube, page)
    if not reply.found and not youtube:
        reply = await _by_sentence(library, replied.text) or reply
    return replace(reply, quote="" if replied.text else None)


async def _by_sentence(library: Library, text: str) -> Reply | None:
    """The source of one sentence of a message: people say more than a claim when they talk."""
    replies = [await _claim(library, parse_claim(one), one, 1) for one in claims_in(text)]
    found = [reply for reply in replies if reply.found]
    return max(found, key=lambda reply: reply.hits[0].score, default=None)


def link_in(text: str) -> str:
    """The first YouTube link in a text, or the text itself where it may be a video's bare id."""
    if is_video_id(text):
        return text
    links = (match.group().rstrip(".,;:!?)]}>»”") for match in _LINK.finditer(text))
    return next((link for link in links if read_video_link(link)), "")


async def _asked(library: Library, text: str, link: str, page: int) -> Reply:
    """A claim, a link, or both: more than a few words beside a link are the claim."""
    opened = await video(library, link, page) if link else None
    beside = _beside(text)
    if opened is not None and telling(parse_query(beside)) < FEW_WORDS:
        return opened
    if is_video_id(text):
        return await _word_or_id(library, text, page)
    if link and opened is None:
        return await _unknown_video(library, link, beside, page)
    claim = parse_claim(beside)
    if not telling(claim):
        return await _usage(library, text)
    reply = await _claim(library, claim, beside, page)
    return opened if opened is not None and not reply.found else reply


async def _word_or_id(library: Library, text: str, page: int) -> Reply:
    """What has the shape of an id, but of no video that a note has: a claim, if a note has it."""
    claim = parse_claim(text)
    reply = await _claim(library, claim, text, page) if telling(claim) else None
    stems = set(map(stem, claim.words))
    if reply and (not _is_no_word(text) or any(stems <= hit.matched for hit in reply.hits)):
        return reply
    return await _unknown_video(library, text, "", page)


def _is_no_word(text: str) -> bool:
    """Whether eleven characters are an id for certain, not a word of that length."""
    return not text.isalpha() or not (text.islower() or text.istitle() or text.isupper())


async def _usage(library: Library, text: str) -> Reply:
    does = how = asking.GIVE_CLAIM
    if _LINK.search(text):
        does = said(asking.ONLY_YOUTUBE, give_claim=how)
    elif text:
        asked = views.shown_query(text)
        does = said(asking.TOO_LITTLE_CLAIM, asked=asked, give_claim=how)
    return views.usage("source", does, (await library.examples()).source)


async def _unknown_video(library: Library, link: str, beside: str, page: int) -> Reply:
    """No note is about the video: those titled like the words beside the link, or their source."""
    moment = read_video_link(link)
    text = said(asking.NO_VIDEO, video=moment.video_id if moment else link)
    claim = parse_claim(beside)
    near = await library.ask(videos_titled, library.memory, beside, MOST_TITLED)
    if near:
        listed = "".join(f"\n{views.name(title)}" for _, title in near)
        text += f"\n\n{asking.NEAREST_BY_TITLE}{listed}"
        buttons = tuple((button(f"/source {one}", title),) for one, title in near)
        return views.message("source", plain(text), buttons=buttons, found=False)
    if telling(claim) >= FEW_WORDS:
        reply = await _claim(library, claim, beside, page)
        if reply.found:
            return replace(reply, text=(plain(f"{text}\n\n"), *reply.text))
    topics = await library.find_topics(beside, MOST_TITLED) if telling(claim) else ()
    named = topic_rows([one for one in topics if one.score >= NAMED])
    text += f"\n\n{counted(len(named), *asking.NEAREST_TOPICS)}" if named else ""
    return views.message("source", plain(text), buttons=named or ((BROWSE,),), found=False)


async def _own(library: Library, replied: RepliedTo) -> Reply:
    """A message of the bot's own: its excerpt with the note, the context, other notes on it."""
    hit = await shown_hit(library, replied)
    if hit is not None:
        before, after = await library.ask(neighbours, hit)
        return views.excerpt_view(hit, before, after)
    moments = _linked(replied)
    if not moments:
        without = plain(asking.OWN_WITHOUT_MOMENT)
        return views.message("source", without, buttons=((BROWSE,),), found=False)
    again = button(f"/source {moments[0].video_id}", labels.ALL_MOMENTS)
    known = await library.ask(open_video, moments[0].video_id, 1)
    changed = plain(asking.OWN_CHANGED)
    return views.message("source", changed, buttons=((again if known else BROWSE,),), found=False)


async def shown_hit(library: Library, replied: RepliedTo) -> Hit | None:
    """The passage that a message of the bot's own showed, as the notes have it now."""
    for moment in _linked(replied):
        hit = await library.ask(find_excerpt, moment.video_id, moment.start, replied.text)
        if hit is not None:
            return hit
    return None


def _linked(replied: RepliedTo) -> list[Moment]:
    return [moment for moment in map(read_video_link, replied.links) if moment]


async def video(library: Library, link: str, page: int) -> Reply | None:
    """What the notes say in a video, around the link's second; None where no note is about it."""
    moment = read_video_link(link)
    if moment is None:
        return None
    around = moment.start or None
    opened = await _open_video(library, moment, page, around)
    if opened is None:
        return None
    at = paged(opened.total, page, PER_VIDEO_PAGE)
    if page > at.number:
        opened = await _open_video(library, moment, at.number, around) or opened
    shown = views.Page(f"/source {link}", at.number, at.more)
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
    if not link or telling(parse_query(_beside(text))) >= FEW_WORDS:
        return None
    return await video(library, link, page)


def _beside(text: str) -> str:
    """The words beside the links of a text; none where it may be a video's bare id."""
    return "" if is_video_id(text) else _LINK.sub("", text).strip(" <>")


async def _claim(library: Library, query: Query, claim: str, page: int) -> Reply:
    """Sources first, then what comes close; a claim that nothing comes close to has no source."""
    told, more = await _evidence(library, query, claim, page)
    if not told and page > 1:
        text = said(asking.NO_MORE_SOURCES, claim=views.shown_query(claim))
        first = button(f"/source {claim}", labels.FIRST_PAGE)
        return views.message("source", plain(text), buttons=((first,),), found=False)
    if not told:
        return await _no_source(library, query, claim)
    strong = [one for one in told if says(claim, query, one)]
    weak = [hit for hit, strength in told if (hit, strength) not in strong]
    if page == 1 and not strong:  # what only comes close is no list to leaf through
        weak, more = weak[:FEW_MENTIONS], False
    shown = views.Page(f"/source {claim}", page, more)
    word = views.shown_query(claim)
    where = said(asking.WHERE_SAID, word=word) if telling(query) == 1 else ""
    return views.evidence_view(claim, [hit for hit, _ in strong], weak, shown, where)


async def _evidence(
    library: Library, query: Query, claim: str, page: int
) -> tuple[list[Told], bool]:
    """A page of hits with their strengths, and whether more follow.

    Those that say the claim stand first, the best of each note before its others.
    """
    found = await library.ask(evidence, library.memory, query, MOST_HITS)
    told = list(zip(found.hits, found.strengths, strict=True))
    strong = [one for one in told if says(claim, query, one)]
    told = [*side_by_side(strong), *(one for one in told if one not in strong)]
    end = page * PER_PAGE
    return told[end - PER_PAGE : end], len(told) > end


async def _no_source(library: Library, query: Query, claim: str) -> Reply:
    """None, and one honest suggestion: the nearest topic, else the claim's words as a search."""
    text = said(asking.NO_SOURCE, claim=views.shown_query(claim))
    topics = [one for one in await library.find_topics(query.text[:200], 1) if one.score >= TOLD]
    near = topic_rows(topics)
    if near:
        text += f"\n\n{counted(1, *asking.NEAREST_TOPICS)}"
    elif (await library.ask(search_moments, library.memory, query, 1)).hits:
        near = ((button(f"/search {query.text}", asking.SEARCH_ITS_WORDS),),)
    return views.message("source", plain(text), buttons=near or ((BROWSE,),), found=False)
